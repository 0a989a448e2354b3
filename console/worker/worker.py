"""Owns the screen's end of the socket: asking the AWS side and hearing from it. Must not know what is asked.

A session may be asked for before there is an event loop; the answer is heard once there is one.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Any

from console.command.failure import Failure
from console.text.faults import AwsError, Fault, FaultKind
from console.worker.place import Place, best_place
from console.worker.reaching import Reaching
from console.worker.rest import Rest
from console.worker.wire import Answer, Ask, Cancel, News, Wrong, packed, receive

REST_SECONDS = 60.0
"""How long nothing is asked before the worker may end, if nothing is held or due either."""
STOP_SECONDS = 8.0
"""How long leaving waits for what is held to be given back and connections to close."""
DYING_SECONDS = 0.2
_GONE = Fault(
    FaultKind.SERVICE, "The part of cloudtop that calls AWS ended", "its process is gone", "r opens the account again"
)
_ENDINGS = (EOFError, OSError)


@dataclass(frozen=True, slots=True)
class Again:
    """How a session is opened anew where its worker has ended."""

    arguments: Callable[[], tuple[Any, ...]]
    """Gives what it is opened with."""
    begun: Callable[[], Awaitable[None]]
    """Has what is watched go on; nothing is asked for it before that is over. It may tell, and not ask."""


class Worker:
    """The AWS side, wherever it runs. It ends where nothing is asked for long, and begins again when something is."""

    def __init__(
        self, place: Place | None = None, make: Callable[[], Place] = best_place, rest: float = REST_SECONDS
    ) -> None:
        """``place`` runs already; ``make`` starts another one when needed; ``rest`` seconds without work end it."""
        self._place = place
        self._make = make
        self._writer: asyncio.StreamWriter | None = None
        self._hearing: asyncio.Task[None] | None = None
        self._waiting: dict[int, asyncio.Future[Any]] = {}
        self._numbers = count(1)
        self._sessions = count(1)
        self._begun: tuple[tuple[Any, ...], int, int] | None = None
        self._heard: dict[int, Callable[[Any], None]] = {}
        self._again: dict[int, Again] = {}
        self._shut: set[int] = set()
        """Sessions that could be opened again, and that the present worker does not have."""
        self._reaching = Reaching(lambda session: self._hears and session not in self._shut, self._begin_again)
        self._rest = Rest(rest, self._end_if_idle)
        self._rests = False

    def begin(self, *arguments: Any) -> None:
        """Start the worker and have a session opened, before there is an event loop to wait on."""
        number, session = next(self._numbers), next(self._sessions)
        self._running().end.sendall(packed(Ask(number, session, "open", arguments)))
        self._begun = (arguments, number, session)

    async def open(self, *arguments: Any) -> tuple[int, Any]:
        """Return the (number, answer) of an opened session. Raises ``AwsError`` and ``Failure``."""
        begun, self._begun = self._begun, None
        if begun and begun[0] == arguments:
            answer = self._expected(begun[1])  # which may be there already: it is heard as soon as anything is
            try:
                await self._reaching.reach(begun[2])
            except BaseException:
                self._waiting.pop(begun[1], None)
                raise
            return begun[2], await self._answer(begun[1], answer)
        session = next(self._sessions)
        return session, await self.ask(session, "open", *arguments)

    async def ask(self, session: int, name: str, *arguments: Any, **options: Any) -> Any:
        """Return what the method ``name`` of a session returns; who stops waiting stops the work.

        Raises what it raises, as ``AwsError`` or ``Failure``.
        """
        await self._reaching.reach(session)
        return await self._asked(session, name, arguments, options)

    def tell(self, session: int, name: str, *arguments: Any, wakes: bool = True) -> None:
        """Have something done and do not wait; nothing where the worker is gone. One that rests begins again for it.

        Unless it ``wakes`` it is told at once or not at all.
        """
        if wakes and (self._rests or self._reaching.busy):
            self._reaching.later(self._tell_later(session, name, arguments))
        else:
            self._send(Ask(0, session, name, arguments))

    def hear(self, session: int, listener: Callable[[Any], None], again: Again | None = None) -> None:
        """Tell ``listener`` what a session tells unasked; None when the worker is gone."""
        self._heard[session] = listener
        if again:
            self._again[session] = again

    async def close(self, session: int) -> None:
        """Close a session; nobody hears of it any more."""
        has_it = session not in self._shut
        self.forget(session)
        if has_it and self._place is not None:
            await self.ask(session, "close")

    def forget(self, session: int) -> None:
        """Hear no more of a session."""
        self._heard.pop(session, None)
        self._again.pop(session, None)
        self._shut.discard(session)

    def stop(self) -> bool:
        """Have everything given back and the worker end; return whether that came in time. May be called again."""
        self._rest.stop()
        place = self._left()
        return place is None or place.stop(STOP_SECONDS)

    async def _end_if_idle(self) -> None:
        """Let the worker's memory go, and its credentials, where nothing is lost by that."""
        if self._place is None or not self._place.gives_back or self._waiting:
            return
        asked = next(self._numbers)
        self._send(Ask(asked, 0, "rests"))
        try:
            standings = await self._answer(asked)
        except AwsError:  # it ended by itself
            return
        if standings is None or self._waiting or next(self._numbers) != asked + 1 or not (place := self._left()):
            return
        self._shut, self._rests = set(self._again), True
        for session in self._heard.keys() & standings:
            self._heard[session](standings[session])
        await asyncio.to_thread(place.stop, STOP_SECONDS)

    def _left(self) -> Place | None:
        """Close the way to the worker, which ends it soon, and return where it ran."""
        place, self._place = self._place, None
        if place:
            with suppress(OSError):
                place.end.shutdown(socket.SHUT_RDWR)
            self._let_go(place.end)
        return place

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

    async def _begin_again(self, session: int) -> None:
        """Have the worker run, and the session open in it. Raises what opening it raises."""
        await self._listen()
        if session in self._shut:
            _, standing = await self._asked(session, "open", self._again[session].arguments(), {})
            if session not in self._shut:  # it was closed meanwhile, when there was nothing to close
                await self._asked(session, "close", (), {})
                return
            self._shut.discard(session)
            self._heard[session](standing)
            await self._again[session].begun()

    @property
    def _hears(self) -> bool:
        return self._hearing is not None and not self._hearing.done()

    async def _listen(self) -> None:
        """Hear what comes, and start the worker first where it does not run."""
        if self._hears:
            return
        reader, self._writer = await asyncio.open_connection(sock=self._running().end)
        self._hearing = asyncio.create_task(self._hear(reader))
        self._rests = False

    async def _tell_later(self, session: int, name: str, arguments: tuple[Any, ...]) -> None:
        try:
            await self._reaching.reach(session)
        except (AwsError, Failure):  # who asks for something hears of it
            return
        self._send(Ask(0, session, name, arguments))

    async def _asked(self, session: int, name: str, arguments: tuple[Any, ...], options: Mapping[str, Any]) -> Any:
        number = next(self._numbers)
        self._send(Ask(number, session, name, arguments, options))
        return await self._answer(number)

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        try:
            while True:
                message = await receive(reader)
                self._rest.happened()
                if isinstance(message, Answer):
                    self._settle(message)
                elif isinstance(message, News) and message.session in self._heard:
                    self._heard[message.session](message.value)
        except _ENDINGS:
            self._writer, place, self._place = None, self._place, None
            self._shut = set(self._again)
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

    def _expected(self, number: int) -> asyncio.Future[Any]:
        """Return where an answer will be told; what is heard of one that nobody expects is dropped."""
        future = self._waiting[number] = asyncio.get_running_loop().create_future()
        return future

    async def _answer(self, number: int, expected: asyncio.Future[Any] | None = None) -> Any:
        try:
            return await (expected or self._expected(number))
        except asyncio.CancelledError:
            self._waiting.pop(number, None)
            self._send(Cancel(number))
            raise

    def _send(self, message: object) -> None:
        if self._writer:
            self._rest.wanted()
            self._writer.write(packed(message))
