"""Owns which queries are read at all: only those that are looked at. Must not know how one is read."""

from __future__ import annotations

import math
import random
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from console.resources.model import Reader, ResourceType, Tone
from console.store.attention import Attention
from console.store.delta import Known, Problems
from console.store.query import Query
from console.store.rows import Row
from console.store.watch import Listener, Watch

NEVER = 1e9
"""Seconds that no session lasts."""
REMEMBERED = 12
"""Lists kept after they were left, so that coming back shows them at once, with their age."""


def paced(resource: ResourceType, scale: float) -> ResourceType:
    """Return ``resource`` read again after ``scale`` times its periods; 0 reads again only when asked."""
    enrich = tuple(
        replace(part, period=part.period * scale or NEVER, rest=part.rest and (part.rest * scale or NEVER))
        for part in resource.enrich
    )
    return replace(resource, period=resource.period * scale, enrich=enrich)


class Poller:
    """Watches what is visible, more slowly while the operator does nothing. Runs on the AWS side's loop."""

    def __init__(self, clock: Callable[[], float] = time.time, jitter: Callable[[], float] = random.random) -> None:
        self._clock = clock
        self._jitter = jitter
        self._attention = Attention(clock)
        self._known: OrderedDict[Query, Watch] = OrderedDict()
        self._open: dict[Query, Listener] = {}
        self._paused = False

    def adopt(self, resource: ResourceType, query: Query, reader: Reader, known: Known) -> None:
        """Take what a listener to come has of ``query`` from a worker that ended. It may come in parts."""
        if query not in self._known:
            self._known[query] = self._made(resource, query, reader)
        if query not in self._open:
            self._known[query].adopt(known)

    async def watch(self, resource: ResourceType, query: Query, reader: Reader, listener: Listener) -> None:
        """Keep ``query`` fresh and tell ``listener``; a query is watched once, the newest listener wins."""
        watch = self._known.get(query) or self._made(resource, query, reader)
        self._known[query] = watch
        self._known.move_to_end(query)
        self._open[query] = listener
        if not self._paused:
            watch.start(listener)
        await self._forget()

    async def leave(self, query: Query) -> None:
        """Stop reading ``query``; its rows are remembered for a while."""
        self._open.pop(query, None)
        if query in self._known:
            await self._known[query].stop()

    async def refresh(self, query: Query, *, changed: bool = False) -> None:
        """Read ``query`` again now, in any case from its beginning where something was ``changed``."""
        if query in self._open:
            await self._known[query].refresh(changed=changed)

    def see(self, query: Query, ids: Sequence[str]) -> None:
        """Tell which rows of ``query`` are in view."""
        if query in self._open:
            self._known[query].see(ids)

    def more(self, query: Query) -> None:
        """Read on in a list that stopped at its budget."""
        if query in self._open:
            self._known[query].more()

    async def glance(self, resource: ResourceType, query: Query, reader: Reader) -> None:
        """Read ``query`` once, with the columns of its first rows, unless it is known already."""
        if query in self._known:
            return
        watch = self._known[query] = self._made(resource, query, reader)
        await watch.read_once()

    def problems(self) -> dict[Query, Problems]:
        """Return what is wrong in every list that is known, as of its last reading."""
        return {
            query: Problems(watch.problems[Tone.BAD], watch.problems[Tone.WARN], watch.read_at)
            for query, watch in self._known.items()
            if watch.read_at
        }

    def rows(self, query: Query) -> Mapping[str, Row]:
        """Return the rows of a list as far as they are known, by id."""
        watch = self._known.get(query)
        return dict(watch.rows) if watch else {}

    def touched(self) -> None:
        """Note that the operator did something: what was slowed goes at its own pace again."""
        if self._attention.touched():
            for query in self._open:
                self._known[query].hurry()

    async def pause(self) -> None:
        """Stop every reading: nobody is looking."""
        self._paused = True
        for query in self._open:
            await self._known[query].stop()

    async def resume(self) -> None:
        """Go on after ``pause``, at full pace: the operator has come back."""
        if not self._paused:
            return
        self._paused = False
        self._attention.touched()
        for query, listener in self._open.items():
            self._known[query].start(listener)

    def next_due(self) -> float:
        """Return when something is read next, seconds since the epoch; infinite where nothing is, 0 for now."""
        open_now = () if self._paused else self._open
        return min((self._known[query].next_due() for query in open_now), default=math.inf)

    async def close(self) -> None:
        """Stop everything and forget it."""
        for query in list(self._known):
            await self.leave(query)
        self._known.clear()

    def _made(self, resource: ResourceType, query: Query, reader: Reader) -> Watch:
        return Watch(resource, query, reader, self._clock, self._jitter, self._attention.stretch)

    async def _forget(self) -> None:
        for query in [query for query in self._known if query not in self._open][:-REMEMBERED]:
            await self._known.pop(query).stop()
