"""Owns what can be written after ``cloudtop`` and which command that is; must not know what a command does.

Everything heavy is imported by the command that needs it; ``--help`` and ``--version`` load neither textual nor
botocore.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol, cast

from console import __version__
from console.command.failure import nearest, usage
from console.launch import Launch
from console.text.clean import clean

_WITH_VALUE = ("-p", "--profile", "-r", "--region", "--endpoint-url", "--config", "--theme", "--profile-run")


class Command(Protocol):
    """What a module of ``console/command`` offers."""

    def options(self, parser: argparse.ArgumentParser) -> None:
        """Add what the command takes."""

    def run(self, arguments: argparse.Namespace, launch: Launch) -> int:
        """Do it and return the exit code. Raises ``Failure`` and ``AwsError``."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the help: a command's name, what it does, and the module that does it."""

    name: str
    help: str
    module: str


COMMANDS = {
    entry.name: entry
    for entry in (
        Entry("ls", "list the resources of a type", "ls"),
        Entry("show", "one resource with everything that can be read of it", "show"),
        Entry("types", "the catalogue: types, columns, actions, IAM actions", "types"),
        Entry("presign", "a pre-signed URL of an S3 object", "presign"),
        Entry("do", "carry out an action, or print its plan", "do"),
        Entry("sqs peek", "look at a sample of a queue's messages", "queue.peek"),
        Entry("sqs group", "count a queue's messages by what they say", "queue.group"),
        Entry("sqs resend", "send messages to where they came from, or elsewhere", "queue.resend"),
        Entry("sqs delete", "delete messages, with a copy to send again", "queue.delete"),
        Entry("sqs export", "write messages into a new file", "queue.export"),
        Entry("sqs drain", "write messages into a new file, then delete them", "queue.drain"),
        Entry("sqs redrive", "start, show or cancel SQS's own move task", "queue.redrive"),
        Entry("sqs restore", "send again what a job took from a queue", "queue.restore"),
        Entry("sqs jobs", "what was done to messages from here, and going on", "queue.jobs"),
        Entry("iam-policy", "the least-privilege policy for what cloudtop calls", "iam_policy"),
        Entry("audit", "what was done from here, and what came of it", "audit"),
        Entry("doctor", "check terminal, credentials, regions, clock and files", "doctor"),
    )
}
_ANY_VALUE = ("--filter", "--reason", "--in")
"""Options whose value may begin with a dash, which argparse would take for another option."""
_OPEN = Entry("", "open the full screen", "open")


class Parser(argparse.ArgumentParser):
    """A parser whose errors are failures with one line."""

    def error(self, message: str) -> NoReturn:
        """Raise the failure that ``message`` describes."""
        raise usage(f"{message[:1].upper()}{message[1:]}", "", f"See {self.prog} --help")


def run(words: Sequence[str]) -> int:
    """Run what ``words`` say and return the exit code. Raises ``Failure`` and ``AwsError``."""
    if words[:1] == ["--"]:
        words = words[1:]
    entry, rest = _split(words)
    command = cast(Command, importlib.import_module(f"console.command.{entry.module}"))
    parser = _parser(entry)
    command.options(parser)
    arguments = parser.parse_intermixed_args(_joined(rest))
    if not arguments.profile_run:
        return command.run(arguments, launch_of(arguments))
    return _measured(command, arguments)


def _measured(command: Command, arguments: argparse.Namespace) -> int:
    from console.profiling import profiled

    with profiled(arguments.profile_run):
        return command.run(arguments, launch_of(arguments))


def wants_json(words: Sequence[str]) -> bool:
    """Return whether errors are to be told as JSON too, which must be known even where parsing fails."""
    text = " ".join(words)
    return any(f"{option}json" in text for option in ("-o ", "-o", "--output ", "--output="))


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


def _split(words: Sequence[str]) -> tuple[Entry, list[str]]:
    """Return the command that the first words without a dash name, one or two, and the words without them."""
    index = _first_word(words)
    entry = COMMANDS.get(words[index]) if index < len(words) else None
    if entry:
        return entry, [*words[:index], *words[index + 1 :]]
    second = index + 1 + _first_word(words[index + 1 :])
    if second >= len(words) or not any(name.startswith(f"{words[index]} ") for name in COMMANDS):
        return _OPEN, list(words)
    name = f"{words[index]} {words[second]}"
    if name not in COMMANDS:
        known = [known.partition(" ")[2] for known in COMMANDS if known.startswith(f"{words[index]} ")]
        hint = nearest(words[second], known) or f"There are: {', '.join(known)}"
        raise usage(f"There is no command {clean(name, 80)}", "", hint)
    return COMMANDS[name], [word for place, word in enumerate(words) if place not in (index, second)]


def _joined(words: Sequence[str]) -> list[str]:
    """Return the words with each option of ``_ANY_VALUE`` and its value as one."""
    joined: list[str] = []
    for word in words:
        if joined and joined[-1] in _ANY_VALUE:
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined


def _first_word(words: Sequence[str]) -> int:
    index = 0
    while index < len(words) and words[index].startswith("-") and words[index] != "--":
        index += 2 if words[index] in _WITH_VALUE else 1
    return index


def _parser(entry: Entry) -> Parser:
    opens = entry is _OPEN
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
