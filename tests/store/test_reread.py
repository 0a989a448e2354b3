"""Certain rows, read once more around a write."""

from __future__ import annotations

import asyncio

import pytest

from console.store.reread import reread
from console.text.faults import AwsError
from tests.store.scripted import OneScope, Script, fault, things, throttled
from tests.store.virtually import virtually


@virtually
async def test_values_as_they_are_now_and_nothing_for_what_is_gone() -> None:
    found = await reread(things(Script([["a", "b"]])), OneScope(), "", ["b", "gone"])
    assert found.keys() == {"b"}
    assert found["b"]["name"] == "a"  # type: ignore[index]


@virtually
async def test_what_may_be_in_a_failed_part_is_not_called_gone() -> None:
    found = await reread(things(Script([["a"], fault()])), OneScope(), "", ["a", "b"])
    assert found["b"] == fault()
    assert found["a"] != fault()


@virtually
async def test_a_list_that_breaks_off_is_an_error() -> None:
    with pytest.raises(AwsError):
        await reread(things(Script([["a"], throttled()])), OneScope(), "", ["a", "b"])


@virtually
async def test_reading_ends_with_the_last_row_that_is_wanted() -> None:
    script = Script([["a"], ["b"], asyncio.Event()])
    assert (await reread(things(script), OneScope(), "", ["a"])).keys() == {"a"}
    assert script.running == 0, "what a reading holds is given back at once"
