"""What is asked waits for what is begun for it, in its order, whoever stops waiting."""

from __future__ import annotations

import asyncio

import pytest

from console.worker.reaching import Reaching


class Site:
    """Things that are begun, each in a few turns of the loop; the first ``fails`` of them fail."""

    def __init__(self, fails: int = 0) -> None:
        self.there: set[int] = set()
        self.begun: list[int] = []
        self.done: list[str] = []
        self.reaching = Reaching(self.there.__contains__, self._begin)
        self._fails = fails

    async def _begin(self, number: int) -> None:
        self.begun.append(number)
        for _ in range(5):
            await asyncio.sleep(0)
        if self._fails:
            self._fails -= 1
            raise OSError("not now")
        self.there.add(number)

    async def ask(self, name: str, number: int = 1) -> None:
        await self.reaching.reach(number)
        self.done.append(name)


@pytest.mark.parametrize("turns", range(12))
async def test_what_is_asked_keeps_its_order_whenever_it_comes(turns: int) -> None:
    site = Site()
    asked = [asyncio.create_task(site.ask(name)) for name in "abc"]
    for _ in range(turns):
        await asyncio.sleep(0)
    asked += [asyncio.create_task(site.ask(name)) for name in "de"]
    await asyncio.gather(*asked)
    assert ("".join(site.done), site.begun, site.reaching.busy) == ("abcde", [1], False)


@pytest.mark.parametrize("turns", range(1, 9))
async def test_what_is_begun_goes_on_and_is_waited_for_when_nobody_waits(turns: int) -> None:
    site = Site()
    asked = asyncio.create_task(site.ask("a"))
    for _ in range(turns):
        await asyncio.sleep(0)
    asked.cancel()
    await asyncio.gather(asked, return_exceptions=True)
    await site.ask("b")
    assert (site.done[-1], site.begun, site.there) == ("b", [1], {1})


async def test_it_is_busy_as_long_as_something_is_begun_or_waits() -> None:
    site = Site()
    assert not site.reaching.busy
    asked = [asyncio.create_task(site.ask("a")), asyncio.create_task(site.ask("b", 2))]
    await asyncio.sleep(0)
    assert site.reaching.busy
    asked[0].cancel()
    asked[1].cancel()
    await asyncio.gather(*asked, return_exceptions=True)
    assert site.reaching.busy, "the first is begun still"
    await site.ask("c")
    assert not site.reaching.busy


async def test_who_waits_for_another_does_not_hear_why_that_failed() -> None:
    site = Site(fails=1)
    first = asyncio.create_task(site.ask("a", 1))
    await asyncio.sleep(0)
    first.cancel()
    await site.ask("b", 2)
    assert (site.done, site.begun, site.there) == (["b"], [1, 2], {2})


async def test_who_wanted_it_hears_why_it_failed_and_the_next_one_tries_again() -> None:
    site = Site(fails=1)
    failing, going = asyncio.create_task(site.ask("a")), asyncio.create_task(site.ask("b"))
    with pytest.raises(OSError, match="not now"):
        await failing
    await going
    assert (site.done, site.begun) == (["b"], [1, 1])
