"""Rows out of view: kept up cheaply, filled in with what follows from others, never at the cost of those in view."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

import pytest

from console.resources.model import Derived, Earlier, EarlierCount, Enrichment, Missing, Reader, Tone, Value, Values
from console.scope.urgency import Urgency, urgency
from console.store.watch import FIRST, GATHER, Watch
from console.text.faults import Fault, FaultKind
from tests.store.scripted import PERIOD, QUERY, Filling, OneScope, Screen, Script, fault, things, watching
from tests.store.virtually import virtually
from tests.support.virtual import now

WAIT = 600.0


def lagging(period: float = 100, lag: float = 30) -> Filling:
    """Return an enrichment that keeps the column of another one up, and is ``lag`` seconds behind."""
    filling = Filling(period=period, rest=period, batch=500, unseen=True)
    read = filling.read

    async def late(reader: Reader, ids: Sequence[str]) -> AsyncIterator[tuple[str, Values | Fault]]:
        async for row_id, found in read(reader, ids):
            yield row_id, found if isinstance(found, Fault) else Earlier(found, now() - lag)

    filling.enrichment = Enrichment(("slow",), late, period, (), period, 500, unseen=True)
    return filling


@virtually
async def test_rows_out_of_view_wait_until_the_list_was_read() -> None:
    filling, gate = Filling(rest=WAIT), asyncio.Event()
    watch, screen = watching(things(Script([["a", "b"], gate, ["c"]]), filling))
    watch.see(["a"])
    await asyncio.sleep(100)
    assert filling.count().keys() == {"a"}
    gate.set()
    await screen.until(lambda screen: set(screen.values(1).values()) == {7})
    assert filling.count()["b"] == filling.count()["c"] == 1


@virtually
async def test_rows_out_of_view_do_not_wait_for_a_list_that_waits_for_the_operator() -> None:
    filling = Filling(rest=WAIT)
    watching(things(Script([["a", "b"], ["c"]]), filling, page_rows=2))
    await asyncio.sleep(1)
    assert filling.count() == {"a": 1, "b": 1}


@virtually
async def test_rows_in_view_do_not_wait_for_the_others() -> None:
    filling = Filling(rest=WAIT, period=10)
    filling.seconds = 3600
    ids = [f"row-{number}" for number in range(50)]
    watch, screen = watching(things(Script([ids]), filling))
    await screen.settled()
    await asyncio.sleep(1)
    assert [len(asked) for _, asked in filling.asked] == [50], "all of them, and no answer yet"
    filling.seconds = 0
    watch.see(["row-7"])
    await asyncio.sleep(1)
    assert screen.values(1)["row-7"] == 7
    assert screen.values(1)["row-8"] is Missing.PENDING


@virtually
async def test_one_slow_column_does_not_hold_up_another() -> None:
    slow, quick = Filling("slow"), Filling("other")
    slow.seconds = 3600
    watch, screen = watching(things(Script([["a"]]), slow, quick))
    watch.see(["a"])
    await screen.until(lambda screen: screen.values(2).get("a") == 7)
    assert screen.values(1) == {"a": Missing.PENDING}


@virtually
async def test_calls_say_how_urgent_they_are() -> None:
    heard: list[tuple[str, Urgency]] = []

    async def fetch(_reader: Reader, _parent: str) -> AsyncIterator[Any]:
        heard.append(("list", urgency.get()))
        yield [{"Id": "a", "Name": "a"}, {"Id": "b", "Name": "b"}]

    async def read(_reader: Reader, ids: Sequence[str]) -> AsyncIterator[tuple[str, Values]]:
        heard.append(("+".join(ids), urgency.get()))
        for id_ in ids:
            yield id_, {"slow": 1}

    resource = things(Script(), fetch=fetch, enrich=(Enrichment(("slow",), read, 60, (), rest=WAIT),))
    watch, screen = watching(resource)
    watch.see(["a"])
    await screen.settled()
    await asyncio.sleep(1)
    assert set(heard) == {("list", Urgency.VISIBLE), ("a", Urgency.VISIBLE), ("b", Urgency.REST)}
    heard.clear()
    await Watch(resource, QUERY, OneScope(), now).read_once()
    assert heard == [("list", Urgency.REST), ("a+b", Urgency.REST)], "for a list that nobody has open"
    assert urgency.get() is Urgency.VISIBLE


@virtually
async def test_what_was_on_its_way_when_the_list_was_left_is_read_on_return() -> None:
    filling = Filling(rest=WAIT)
    filling.seconds = 60
    watch, screen = watching(things(Script([["a", "b"]]), filling))
    await screen.settled()
    await asyncio.sleep(1)
    await watch.stop()
    filling.seconds = 0
    watch.start(screen)
    await asyncio.sleep(1)
    assert screen.values(1) == {"a": 7, "b": 7}
    assert filling.count() == {"a": 2, "b": 2}


@pytest.mark.parametrize(("kind", "soon"), [(FaultKind.THROTTLED, True), (FaultKind.DENIED, False)])
@virtually
async def test_rows_out_of_view_are_tried_again_soon_where_that_may_help(kind: FaultKind, soon: bool) -> None:
    filling = Filling(rest=800)
    filling.answers = {"a": fault(kind)}
    _, screen = watching(things(Script([["a", "b"]]), filling))
    await screen.settled()
    await asyncio.sleep(150)
    assert filling.count() == {"a": 2 if soon else 1, "b": 1}
    filling.answers = {}
    await asyncio.sleep(700)
    assert screen.values(1) == {"a": 7, "b": 7}


@virtually
async def test_rows_out_of_view_are_kept_up_and_those_in_view_are_not() -> None:
    reading, keeping = Filling(period=10, rest=WAIT), lagging(period=100)
    keeping.answers = {row_id: {"slow": 8} for row_id in "abc"}
    watch, screen = watching(things(Script([["a", "b", "c"]]), reading, keeping))
    watch.see(["a"])
    await screen.settled()
    await asyncio.sleep(90)
    assert not keeping.asked, "what has just been read need not be kept up"
    await asyncio.sleep(20)
    assert keeping.count() == {"b": 1, "c": 1}
    assert screen.values(1) == {"a": 7, "b": 8, "c": 8}
    watch.see(["b"])
    await asyncio.sleep(1)
    assert screen.values(1)["b"] == 7, "a row that comes into view is asked at once"


@virtually
async def test_the_mark_of_a_number_that_is_minutes_old_goes_with_the_same_number_read_now() -> None:
    reading, keeping = Filling(period=10, rest=WAIT), lagging(period=100)
    keeping.answers = {"a": {"slow": EarlierCount(7)}}
    watch, screen = watching(things(Script([["a"]]), reading, keeping))
    await screen.until(lambda screen: type(screen.values(1).get("a")) is int)
    await screen.until(lambda screen: type(screen.values(1)["a"]) is EarlierCount)
    told = sum(len(delta.changed) for delta in screen.deltas)
    await asyncio.sleep(150)
    assert keeping.count()["a"] > 1
    assert sum(len(delta.changed) for delta in screen.deltas) == told, "the same as before is nothing to tell"
    watch.see(["a"])
    await asyncio.sleep(1)
    assert type(screen.values(1)["a"]) is int


@virtually
async def test_an_older_value_never_replaces_a_younger_one() -> None:
    reading, keeping = Filling(period=10, rest=WAIT), lagging(period=100, lag=60)
    keeping.answers = {"a": {"slow": 8}}
    watch, screen = watching(things(Script([["a"]]), reading, keeping))
    await screen.settled()
    await asyncio.sleep(60)
    watch.see(["a"])
    await asyncio.sleep(5)
    watch.see([])
    await asyncio.sleep(50)
    assert keeping.count() == {"a": 1}, "read at 100 s, as things were at 40 s"
    assert screen.values(1) == {"a": 7}
    await asyncio.sleep(100)
    assert screen.values(1) == {"a": 8}


@virtually
async def test_what_keeps_up_and_fails_says_so_and_leaves_the_value() -> None:
    reading, keeping = Filling(rest=WAIT), lagging()
    keeping.answers = {"a": fault(FaultKind.DENIED)}
    _, screen = watching(things(Script([["a"]]), reading, keeping))
    await screen.until(lambda screen: bool(screen.deltas and screen.last.faults))
    assert screen.values(1) == {"a": 7}


def after(rows: Mapping[str, tuple[Value, ...]], whole: bool) -> dict[str, Values]:
    """Return which row names which: ``other`` of b is a where a's ``slow`` is b."""
    found: dict[str, Values] = {target: {"other": id_} for id_, (target,) in rows.items() if isinstance(target, str)}
    certain = whole and not any(isinstance(target, Missing) for (target,) in rows.values())
    nothing: dict[str, Values] = {row_id: {"other": None} for row_id in rows if certain}
    return {**nothing, **{id_: values for id_, values in found.items() if id_ in rows}}


