"""Owns opening the full screen from the command line, or saying why not; must not know what is on it."""

from __future__ import annotations

import gc
import os
import sys
from difflib import get_close_matches
from typing import TYPE_CHECKING

from console.command.entries import COMMANDS
from console.command.failure import usage
from console.latepatterns import late_patterns
from console.launch import Launch
from console.text.clean import clean
from console.ui.loading import import_asyncio_without_tls, import_textual_without_palette
from console.worker.place import OwnProcess, first_place

if TYPE_CHECKING:
    import argparse


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the full screen takes."""
    parser.add_argument("view", nargs="?", metavar="VIEW", help="where to begin: a type, an id, an ARN, s3://…")


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Open the full screen and return its exit code. Raises ``Failure``."""
    return open_screen(launch)


def open_screen(launch: Launch) -> int:
    """Open the full screen as ``launch`` says and return its exit code. Raises ``Failure``."""
    if launch.view:
        _require_view(launch.view)
    why = _no_screen()
    if why:
        raise usage(
            "The full screen needs a terminal", why, "Use a command that prints, for example: cloudtop ls ec2.instances"
        )
    gc.disable()  # nothing is garbage yet; what is loaded is left out of every later collection
    place = first_place()  # first of all: it loads and connects while the screen is being loaded here
    with late_patterns():
        if isinstance(place, OwnProcess):
            import_asyncio_without_tls()
        import_textual_without_palette()
    from console.ui.app import run as run_screen

    return int(run_screen(launch, place))


def _require_view(view: str) -> None:
    """Raise ``Failure`` unless ``view`` names something; a word that is nearly a command may have meant one."""
    from console.resources.destination import UnknownDestination, destination

    try:
        destination(view)
    except UnknownDestination as error:
        close = get_close_matches(view, COMMANDS, cutoff=0.6)
        hint = f"Nearest command: {', '.join(close)}" if close else "See cloudtop --help"
        raise usage(f"{clean(view, 80)} is neither a command nor a view", str(error), hint) from error


def _no_screen() -> str:
    """Return why the full screen cannot be opened here; empty when it can."""
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return "standard input and output are not both a terminal"
    terminal = os.environ.get("TERM", "")
    return f"TERM is {clean(terminal) or 'not set'}" if terminal in ("", "dumb", "unknown") else ""
