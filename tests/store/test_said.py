"""What of a row a filter's words are looked for in."""

from __future__ import annotations

from console.resources.model import Missing
from console.store.rows import Row
from console.store.said import haystack, said
from tests.store.machines import row


def haystack_of(entry: Row) -> str:
    return haystack(entry.id, map(said, entry.values))


def test_the_haystack_is_lower_case_clean_and_says_nothing_of_what_is_not_known() -> None:
    found = haystack_of(
        row("I-\x1bX", name="WEB", instance="I-<ESC>X", cpu=Missing.UNKNOWN, wait=Missing.PENDING, public=True)
    )
    assert found.split("\n")[:2] == ["web", "i-<esc>x"]
    assert found.endswith("i-<esc>x")
    assert "unknown" not in found
    assert "could not" not in found


def test_an_id_that_is_a_value_too_is_not_said_again() -> None:
    assert haystack_of(row("i-1")).count("i-1") == 2
