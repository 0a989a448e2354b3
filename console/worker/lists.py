"""Owns the lists of one session as the worker reads them; must not know what a list is painted as."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from console.resources.registry import catalogue
from console.store.delta import Delta, Known, Problems
from console.store.poller import Poller, paced
from console.store.query import Query
from console.store.rows import named
from console.worker.news import ListNews

if TYPE_CHECKING:
    from console.aws.gateway import Gateway
    from console.sqs.overview import DeadLetters


Heard = Callable[[ListNews], None]

SOON = 3600.0
"""Seconds in which a reading that is due keeps the worker from ending."""


class Lists:
    """Every list of one session. Every public coroutine may be asked for by name."""

    def __init__(self, gateway: Gateway, scale: float = 1.0) -> None:
        self._gateway = gateway
        self._poller = Poller()
        self._scale = scale
        self.listener: Heard = lambda _news: None

    async def close(self) -> None:
        """Stop reading and give back what is held."""
        await self._poller.close()

    async def adopt(self, query: Query, known: Known) -> None:
        """Take what the listener has of a list that is about to be watched; then only what changes is told."""
        resource = paced(catalogue()[query.type], self._scale)
        self._poller.adopt(resource, query, self._gateway.reader(query.scope), known)

    async def watch(self, query: Query) -> None:
        """Keep a list fresh and tell the listener what changed."""

        def told(delta: Delta) -> None:
            self.listener(ListNews(query, delta, self._poller.problems()))

        await self._watch(query, told)

    async def read_ahead(self, query: Query) -> None:
        """Begin to read a list that will soon be watched."""
        await self._watch(query, lambda _delta: None)

    async def _watch(self, query: Query, told: Callable[[Delta], None]) -> None:
        resource = paced(catalogue()[query.type], self._scale)
        await self._poller.watch(resource, query, self._gateway.reader(query.scope), told)

    async def leave(self, query: Query) -> None:
        """Stop reading a list."""
        await self._poller.leave(query)

    async def refresh(self, query: Query, *, changed: bool = False) -> None:
        """Read a list again now, in any case from its beginning where something was ``changed``."""
        await self._poller.refresh(query, changed=changed)

    async def glance(self, query: Query) -> Mapping[Query, Problems]:
        """Read a list once, and return what is wrong in each list that is known."""
        await self._poller.glance(catalogue()[query.type], query, self._gateway.reader(query.scope))
        return self._poller.problems()

    async def dead_letters(self, query: Query) -> tuple[DeadLetters, ...]:
        """Return the dead-letter queues among the queues of a list that is known, those that fill fastest first."""
        from console.sqs.overview import read_overview  # not before the first list is there

        resource = catalogue()[query.type]
        rows = {id_: named(resource, row.values) for id_, row in self._poller.rows(query).items()}
        return await read_overview(self._gateway.reader(query.scope), rows, time.time())

    async def see(self, query: Query, ids: Sequence[str]) -> None:
        """Hear which rows are in view."""
        self._poller.see(query, ids)

    async def more(self, query: Query) -> None:
        """Read on in a list that waits."""
        self._poller.more(query)

    async def touched(self) -> None:
        """Hear that the operator did something."""
        self._poller.touched()

    def rests(self) -> bool:
        """Return whether nothing is read, nor will be for a long time unless it is asked for."""
        return self._poller.next_due() > time.time() + SOON

    async def attend(self, attending: bool) -> None:
        """Go on reading, or stop because nobody is looking."""
        await (self._poller.resume() if attending else self._poller.pause())