def following(first: Filling, period: float = 60) -> tuple[Filling, tuple[Enrichment, ...]]:
    """Return an enrichment whose column follows from that of ``first``, and both."""
    own = Filling("other", period=period, derived=Derived(("slow",), after))
    return own, (first.enrichment, own.enrichment)


@virtually
async def test_what_follows_from_other_rows_is_not_read() -> None:
    first = Filling(rest=WAIT)
    first.answers = {"a": {"slow": "b"}, "b": {"slow": None}, "c": {"slow": None}}
    own, both = following(first)
    _, screen = watching(things(Script([["a", "b", "c"]]), enrich=both))
    await screen.until(lambda screen: screen.values(2).get("b") == "a")
    await asyncio.sleep(60)
    assert screen.values(2) == {"a": None, "b": "a", "c": None}
    assert not own.asked
    first.answers = {"a": {"slow": "c"}, "b": {"slow": None}, "c": {"slow": None}}
    await asyncio.sleep(WAIT)
    assert screen.values(2) == {"a": None, "b": None, "c": "a"}


@virtually
async def test_none_follows_only_from_the_whole_list() -> None:
    first, gate = Filling(period=1000), asyncio.Event()
    first.answers = {"a": {"slow": "b"}}
    own, both = following(first)
    own.seconds = 3600
    watch, screen = watching(things(Script([["a", "b", "c"], gate]), enrich=both))
    watch.see(["a", "b", "c"])
    await asyncio.sleep(15)
    assert screen.values(2)["b"] == "a"
    assert screen.values(2)["c"] is Missing.PENDING
    gate.set()
    await asyncio.sleep(15)
    assert screen.values(2)["c"] is None


