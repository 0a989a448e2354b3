"""A list that another watch goes on with: the screen has its rows, and hears only of what changes."""

from __future__ import annotations

import asyncio
import math

import pytest

from console.resources.model import Missing, Terms, Tone
from console.store.delta import Known, in_parts
from console.store.poller import Poller
from console.store.watch import Watch
from console.text.faults import FaultKind
from tests.store.scripted import PERIOD, QUERY, Filling, OneScope, Screen, Script, bad_when, fault, things
from tests.store.virtually import virtually
from tests.support.virtual import now


async def first(script: Script, *fillings: Filling, **changes: object) -> Screen:
    """Return a screen whose watch has read the list once, and has ended."""
    watch, screen = Watch(things(script, *fillings, **changes), QUERY, OneScope(), now, lambda: 0.5), Screen()
    watch.start(screen)
    await screen.settled()
    await asyncio.sleep(1)
    await watch.stop()
    return screen


def known(screen: Screen) -> Known:
    """Return what a screen has, as it would hand it on."""
    rows = {entry.split("\x1f")[0]: entry for delta in screen.deltas for entry in delta.changed}
    words = {word: meant for delta in screen.deltas for word, meant in delta.words.items()}
    packing = screen.deltas[-1].packing
    return Known(tuple(rows[id_] for id_ in screen.rows), packing, words, screen.last.complete, screen.last.read_at)


def another(screen: Screen, script: Script, *fillings: Filling, **changes: object) -> Watch:
    """Return a watch that goes on where a screen's has ended, and tells that screen."""
    watch = Watch(things(script, *fillings, **changes), QUERY, OneScope(), now, lambda: 0.5)
    for part in in_parts(known(screen), 2):
        watch.adopt(part)
    watch.start(screen)
    return watch


@virtually
async def test_it_is_read_when_it_is_due_and_only_changes_are_told() -> None:
    screen = await first(Script([["a", "b", "c"]]))
    told, script = len(screen.deltas), Script([["a", "c", "d"]])
    another(screen, script)
    await asyncio.sleep(PERIOD - 3)
    assert not script.begun
    assert screen.last.complete
    await asyncio.sleep(6)
    assert len(script.begun) == 1
    assert set(screen.rows) == {"a", "c", "d"}
    after = screen.deltas[told:]
    assert [one for delta in after for one in delta.removed] == ["b"]
    assert len([one for delta in after for one in delta.changed]) == 1, "only the new one"
    assert {delta.packing for delta in after} == {screen.deltas[0].packing}, "no list begins anew"


@virtually
async def test_words_of_both_are_told_apart() -> None:
    script = Script([["a", "b"]])
    screen = await first(script)
    again = Script([["a", "b", "c"]])
    again.value = "another word"
    await another(screen, again).refresh()
    await asyncio.sleep(1)
    assert set(screen.values().values()) == {"another word"}
    third = Script([["a", "b"]])
    third.value = "a third"
    await another(screen, third).refresh()
    await asyncio.sleep(1)
    assert screen.values() == {"a": "a third", "b": "a third"}


@virtually
async def test_what_was_filled_in_stays_until_it_is_filled_in_again() -> None:
    filling = Filling()
    watch, screen = Watch(things(Script([["a"]]), filling), QUERY, OneScope(), now, lambda: 0.5), Screen()
    watch.start(screen)
    watch.see(["a"])
    await screen.until(lambda screen: bool(screen.rows) and screen.values(1) == {"a": 7})
    await screen.settled()
    await watch.stop()
    slow = Filling()
    slow.answers["a"], slow.seconds = {"slow": 8}, 5
    second, told = another(screen, Script([["a"]]), slow), len(screen.deltas)
    second.see(["a"])
    await second.refresh()
    await asyncio.sleep(2)
    assert screen.values(1) == {"a": 7}
    assert all(Missing.PENDING not in row.values[1:2] for row in screen.rows.values())
    await screen.until(lambda screen: screen.values(1) == {"a": 8})
    assert len([one for delta in screen.deltas[told:] for one in delta.changed]) == 1


@virtually
async def test_what_was_not_read_to_its_end_is_read_at_once() -> None:
    screen = await first(Script([["a"], fault(FaultKind.THROTTLED)]))
    script = Script([["a", "b"]])
    another(screen, script)
    await asyncio.sleep(1)
    assert len(script.begun) == 1
    assert set(screen.rows) == {"a", "b"}


@virtually
async def test_what_is_read_only_when_asked_is_not_read_by_going_on() -> None:
    screen = await first(Script([["a"]]), period=0)
    script = Script([["a"]])
    watch = another(screen, script, period=0)
    await asyncio.sleep(3600)
    assert not script.begun
    assert watch.next_due() == math.inf
    await watch.refresh()
    await asyncio.sleep(1)
    assert len(script.begun) == 1
    felt = Script([["a"]])

    async def terms(_reader: object, _parent: str) -> Terms:
        raise AssertionError("nobody asks")

    another(screen, felt, terms=terms)
    await asyncio.sleep(3600)
    assert not felt.begun


@virtually
async def test_problems_are_counted_from_what_is_known() -> None:
    script = Script([["a", "b"]])
    script.value = "broken"
    screen = await first(script, problem=bad_when("broken"))
    watch = another(screen, script, problem=bad_when("broken"))
    assert watch.problems[Tone.BAD] == 2
    script.value = "whole"
    await watch.refresh()
    await asyncio.sleep(1)
    assert watch.problems[Tone.BAD] == 0


@virtually
async def test_another_who_listens_later_hears_everything() -> None:
    screen = await first(Script([["a", "b"]]))
    watch = another(screen, Script([["a", "b"]]))
    await watch.stop()
    later = Screen()
    watch.start(later)
    assert set(later.rows) == {"a", "b"}


@pytest.mark.parametrize("gate", [False, True])
@virtually
async def test_when_something_is_read_next_is_known(gate: bool) -> None:
    held, filling = asyncio.Event(), Filling(period=400, rest=900)
    script = Script([["a"], held] if gate else [["a"]])
    watch, screen = Watch(things(script, filling), QUERY, OneScope(), now, lambda: 0.5), Screen()
    assert watch.next_due() == math.inf
    watch.start(screen)
    await asyncio.sleep(1)
    if gate:
        assert watch.next_due() == 0.0, "it is being read"
        held.set()
    await screen.settled()
    assert watch.next_due() <= now() + PERIOD
    await watch.stop()
    assert watch.next_due() > now() + PERIOD


@virtually
async def test_left_before_it_was_told_of_everything_it_is_told_of_it_later() -> None:
    screen, again = await first(Script([["a", "b", "c"]])), Script([["a", "b", "c"]])
    poller, kind, later = Poller(now, lambda: 0.5), things(again), Screen()
    for part in in_parts(known(screen), 2):
        poller.adopt(kind, QUERY, OneScope(), part)
    await poller.leave(QUERY)
    await poller.watch(kind, QUERY, OneScope(), later)
    await asyncio.sleep(1)
    assert set(later.rows) == {"a", "b", "c"}
