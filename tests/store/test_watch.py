"""One list while someone looks at it: what arrives, what fails, what changes and what stays."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from console.resources.model import Missing, Terms, Tone
from console.store import watch as module
from console.store.rows import Row
from console.store.watch import AT_MOST, AT_ONCE, LONGEST_WAIT, Watch
from console.text.faults import AwsError, FaultKind
from tests.store.scripted import (
    PERIOD,
    QUERY,
    Filling,
    OneScope,
    Screen,
    Script,
    bad_when,
    fault,
    things,
    throttled,
    watching,
)
from tests.store.virtually import virtually
from tests.support.virtual import now, run


@virtually
async def test_rows_arrive_with_the_reading_that_brought_them() -> None:
    script = Script([["a", "b"], ["c"]])
    _, screen = watching(things(script))
    began = now()
    await screen.settled()
    assert list(screen.rows) == ["a", "b", "c"]
    assert screen.last.complete
    assert screen.last.read_at == began
    assert not screen.last.faults
    assert screen.rows["a"].values == ("a", Missing.PENDING, Missing.PENDING)


@virtually
async def test_early_pages_are_shown_while_later_ones_are_on_their_way() -> None:
    gate = asyncio.Event()
    _, screen = watching(things(Script([["a"], gate, ["b"]])))
    await screen.until(lambda screen: "a" in screen.rows)
    assert screen.last.reading
    assert not screen.last.complete
    assert not screen.last.read_at
    gate.set()
    await screen.settled()
    assert list(screen.rows) == ["a", "b"]


@virtually
async def test_a_list_is_read_again_after_its_period_and_only_changes_are_told() -> None:
    script = Script([["a", "b"]])
    _, screen = watching(things(script))
    await screen.settled()
    told = len(screen.deltas)
    await asyncio.sleep(PERIOD * 3.5)
    assert [moment - script.begun[0] for moment in script.begun] == [0, PERIOD, 2 * PERIOD, 3 * PERIOD]
    assert not any(delta.changed or delta.removed for delta in screen.deltas[told:])
    assert screen.last.read_at == script.begun[-1]
    script.value = "changed"
    await asyncio.sleep(PERIOD)
    assert set(screen.values().values()) == {"changed"}


@virtually
async def test_a_list_without_a_period_is_read_once_and_when_asked() -> None:
    script = Script([["a"]])
    watch, screen = watching(things(script, period=0))
    await screen.settled()
    await asyncio.sleep(3600)
    assert len(script.begun) == 1
    await watch.refresh()
    await asyncio.sleep(1)
    assert len(script.begun) == 2


@virtually
async def test_a_row_that_is_gone_is_removed_once_the_list_was_read_through() -> None:
    _, screen = watching(things(Script([["a", "b"]], [["b"]])))
    await screen.settled()
    await asyncio.sleep(PERIOD + 1)
    assert list(screen.rows) == ["b"]
    assert sum(delta.removed == ("a",) for delta in screen.deltas) == 1


@virtually
async def test_a_failed_reading_keeps_the_old_rows_and_says_so() -> None:
    script = Script([["a", "b"]], [["a"], AwsError(fault(FaultKind.UNREACHABLE))], [["b"]])
    _, screen = watching(things(script))
    await screen.settled()
    read_at = screen.last.read_at
    await screen.until(lambda screen: bool(screen.last.faults))
    assert list(screen.rows) == ["a", "b"]
    assert screen.last.read_at == read_at
    assert not screen.last.complete
    assert not screen.last.reading
    assert screen.last.faults == (fault(FaultKind.UNREACHABLE),)
    assert screen.last.retry_in == PERIOD
    await screen.until(lambda screen: screen.last.complete)
    assert list(screen.rows) == ["b"]
    assert not screen.last.faults
    assert not screen.last.retry_in


@virtually
async def test_a_part_that_cannot_be_read_stands_beside_the_rest() -> None:
    _, screen = watching(things(Script([["a", "b"]], [["b"], fault(), ["c"]])))
    await screen.settled()
    await screen.until(lambda screen: "c" in screen.rows and bool(screen.last.faults))
    assert list(screen.rows) == ["a", "b", "c"], "what the failed part held is not gone"
    assert not screen.last.complete


@pytest.mark.parametrize(
    "error", [ValueError("\x1b[31mnobody foresaw this"), KeyError("Id"), RuntimeError(), RecursionError()]
)
@virtually
async def test_an_error_nobody_foresaw_is_a_fault_and_not_the_end(error: Exception) -> None:
    script = Script([["a"]], [error], [["a", "b"]])
    _, screen = watching(things(script))
    await screen.until(lambda screen: bool(screen.last.faults) if screen.deltas else False)
    assert list(screen.rows) == ["a"]
    assert type(error).__name__ in screen.last.faults[0].why
    assert screen.last.faults[0].sentence().isprintable()
    assert screen.last.retry_in
    await screen.until(lambda screen: screen.last.complete and "b" in screen.rows)


@virtually
async def test_a_declaration_that_breaks_on_an_item_is_a_fault_and_not_the_end() -> None:
    def broken(_item: Any, _scope: Any) -> str:
        raise TypeError("no ARN for this one")

    script = Script([["a"]])
    _, screen = watching(things(script, arn=broken))
    await screen.until(lambda screen: bool(screen.deltas and screen.last.faults))
    await asyncio.sleep(PERIOD * 4)
    assert len(script.begun) > 1


@virtually
async def test_throttling_makes_the_waits_longer_and_never_longer_than_the_longest() -> None:
    script = Script([throttled()])
    _, screen = watching(things(script))
    await asyncio.sleep(LONGEST_WAIT * 6)
    waits = [later - earlier for earlier, later in zip(script.begun, script.begun[1:], strict=False)]
    assert waits[:5] == [PERIOD, 2 * PERIOD, 4 * PERIOD, 8 * PERIOD, 16 * PERIOD]
    assert set(waits[5:]) == {LONGEST_WAIT}
    assert screen.last.retry_in <= LONGEST_WAIT


@virtually
async def test_one_good_reading_ends_the_long_waits() -> None:
    script = Script([throttled()], [throttled()], [["a"]])
    watching(things(script))
    await asyncio.sleep(PERIOD * 6)
    waits = [later - earlier for earlier, later in zip(script.begun, script.begun[1:], strict=False)]
    assert waits[:4] == [PERIOD, 2 * PERIOD, PERIOD, PERIOD]


@pytest.mark.parametrize("random", [0.0, 0.25, 1.0])
def test_waits_after_a_failure_are_spread(random: float) -> None:
    async def test() -> None:
        script, screen = Script([throttled()]), Screen()
        Watch(things(script), QUERY, OneScope(), now, lambda: random).start(screen)
        await screen.settled()
        assert screen.last.retry_in == PERIOD * (0.75 + random / 2)

    run(test())


@pytest.mark.parametrize(
    ("kind", "seconds"),
    [
        (FaultKind.EXPIRED, 60), (FaultKind.DENIED, 60), (FaultKind.NO_CREDENTIALS, 60),
        (FaultKind.TIMEOUT, 15), (FaultKind.SERVICE, 15), (FaultKind.MALFORMED, 15), (FaultKind.CLOCK, 15),
        (FaultKind.INVALID, 0), (FaultKind.NOT_FOUND, 0), (FaultKind.UNSUPPORTED, 0), (FaultKind.REFUSED, 0),
    ],
)  # fmt: skip
@virtually
async def test_what_trying_again_may_mend_decides_the_wait(kind: FaultKind, seconds: float) -> None:
    script = Script([AwsError(fault(kind))])
    _, screen = watching(things(script))
    await screen.settled()
    assert screen.last.retry_in == seconds
    await asyncio.sleep(59)
    assert len(script.begun) == (1 if seconds in (0, 60) else 3)


@virtually
async def test_after_it_was_left_nothing_is_told_and_nothing_read() -> None:
    gate = asyncio.Event()
    script = Script([["a"], gate, ["b"]])
    filling = Filling(rest=600)
    filling.seconds = 5
    watch, screen = watching(things(script, filling))
    await screen.until(lambda screen: "a" in screen.rows)
    await asyncio.sleep(1)
    told = len(screen.deltas)
    await watch.stop()
    gate.set()
    await asyncio.sleep(PERIOD * 10)
    assert len(screen.deltas) == told
    assert script.running == 0
    assert (len(script.begun), script.finished) == (1, 0)
    assert len(filling.asked) == 1


@virtually
async def test_leaving_at_the_moment_something_changes_still_ends_the_watch() -> None:
    watch, screen = watching(things(Script([["a"]]), Filling()))
    await screen.settled()
    await asyncio.sleep(1)
    for _ in range(3):
        watch.see(["a"])
        async with asyncio.timeout(60):
            await watch.stop()
        watch.start(screen)
        await asyncio.sleep(1)


@virtually
async def test_a_change_that_was_not_told_yet_is_not_told_after_leaving() -> None:
    watch, screen = watching(things(Script([["a"], asyncio.Event()])))
    while not watch.rows:  # noqa: ASYNC110 the watch tells nothing yet, which is the point
        await asyncio.sleep(0)
    await watch.stop()
    await asyncio.sleep(1)
    assert not screen.rows


@virtually
async def test_coming_back_shows_what_is_known_at_once_with_its_age() -> None:
    script = Script([["a"]])
    watch, screen = watching(things(script))
    await screen.settled()
    await watch.stop()
    await asyncio.sleep(3600)
    again = Screen()
    watch.start(again)
    assert list(again.rows) == ["a"]
    assert again.last.read_at == script.begun[0]
    await asyncio.sleep(1)
    assert len(script.begun) == 2
    assert again.last.read_at == script.begun[1]


@virtually
async def test_coming_back_soon_reads_nothing_before_its_time() -> None:
    script = Script([["a"]])
    watch, screen = watching(things(script))
    await screen.settled()
    for _ in range(5):
        await watch.stop()
        watch.start(Screen())
        await asyncio.sleep(1)
    assert len(script.begun) == 1


@virtually
async def test_asking_again_and_again_keeps_one_reading_in_flight() -> None:
    script = Script([asyncio.Event()])
    watch, _ = watching(things(script))
    for _ in range(5):
        await asyncio.sleep(1)
        await watch.refresh()
    await asyncio.sleep(1)
    assert script.most_at_once == 1
    assert script.running == 1


@virtually
async def test_reading_it_for_its_problems_and_for_the_screen_is_one_after_the_other() -> None:
    gate = asyncio.Event()
    script = Script([gate, ["a"]])
    watch = Watch(things(script), QUERY, OneScope(), now)
    glance = asyncio.create_task(watch.read_once())
    await asyncio.sleep(0)
    screen = Screen()
    watch.start(screen)
    await asyncio.sleep(1)
    gate.set()
    await screen.until(lambda screen: screen.last.complete)
    await glance
    assert script.most_at_once == 1
    assert list(screen.rows) == ["a"]


@virtually
async def test_a_list_waits_at_its_budget_until_more_is_wanted() -> None:
    script = Script([["a", "b"], ["c", "d"], ["e"]])
    watch, screen = watching(things(script, page_rows=2, period=0))
    await screen.until(lambda screen: len(screen.rows) == 2)
    await asyncio.sleep(3600)
    assert list(screen.rows) == ["a", "b"]
    assert not screen.last.complete
    assert not screen.last.reading, "it waits for the operator, not for AWS"
    watch.more()
    await screen.until(lambda screen: len(screen.rows) == 4)
    await asyncio.sleep(60)
    assert not screen.last.complete
    watch.more()
    await screen.until(lambda screen: screen.last.complete)
    assert list(screen.rows) == ["a", "b", "c", "d", "e"]
    assert len(script.begun) == 1


@virtually
async def test_wanting_more_before_the_budget_is_reached_reads_no_further_than_it() -> None:
    gate = asyncio.Event()
    watch, screen = watching(things(Script([gate, ["a", "b"], ["c"]]), page_rows=2))
    await asyncio.sleep(1)
    watch.more()
    gate.set()
    await asyncio.sleep(60)
    assert list(screen.rows) == ["a", "b"]


@virtually
async def test_leaving_at_the_budget_ends_the_reading() -> None:
    script = Script([["a", "b"], ["c"]])
    watch, screen = watching(things(script, page_rows=2))
    await screen.until(lambda screen: len(screen.rows) == 2)
    await watch.stop()
    assert script.running == 0


@virtually
async def test_listing_that_others_feel_is_begun_by_asking_and_not_repeated_by_coming_back() -> None:
    async def terms(*_: Any) -> Terms:
        return Terms("each message counts one receive")

    script = Script([["a"], asyncio.Event()])
    watch, screen = watching(things(script, terms=terms, period=0))
    await asyncio.sleep(60)
    assert not script.begun
    await watch.refresh()
    await screen.until(lambda screen: "a" in screen.rows)
    await watch.stop()
    again = Screen()
    watch.start(again)
    await asyncio.sleep(3600)
    assert len(script.begun) == 1
    assert list(again.rows) == ["a"]
    await watch.refresh()
    await asyncio.sleep(1)
    assert len(script.begun) == 2


@virtually
async def test_problems_are_counted_as_rows_come_change_and_go() -> None:
    script = Script([["a", "b"]], [["a", "b"]], [["a"]])
    script.value = "bad"
    watch, screen = watching(things(script, problem=bad_when("bad")))
    await screen.settled()
    assert watch.problems[Tone.BAD] == 2
    await asyncio.sleep(PERIOD * 2 + 1)
    assert watch.problems[Tone.BAD] == 1
    script.value = "good"
    await asyncio.sleep(PERIOD)
    assert watch.problems[Tone.BAD] == 0


@virtually
async def test_many_changes_are_told_together() -> None:
    pages = [[f"row-{page}-{number}" for number in range(10)] for page in range(100)]
    _, screen = watching(things(Script(pages)))
    await screen.settled()
    assert len(screen.rows) == 1000
    assert len(screen.deltas) <= 4


@virtually
async def test_much_is_told_in_parts_and_is_complete_with_the_last() -> None:
    ids = [f"row-{number}" for number in range(AT_MOST * 3 + 1)]
    watch, screen = watching(things(Script([ids], [ids[-1:]], [ids])))
    for there in (ids, ids[-1:], ids):
        await screen.until(lambda screen: bool(screen.deltas) and screen.last.reading)
        del screen.deltas[:]
        await screen.settled()
        parts = [delta for delta in screen.deltas if delta.changed or delta.removed]
        assert max(len(part.changed) + len(part.removed) for part in parts) == AT_MOST
        assert [part.complete for part in parts] == [False] * (len(parts) - 1) + [True]
        assert set(screen.rows) == set(there)
    await watch.stop()
    again = Screen()
    watch.start(again)
    assert again.last.reading, "not yet all of it"
    await again.settled()
    assert again.rows.keys() == set(ids)


@virtually
async def test_other_work_has_its_turn_while_a_page_becomes_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    this_turn: list[str] = []
    longest, project = 0, module.project

    def noted(*what: Any, **more: Any) -> Row:
        nonlocal longest
        if not this_turn:
            asyncio.get_running_loop().call_soon(this_turn.clear)
        this_turn.append("row")
        longest = max(longest, len(this_turn))
        return project(*what, **more)

    monkeypatch.setattr(module, "project", noted)
    _, screen = watching(things(Script([[f"row-{number}" for number in range(1000)]])))
    await screen.settled()
    assert len(screen.rows) == 1000
    assert longest == AT_ONCE


@pytest.mark.parametrize("turns", range(6))
@virtually
async def test_leaving_in_the_moment_of_waking_is_not_forgotten(turns: int) -> None:
    watch, screen = watching(things(Script([["a"]]), Filling()))
    await screen.settled()
    await asyncio.sleep(1)
    watch.see(["a"])
    for _ in range(turns):
        await asyncio.sleep(0)
    async with asyncio.timeout(LONGEST_WAIT * 2):
        await watch.stop()


@virtually
async def test_what_was_changed_during_a_reading_is_read_once_more_from_the_beginning() -> None:
    first = asyncio.Event()
    script = Script([["a"], first, ["b"]], [["a", "b"]])
    watch, screen = watching(things(script))
    await screen.until(lambda screen: "a" in screen.rows)
    await watch.refresh()
    first.set()
    await asyncio.sleep(1)
    assert len(script.begun) == 1, "asking alone does not read twice"
    second = asyncio.Event()
    script = Script([["a"], second, ["b"]], [["a", "b"]])
    watch, screen = watching(things(script))
    await screen.until(lambda screen: "a" in screen.rows)
    await watch.refresh(changed=True)
    second.set()
    await asyncio.sleep(1)
    assert len(script.begun) == 2
    await asyncio.sleep(1)
    assert len(script.begun) == 2
