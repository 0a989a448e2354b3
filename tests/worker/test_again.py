"""A session that is opened anew in another worker: who wakes it, who stops waiting, and what is told meanwhile."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import pytest

from console.lists import AT_ONCE, Lists
from console.scope.model import Scope
from console.store.delta import Known
from console.store.query import Query
from console.text.faults import AwsError, Fault, FaultKind
from console.worker.wire import Answer, Ask, Wrong, packed, receive
from console.worker.worker import Again, Worker

QUERY = Query(Scope("eu-west-1", "acme", "123456789012"), "ec2.instances")
PARTS = 5
KNOWN = Known(tuple(["row"] * PARTS * AT_ONCE), "packing", {}, True, 1.0)
REFUSED = Wrong(Fault(FaultKind.DENIED, "The session", "no", "Ask"))


class Place:
    """A worker that answers everything and notes what it is asked; ``refuses`` so many openings."""

    gives_back = True

    def __init__(self, refuses: int = 0) -> None:
        self.end, self.other = socket.socketpair()
        self.asked: list[str] = []
        self.answered = 0
        self._refuses = refuses
        self._serving = asyncio.get_running_loop().create_task(self._serve())

    async def _serve(self) -> None:
        reader, writer = await asyncio.open_connection(sock=self.other)
        with suppress(EOFError):
            while True:
                ask = await receive(reader)
                if isinstance(ask, Ask):
                    self.asked.append(ask.name)
                    if ask.number:
                        writer.write(packed(Answer(ask.number, self._answer(ask))))
                        self.answered += 1
        writer.close()

    def _answer(self, ask: Ask) -> Any:
        if ask.name == "open" and self._refuses:
            self._refuses -= 1
            return REFUSED
        return {"open": ("door", "standing"), "rests": {1: "standing"}}.get(ask.name)

    def die(self) -> None:
        """End as a process does that was killed."""
        self.other.shutdown(socket.SHUT_RDWR)

    def alive(self) -> bool:
        return not self._serving.done()

    def stop(self, _seconds: float) -> bool:
        return True


class Site:
    """A worker whose session watches a list that takes some turns to hand over."""

    def __init__(self) -> None:
        self.places: list[Place] = []
        self.refuses = 0
        self.worker = Worker(make=self._made, rest=0)
        self.session = 0

    def _made(self) -> Place:
        self.places.append(Place(self.refuses))
        return self.places[-1]

    async def open(self) -> Lists:
        self.session, _ = await self.worker.open("arguments")
        lists = Lists(self.worker, self.session)
        self.worker.hear(self.session, lambda _news: None, Again(lambda: ("arguments",), lists.watch_again))
        await lists.watch(QUERY, lambda _delta: None, lambda: KNOWN)
        return lists

    async def until(self, name: str) -> Place:
        """Return the second worker once it was asked for ``name``."""
        async with asyncio.timeout(20):
            while len(self.places) < 2 or name not in self.places[1].asked:  # noqa: ASYNC110 nothing else tells
                await asyncio.sleep(0)
        return self.places[1]

    async def dies(self) -> None:
        """Have the first worker die, and be noticed."""
        self.places[0].die()
        async with asyncio.timeout(20):
            while not self.worker._shut:  # noqa: ASYNC110 nothing else tells
                await asyncio.sleep(0)


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    found = Site()
    yield found
    found.worker.stop()
    await asyncio.sleep(0.01)


HANDED_OVER = ["open", *["adopt"] * PARTS, "watch"]


async def test_an_answer_that_is_there_before_anything_is_heard_is_not_lost(site: Site) -> None:
    site.worker.begin("arguments")
    async with asyncio.timeout(20):
        while not site.places[0].answered:  # noqa: ASYNC110 nothing else tells
            await asyncio.sleep(0)
        assert await site.worker.open("arguments") == (1, ("door", "standing"))


async def test_who_wakes_it_may_stop_waiting_and_the_list_goes_on(site: Site) -> None:
    await site.open()
    await site.dies()
    reading = asyncio.create_task(site.worker.ask(site.session, "describe"))
    place = await site.until("adopt")
    reading.cancel()
    await asyncio.gather(reading, return_exceptions=True)
    await site.worker.ask(site.session, "calls")
    assert place.asked == [*HANDED_OVER, "calls"]


async def test_what_is_told_meanwhile_comes_after_it_in_its_order(site: Site) -> None:
    lists = await site.open()
    await site.worker._end_if_idle()
    site.worker.tell(site.session, "touched")
    place = await site.until("adopt")
    lists.see(QUERY, ["i-1"])
    asking = asyncio.create_task(site.worker.ask(site.session, "refresh"))
    await asyncio.sleep(0)
    lists.more(QUERY)
    await asking
    await site.until("more")
    assert place.asked == [*HANDED_OVER, "touched", "see", "refresh", "more"]


async def test_one_that_is_closed_while_it_is_opened_again_is_closed_there_too(site: Site) -> None:
    await site.open()
    await site.dies()
    reading = asyncio.create_task(site.worker.ask(site.session, "describe"))
    place = await site.until("open")
    await site.worker.close(site.session)
    await asyncio.gather(reading, return_exceptions=True)
    assert place.asked[:2] == ["open", "close"]
    assert "watch" not in place.asked


async def test_who_wanted_it_hears_why_it_cannot_be_opened_and_the_next_one_tries_again(site: Site) -> None:
    await site.open()
    await site.dies()
    site.refuses = 1
    for _ in range(2):
        site.worker.tell(site.session, "more", None)  # hears of nothing, and raises nothing
    with pytest.raises(AwsError, match="The session: no"):
        await site.worker.ask(site.session, "calls")
    await site.worker.ask(site.session, "calls")
    assert site.places[1].asked[:1] == ["open"]
