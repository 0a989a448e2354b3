"""Owns what became of every message of a job, written before and after each step. Must not know how it is done.

A step that may have happened is written down before it is tried, so that whatever ends the process, reading the
journal back says exactly what is done, what is in doubt and what was not touched.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

from console.text.clean import clean
from console.workbench.keeping import Ledger, is_open, lines_of


class Kind(StrEnum):
    """What a job does to its messages."""

    RESEND = "resend"
    """Send to where it came from, or to another queue, then delete."""
    DELETE = "delete"
    RESTORE = "restore"
    """Send what was deleted again; there is nothing to delete."""


class Step(StrEnum):
    """What was written last about a message."""

    UNTOUCHED = "untouched"
    SENDING = "sending"
    SENT = "sent"
    DELETING = "deleting"
    DONE = "done"
    NOT_SENT = "not sent"
    """Certainly: nothing has happened to it."""
    LOST = "lost"
    """The answer to sending or deleting was lost."""
    KEPT = "kept"
    """It was sent, and the original is still in the queue."""


class Standing(StrEnum):
    """What is certain of a message."""

    DONE = "done"
    COPIED = "copied"
    """Sent; the original is still in the queue and will be received again."""
    IN_DOUBT = "in doubt"
    UNTOUCHED = "untouched"


_STANDINGS = {
    Step.UNTOUCHED: Standing.UNTOUCHED,
    Step.NOT_SENT: Standing.UNTOUCHED,
    Step.SENDING: Standing.IN_DOUBT,
    Step.LOST: Standing.IN_DOUBT,
    Step.SENT: Standing.COPIED,
    Step.KEPT: Standing.COPIED,
    Step.DELETING: Standing.IN_DOUBT,
    Step.DONE: Standing.DONE,
}


@dataclass(frozen=True, slots=True)
class Order:
    """What a job is to do. Times are seconds since the epoch."""

    id: str
    kind: Kind
    account: str
    region: str
    queue: str
    """URL of the queue that the messages are in, or were deleted from."""
    to: str
    """URL of the queue they go to; empty where nothing is sent."""
    ids: tuple[str, ...]
    spool: str
    rate: float
    """Messages a second at most."""
    operator: str
    reason: str
    began: float


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one message of a job."""

    id: str
    step: Step = Step.UNTOUCHED
    new_id: str = ""
    """What the sent message is called."""
    why: str = ""

    @property
    def standing(self) -> Standing:
        """What is certain."""
        return _STANDINGS[self.step]


@dataclass(frozen=True, slots=True)
class Account:
    """A job and what became of each of its messages."""

    order: Order
    entries: Mapping[str, Entry]
    ended: bool
    """Whether the job came to its end, rather than the process to its."""
    path: Path = field(default_factory=Path)
    running: bool = False
    """Whether its process was still at it when the journal was read."""

    def those(self, standing: Standing) -> tuple[Entry, ...]:
        """Return the messages of one standing, in the job's order."""
        return tuple(entry for entry in self.entries.values() if entry.standing is standing)

    def counts(self) -> dict[Standing, int]:
        """Return how many messages stand how."""
        found = dict.fromkeys(Standing, 0)
        for entry in self.entries.values():
            found[entry.standing] += 1
        return found


class Journal:
    """The journal of a job that runs. Any thread may use it."""

    def __init__(self, path: Path, order: Order) -> None:
        """Make the journal; the order is on the disk when this returns. Raises ``OSError``."""
        self.order = order
        self.entries = {id_: Entry(id_) for id_ in order.ids}
        self.counts = {**dict.fromkeys(Standing, 0), Standing.UNTOUCHED: len(self.entries)}
        """How many messages stand how."""
        self._noting = threading.Lock()
        self._ledger = Ledger(path)
        self._ledger.write([{"cloudtop": "journal", "version": 1, **asdict(order)}])

    @property
    def path(self) -> Path:
        """The file."""
        return self._ledger.path

    def note(self, entries: Iterable[Entry]) -> None:
        """Write what is known of messages now. Raises ``OSError``; then the next step must not be taken."""
        noted = list(entries)
        with self._noting:  # lines and counts follow each other in the same order
            self._ledger.write(_line(entry) for entry in noted)
            for entry in noted:
                self.counts[self.entries[entry.id].standing] -= 1
                self.counts[entry.standing] += 1
                self.entries[entry.id] = entry

    def end(self) -> Account:
        """Write that the job came to its end, let go of the file, and return what became of it. Raises ``OSError``."""
        try:
            self._ledger.write([{"ended": True}])
        finally:
            self.close()
        return Account(self.order, dict(self.entries), True, self.path)

    def close(self) -> None:
        """Let go of the file of a job that did not come to its end; it stays."""
        self._ledger.close()


def read_journal(path: Path) -> Account:
    """Return what a journal says. Raises ``OSError``, and ``ValueError`` for a file that is no journal."""
    running = is_open(path)  # asked first: what ends meanwhile is read to its end
    order: Order | None = None
    entries: dict[str, Entry] = {}
    ended = False
    for _, line in lines_of(path):
        if order is None:
            order = _order(line)
            entries = {id_: Entry(id_) for id_ in order.ids}
        elif "ended" in line:
            ended = True
        else:
            entries[line["id"]] = Entry(line["id"], Step(line["step"]), line.get("new_id", ""), line.get("why", ""))
    if order is None:
        raise ValueError(f"{clean(path)} is no journal")
    return Account(order, entries, ended, path, running and not ended)


def spool_of(path: Path) -> str:
    """Return which spool a journal names; empty where its order was never written, so that nothing was done.

    Raises ``OSError``, ``ValueError`` and ``KeyError``.
    """
    for _, line in lines_of(path):
        return _order(line).spool
    return ""


def _line(entry: Entry) -> dict[str, Any]:
    found = {"id": entry.id, "step": entry.step.value, "new_id": entry.new_id, "why": entry.why}
    return {name: value for name, value in found.items() if value}


def _order(line: Mapping[str, Any]) -> Order:
    if not isinstance(line, dict) or line.get("cloudtop") != "journal":
        raise ValueError("it is no journal")
    given = {name: line[name] for name in Order.__dataclass_fields__}
    return Order(**{**given, "kind": Kind(given["kind"]), "ids": tuple(given["ids"])})
