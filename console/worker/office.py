"""Owns the AWS side's end of the socket: what is asked is done, what changes is told. Must not know AWS."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable, Coroutine
from typing import TYPE_CHECKING, Any

from console.worker.wire import Answer, Ask, Cancel, News, Wrong, packed, receive

if TYPE_CHECKING:
    from console.worker.news import Standing
    from console.worker.session import WorkerSession

GATHER = 0.2
"""Seconds in which changes of a session's standing are told as one."""
COUNTED = 1.0
"""Seconds in which calls are: nobody reads their number more often."""
FALLS = 15.0
"""Seconds after which it is told again while calls per minute are going down, or AWS's patience comes back."""
LIST_METHODS = frozenset(
    {"adopt", "watch", "leave", "refresh", "glance", "dead_letters", "see", "more", "touched", "attend"}
)
SESSION_METHODS = frozenset(
    {"describe", "find", "terms", "chart", "preview", "presign", "plan", "carry_out", "unlock", "lock", "calls"}
)
QUEUE = "queue."
"""What is asked of the queue that is open begins with it."""
QUEUE_METHODS = frozenset(
    {
        "open", "close", "look", "terms", "take", "regroup", "release", "intend", "carry_out", "control",
        "rows", "read", "body", "difference", "compare", "search", "export", "plan_move", "start_move", "cancel_move",
        "weigh_payload", "fetch_payload",
        "undos", "intend_undo", "undo", "intend_drain", "drain", "intend_canary", "carry_out_canary", "end_canary",
    }
)  # fmt: skip


async def serve(end: socket.socket) -> None:
    """Do what comes through ``end`` until the other side closes it; everything held is given back then."""
    reader, writer = await asyncio.open_connection(sock=end)
    office = Office(writer.write)
    try:
        while True:
            office.take(await receive(reader))
    except EOFError:
        pass
    finally:
        await office.close()
        writer.close()


class Office:
    """The sessions that are open and what they are busy with."""

    def __init__(self, write: Callable[[bytes], object]) -> None:
        self._write = write
        self._sessions: dict[int, WorkerSession] = {}
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._unheard: set[asyncio.Task[None]] = set()
        self._pending: dict[int, asyncio.TimerHandle] = {}

    def take(self, message: Ask | Cancel) -> None:
        """Begin what is asked, in the order it was asked in."""
        if isinstance(message, Cancel):
            task = self._tasks.get(message.number)
            if task:
                task.cancel()
            return
        task = asyncio.get_running_loop().create_task(self._do(message))
        if message.number:
            self._tasks[message.number] = task
            task.add_done_callback(lambda _task: self._tasks.pop(message.number, None))
        else:
            self._unheard.add(task)
            task.add_done_callback(self._unheard.discard)

    async def close(self) -> None:
        """Stop what is under way and close every session."""
        tasks = [*self._tasks.values(), *self._unheard]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for number in list(self._sessions):
            await self._close(number)

    async def _do(self, ask: Ask) -> None:
        try:
            value = await self._work(ask)
        except Exception as error:  # told at the other end, in words
            value = Wrong.of(error)
        if ask.number:
            self._tell(Answer(ask.number, value))

    async def _work(self, ask: Ask) -> Any:
        if ask.name == "open":
            return await self._open(ask.session, *ask.arguments)
        if ask.name == "close":
            return await self._close(ask.session)
        if ask.name == "rests":
            return self._rests()
        return await self._method(ask)(*ask.arguments, **(ask.options or {}))

    def _method(self, ask: Ask) -> Callable[..., Coroutine[Any, Any, Any]]:
        session = self._sessions[ask.session]
        if ask.name.startswith(QUEUE) and ask.name.removeprefix(QUEUE) in QUEUE_METHODS:
            return session.queue.method(ask.name.removeprefix(QUEUE))
        owner: object = session.lists if ask.name in LIST_METHODS else session
        if ask.name not in LIST_METHODS | SESSION_METHODS:
            raise LookupError(ask.name)
        method: Callable[..., Coroutine[Any, Any, Any]] = getattr(owner, ask.name)
        return method

    async def _open(self, number: int, *arguments: Any) -> Any:
        from console.worker.session import WorkerSession

        session = self._sessions[number] = await WorkerSession.open(*arguments)
        await session.begin(
            lambda: self._changed(number),
            lambda: self._changed(number, COUNTED),
            lambda news: self._tell(News(number, news)),
        )
        return session.door, session.standing()

    def _rests(self) -> dict[int, Standing] | None:
        """Return how each session stands, for who goes on with it; None where something is lost by ending now."""
        others = len(self._tasks) > 1 or self._unheard  # who asks is one
        if others or not all(session.rests() for session in self._sessions.values()):
            return None
        return {number: session.standing().at_rest() for number, session in self._sessions.items()}

    async def _close(self, number: int) -> None:
        session = self._sessions.pop(number, None)
        pending = self._pending.pop(number, None)
        if pending:
            pending.cancel()
        if session:
            await session.close()

    def _changed(self, number: int, wait: float = GATHER) -> None:
        loop, pending = asyncio.get_running_loop(), self._pending.get(number)
        if pending is not None and pending.when() <= loop.time() + wait:
            return
        if pending is not None:
            pending.cancel()
        self._pending[number] = loop.call_later(wait, self._tell_standing, number)

    def _tell_standing(self, number: int) -> None:
        self._pending.pop(number, None)
        session = self._sessions.get(number)
        if session:
            standing = session.standing()
            self._tell(News(number, standing))
            if standing.usage.per_minute or standing.slowed:  # which fall by themselves
                self._changed(number, FALLS)

    def _tell(self, message: object) -> None:
        self._write(packed(message))
