"""Owns received messages on disk: each is there before anyone sees it, and for as long as it may be wanted back.

Only where a message is, is held in memory. Must not know AWS.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.sqs.message import Message, of_line
from console.text.clean import clean
from console.workbench.keeping import Ledger, lines_of, open_private_file


@dataclass(frozen=True, slots=True)
class Origin:
    """Where messages were received: what their spool begins with."""

    account: str
    region: str
    queue: str
    """The queue's URL."""
    began: float
    """Seconds since the epoch."""


class Spool:
    """The messages of one lease."""

    def __init__(self, path: Path, origin: Origin) -> None:
        """Make the spool's file. Raises ``OSError``."""
        self.origin = origin
        self._ledger = Ledger(path)
        self._places: dict[str, tuple[int, int]] = {}
        self._ledger.write([_head(origin)])

    @property
    def path(self) -> Path:
        """The file."""
        return self._ledger.path

    def __len__(self) -> int:
        return len(self._places)

    def __contains__(self, message_id: object) -> bool:
        return message_id in self._places

    def add(self, messages: Sequence[Message]) -> None:
        """Keep messages; they are on the disk when this returns. Raises ``OSError``."""
        places = self._ledger.write(message.line() for message in messages)
        self._places.update((message.id, place) for message, place in zip(messages, places, strict=True))

    def get(self, message_id: str) -> Message:
        """Return a message as it was received. Raises ``KeyError``."""
        return of_line(self._ledger.read(self._places[message_id]))

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all messages, in the order they were first received in."""
        return tuple(self._places)

    def close(self) -> None:
        """Let go of the file; it stays."""
        self._ledger.close()


class KeptSpool:
    """A spool of a session that has ended, to read from."""

    def __init__(self, path: Path) -> None:
        """Read where each message is. Raises ``OSError``, and ``ValueError`` for a file that is no spool."""
        self.path = path
        self._places: dict[str, tuple[int, int]] = {}
        lines = lines_of(path)
        _, head = next(lines, ((0, 0), None))
        if not isinstance(head, dict) or head.get("cloudtop") != "spool":
            raise ValueError(f"{clean(path)} is no spool")
        self.origin = Origin(head["account"], head["region"], head["queue"], head["began"])
        for place, line in lines:
            self._places[line["id"]] = place

    def ids(self) -> tuple[str, ...]:
        """Return the ids of all messages, in the order they were first received in."""
        return tuple(self._places)

    def get(self, message_id: str) -> Message:
        """Return a message as it was received. Raises ``KeyError``."""
        offset, length = self._places[message_id]
        handle = open_private_file(self.path)
        try:
            return of_line(json.loads(os.pread(handle, length, offset)))
        finally:
            os.close(handle)

    def messages(self) -> Iterator[Message]:
        """Yield every message."""
        return (self.get(message_id) for message_id in self._places)


def _head(origin: Origin) -> dict[str, Any]:
    return {
        "cloudtop": "spool", "version": 1, "account": origin.account, "region": origin.region,
        "queue": origin.queue, "began": origin.began,
    }  # fmt: skip
