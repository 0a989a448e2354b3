"""How one value reads on screen: unknown never reads like none, and nothing that is odd can break a line."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from console.resources.model import EarlierCount, Kind, Missing, Tone, Value
from console.store.present import Cell, cell, words
from tests.store.machines import NOW, TONES

ODD = (
    float("nan"),
    float("inf"),
    float("-inf"),
    -1,
    0,
    10**30,
    -1e300,
    1e-300,
    True,
    "",
    "text",
    (),
    (1.0, None),
    None,
)


@pytest.mark.parametrize("kind", Kind)
def test_not_read_yet_unknown_and_nothing_are_three_things(kind: Kind) -> None:
    said = [cell(value, kind, TONES, NOW) for value in (Missing.PENDING, Missing.UNKNOWN, None)]
    assert said == [Cell("…", Tone.DIM), Cell("?", Tone.UNKNOWN), Cell("–", Tone.DIM)]


@pytest.mark.parametrize(("count", "said"), [(0, "~0"), (7, "~7"), (1240, "~1,240")])
def test_a_number_that_is_minutes_old_reads_like_none_that_was_just_read(count: int, said: str) -> None:
    assert cell(EarlierCount(count), Kind.NUMBER, {}, NOW) == Cell(said, Tone.DIM)
    assert "~" not in cell(count, Kind.NUMBER, {}, NOW).text
    assert words(EarlierCount(count), Kind.NUMBER, NOW) == words(count, Kind.NUMBER, NOW), "a filter finds either"


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("value", ODD, ids=repr)
def test_no_value_of_any_kind_breaks_a_cell(value: Value, kind: Kind) -> None:
    assert isinstance(cell(value, kind, TONES, NOW).text, str)
    assert isinstance(cell((value, value) if not isinstance(value, tuple) else value, Kind.SPARK, {}, NOW).text, str)  # type: ignore[arg-type]


@pytest.mark.parametrize("empty", ["", ()])
def test_an_empty_text_or_list_is_nothing_but_zero_and_no_are_something(empty: Value) -> None:
    assert cell(empty, Kind.TEXT, {}, NOW).text == "–"
    assert cell(0, Kind.NUMBER, {}, NOW) == Cell("0", Tone.DIM)
    assert cell(0, Kind.SIZE, {}, NOW) == Cell("0 B")
    assert cell(False, Kind.FLAG, {}, NOW) == Cell("no")


def test_a_state_has_a_glyph_of_its_own_for_every_tone() -> None:
    glyphs = {tone: cell("x", Kind.STATE, {"x": tone}, NOW).text[0] for tone in Tone}
    assert len(set(glyphs.values())) == len(Tone), "what colour says is said without colour too"


def test_a_state_is_known_in_any_case_and_an_unheard_of_one_is_plain() -> None:
    assert cell("FAILED", Kind.STATE, TONES, NOW) == Cell("✖ FAILED", Tone.BAD)
    assert cell("brand-new", Kind.STATE, TONES, NOW) == Cell("  brand-new", Tone.NONE)


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        ("web", Kind.TEXT, "web"), (12345, Kind.NUMBER, "12,345"), (2**20, Kind.SIZE, "1.0 MiB"),
        (41.6, Kind.PERCENT, "42%"), (datetime.fromtimestamp(NOW - 300, UTC), Kind.TIME, "5m"),
        (datetime.fromtimestamp(NOW, UTC), Kind.TEXT, "2027-01-15 08:00:00"), (3700, Kind.DURATION, "1h 1m"),
        (True, Kind.FLAG, "yes"), (("a", "b"), Kind.LIST, "a, b"), ((0.0, None, 1.0), Kind.SPARK, "▁ █"),
        (True, Kind.NUMBER, "yes"),
    ],
)  # fmt: skip
def test_a_value_reads_as_its_kind(value: Value, kind: Kind, said: str) -> None:
    assert words(value, kind, NOW) == said


def test_samples_fill_their_bar_against_what_is_full() -> None:
    assert words((50.0,), Kind.SPARK, NOW, full=100) == "▄"
    assert words((50.0,), Kind.SPARK, NOW) == "█"
    assert words((200.0,), Kind.SPARK, NOW, full=100) == "█"


def test_a_sample_that_is_no_number_is_a_gap() -> None:
    assert words((1.0, float("nan"), 1.0, float("inf"), "x"), Kind.SPARK, NOW) == "█ █  "
