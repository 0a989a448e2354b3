"""Owns the list of commands; must not know what one does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.ui.commands import act, go, look, queue, take
from console.ui.commands.model import Command

if TYPE_CHECKING:
    from console.ui.screens.browser import Browser

COMMANDS: tuple[Command, ...] = (*look.COMMANDS, *queue.COMMANDS, *act.COMMANDS, *take.COMMANDS, *go.COMMANDS)
"""Every command, in the order of the help."""

_KEY_LINE = (
    "open", "actions", "metrics", "preview", "presign", "versions", "dead_letters", "related", "filter", "go_to",
    "detail", "copy", "help", "quit",
)  # fmt: skip


def key_line(browser: Browser) -> list[tuple[str, str]]:
    """Return (key, what it does) of the commands that matter for what is on screen, the most useful first.

    Before there is a session most of them would do nothing.
    """
    chosen = browser.app.settings.keys
    entries = [command(id_) for id_ in _KEY_LINE if browser.session or not command(id_).needs_session]
    return [(entry.shown_keys(chosen)[0], entry.hint) for entry in entries if entry.fits(browser)]


_BY_ID = {entry.id: entry for entry in COMMANDS}


def command(id_: str) -> Command:
    """Return the command of that id. Raises ``KeyError``."""
    return _BY_ID[id_]
