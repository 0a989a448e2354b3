"""The columns that cost calls of their own: those in view first, unknown where they cannot be read."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from console.resources.model import Missing, Tone
from console.store.watch import FAULTS_KEPT
from console.text.faults import AwsError, FaultKind
from tests.store.scripted import PERIOD, Filling, Script, fault, things, watching
from tests.store.virtually import virtually


@virtually
async def test_rows_in_view_are_filled_in_and_the_others_are_not() -> None:
    filling = Filling()
    watch, screen = watching(things(Script([["a", "b", "c"]]), filling))
    await screen.settled()
    await asyncio.sleep(30)
    assert not filling.asked, "nothing is in view"
    watch.see(["b"])
    await screen.until(lambda screen: screen.values(1)["b"] == 7)
    await asyncio.sleep(300)
    assert filling.count() == {"b": 6}, "at once and then every minute"
    assert screen.values(1) == {"a": Missing.PENDING, "b": 7, "c": Missing.PENDING}


@virtually
async def test_the_others_follow_where_the_declaration_says_so() -> None:
    filling = Filling(rest=600)
    filling.seconds = 1
    ids = [f"row-{number}" for number in range(250)]
    gate = asyncio.Event()
    watch, screen = watching(things(Script([gate, ids]), filling))
    watch.see(ids[200:210])
    gate.set()
    await screen.until(lambda screen: set(screen.values(1).values()) == {7})
    assert filling.asked[0][1] == ids[200:210], "those in view come first"
    assert max(len(asked) for _, asked in filling.asked) <= 100
    assert filling.count() == dict.fromkeys(ids, 1)


@virtually
async def test_a_new_reading_of_the_list_does_not_wipe_what_was_filled_in() -> None:
    script = Script([["a"]])
    watch, screen = watching(things(script, Filling(period=3600)))
    watch.see(["a"])
    await screen.until(lambda screen: screen.values(1).get("a") == 7)
    script.value = "changed"
    await asyncio.sleep(PERIOD * 3)
    assert screen.rows["a"].values == ("changed", 7, Missing.PENDING)


@virtually
async def test_a_column_that_cannot_be_read_is_unknown_and_says_why() -> None:
    filling = Filling()
    filling.answers = {"a": fault(FaultKind.DENIED, "the first")}
    watch, screen = watching(things(Script([["a", "b"]]), filling))
    watch.see(["a", "b"])
    await screen.until(lambda screen: bool(screen.last.faults))
    assert screen.values(1) == {"a": Missing.UNKNOWN, "b": 7}
    assert screen.last.faults == (fault(FaultKind.DENIED, "the first"),)
    assert screen.last.complete, "the list itself is whole"
    filling.answers = {}
    await screen.until(lambda screen: screen.values(1)["a"] == 7)
    assert not screen.last.faults


@virtually
async def test_what_one_call_cannot_read_is_not_forgotten_when_another_can() -> None:
    broken, good = Filling("slow", period=3600), Filling("other", period=3600)
    broken.answers = {"a": fault(FaultKind.DENIED)}
    good.seconds = 1
    watch, screen = watching(things(Script([["a"]]), broken, good))
    watch.see(["a"])
    await screen.until(lambda screen: screen.values(2).get("a") == 7)
    assert screen.values(1) == {"a": Missing.UNKNOWN}
    assert screen.last.faults == (fault(FaultKind.DENIED),)


@pytest.mark.parametrize("error", [AwsError(fault()), ValueError("nobody foresaw this")])
@virtually
async def test_a_fill_that_breaks_leaves_unknown_columns_and_goes_on(error: Exception) -> None:
    filling = Filling()
    filling.error = error
    watch, screen = watching(things(Script([["a", "b"]]), filling))
    watch.see(["a", "b"])
    await screen.until(lambda screen: set(screen.values(1).values()) == {Missing.UNKNOWN})
    assert len(screen.last.faults) == 1, "one sentence, however many rows it concerns"
    filling.error = None
    await screen.until(lambda screen: set(screen.values(1).values()) == {7})


@virtually
async def test_a_value_that_a_declaration_cannot_judge_does_not_end_the_filling_in() -> None:
    def judge(values: Any) -> Tone:
        if values["slow"] == 13:
            raise ZeroDivisionError
        return Tone.NONE

    filling = Filling()
    filling.answers = {"a": {"slow": 13}}
    watch, screen = watching(things(Script([["a", "b"]]), filling, problem=judge))
    watch.see(["a", "b"])
    await asyncio.sleep(1)
    filling.answers = {}
    await asyncio.sleep(130)
    assert screen.values(1) == {"a": 7, "b": 7}


@virtually
async def test_an_old_value_outlives_a_failed_fill() -> None:
    filling = Filling()
    watch, screen = watching(things(Script([["a"]]), filling))
    watch.see(["a"])
    await screen.until(lambda screen: screen.values(1).get("a") == 7)
    filling.answers = {"a": fault()}
    await screen.until(lambda screen: bool(screen.last.faults))
    assert screen.values(1) == {"a": 7}


@virtually
async def test_what_is_filled_in_for_a_row_that_is_gone_is_dropped() -> None:
    filling = Filling()
    filling.seconds = PERIOD * 2
    watch, screen = watching(things(Script([["a", "b"]], [["b"]]), filling))
    watch.see(["a", "b"])
    await asyncio.sleep(PERIOD * 4)
    assert screen.values(1) == {"b": 7}
    assert list(watch.rows) == ["b"]


@virtually
async def test_faults_are_told_in_moderation() -> None:
    ids = [f"row-{number}" for number in range(FAULTS_KEPT * 2)]
    filling = Filling()
    filling.answers = {id_: fault(what=id_) for id_ in ids}
    watch, screen = watching(things(Script([ids]), filling))
    watch.see(ids)
    await screen.until(lambda screen: bool(screen.last.faults))
    assert len(screen.last.faults) == FAULTS_KEPT
