"""Only what is looked at is read."""

from __future__ import annotations

import asyncio
from itertools import pairwise
from typing import Any

from console.resources.model import ResourceType, Terms
from console.store.delta import Problems
from console.store.poller import REMEMBERED, Poller, paced
from console.store.query import Query
from tests.store.scripted import PERIOD, QUERY, SCOPE, Filling, OneScope, Screen, Script, bad_when, things
from tests.store.virtually import virtually
from tests.support.virtual import now


def evenly() -> float:
    """Spread nothing."""
    return 0.5


async def opened(poller: Poller, resource: ResourceType, query: Query = QUERY) -> Screen:
    screen = Screen()
    await poller.watch(resource, query, OneScope(), screen)
    return screen


@virtually
async def test_a_list_is_read_while_it_is_watched_and_no_longer() -> None:
    poller, script = Poller(now, evenly), Script([["a"]])
    screen = await opened(poller, things(script))
    await screen.settled()
    await asyncio.sleep(PERIOD * 2 + 1)
    assert len(script.begun) == 3
    await poller.leave(QUERY)
    told = len(screen.deltas)
    await asyncio.sleep(PERIOD * 10)
    assert len(script.begun) == 3
    assert len(screen.deltas) == told


@virtually
async def test_lists_are_read_side_by_side_each_once() -> None:
    poller, gate = Poller(now, evenly), asyncio.Event()
    scripts = [Script([gate, [str(number)]]) for number in range(3)]
    screens = [
        await opened(poller, things(script), Query(SCOPE, "test.things", str(number)))
        for number, script in enumerate(scripts)
    ]
    await asyncio.sleep(1)
    assert [script.running for script in scripts] == [1, 1, 1]
    gate.set()
    for screen in screens:
        await screen.settled()
    assert [list(screen.rows) for screen in screens] == [["0"], ["1"], ["2"]]


@virtually
async def test_the_newest_listener_wins_and_the_list_is_read_once() -> None:
    poller, script = Poller(now, evenly), Script([asyncio.Event()])
    resource = things(script)
    first, second = await opened(poller, resource), await opened(poller, resource)
    await asyncio.sleep(1)
    told = len(first.deltas)
    assert script.running == script.most_at_once == 1
    await poller.refresh(QUERY)
    await asyncio.sleep(1)
    assert len(first.deltas) == told
    assert second.deltas
    assert script.running == script.most_at_once == 1


@virtually
async def test_pausing_stops_every_reading_and_going_on_shows_it_at_once() -> None:
    poller, script = Poller(now, evenly), Script([["a"]])
    screen = await opened(poller, things(script))
    await screen.settled()
    await poller.pause()
    await asyncio.sleep(3600)
    assert len(script.begun) == 1
    await poller.resume()
    await asyncio.sleep(1)
    assert len(script.begun) == 2
    await poller.resume()
    await asyncio.sleep(PERIOD)
    assert len(script.begun) == 3, "going on twice is going on once"
    assert script.most_at_once == 1


@virtually
async def test_what_is_opened_or_refreshed_while_paused_waits() -> None:
    poller, script = Poller(now, evenly), Script([["a"]])
    await poller.pause()
    screen = await opened(poller, things(script))
    await poller.refresh(QUERY)
    await asyncio.sleep(60)
    assert not script.begun
    await poller.resume()
    await screen.settled()
    assert list(screen.rows) == ["a"]


@virtually
async def test_what_is_left_while_paused_is_not_read_afterwards() -> None:
    poller, script = Poller(now, evenly), Script([["a"]])
    await opened(poller, things(script))
    await poller.pause()
    await poller.leave(QUERY)
    await poller.resume()
    await asyncio.sleep(60)
    assert not script.begun


@virtually
async def test_a_glance_reads_once_tells_the_problems_and_is_not_repeated() -> None:
    poller, script = Poller(now, evenly), Script([["a", "b"]])
    script.value = "bad"
    resource = things(script, problem=bad_when("bad"))
    assert not poller.problems()
    began = now()
    await poller.glance(resource, QUERY, OneScope())
    await poller.glance(resource, QUERY, OneScope())
    await asyncio.sleep(PERIOD * 3)
    assert len(script.begun) == 1
    assert poller.problems() == {QUERY: Problems(2, 0, began)}
    screen = await opened(poller, resource)
    assert list(screen.rows) == ["a", "b"]


@virtually
async def test_a_list_that_was_never_read_through_has_no_problems_to_tell() -> None:
    poller = Poller(now, evenly)
    await poller.glance(things(Script([["a"], ValueError("broken")])), QUERY, OneScope())
    assert poller.problems() == {}


@virtually
async def test_only_so_many_lists_are_remembered() -> None:
    poller = Poller(now, evenly)
    scripts = [Script([["a"]]) for _ in range(REMEMBERED + 3)]
    queries = [Query(SCOPE, "test.things", str(number)) for number in range(len(scripts))]
    for query, script in zip(queries, scripts, strict=True):
        screen = await opened(poller, things(script, period=0), query)
        await screen.settled()
        await poller.leave(query)
    newest = await opened(poller, things(scripts[-1], period=0), queries[-1])
    oldest = await opened(poller, things(scripts[0], period=0), queries[0])
    await asyncio.sleep(1)
    assert len(scripts[-1].begun) == 1, "remembered, and so shown without a reading"
    assert len(scripts[0].begun) == 2, "forgotten, and so read again"
    assert list(newest.rows) == list(oldest.rows) == ["a"]


async def terms(*_: Any) -> Terms:
    return Terms("felt by others")