@virtually
async def test_what_was_read_of_a_row_itself_stands() -> None:
    first = Filling(rest=WAIT)
    first.answers = {"a": {"slow": "b"}}
    first.seconds = 5
    own, both = following(first, period=50_000)
    own.answers = {"b": {"other": "somebody else's"}, "c": fault(FaultKind.DENIED)}
    watch, screen = watching(things(Script([["a", "b", "c"]]), enrich=both))
    watch.see(["b", "c"])
    await asyncio.sleep(1)
    assert screen.values(2) == {"a": Missing.PENDING, "b": "somebody else's", "c": Missing.UNKNOWN}
    await asyncio.sleep(60)
    assert screen.values(2) == {"a": None, "b": "somebody else's", "c": None}
    first.answers = {"c": {"slow": "a"}}
    await asyncio.sleep(WAIT)
    assert screen.values(2) == {"a": "c", "b": "somebody else's", "c": None}


@virtually
async def test_a_problem_out_of_view_is_counted_once_it_can_be_known() -> None:
    def judge(values: Values) -> Tone:
        return Tone.BAD if values["other"] == "a" and values["slow"] == 9 else Tone.NONE

    first, keeping = Filling(rest=WAIT), lagging(period=100)
    first.answers = {"a": {"slow": "b"}, "b": {"slow": 0}}
    keeping.answers = {"a": {}, "b": {"slow": 9}}
    _, both = following(first)
    watch, screen = watching(things(Script([["a", "b"]]), enrich=(*both, keeping.enrichment), problem=judge))
    await screen.settled()
    assert watch.problems[Tone.BAD] == 0
    await screen.until(lambda screen: watch.problems[Tone.BAD] == 1)
    assert screen.rows["b"].problem is Tone.BAD


