"""Owns how results and errors are written to the two streams; must not know what they are about.

JSON holds strings exactly as AWS sent them, with everything outside printable ASCII escaped, so that a terminal may be
given it. All other text is cleaned.
"""

from __future__ import annotations

import base64
import contextlib
import json
import math
import sys
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from console.command.failure import Exit
from console.resources.model import Missing
from console.text.clean import clean, clean_document
from console.text.faults import Fault
from console.text.format import iso

_NOTE_LIMIT = 20_000
"""Characters of one line on standard error: more than any error has."""


def json_text(value: object, *, indent: int | None = 2) -> str:
    """Return ``value`` as JSON in printable ASCII; moments as ISO 8601 in UTC, what cannot be told as null."""
    text = json.dumps(jsonable(value), ensure_ascii=True, allow_nan=False, indent=indent)
    return text.replace("\x7f", "\\u007f")


def jsonable(value: object) -> Any:
    """Return ``value`` with everything that JSON has no word for made plain."""
    if isinstance(value, Mapping):
        return {str(name): jsonable(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [jsonable(part) for part in value]
    if value is None or isinstance(value, str | int | bool):
        return value
    return _plain(value)


def _plain(value: object) -> str | float | dict[str, str] | None:
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, Fault):
        return {"unreadable": value.sentence()}
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return None if isinstance(value, Missing) else str(value)


def yaml_text(value: object) -> str:
    """Return ``value`` as YAML, cleaned; moments as ISO 8601 in UTC."""
    import yaml

    text: str = yaml.safe_dump(clean_document(jsonable(value)), allow_unicode=True, sort_keys=False, width=4096)
    return text.rstrip("\n")


def out(text: str) -> None:
    """Write ``text`` and a line end to standard output."""
    print(text)


def note(text: str) -> None:
    """Write one clean line to standard error, after what was written to standard output, where that can be."""
    with contextlib.suppress(OSError, ValueError):
        sys.stdout.flush()
    print(clean(text, _NOTE_LIMIT), file=sys.stderr)


def note_lines(text: str) -> None:
    """Write lines to standard error, each cleaned."""
    for line in text.split("\n"):
        note(line)


def tell_failure(fault: Fault, code: Exit, as_json: bool) -> None:
    """Tell why a command ends: one line, or one object with ``error``."""
    if as_json:
        note(json_text({"error": {**described(fault), "exit": int(code)}}, indent=None))
    else:
        note(f"cloudtop: {worded(fault)}")


def worded(fault: Fault) -> str:
    """Return a fault in one line with what it happened to."""
    about = f" ({fault.subject})" if fault.subject and fault.subject not in fault.what + fault.why else ""
    return fault.sentence() + about


def described(fault: Fault) -> dict[str, str]:
    """Return a fault as plain data."""
    names = ("kind", "what", "why", "remedy", "code", "request_id", "subject")
    return {name: str(getattr(fault, name)) for name in names}
