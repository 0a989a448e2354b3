"""One row as one line: aligned whatever is in it, painted literally, made once."""

from __future__ import annotations

import random
import unicodedata
from datetime import UTC, datetime

import pytest
from rich.cells import cell_len
from rich.style import Style

from console.resources.model import Missing, Tone, Value
from console.store.present import NUMERIC, cell
from console.store.rows import Row, tidy
from console.text.clean import fit
from console.ui.widgets import rowpaint
from console.ui.widgets.columns import GAP, Slot, lay_out
from console.ui.widgets.rowpaint import MARGIN, RowPainter
from tests.store.machines import COLUMNS, NOW, any_row, row

HOSTILE = (
    "[@click=app.quit]x[/]", "[/]", "[red]", "[bold red]x[/bold red]", "\\[x]", "\u540d\u524d" * 9, "e\u0301" * 30,
    "a\u0300\u0301\u0302\u0303", "\U0001f680" * 11, "\U0001f469\u200d\U0001f469\u200d\U0001f466", "\u2601\ufe0f",
    "\U0001f1e9\U0001f1ea", "\uff57\uff49\uff44\uff45", "\x1b[31m\x1b]0;x\x07", "\u202eevil", "\u200b\u2060",
    "\t\n\r", "x" * 3000, "\ufdfa", "\u1100\u1161\u11a8", "\u0e33\u0e33", "\u00e9", "", " ", "\u2501" * 90, "x\ufe0f",
    "\u203c\ufe0f",
)  # fmt: skip
WIDTHS = range(60, 201, 20)


def style_of(token: str) -> Style:
    return Style(meta={"token": token})


def painter(width: int) -> RowPainter:
    return RowPainter(COLUMNS, lay_out(COLUMNS, {}, width - MARGIN - 1), style_of)


def line_of(entry: Row, width: int = 120, **how: bool) -> str:
    return painter(width).row(entry, NOW, **{"cursor": False, "marked": False, **how}).text


def named(text: str) -> Row:
    """Return a row as the list's own door lets a foreign text through."""
    value: Value = tidy(text)
    return row("i-1", Tone.NONE, name=value, state=value, zones=(str(value), str(value)))


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_line_is_as_wide_as_its_columns_whatever_is_in_it(text: str, width: int) -> None:
    made = painter(width)
    wanted = cell_len(made.head("name", False).text)
    strip = made.row(named(text), NOW, cursor=False, marked=False)
    assert (cell_len(strip.text), strip.cell_length) == (wanted, wanted)
    assert wanted <= width + GAP


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_every_column_begins_in_its_own_cell(text: str) -> None:
    slots, entry = lay_out(COLUMNS, {}, 117), named(text)
    strip = RowPainter(COLUMNS, slots, style_of).row(entry, NOW, cursor=False, marked=False)
    for slot in slots:
        column, start = COLUMNS[slot.index], MARGIN + slot.start
        words = cell(entry.values[slot.index], column.kind, column.tones, NOW).text
        wanted = fit(words, slot.width, right=column.kind in NUMERIC)
        assert strip.crop(start, start + slot.width).text == wanted
        assert strip.crop(start + slot.width, start + slot.width + GAP).text == " " * GAP


@pytest.mark.parametrize("text", ["[@click=app.quit]x[/]", "[/]", "[red]", "[b]x", "$t-bad", "{x}"])
def test_markup_is_painted_as_the_text_it_is(text: str) -> None:
    made = RowPainter(COLUMNS, (Slot(0, 0, 30),), style_of)
    assert text in made.row(named(text), NOW, cursor=False, marked=False).text


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_nothing_in_a_line_can_move_the_cursor(text: str) -> None:
    assert not [
        character for character in line_of(named(text)) if unicodedata.category(character) in ("Cc", "Cf", "Cs")
    ]


@pytest.mark.parametrize("seed", range(10))
def test_random_rows_at_any_width(seed: int) -> None:
    chance = random.Random(seed)
    for width in (60, 61, 80, 133, 200):
        made = painter(width)
        wanted = cell_len(made.head("cpu", True).text)
        for number in range(20):
            entry = any_row(chance, f"i-{number}")
            strip = made.row(entry, NOW, cursor=chance.random() < 0.5, marked=chance.random() < 0.5)
            assert cell_len(strip.text) == wanted


def test_cursor_and_mark_are_seen_without_colour() -> None:
    for cursor, marked, margin in ((False, False, "  "), (True, False, "▸ "), (False, True, " ✓"), (True, True, "▸✓")):
        assert line_of(row(), cursor=cursor, marked=marked)[:MARGIN] == margin


def test_the_head_says_which_column_is_sorted_and_how() -> None:
    made = painter(200)
    assert "NAME ↑" in made.head("name", False).text
    assert "CPU ↓" in made.head("cpu", True).text
    assert "↓" not in made.head("", True).text
    tokens = {part.text.strip(): part.style.meta["token"] for part in made.head("name", False) if part.style}
    assert (tokens["NAME ↑"], tokens["CPU"]) == ("sorted", "head")


def test_titles_stand_over_their_values() -> None:
    made = painter(200)
    head = made.head("", False).text
    line = made.row(row(count=7, state="running"), NOW, cursor=False, marked=False).text
    assert head.index("STATE") == line.index("running") - 2, "words at the left, behind the glyph"
    assert head.index("COUNT") + 4 == line.index("7"), "numbers at the right"


