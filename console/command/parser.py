"""Owns what can be written after a command's name, and its help; must not know what a command does."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn, Protocol

from console import __version__
from console.command.entries import COMMANDS, OPEN, Entry
from console.command.failure import usage
from console.launch import Launch

_ANY_VALUE = ("--filter", "--reason", "--in")
"""Options whose value may begin with a dash, which argparse would take for another option."""


class Command(Protocol):
    """What a module of ``console/command`` offers."""

    def options(self, parser: argparse.ArgumentParser) -> None:
        """Add what the command takes."""

    def run(self, arguments: argparse.Namespace, launch: Launch) -> int:
        """Do it and return the exit code. Raises ``Failure`` and ``AwsError``."""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are failures with one line."""

    def error(self, message: str) -> NoReturn:
        """Raise the failure that ``message`` describes."""
        raise usage(f"{message[:1].upper()}{message[1:]}", "", f"See {self.prog} --help")


def parsed(entry: Entry, command: Command, words: Sequence[str]) -> argparse.Namespace:
    """Return what ``words`` say to a command. Raises ``Failure``, and ``SystemExit`` for help that was printed."""
    parser = _parser(entry)
    command.options(parser)
    return parser.parse_intermixed_args(_joined(words))


def launch_of(arguments: argparse.Namespace) -> Launch:
    """Return the global options as plain data."""
    return Launch(
        profiles=tuple(arguments.profile or ()),
        regions=tuple(arguments.region or ()),
        endpoint_url=arguments.endpoint_url or "",
        config=arguments.config or "",
        theme=arguments.theme or "",
        write=arguments.write,
        demo=arguments.demo,
        view=getattr(arguments, "view", None) or "",
        slow_link=arguments.slow_link,
    )


def _joined(words: Sequence[str]) -> list[str]:
    """Return the words with each option of ``_ANY_VALUE`` and its value as one."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _ANY_VALUE:
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def _parser(entry: Entry) -> Parser:
    opens = entry is OPEN
    parser = Parser(
        prog=f"cloudtop {entry.name}".strip(),
        description=_description() if opens else f"{entry.help[0].upper()}{entry.help[1:]}.",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    general = parser.add_argument_group("everywhere")
    general.add_argument("-p", "--profile", action="append", metavar="NAME", help="AWS profile; may be repeated")
    general.add_argument("-r", "--region", action="append", metavar="NAME", help="AWS region; may be repeated")
    general.add_argument("--endpoint-url", metavar="URL", help="another endpoint than AWS's own")
    general.add_argument("--config", metavar="FILE", help="another configuration file")
    general.add_argument("--theme", metavar="NAME", help="the full screen's theme")
    general.add_argument("--slow-link", action="store_true", help="a full screen for slow lines: few colours and bytes")
    general.add_argument("--write", action="store_true", help="allow writes; without it nothing is changed")
    general.add_argument("--profile-run", metavar="FILE", help="write where the time went to a new file, to send it")
    general.add_argument("--demo", action="store_true", help="an account of ours on this machine; needs no network")
    if opens:
        parser.add_argument("--version", action="version", version=f"cloudtop {__version__}")
    return parser


def _description() -> str:
    lines = [f"  {entry.name:<12}{entry.help}" for entry in COMMANDS.values()]
    head = "A terminal console for the people who run things on AWS. Without a command it opens the full screen."
    codes = "exit codes: 0 done, 1 failed or not found, 2 usage, 3 partly done, 4 refused, 5 credentials"
    return "\n".join([head, "", "commands (cloudtop COMMAND --help says more):", *lines, "", codes])
