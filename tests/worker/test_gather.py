"""What changes quickly is told a few times a second, the newest of it, and the last of it always."""

from __future__ import annotations

import asyncio
from itertools import pairwise

from console.worker.gather import SECONDS, Gather
from tests.support.virtual import run


def test_many_changes_are_told_now_and_then_and_the_last_one_in_the_end() -> None:
    async def work() -> list[tuple[float, int]]:
        told: list[tuple[float, int]] = []
        value = 0
        gather = Gather(lambda: told.append((asyncio.get_running_loop().time(), value)))
        for value in range(100):  # noqa: B007 the newest is told
            gather.soon()
            await asyncio.sleep(SECONDS / 20)
        await asyncio.sleep(SECONDS)
        return told

    told = run(work())
    assert told[0][1] == 0, "the first at once"
    assert told[-1][1] == 99
    assert 5 <= len(told) <= 7
    assert all(later[0] - earlier[0] > SECONDS * 0.99 for earlier, later in pairwise(told))


def test_what_waits_is_told_at_once_when_it_has_to_be_and_not_twice() -> None:
    async def work() -> list[str]:
        told: list[str] = []
        gather = Gather(lambda: told.append("told"))
        gather.flush()
        assert not told, "there is nothing to tell"
        gather.now()
        gather.soon()
        gather.flush()
        assert len(told) == 2
        gather.soon()
        gather.stop()
        await asyncio.sleep(SECONDS * 3)
        return told

    assert len(run(work())) == 2
