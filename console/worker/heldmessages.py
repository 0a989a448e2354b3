"""Owns reading the messages that are held: rows, one of them, two compared, words looked for, a file of them.

All of it is read from the spool, off the event loop. Must not know how messages are received or given back.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from console.sqs.difference import Line, difference
from console.sqs.message import Message, refused_characters
from console.sqs.reading import Reading, read
from console.sqs.search import Needle
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind
from console.workbench.exporting import export
from console.workbench.payloads import Payload
from console.workbench.spool import Spool
from console.worker.news import MessageRow
from console.worker.sampling import Sampling
from console.worker.threads import Threads

BATCH = 100
"""Messages that are read in one go; between two of them it can be stopped."""
PREVIEW = 200
"""Characters."""

Found = TypeVar("Found")


class HeldMessages:
    """The messages on the table. Every public coroutine may be asked for by name."""

    def __init__(
        self,
        spool: Callable[[], Spool],
        payload: Callable[[str], Payload | None],
        sampling: Callable[[], Sampling],
        threads: Threads,
    ) -> None:
        """``spool`` raises ``AwsError`` where nothing is held; ``payload`` gives what was read from S3 for an id."""
        self._spool = spool
        self._payload = payload
        self._sampling = sampling
        self._threads = threads

    async def rows(self, ids: Sequence[str]) -> tuple[MessageRow, ...]:
        """Return the row of each message that is on the table. Raises ``AwsError``."""
        sampling = self._sampling()
        lying = [id_ for id_ in ids if id_ in sampling]
        return tuple([_row(message, sampling.group_of(message.id)) for message in await self._messages(lying)])

    async def read(self, message_id: str) -> Reading:
        """Return a message laid out to be read, by its payload where that was read from S3. Raises ``AwsError``."""
        return await self._threads.run(self._reading, message_id)

    async def body(self, message_id: str) -> str:
        """Return a message's body as it is. Raises ``AwsError``."""
        return (await self._one(message_id)).body

    async def difference(self, one: str, other: str) -> tuple[Line, ...]:
        """Return what differs between two messages. Raises ``AwsError``."""
        first, second = await self._one(one), await self._one(other)
        return await self._threads.run(difference, first, second)

    async def compare(self, message_id: str, body: str) -> tuple[Line, ...]:
        """Return what differs between a message and itself with another ``body``. Raises ``AwsError``."""
        _require_sendable(body)
        message = await self._one(message_id)
        return await self._threads.run(lambda: difference(message, message.with_body(body)))

    async def search(self, text: str) -> tuple[str, ...]:
        """Return the ids of the messages on the table that hold every word of ``text``. Raises ``AwsError``."""
        ids, needle = self._sampling().ids(), Needle.compile(text)
        found: list[str] = []
        for batch in _batches(ids):
            spool = self._spool()
            found += await self._threads.run(_matching, spool, batch, needle)
        return tuple(found)

    async def export(self, ids: Sequence[str], path: str) -> int:
        """Write messages into a new file, a line each, and return how many. Raises ``AwsError``."""
        spool = self._spool()
        try:
            return await self._threads.run(lambda: export(Path(path).expanduser(), (_got(spool, id_) for id_ in ids)))
        except OSError as error:
            why = clean(error.strerror or error)
            raise AwsError(
                Fault(FaultKind.INVALID, f"{clean(path)} was not written", why, "Name a new file")
            ) from error

    def _reading(self, message_id: str) -> Reading:
        message, payload = _got(self._spool(), message_id), self._payload(message_id)
        return read(message, offloaded=payload.offloaded() if payload else None)

    async def _one(self, message_id: str) -> Message:
        return await self._threads.run(_got, self._spool(), message_id)

    async def _messages(self, ids: Sequence[str]) -> list[Message]:
        found: list[Message] = []
        for batch in _batches(ids):
            found += await self._threads.run(_read_all, self._spool(), batch)
        return found


def _batches(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[first : first + BATCH] for first in range(0, len(ids), BATCH)]


def _read_all(spool: Spool, ids: Sequence[str]) -> list[Message]:
    return [_got(spool, id_) for id_ in ids]


def _matching(spool: Spool, ids: Sequence[str], needle: Needle) -> list[str]:
    return [id_ for id_ in ids if needle.matches(_got(spool, id_))]


def _got(spool: Spool, message_id: str) -> Message:
    """Return a message as it was received. Raises ``AwsError``."""
    try:
        return spool.get(message_id)
    except KeyError:
        why = "it is not held"
    except (OSError, ValueError) as error:
        why = clean(f"its copy cannot be read back: {error}", 300)
    raise AwsError(Fault(FaultKind.NOT_FOUND, f"The message {clean(message_id, 100)}", why, "Receive it again"))


def _row(message: Message, group: str) -> MessageRow:
    preview = clean(" ".join(message.body[: PREVIEW * 5].split()), PREVIEW)[:PREVIEW]
    return MessageRow(message.id, group, message.sent_at, message.receives, message.size, preview)


def _require_sendable(body: str) -> None:
    """Raise ``AwsError`` for a body that SQS does not take."""
    places = refused_characters(body)
    if body and not places:
        return
    why = f"it holds a character that SQS refuses, at {places[0]}" if places else "it is empty"
    raise AwsError(Fault(FaultKind.REFUSED, "The body cannot be sent", why, "Take it out" if places else "Write one"))
