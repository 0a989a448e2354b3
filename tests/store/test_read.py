"""A list read once to its end, for the command line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from typing import Any

import pytest

from console.resources.model import Derived, Missing, Value, Values
from console.store.read import Reading, read_all
from console.text.faults import AwsError, FaultKind
from tests.store.scripted import SCOPE, Filling, OneScope, Script, Step, fault, things
from tests.store.virtually import virtually


class Paged(OneScope):
    """A reader of one operation's pages."""

    def __init__(self, *pages: dict[str, Any]) -> None:
        self.found = pages
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    async def pages(
        self, service: str, operation: str, parameters: dict[str, Any], _wanted: object = ()
    ) -> AsyncIterator[dict[str, Any]]:
        self.asked.append((service, operation, parameters))
        for page in self.found:
            yield page


async def read(*steps: Step, fillings: tuple[Filling, ...] = (), **options: Any) -> Reading:
    return await read_all(things(Script(steps), *fillings), OneScope(), **options)


@virtually
async def test_every_row_with_every_column() -> None:
    reading = await read(["a"], ["b"], fillings=(Filling("slow"), Filling("other")))
    assert [(row.id, row.values) for row in reading.rows] == [("a", ("a", 7, 7)), ("b", ("a", 7, 7))]
    assert reading.complete
    assert not reading.faults


@virtually
async def test_columns_that_cost_are_not_read_where_nobody_wants_them() -> None:
    filling = Filling()
    reading = await read(["a"], fillings=(filling,), enrich=False)
    assert not filling.asked
    assert reading.rows[0].values[1] is Missing.PENDING


@virtually
async def test_a_limit_says_that_there_is_more_and_reads_no_further() -> None:
    script = Script([["a", "b"], ["c"], asyncio.Event()])
    reading = await read_all(things(script), OneScope(), limit=2)
    assert [row.id for row in reading.rows] == ["a", "b"]
    assert not reading.complete
    assert script.running == 0


@virtually
async def test_a_limit_that_is_all_there_is_is_complete() -> None:
    assert (await read(["a", "b"], limit=2)).complete


@pytest.mark.parametrize("error", [AwsError(fault(FaultKind.TIMEOUT)), ValueError("nobody foresaw this")])
@virtually
async def test_what_was_read_before_it_broke_stands(error: Exception) -> None:
    reading = await read(["a"], error, fillings=(Filling(),))
    assert [(row.id, row.values[1]) for row in reading.rows] == [("a", 7)]
    assert not reading.complete
    assert len(reading.faults) == 1


@virtually
async def test_a_part_that_cannot_be_read_stands_beside_the_rest() -> None:
    reading = await read(["a"], fault(), ["b"])
    assert [row.id for row in reading.rows] == ["a", "b"]
    assert reading.faults == (fault(),)
    assert not reading.complete


@virtually
async def test_a_column_that_cannot_be_read_is_unknown_never_none() -> None:
    filling = Filling()
    filling.answers = {"a": fault(FaultKind.DENIED)}
    reading = await read(["a", "b"], fillings=(filling,))
    assert [row.values[1] for row in reading.rows] == [Missing.UNKNOWN, 7]
    assert reading.faults == (fault(FaultKind.DENIED),)
    assert reading.complete, "every row is there"


@virtually
async def test_a_fill_that_breaks_is_a_fault_and_its_columns_are_not_none() -> None:
    filling = Filling()
    filling.error = ZeroDivisionError()
    reading = await read(["a"], fillings=(filling,))
    assert isinstance(reading.rows[0].values[1], Missing)
    assert len(reading.faults) == 1


@virtually
async def test_what_only_keeps_up_is_not_asked() -> None:
    filling = Filling(rest=100, unseen=True)
    await read(["a"], fillings=(filling,))
    assert not filling.asked


@pytest.mark.parametrize(
    ("options", "answers", "asked"),
    [({}, {}, False), ({"limit": 1}, {}, True), ({}, {"b": fault(FaultKind.DENIED)}, True)],
    ids=["all there is", "a part of the list", "a row that could not be read"],
)
@virtually
async def test_what_follows_from_all_rows_is_not_asked(options: Any, answers: Any, asked: bool) -> None:
    def follow(rows: Mapping[str, tuple[Value, ...]], whole: bool) -> dict[str, Values]:
        assert whole
        return {id_: {"other": found} for id_, (found,) in rows.items()}

    first, second = Filling(), Filling("other", derived=Derived(("slow",), follow))
    first.answers = answers
    reading = await read(["a", "b"], fillings=(first, second), **options)
    assert bool(second.asked) == asked
    assert {row.values[2] for row in reading.rows} == {7}


@virtually
async def test_a_row_that_comes_twice_is_one() -> None:
    assert [row.id for row in (await read(["a", "b"], ["a"])).rows] == ["a", "b"]


@virtually
async def test_a_type_without_a_fetch_of_its_own_is_paged_through() -> None:
    reader = Paged({"Groups": [{"Things": [{"Id": "a"}]}, {"Things": [{"Id": "b"}]}]}, {}, {"Groups": None})
    resource = things(Script(), fetch=None, items="Groups[].Things[]", parameters={"MaxResults": 5})
    reading = await read_all(resource, reader)
    assert [row.id for row in reading.rows] == ["a", "b"]
    assert reader.asked == [("test", "ListThings", {"MaxResults": 5})]
    assert reader.asked[0][2] is not resource.parameters, "a reader may change what it is given"


@virtually
async def test_foreign_text_passes_the_door() -> None:
    script = Script([["a"]])
    script.value = "\x1b[31mred\u202e"
    reading = await read_all(things(script), OneScope())
    assert reading.rows[0].values[0] == "<ESC>[31mred<U+202E>"
    raw = await read_all(things(script), OneScope(), door=str)
    assert raw.rows[0].values[0] == script.value
    assert raw.rows[0].account == SCOPE.account
