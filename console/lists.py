"""Owns the lists that a screen watches, from the screen's side; must not know what a list is painted as.

Methods are called on the screen's loop, the work happens on the worker's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from console.resources.registry import catalogue
from console.store.poller import Poller, Problems, paced
from console.store.query import Query
from console.store.rows import Delta
from console.store.watch import Listener
from console.worker import Worker

if TYPE_CHECKING:
    from console.aws.gateway import Gateway


class Lists:
    """Every list of one session: which is watched, which rows are in view, what is wrong in each."""

    def __init__(self, worker: Worker, gateway: Gateway, scale: float = 1.0) -> None:
        self._worker = worker
        self._gateway = gateway
        self._poller = Poller()
        self._scale = scale
        self.problems: Mapping[Query, Problems] = {}
        """As of the last reading of each list."""

    async def close(self) -> None:
        """Stop reading and give back what is held. Runs on the worker's loop."""
        await self._poller.close()

    async def watch(self, query: Query, listener: Listener) -> None:
        """Keep a list fresh and tell ``listener``, on the worker's thread, what changed."""

        def told(delta: Delta) -> None:
            self.problems = self._poller.problems()
            listener(delta)

        resource = paced(catalogue()[query.type], self._scale)
        await self._worker.run(self._poller.watch(resource, query, self._gateway.reader(query.scope), told))

    async def leave(self, query: Query) -> None:
        """Stop reading a list."""
        await self._worker.run(self._poller.leave(query))

    async def refresh(self, query: Query) -> None:
        """Read a list again now."""
        await self._worker.run(self._poller.refresh(query))

    async def glance(self, query: Query) -> None:
        """Read a list once so that its problems are known."""
        resource = catalogue()[query.type]
        await self._worker.run(self._poller.glance(resource, query, self._gateway.reader(query.scope)))
        self.problems = self._poller.problems()

    def see(self, query: Query, ids: Sequence[str]) -> None:
        """Tell which rows are in view."""
        self._worker.soon(self._poller.see, query, tuple(ids))

    def more(self, query: Query) -> None:
        """Read on in a list that waits."""
        self._worker.soon(self._poller.more, query)

    async def attend(self, attending: bool) -> None:
        """Go on reading, or stop because nobody is looking."""
        await self._worker.run(self._poller.resume() if attending else self._poller.pause())
