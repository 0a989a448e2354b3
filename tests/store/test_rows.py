"""An item becomes a row; a row differs from another."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from console.resources.fields import Path, Pending
from console.resources.model import Column, Missing, ResourceType, Tone
from console.resources.registry import catalogue
from console.store.rows import WORDS_KEPT, Words, carried_over, named, overlay, project, tidy
from tests.store.scripted import SCOPE, Script, bad_when, things

TYPE = things(Script(), problem=bad_when("bad"))
ITEM = {"Id": "a\x07", "Name": "bad"}
MOMENT = datetime(2026, 11, 21, tzinfo=UTC)


def test_the_id_is_raw_and_the_values_are_clean() -> None:
    row = project(TYPE, {"Id": "a\x07", "Name": "n\x07"}, SCOPE)
    assert row.id == "a\x07"
    assert row.values[0] == "n<BEL>"
    assert (row.account, row.region) == (SCOPE.account, SCOPE.region)


def test_the_type_judges_the_row_also_after_something_was_laid_over_it() -> None:
    row = project(TYPE, ITEM, SCOPE)
    assert row.problem is Tone.BAD
    laid = overlay(TYPE, row, {"name": "good", "nobody asked": 1})
    assert laid.problem is Tone.NONE
    assert laid.values == ("good", Missing.PENDING, Missing.PENDING)


@pytest.mark.parametrize("error", [KeyError(), TypeError(), ValueError(), AttributeError(), IndexError()])
def test_a_getter_that_fails_gives_an_unknown_value_never_a_missing_row(error: Exception) -> None:
    def broken(_item: Any) -> object:
        raise error

    resource = replace(TYPE, columns=(Column("name", "NAME", broken, 5), Column("id", "ID", Path("Id"), 5)))
    assert project(resource, ITEM, SCOPE).values == (Missing.UNKNOWN, "a<BEL>")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (None, None), (True, True), (0, 0), (1.5, 1.5), (MOMENT, MOMENT), (Missing.UNKNOWN, Missing.UNKNOWN),
        ("\x1b", "<ESC>"), (b"\xff", "\\xff"), (["a", "\x1b", 1, None], ("a", "<ESC>", 1, None)), ((), ()),
        ({"key": "\x1b"}, "{'key': '\\x1b'}"),
    ],
)  # fmt: skip
def test_what_a_value_may_be(raw: object, value: object) -> None:
    assert tidy(raw) == value


def test_values_have_their_columns_names() -> None:
    row = project(TYPE, ITEM, SCOPE)
    assert named(TYPE, row.values) == {"name": "bad", "slow": Missing.PENDING, "other": Missing.PENDING}


def test_another_reading_keeps_what_was_filled_in() -> None:
    before = overlay(TYPE, project(TYPE, ITEM, SCOPE), {"slow": 7, "other": Missing.UNKNOWN})
    after = carried_over(TYPE, project(TYPE, {"Id": "a", "Name": "good"}, SCOPE), before)
    assert (after.values, after.problem) == (("good", 7, Missing.UNKNOWN), Tone.NONE)
    fresh = project(TYPE, ITEM, SCOPE)
    assert carried_over(TYPE, fresh, project(TYPE, ITEM, SCOPE)) is fresh


@pytest.mark.parametrize("resource", catalogue().values(), ids=lambda resource: resource.name)
def test_what_is_filled_in_later_is_left_open_by_the_list(resource: ResourceType) -> None:
    """Else another reading of the list would wipe what was filled in."""
    for enrichment in resource.enrich:
        assert {type(resource.column(id_).get) for id_ in enrichment.columns} == {Pending}


def test_rows_that_say_the_same_word_hold_one_copy_of_it() -> None:
    words = Words()
    first, second = (words.through(str, 0, "".join(("run", "ning"))) for _ in range(2))
    assert first is second
    for number in range(2 * WORDS_KEPT):
        assert words.through(str, 0, f"i-{number}") == f"i-{number}"
    assert words.through(str, 0, "running") is first
    assert len(words._kept[0]) == WORDS_KEPT
    found = project(TYPE, {"Id": "a", "Name": "".join(("run", "ning"))}, SCOPE, words=words)
    assert found.values[0] is first