@pytest.mark.parametrize("width", range(2, 12))
def test_the_arrow_is_seen_however_narrow_the_column_is(width: int) -> None:
    head = RowPainter(COLUMNS, (Slot(7, 0, width),), style_of).head("wait", True).text
    assert head.rstrip().endswith("↓")
    assert cell_len(head) == MARGIN + width + GAP


def test_a_line_is_made_once_for_each_way_it_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[str] = []
    make = RowPainter._painted

    def noted(self: RowPainter, entry: Row, *rest: object) -> object:
        painted.append(entry.id)
        return make(self, entry, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(RowPainter, "_painted", noted)
    made, entry = painter(200), row("i-1", age=datetime.fromtimestamp(NOW, UTC))
    for _ in range(5):
        made.row(entry, NOW, cursor=False, marked=False)
    assert len(painted) == 1
    made.row(entry, NOW, cursor=True, marked=False)
    assert len(painted) == 2
    made.row(entry, NOW + 60, cursor=False, marked=False)
    assert len(painted) == 3, "its age reads differently now"
    made.row(row("i-1", age=datetime.fromtimestamp(NOW, UTC)), NOW + 60, cursor=False, marked=False)
    assert len(painted) == 4, "another reading of the row"
    made.row(entry, NOW + 60, 250, cursor=False, marked=False)
    assert len(painted) == 5, "a wider line"


@pytest.mark.parametrize("seed", range(5))
def test_a_word_that_was_painted_before_is_painted_as_the_first_time(seed: int) -> None:
    chance, used = random.Random(seed), painter(140)
    for number in range(3 * rowpaint.WORDS_KEPT):
        entry, now = any_row(chance, f"i-{number}"), NOW + number
        first = painter(140).row(entry, now, cursor=False, marked=False)
        assert list(used.row(entry, now, cursor=False, marked=False)) == list(first)


def test_lines_are_not_kept_for_ever() -> None:
    made = painter(80)
    for number in range(rowpaint.STRIPS_KEPT * 2):
        made.row(row(f"i-{number}"), NOW, cursor=False, marked=False)
    assert len(made._kept) == rowpaint.STRIPS_KEPT


def test_the_line_used_last_is_the_last_to_go() -> None:
    made, first = painter(80), row("i-first")
    kept = made.row(first, NOW, cursor=False, marked=False)
    for number in range(rowpaint.STRIPS_KEPT - 1):
        made.row(row(f"i-{number}"), NOW, cursor=False, marked=False)
    made.row(first, NOW, cursor=False, marked=False)
    made.row(row("i-more"), NOW, cursor=False, marked=False)
    assert made.row(first, NOW, cursor=False, marked=False) is kept


def test_a_state_wears_its_tone_and_the_name_of_a_bad_row_too() -> None:
    def tokens(entry: Row) -> list[str]:
        slots = lay_out(COLUMNS, {}, 117)
        strip = RowPainter(COLUMNS, slots, style_of).row(entry, NOW, cursor=False, marked=False)
        found = [next(iter(strip.crop(MARGIN + slot.start, MARGIN + slot.start + 1))) for slot in slots]
        return [part.style.meta["token"] for part in found if part.style]

    assert tokens(row(state="failed", problem=Tone.BAD))[:3] == ["bad-strong", "dim", "bad"]
    assert tokens(row(state="running"))[:3] == ["strong", "dim", "ok"]
    assert tokens(row(state=Missing.UNKNOWN))[2] == "unknown"


def test_what_a_row_needs_is_what_it_would_fill() -> None:
    made, needs = painter(60), dict[int, int]()
    made.widen([[value] for value in row(name="名前", state="running").values], needs, NOW)
    assert (needs[0], needs[2]) == (4, 9)
    assert set(needs) == set(range(len(COLUMNS))), "also of columns that are not shown now"
    made.widen([[value] for value in row(name="abcdef", state="ok").values], needs, NOW)
    assert (needs[0], needs[2]) == (6, 9)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_told_quickly_is_what_would_be_painted(seed: int) -> None:
    chance, made, needs = random.Random(seed), painter(60), dict[int, int]()
    rows = [any_row(chance, f"i-{number}") for number in range(50)] + [named(chance.choice(HOSTILE)) for _ in range(9)]
    for first in range(0, len(rows), 7):
        made.widen(zip(*[entry.values for entry in rows[first : first + 7]], strict=True), needs, NOW)
    for index, column in enumerate(COLUMNS):
        values = [entry.values[index] for entry in rows]
        texts = [cell(value, column.kind, column.tones, NOW, column.full).text for value in values]
        awaited = column.width if Missing.PENDING in values else 0
        assert needs[index] == max(awaited, *map(cell_len, texts))


@pytest.mark.parametrize("width", [3, 60, 100, 140])
def test_a_line_fills_the_width_it_is_given(width: int) -> None:
    slots = lay_out(COLUMNS, {}, 60 - MARGIN - 1)
    made = RowPainter(COLUMNS, slots, style_of)
    lines = (made.head("name", False, width), made.row(row(), NOW, width, cursor=True, marked=False))
    least = MARGIN + sum(slot.width + GAP for slot in slots)
    assert {(line.cell_length, cell_len(line.text)) for line in lines} == {(max(width, least),) * 2}


def test_ages_are_those_of_the_columns_shown() -> None:
    entry = row(age=datetime.fromtimestamp(NOW - 120, UTC))
    assert painter(200).ages(entry, NOW) == ("2m",)
    assert RowPainter(COLUMNS, (Slot(0, 0, 10),), style_of).ages(entry, NOW) == ()
