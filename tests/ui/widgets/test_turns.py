"""Long work goes a turn at a time, and what it wants to stand alone does."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import Iterator
from itertools import pairwise

import pytest
from textual.widget import Widget

from console.ui.widgets import turns
from tests.ui.stage import Stage


def work(done: list[str], steps: list[bool]) -> Iterator[bool]:
    for number, apart in enumerate(steps):
        done.append(str(number))
        yield apart
    done.append("shown")


def test_short_steps_share_a_turn_and_one_that_is_to_stand_alone_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns.time, "perf_counter", lambda: 0.0)
    done: list[str] = []
    for _ in turns._turns(work(done, [False, False, True])):
        done.append("|")
    assert done == ["0", "1", "2", "|", "shown"]


def test_a_turn_is_over_once_its_time_is(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = itertools.count(0.0, 0.6 * turns.TURN)
    monkeypatch.setattr(turns.time, "perf_counter", lambda: next(clock))
    done: list[str] = []
    for _ in turns._turns(work(done, [False] * 4)):
        done.append("|")
    assert done == ["0", "1", "|", "2", "3", "|", "shown"]


async def test_what_passes_through_a_few_tasks_is_done_between_two_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(turns, "TURN", 0.0)
    widget, over = Widget(), asyncio.Event()
    passed, at = 0, list[int]()

    def noting() -> Iterator[bool]:
        for _ in range(6):
            at.append(passed)
            yield False

    async with Stage(widget).run_test():
        turns.Turns(widget).take(noting(), over.set)
        while not over.is_set():
            passed += 1
            await asyncio.sleep(0)
    assert all(later - before >= 4 for before, later in pairwise(at))