@virtually
async def test_deriving_again_without_a_change_tells_nothing() -> None:
    first = Filling(period=5, rest=WAIT)
    first.answers = {"a": {"slow": "b"}, "b": {"slow": None}}
    _, both = following(first)
    watch, screen = watching(things(Script([["a", "b"]]), enrich=both, period=0))
    watch.see(["a", "b"])
    await screen.settled()
    await asyncio.sleep(10)
    told = len(screen.deltas)
    await asyncio.sleep(100)
    assert len(screen.deltas) == told


@virtually
async def test_the_first_rows_are_told_sooner_than_the_next() -> None:
    gate = asyncio.Event()
    began = now()
    _, screen = watching(things(Script([["a"], gate, ["b"]])))
    await screen.until(lambda screen: "a" in screen.rows)
    assert now() == began + FIRST < began + GATHER
    gate.set()
    await screen.settled()


@virtually
async def test_a_refresh_reads_a_list_that_is_being_read_no_second_time() -> None:
    gate = asyncio.Event()
    script, filling = Script([["a"]], [["a"], gate, ["b"]], [["a", "b"]]), Filling(period=1000)
    watch, screen = watching(things(script, filling))
    watch.see(["a"])
    await screen.settled()
    await asyncio.sleep(PERIOD + 1)
    for _ in range(3):
        await watch.refresh()
        await asyncio.sleep(1)
    gate.set()
    await asyncio.sleep(1)
    assert (len(script.begun), script.finished) == (2, 2)
    assert filling.count()["a"] == 4, "its columns are read again, as was asked"
    assert list(screen.rows) == ["a", "b"]


@virtually
async def test_another_listener_takes_over_a_reading_that_is_under_way() -> None:
    gate = asyncio.Event()
    script = Script([["a"], gate, ["b"]])
    watch, first = watching(things(script))
    await first.until(lambda screen: "a" in screen.rows)
    second = Screen()
    watch.start(second)
    assert list(second.rows) == ["a"]
    told = len(first.deltas)
    gate.set()
    await second.settled()
    assert list(second.rows) == ["a", "b"]
    assert (len(script.begun), len(first.deltas)) == (1, told)
    await watch.stop()
    await asyncio.sleep(PERIOD * 3)
    assert len(script.begun) == 1


@virtually
async def test_what_was_read_for_its_problems_a_moment_ago_is_not_read_again_for_the_screen() -> None:
    gate = asyncio.Event()
    script = Script([gate, ["a"]])
    watch, screen = Watch(things(script), QUERY, OneScope(), now), Screen()
    glance = asyncio.create_task(watch.read_once())
    await asyncio.sleep(1)
    watch.start(screen)
    await asyncio.sleep(1)
    gate.set()
    await glance
    await screen.settled()
    assert len(script.begun) == 1
    await asyncio.sleep(PERIOD * 1.1)
    assert len(script.begun) == 2


@virtually
async def test_asking_twice_in_one_moment_reads_once() -> None:
    script = Script([["a"]])
    watch, screen = watching(things(script))
    await screen.settled()
    await asyncio.gather(watch.refresh(), watch.refresh())
    await asyncio.sleep(1)
    assert len(script.begun) == 2
    await asyncio.sleep(PERIOD)
    assert len(script.begun) == 3


@virtually
async def test_leaving_while_asking_again_ends_the_reading() -> None:
    script = Script([["a"]])
    watch, screen = watching(things(script))
    await screen.settled()
    await asyncio.gather(watch.refresh(), watch.stop())
    await asyncio.sleep(PERIOD * 3)
    assert len(script.begun) == 1
