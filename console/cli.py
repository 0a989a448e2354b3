"""Owns which command is meant by what is written after ``cloudtop``; must not know what a command does.

Everything heavy is imported by the command that needs it; ``--help`` and ``--version`` load neither textual nor
botocore.
"""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, cast

from console.command.entries import COMMANDS, OPEN, Entry
from console.command.failure import nearest, usage
from console.command.plainwords import OPTIONS, plain_launch
from console.text.clean import clean

if TYPE_CHECKING:
    from console.command.parser import Command

_WITH_VALUE = (*OPTIONS, "--profile-run")


def run(words: Sequence[str]) -> int:
    """Run what ``words`` say and return the exit code. Raises ``Failure`` and ``AwsError``."""
    if words[:1] == ["--"]:
        words = words[1:]
    entry, rest = _split(words)
    launch = plain_launch(rest) if entry is OPEN else None
    if launch is None:
        return _parsed_and_run(entry, rest)
    from console.command.open import open_screen

    return open_screen(launch)


def _parsed_and_run(entry: Entry, words: Sequence[str]) -> int:
    from console.command.parser import launch_of, parsed

    command = cast("Command", importlib.import_module(f"console.command.{entry.module}"))
    arguments = parsed(entry, command, words)
    with _measured(arguments.profile_run):
        return command.run(arguments, launch_of(arguments))


def _measured(path: str | None) -> AbstractContextManager[object]:
    if not path:
        return nullcontext()
    from console.profiling import profiled

    return profiled(path)


def wants_json(words: Sequence[str]) -> bool:
    """Return whether errors are to be told as JSON too, which must be known even where parsing fails."""
    text = " ".join(words)
    return any(f"{option}json" in text for option in ("-o ", "-o", "--output ", "--output="))


def _split(words: Sequence[str]) -> tuple[Entry, list[str]]:
    """Return the command that the first words without a dash name, one or two, and the words without them."""
    index = _first_word(words)
    entry = COMMANDS.get(words[index]) if index < len(words) else None
    if entry:
        return entry, [*words[:index], *words[index + 1 :]]
    second = index + 1 + _first_word(words[index + 1 :])
    if second >= len(words) or not any(name.startswith(f"{words[index]} ") for name in COMMANDS):
        return OPEN, list(words)
    name = f"{words[index]} {words[second]}"
    if name not in COMMANDS:
        known = [known.partition(" ")[2] for known in COMMANDS if known.startswith(f"{words[index]} ")]
        hint = nearest(words[second], known) or f"There are: {', '.join(known)}"
        raise usage(f"There is no command {clean(name, 80)}", "", hint)
    return COMMANDS[name], [word for place, word in enumerate(words) if place not in (index, second)]


def _first_word(words: Sequence[str]) -> int:
    index = 0
    while index < len(words) and words[index].startswith("-") and words[index] != "--":
        index += 2 if words[index] in _WITH_VALUE else 1
    return index
