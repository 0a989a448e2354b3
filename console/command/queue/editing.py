"""Owns bodies that were edited in a file, and showing what is different in them. Must not know how they are sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from console.command import output
from console.command.failure import Failure, usage
from console.text.clean import clean
from console.text.format import plural

if TYPE_CHECKING:
    from console.workbench.job import Source

_SHOWN = 5
"""Messages whose difference is shown."""
_LINES = 40
"""Lines shown of one."""


def bodies_of(text: str) -> dict[str, str]:
    """Return id → body of a file as ``cloudtop sqs export`` writes it. Raises ``Failure`` for any other."""
    found: dict[str, str] = {}
    try:
        with Path(text).expanduser().open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                if line.strip():
                    _take(found, line, text, number)
    except OSError as error:
        raise usage(f"{clean(text)} cannot be read", clean(error.strerror or error)) from error
    except UnicodeDecodeError as error:
        raise usage(f"{clean(text)} cannot be read", "it is not UTF-8") from error
    return found


def _take(found: dict[str, str], line: str, text: str, number: int) -> None:
    try:
        entry = json.loads(line)
        id_, body = entry["id"], entry["body"]
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise _wrong(text, number, "it is no JSON object with id and body") from error
    if not isinstance(id_, str) or not isinstance(body, str):
        raise _wrong(text, number, "id and body must be texts")
    if id_ in found:
        raise _wrong(text, number, f"{clean(id_, 80)} is there twice")
    found[id_] = body


def _wrong(text: str, number: int, why: str) -> Failure:
    return usage(f"{clean(text)}, line {number:,}, cannot be used", why, "Edit a file that sqs export has written")


def show_differences(source: Source, edited: Mapping[str, str]) -> None:
    """Write on standard error what is different in the first of the edited messages."""
    from console.sqs.difference import difference

    for id_ in islice(edited, _SHOWN):
        message = source.get(id_)
        lines = difference(message, message.with_body(edited[id_]))
        output.note(f"{clean(id_)}:")
        for line in lines[:_LINES]:
            output.note(f"  {line.mark} {line.text}")
        if len(lines) > _LINES:
            output.note(f"  … {plural(len(lines) - _LINES, 'more line')}")
    if len(edited) > _SHOWN:
        output.note(f"… and {plural(len(edited) - _SHOWN, 'more edited message')}")
