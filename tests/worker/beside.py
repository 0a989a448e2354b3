"""Owns one queue opened through a worker that runs in a thread, and what it told. Knows no test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from console.config.settings import Settings
from console.launch import Launch
from console.queuework import QueueWork
from console.session import Session
from console.workbench.intents import Intent, Wish
from console.workbench.job import Progress
from console.workbench.journal import Kind
from console.workbench.work import Ended
from console.worker.news import Sample
from console.worker.place import OwnThread, Place
from console.worker.worker import Worker
from tests.support.sqsfaults import SqsBackend, running_sqs

HOLD = 60
REASON = "INC-1"
"""The account is production, which wants one."""


@contextmanager
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[SqsBackend]:
    """Start an account that the environment names; nothing waits for messages that are not there."""
    with running_sqs(eager=True) as started:
        for name, value in started.account.environment().items():
            monkeypatch.setenv(name, value)
        yield started


def ids_of(sample: Sample) -> list[str]:
    """Return the ids of the messages of a sample, group after group."""
    return [id_ for group in sample.groups for id_ in group.ids]


def facts(intent: Intent) -> str:
    """Return what a plan tells, a line a fact."""
    return "\n".join(f"{fact.title}: {fact.text}" for fact in intent.plan.facts)


def spools(home: Path) -> list[Path]:
    """Return the files of copies that are below a home folder."""
    return list(home.rglob("spool/*.jsonl"))


class Beside:
    """A session with a queue open, and what it was told."""

    def __init__(self, session: Session, worker: Worker) -> None:
        self.session = session
        self.worker = worker
        self.told: list[Sample | Progress] = []
        self._heard = asyncio.Event()
        session.queue.listener = self._hear

    def _hear(self, news: Sample | Progress) -> None:
        self.told.append(news)
        self._heard.set()

    @property
    def queue(self) -> QueueWork:
        """The queue."""
        return self.session.queue

    def samples(self) -> list[Sample]:
        """Return the samples that were told."""
        return [news for news in self.told if isinstance(news, Sample)]

    def steps(self) -> list[Progress]:
        """Return how far jobs were told to be."""
        return [news for news in self.told if isinstance(news, Progress)]

    async def until(self, wanted: Callable[[Sample | Progress], bool]) -> None:
        """Wait until the newest news is as ``wanted``."""
        async with asyncio.timeout(30):
            while not (self.told and wanted(self.told[-1])):
                self._heard.clear()
                await self._heard.wait()

    async def held(self, count: int) -> tuple[str, ...]:
        """Receive ``count`` messages and return their ids."""
        ids = tuple(ids_of(await self.queue.take(count, HOLD)))
        assert len(ids) == count
        return ids

    async def done(self, kind: Kind, ids: tuple[str, ...], to: str = "", **more: dict[str, str]) -> Ended:
        """Do something to messages that are held."""
        intent = await self.queue.intend(Wish(kind, ids, to, **more))  # type: ignore[arg-type]
        return await self.queue.carry_out(intent, reason=REASON, confirmed=intent.plan.confirmation.expected)

    async def undone(self, intent: Intent) -> Ended:
        """Carry out an undo that was planned."""
        return await self.queue.undo(intent, reason=REASON, confirmed=intent.plan.confirmation.expected)


@asynccontextmanager
async def at(
    backend: SqsBackend, name: str, *, write: bool = True, make: Callable[[], Place] = OwnThread
) -> AsyncIterator[Beside]:
    """Open a queue; however it is left, the worker ends."""
    worker = Worker(make=make)
    try:
        found = Beside(await Session.open(worker, Launch(write=write), Settings()), worker)
        backend.forget()
        await found.queue.open(found.session.scope, backend.queue(name))
        yield found
    finally:
        assert await asyncio.to_thread(worker.stop)
