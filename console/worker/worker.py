"""Owns the screen's end of the socket: asking the AWS side and hearing from it. Must not know what is asked.

A session may be asked for before there is an event loop; the answer is heard once there is one.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from contextlib import suppress
from itertools import count
from typing import Any

from console.text.faults import AwsError, Fault, FaultKind
from console.worker.place import Place, best_place
from console.worker.wire import Answer, Ask, Cancel, News, Wrong, packed, receive

STOP_SECONDS = 8.0
"""How long leaving waits for what is held to be given back and connections to close."""
DYING_SECONDS = 0.2
_GONE = Fault(
    FaultKind.SERVICE, "The part of cloudtop that calls AWS ended", "its process is gone", "r opens the account again"
)
_ENDINGS = (EOFError, OSError)


class Worker:
    """The AWS side, wherever it runs."""

    def __init__(self, place: Place | None = None, make: Callable[[], Place] = best_place) -> None:
        """``place`` runs already; ``make`` starts another one when it is needed."""
        self._place = place
        self._make = make
        self._writer: asyncio.StreamWriter | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._numbers = count(1)
        self._heard: dict[int, Callable[[Any], None]] = {}
        self._sessions = count(1)
        self._begun: tuple[tuple[Any, ...], int, int] | None = None

    def begin(self, *arguments: Any) -> None:
        """Start the worker and have a session opened, before there is an event loop to wait on."""
        number, session = next(self._numbers), next(self._sessions)
        self._running().end.sendall(packed(Ask(number, session, "open", arguments)))
        self._begun = (arguments, number, session)

    async def open(self, *arguments: Any) -> tuple[int, Any]:
        """Return the (number, answer) of an opened session. Raises ``AwsError`` and ``Failure``."""
        begun, self._begun = self._begun, None
        if begun and begun[0] == arguments:
            await self._listen()
            return begun[2], await self._answer(begun[1])
        session = next(self._sessions)
        return session, await self.ask(session, "open", *arguments)

    async def ask(self, session: int, name: str, *arguments: Any, **options: Any) -> Any:
        """Return what the method ``name`` of a session returns; who stops waiting stops the work.

        Raises what it raises, as ``AwsError`` or ``Failure``.
        """
        await self._listen()
        number = next(self._numbers)
        self._send(Ask(number, session, name, arguments, options))
        return await self._answer(number)

    def tell(self, session: int, name: str, *arguments: Any) -> None:
        """Have something done and do not wait; nothing where the worker is gone."""
        self._send(Ask(0, session, name, arguments))

    def hear(self, session: int, listener: Callable[[Any], None]) -> None:
        """Tell ``listener`` what a session tells unasked; None when the worker is gone."""
        self._heard[session] = listener

    def forget(self, session: int) -> None:
        """Hear no more of a session."""
        self._heard.pop(session, None)

    def stop(self) -> bool:
        """Have everything given back and the worker end; return whether that came in time. May be called again."""
        place, self._place = self._place, None
        if place is None:
            return True
        with suppress(OSError):
            place.end.shutdown(socket.SHUT_RDWR)
        self._let_go(place.end)
        return place.stop(STOP_SECONDS)

    def _let_go(self, end: socket.socket) -> None:
        """Close our end; a loop that still runs must not go on looking at a number that another file may get."""
        writer, self._writer = self._writer, None
        hearing, self._hearing = self._hearing, None
        if hearing is None or writer is None or hearing.get_loop().is_closed():
            end.close()
            return
        hearing.cancel()
        writer.transport.abort()
        self._fail_waiting()

    def _running(self) -> Place:
        """Return the place; a new one where there is none, or it has ended."""
        if self._place is None or not self._place.alive():
            self.stop()
            self._place = self._make()
        return self._place

    async def _listen(self) -> None:
        """Hear what comes, and start the worker first where it does not run."""
        if self._hearing and not self._hearing.done():
            return
        reader, self._writer = await asyncio.open_connection(sock=self._running().end)
        self._hearing = asyncio.create_task(self._hear(reader))

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                message = await receive(reader)
                if isinstance(message, Answer):
                    self._settle(message)
                elif isinstance(message, News) and message.session in self._heard:
                    self._heard[message.session](message.value)
        except _ENDINGS:
            self._writer, place, self._place = None, self._place, None
            if place:
                place.stop(DYING_SECONDS)  # its socket is closed a moment before it counts as ended
            self._gone()

    def _gone(self) -> None:
        self._fail_waiting()
        for listener in list(self._heard.values()):
            listener(None)

    def _fail_waiting(self) -> None:
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            if not future.done():
                future.set_exception(AwsError(_GONE))

    def _settle(self, answer: Answer) -> None:
        future = self._waiting.pop(answer.number, None)
        if future is None or future.done():
            return
        if isinstance(answer.value, Wrong):
            future.set_exception(answer.value.error())
        else:
            future.set_result(answer.value)

    async def _answer(self, number: int) -> Any:
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        try:
            return await future
        except asyncio.CancelledError:
            self._waiting.pop(number, None)
            self._send(Cancel(number))
            raise

    def _send(self, message: object) -> None:
        if self._writer:
            self._writer.write(packed(message))
