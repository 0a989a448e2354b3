"""Owns reading the audit log back: entries with their outcomes, as a table or as lines. Never writes to it."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from console.actions.outcome import Outcome
from console.text.clean import clean, clean_document

_LINE_LIMIT = 1_000_000
_NO_OUTCOME = "no outcome was recorded; it may have happened"


@dataclass(frozen=True, slots=True)
class Entry:
    """One call that was meant, and what came of it. Every string is clean."""

    at: datetime
    id: str
    outcome: Outcome
    fields: Mapping[str, Any] = field(default_factory=dict)
    """Both lines together: user, host, account, operation, parameters, targets, reason, request_id, error…"""

    def text(self, name: str) -> str:
        """Return one field as text, empty without it."""
        return clean(self.fields.get(name))

    def targets(self) -> str:
        """Return the targets as ``name (id)``, each with its own outcome where it differs."""
        results = self.fields.get("results") or {}
        listed = self.fields.get("targets")
        return ", ".join(_target(target, results) for target in listed) if isinstance(listed, list) else ""


@dataclass(frozen=True, slots=True)
class Trail:
    """What was read: the entries, oldest first, and how many lines could not be."""

    entries: tuple[Entry, ...] = ()
    unreadable: int = 0


def read(path: Path, since: datetime | None = None) -> Trail:
    """Return the entries meant at or after ``since``; an intent without outcome is unknown.

    A file that does not exist is an empty trail. Raises ``OSError`` for one that is no regular file or
    cannot be opened.
    """
    meant: dict[str, dict[str, Any]] = {}
    unreadable = 0
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        return Trail()
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(f"{clean(path)} is not a regular file")
        for record in _records(file):
            if record is None:
                unreadable += 1
            else:
                _join(meant, record)
    entries = (_entry(record) for record in meant.values())
    return Trail(tuple(entry for entry in entries if since is None or entry.at >= since), unreadable)


def markdown(entries: Iterable[Entry]) -> str:
    """Return the entries as a Markdown table; nothing in a cell is read as Markdown or HTML."""
    head = (
        "Time (UTC)",
        "Who",
        "Account",
        "Region",
        "Identity",
        "Call",
        "Targets",
        "Outcome",
        "Reason",
        "Request id",
        "Error",
    )
    lines = [_line(head), _line("---" for _ in head)]
    for entry in entries:
        who = f"{entry.text('user')}@{entry.text('host')}"
        if entry.text("ssh_client"):
            who += f" from {entry.text('ssh_client')}"
        call = f"{entry.text('service')}:{entry.text('operation')}"
        cells = (
            entry.at.strftime("%Y-%m-%d %H:%M:%S"), who, entry.text("account"), entry.text("region"),
            entry.text("identity"), call, entry.targets(), entry.outcome.value, entry.text("reason"),
            entry.text("request_id"), entry.text("error"),
        )  # fmt: skip
        lines.append(_line(_escaped(cell) for cell in cells))
    return "\n".join(lines) + "\n"


def json_lines(entries: Iterable[Entry]) -> str:
    """Return the entries as JSON Lines, one object per entry, in ASCII."""
    return "".join(json.dumps(dict(entry.fields), ensure_ascii=True, default=str) + "\n" for entry in entries)


def _records(file: BinaryIO) -> Iterator[dict[str, Any] | None]:
    """Yield each line's object; None for a line that is torn, foreign or too long."""
    while line := file.readline(_LINE_LIMIT):
        if len(line) == _LINE_LIMIT and not line.endswith(b"\n"):
            while (rest := file.readline(_LINE_LIMIT)) and not rest.endswith(b"\n"):
                pass
            yield None
        elif line.strip():
            yield _parsed(line)


def _parsed(line: bytes) -> dict[str, Any] | None:
    try:
        record = clean_document(json.loads(line))
        if not isinstance(record, dict):
            return None
        record["at"] = datetime.fromisoformat(record["at"])
        if record["at"].tzinfo is None or not isinstance(record["id"], str):
            return None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return record


def _join(meant: dict[str, dict[str, Any]], record: dict[str, Any]) -> None:
    """Lay an outcome over its intent; the moment stays the intent's."""
    earlier = meant.get(record["id"])
    if earlier is None:
        meant[record["id"]] = record
    else:
        meant[record["id"]] = {**earlier, **record, "at": earlier["at"], "ended_at": record["at"]}


def _entry(record: dict[str, Any]) -> Entry:
    fields = {**record, "at": _iso(record["at"])}
    if "ended_at" in record:
        fields["ended_at"] = _iso(record["ended_at"])
    fields.pop("phase", None)
    try:
        outcome = Outcome(record["outcome"])
    except (KeyError, ValueError):
        outcome = Outcome.UNKNOWN
        fields |= {"outcome": outcome.value, "error": record.get("error") or _NO_OUTCOME}
    return Entry(record["at"], record["id"], outcome, fields)


def _iso(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _target(target: object, results: object) -> str:
    if not isinstance(target, Mapping):
        return clean(target)
    id_, name = clean(target.get("id")), clean(target.get("name"))
    result = results.get(id_) if isinstance(results, Mapping) else None
    ended = f": {clean(result[0])}" if isinstance(result, list) and result else ""
    return (f"{name} ({id_})" if name else id_) + ended


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _escaped(cell: str) -> str:
    return "".join(f"\\{character}" if character in "\\`*_{}[]<>#|!~&" else character for character in clean(cell))