@virtually
async def test_a_list_that_others_feel_is_read_when_asked_for_and_only_then() -> None:
    poller, script = Poller(now, evenly), Script([["a"]])
    resource = things(script, terms=terms, period=0)
    await opened(poller, resource)
    await asyncio.sleep(60)
    assert not script.begun
    await poller.refresh(QUERY)
    await asyncio.sleep(60)
    await poller.leave(QUERY)
    again = await opened(poller, resource)
    await asyncio.sleep(60)
    assert list(again.rows) == ["a"], "what was read is shown"
    assert len(script.begun) == 1


@virtually
async def test_closing_ends_everything() -> None:
    poller, script = Poller(now, evenly), Script([["a"], asyncio.Event()])
    await opened(poller, things(script))
    await asyncio.sleep(1)
    assert script.running == 1
    await poller.close()
    assert script.running == 0
    await poller.refresh(QUERY)
    poller.see(QUERY, ["a"])
    poller.more(QUERY)
    await asyncio.sleep(60)
    assert len(script.begun) == 1
    assert not poller.problems()


@virtually
async def test_the_configuration_says_how_often_lists_are_read() -> None:
    script, filling = Script([["a"]]), Filling(period=10)
    slow = Poller(now, evenly)
    await opened(slow, paced(things(script, filling), 4))
    slow.see(QUERY, ["a"])
    await asyncio.sleep(PERIOD * 8 + 1)
    assert [moment - script.begun[0] for moment in script.begun] == [0, PERIOD * 4, PERIOD * 8]
    assert filling.count() == {"a": 4}


@virtually
async def test_off_reads_once_and_when_asked() -> None:
    script, filling = Script([["a"]]), Filling(period=10)
    never = Poller(now, evenly)
    await opened(never, paced(things(script, filling), 0))
    never.see(QUERY, ["a"])
    await asyncio.sleep(24 * 3600)
    assert len(script.begun) == len(filling.asked) == 1
    await never.refresh(QUERY)
    await asyncio.sleep(60)
    assert len(script.begun) == len(filling.asked) == 2


@virtually
async def test_everything_is_read_more_slowly_while_the_operator_does_nothing() -> None:
    poller, script, filling = Poller(now, evenly), Script([["a"]]), Filling(period=60)
    poller.touched()
    began = now()
    await opened(poller, things(script, filling))
    poller.see(QUERY, ["a"])
    await asyncio.sleep(1200)
    moments = [moment - began for moment in script.begun]
    assert [moment for moment in moments if moment < 300] == [PERIOD * number for number in range(20)]
    assert [moment for moment in moments if 300 < moment < 900] == [PERIOD * number for number in range(21, 60, 2)]
    assert {later - earlier for earlier, later in pairwise(moments) if earlier > 900} == {60}
    filled = [moment - began for moment, _ in filling.asked]
    assert len([moment for moment in filled if moment < 300]) == 5
    assert len([moment for moment in filled if moment >= 900]) <= 2


@virtually
async def test_a_key_after_a_while_reads_at_once_what_waited_for_it() -> None:
    poller, script, filling = Poller(now, evenly), Script([["a"]]), Filling(period=60)
    poller.touched()
    await opened(poller, things(script, filling))
    poller.see(QUERY, ["a"])
    await asyncio.sleep(3600)
    await asyncio.sleep(script.begun[-1] + 40 - now())
    begun = len(script.begun)
    poller.touched()
    await asyncio.sleep(1)
    assert len(script.begun) == begun + 1, "it is older than it would be"
    poller.touched()
    await asyncio.sleep(PERIOD * 4)
    assert len(script.begun) == begun + 5
    await asyncio.sleep(3600)
    await asyncio.sleep(filling.asked[-1][0] + 100 - now())
    filled = len(filling.asked)
    poller.touched()
    await asyncio.sleep(0.1)
    assert len(filling.asked) == filled + 1


@virtually
async def test_keys_in_quick_succession_read_nothing() -> None:
    poller, script = Poller(now, evenly), Script([["a"]])
    await opened(poller, things(script))
    await asyncio.sleep(1)
    for _ in range(100):
        poller.touched()
        await asyncio.sleep(0.1)
    assert len(script.begun) == 1


@virtually
async def test_a_list_that_is_opened_twice_is_read_once() -> None:
    poller, gate = Poller(now, evenly), asyncio.Event()
    script = Script([["a"], gate, ["b"]])
    resource = things(script)
    await opened(poller, resource)
    await asyncio.sleep(1)
    screen = await opened(poller, resource)
    gate.set()
    await screen.settled()
    assert list(screen.rows) == ["a", "b"]
    assert len(script.begun) == 1


@virtually
async def test_lists_of_many_places_are_not_read_in_step() -> None:
    scripts = [Script([["a"]]) for _ in range(20)]
    poller = Poller(now)
    for number, script in enumerate(scripts):
        await opened(poller, things(script), Query(SCOPE, "test.things", str(number)))
    await asyncio.sleep(PERIOD * 1.2)
    again = {script.begun[1] for script in scripts}
    assert len(again) > 10
    assert max(again) - min(again) <= PERIOD / 10


@virtually
async def test_coming_back_goes_on_at_full_pace() -> None:
    poller, script = Poller(now, evenly), Script([["a"]])
    poller.touched()
    await opened(poller, things(script))
    await poller.pause()
    await asyncio.sleep(3600)
    await poller.resume()
    await asyncio.sleep(PERIOD * 4 + 1)
    assert len(script.begun) == 5
