"""Owns the lists that a screen watches, from the screen's side; must not know what a list is painted as."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from console.store.delta import Delta, Known, in_parts
from console.store.query import Query
from console.text.faults import Fault, FaultKind

if TYPE_CHECKING:
    from console.sqs.overview import DeadLetters
    from console.store.delta import Problems
    from console.worker.news import ListNews
    from console.worker.worker import Worker

Listener = Callable[[Delta], None]
Knows = Callable[[], "Known | None"]

AT_ONCE = 2000
"""Rows handed over in one turn of the loop."""
OFTEN = 10.0
"""Seconds between two notes that the operator is there."""
_GONE = Fault(
    FaultKind.SERVICE, "The part of cloudtop that calls AWS ended", "what is shown is old", "r opens the account again"
)


class Lists:
    """Every list of one session: which is watched, which rows are in view, what is wrong in each."""

    def __init__(self, worker: Worker, session: int) -> None:
        self._worker = worker
        self._session = session
        self._touched_at = 0.0
        self._listeners: dict[Query, Listener] = {}
        self._known: dict[Query, Knows] = {}
        self._attending = True
        self.problems: Mapping[Query, Problems] = {}
        """As of the last reading of each list."""

    async def watch(self, query: Query, listener: Listener, knows: Knows = lambda: None) -> None:
        """Keep a list fresh and tell ``listener`` what changed.

        ``knows`` gives what the listener has of it, for a worker that goes on in the place of one that ended.
        """
        self._listeners[query], self._known[query] = listener, knows
        await self._worker.ask(self._session, "watch", query)

    async def watch_again(self) -> None:
        """Have a worker that has just begun keep up what is watched; much is handed over in parts."""
        if not self._attending:
            self._tell_new("attend", False)
        for query in list(self._listeners):
            knows = self._known.get(query)
            known = knows and knows()
            for part in in_parts(known, AT_ONCE) if known else ():
                if query in self._listeners:
                    self._tell_new("adopt", query, part)
                    await asyncio.sleep(0)  # so that a key is never late
            if query in self._listeners:
                self._tell_new("watch", query)

    def _tell_new(self, name: str, *arguments: object) -> None:
        """Tell a worker that has just begun, before anything else that waits for it."""
        self._worker.tell(self._session, name, *arguments, wakes=False)

    async def leave(self, query: Query) -> None:
        """Stop reading a list."""
        self._listeners.pop(query, None)
        self._known.pop(query, None)
        await self._worker.ask(self._session, "leave", query)

    async def refresh(self, query: Query, *, changed: bool = False) -> None:
        """Read a list again now, in any case from its beginning where something was ``changed``."""
        await self._worker.ask(self._session, "refresh", query, changed=changed)

    async def glance(self, query: Query) -> None:
        """Read a list once so that its problems are known."""
        self.problems = await self._worker.ask(self._session, "glance", query)

    async def dead_letters(self, query: Query) -> tuple[DeadLetters, ...]:
        """Return the dead-letter queues among the queues of a list, those that fill fastest first."""
        found: tuple[DeadLetters, ...] = await self._worker.ask(self._session, "dead_letters", query)
        return found

    def see(self, query: Query, ids: Sequence[str]) -> None:
        """Tell which rows are in view."""
        self._worker.tell(self._session, "see", query, tuple(ids))

    def more(self, query: Query) -> None:
        """Read on in a list that waits."""
        self._worker.tell(self._session, "more", query)

    def touched(self) -> None:
        """Tell that the operator did something, now and then."""
        now = time.monotonic()
        if now - self._touched_at >= OFTEN:
            self._touched_at = now
            self._worker.tell(self._session, "touched")

    async def attend(self, attending: bool) -> None:
        """Go on reading, or stop because nobody is looking."""
        self._attending = attending
        if attending:
            await self._worker.ask(self._session, "attend", True)
        else:
            self._worker.tell(self._session, "attend", False, wakes=False)

    def hear(self, news: ListNews | None) -> None:
        """Take what the worker tells of a list; None means that it tells nothing any more."""
        if news is None:
            for listener in self._listeners.values():
                listener(Delta(faults=(_GONE,)))
            return
        self.problems = {**self.problems, **news.problems}
        if news.query in self._listeners:
            self._listeners[news.query](news.delta)
