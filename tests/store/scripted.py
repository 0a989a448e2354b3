"""A list that reads as it is told, and a screen that keeps what it hears. Knows no AWS."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any

from console.resources.fields import Path, Pending
from console.resources.model import Column, Enrichment, Item, Kind, Reader, ResourceType, Tone, Values
from console.scope.model import Scope
from console.store.delta import Delta
from console.store.query import Query
from console.store.watch import Watch
from console.text.faults import AwsError, Fault, FaultKind
from tests.store.heardrows import HeardRows
from tests.support.virtual import now

SCOPE = Scope("us-east-1", account="123456789012")
QUERY = Query(SCOPE, "test.things")
PERIOD = 15.0

Step = Sequence[str] | Fault | BaseException | asyncio.Event
"""Part of a reading: ids that arrive, a fault among them, an error that ends it, or something to wait for."""


def fault(kind: FaultKind = FaultKind.SERVICE, what: str = "things") -> Fault:
    return Fault(kind, what, kind.value)


def throttled() -> AwsError:
    return AwsError(fault(FaultKind.THROTTLED))


class OneScope:
    """A reader that must not be needed."""

    scope = SCOPE

    async def call(self, service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        raise AssertionError(f"{service} {operation} was called")

    def pages(
        self, service: str, operation: str, parameters: dict[str, Any], _wanted: object = ()
    ) -> AsyncIterator[dict[str, Any]]:
        raise AssertionError(f"{service} {operation} was called")


class Script:
    """The readings of a list in order; the last one for ever. ``value`` goes into every row's ``name``."""

    def __init__(self, *readings: Sequence[Step]) -> None:
        self.readings = deque(readings or ((),))
        self.begun: list[float] = []
        self.value = "a"
        self.running = self.most_at_once = self.finished = 0

    async def fetch(self, _reader: Reader, _parent: str) -> AsyncIterator[list[Item] | Fault]:
        reading = self.readings.popleft() if len(self.readings) > 1 else self.readings[0]
        self.begun.append(now())
        self.running += 1
        self.most_at_once = max(self.most_at_once, self.running)
        try:
            for step in reading:
                if isinstance(step, BaseException):
                    raise step
                if isinstance(step, asyncio.Event):
                    await step.wait()
                elif isinstance(step, Fault):
                    yield step
                else:
                    yield [{"Id": id_, "Name": self.value} for id_ in step]
            self.finished += 1
        finally:
            self.running -= 1


class Filling:
    """An enrichment that answers as it is told and notes which rows were asked for, and when."""

    def __init__(self, column: str = "slow", period: float = 60, *, rest: float = 0, **more: Any) -> None:
        self.column = column
        self.asked: list[tuple[float, list[str]]] = []
        self.answers: dict[str, Values | Fault] = {}
        self.error: Exception | None = None
        self.seconds = 0.0
        self.enrichment = Enrichment((column,), self.read, period, (), rest, **more)

    async def read(self, _reader: Reader, ids: Sequence[str]) -> AsyncIterator[tuple[str, Values | Fault]]:
        self.asked.append((now(), list(ids)))
        await asyncio.sleep(self.seconds)
        for id_ in ids:
            if self.error:
                raise self.error
            yield id_, self.answers.get(id_, {self.column: 7})

    def count(self) -> Counter[str]:
        return Counter(id_ for _, ids in self.asked for id_ in ids)


def things(script: Script, *fillings: Filling, **changes: Any) -> ResourceType:
    """Return a type whose list is read by ``script``."""
    declared: dict[str, Any] = {
        "name": "test.things", "title": "Things", "service": "test", "aliases": (), "operation": "ListThings",
        "items": "Things", "fetch": script.fetch, "id": Path("Id"), "arn": lambda item, _scope: f"arn:{item['Id']}",
        "columns": (
            Column("name", "NAME", Path("Name"), 10),
            Column("slow", "SLOW", Pending(), 5, Kind.NUMBER),
            Column("other", "OTHER", Pending(), 5),
        ),
        "enrich": tuple(filling.enrichment for filling in fillings), "period": PERIOD,
    }  # fmt: skip
    return ResourceType(**{**declared, **changes})


class Screen:
    """Keeps what it is told, as a screen would."""

    def __init__(self) -> None:
        self.deltas: list[Delta] = []
        self.rows = HeardRows()
        self._heard = asyncio.Event()

    def __call__(self, delta: Delta) -> None:
        self.deltas.append(delta)
        self.rows.take(delta)
        self._heard.set()

    @property
    def last(self) -> Delta:
        return self.deltas[-1]

    def values(self, index: int = 0) -> dict[str, Any]:
        """Return one column of every row."""
        return {id_: row.values[index] for id_, row in self.rows.items()}

    async def until(self, holds: Callable[[Screen], bool]) -> None:
        """Wait until ``holds`` is true; five made-up hours at most."""
        async with asyncio.timeout(5 * 3600):
            while not holds(self):
                self._heard.clear()
                await self._heard.wait()

    async def settled(self) -> None:
        """Wait until a reading has ended."""
        await self.until(lambda screen: bool(screen.deltas) and not screen.last.reading and bool(_ended(screen.last)))


def _ended(delta: Delta) -> object:
    return delta.complete or delta.faults


def bad_when(word: str) -> Callable[[Values], Tone]:
    """Return a judgement that calls rows of that name bad."""
    return lambda values: Tone.BAD if values.get("name") == word else Tone.NONE


def watching(resource: ResourceType) -> tuple[Watch, Screen]:
    """Start watching; neither jitter nor waiting takes real time."""
    watch, screen = Watch(resource, QUERY, OneScope(), now, lambda: 0.5), Screen()
    watch.start(screen)
    return watch, screen
