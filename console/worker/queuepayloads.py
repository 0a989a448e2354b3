"""Owns reading from S3 what messages point to, each when it is asked for. Must not know how messages are received."""

from __future__ import annotations

from collections.abc import Callable

from console.resources.model import Reader
from console.s3.part import Measured
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind
from console.workbench.payloads import Payload, Payloads, Weight, fetch, pointer_in, weigh
from console.workbench.spool import Spool
from console.worker.threads import Threads


class QueuePayloads:
    """The payloads of the messages that are held. Every public coroutine may be asked for by name."""

    def __init__(self, reader: Reader, spool: Callable[[], Spool], threads: Threads) -> None:
        """``spool`` raises ``AwsError`` where nothing is held."""
        self._reader = reader
        self._spool = spool
        self._threads = threads
        self._weighed: dict[str, tuple[Weight, Measured]] = {}
        self._payloads: Payloads | None = None

    async def weigh_payload(self, message_id: str) -> Weight:
        """Return what reading a message's payload takes; one HeadObject. Raises ``AwsError``."""
        spool = self._spool()
        if message_id not in spool:
            raise AwsError(Fault(FaultKind.NOT_FOUND, f"The message {clean(message_id, 100)}", "it is not held"))
        pointer = pointer_in(await self._threads.run(spool.get, message_id))
        self._weighed[message_id] = weighed = await weigh(self._reader, pointer)
        return weighed[0]

    async def fetch_payload(self, message_id: str) -> None:
        """Read a payload that was weighed, once; the message reads as it says from then on. Raises ``AwsError``."""
        weighed = self._weighed.pop(message_id, None)
        if weighed is None:
            raise AwsError(Fault(FaultKind.REFUSED, "Nothing was read from S3", "what it takes was not asked for"))
        payload = await fetch(self._reader, *weighed)
        spool = self._spool()  # only now: all may have been given back meanwhile
        self._payloads = self._payloads or Payloads(spool.path)
        await self._threads.run(self._payloads.keep, message_id, payload)

    def of(self, message_id: str) -> Payload | None:
        """Return the payload of a message, None where none was read. Blocks. Raises ``AwsError``."""
        try:
            return self._payloads.get(message_id) if self._payloads else None
        except (OSError, ValueError) as error:
            why = clean(f"its copy cannot be read back: {error}", 300)
            raise AwsError(Fault(FaultKind.NOT_FOUND, "The payload", why, "Receive the message again")) from error

    def drop(self) -> None:
        """Let go of all of them, and of their file."""
        self._weighed = {}
        if self._payloads:
            self._payloads.close()
            self._payloads = None
