"""Printed tables and CSV."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime

import pytest
from rich.cells import cell_len

from console.command.table import Heading, cell, csv_text, heading, table
from console.resources.model import Kind, Missing, Value

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
ROWS = [["web", "running", "12"], ["a much longer name", "stopped", "3"]]
HEADS = [Heading("NAME"), Heading("STATE", 5), Heading("COUNT", 2, right=True)]


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (None, Kind.TEXT, "-"),
        ("", Kind.TEXT, "-"),
        ((), Kind.LIST, "-"),
        (Missing.UNKNOWN, Kind.NUMBER, "?"),
        (Missing.PENDING, Kind.NUMBER, "?"),
        (0, Kind.NUMBER, "0"),
        (False, Kind.FLAG, "no"),
        (("a", "b"), Kind.LIST, "a, b"),
        (datetime(2026, 11, 21, 11, 0, tzinfo=UTC), Kind.TIME, "1h"),
    ],
)
def test_unknown_none_and_zero_read_differently(value: Value, kind: Kind, text: str) -> None:
    assert cell(value, kind, NOW.timestamp()) == text


def test_without_a_width_nothing_is_cut() -> None:
    lines, hidden = table(HEADS, ROWS)
    assert lines == [
        "NAME                STATE    COUNT",
        "web                 running     12",
        "a much longer name  stopped      3",
    ]
    assert hidden == []


@pytest.mark.parametrize("width", range(1, 60))
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    lines, hidden = table(HEADS, ROWS, width)
    assert all(cell_len(line) <= width for line in lines)
    assert len(lines) == 3
    if width >= 34:
        assert hidden == []


def test_columns_of_the_highest_rank_give_way_first() -> None:
    assert table(HEADS, ROWS, 30)[1] == ["STATE"]
    assert table(HEADS, ROWS, 20)[1] == ["STATE", "COUNT"]
    assert table(HEADS, ROWS, 10) == (["NAME", "web", "a much lo…"], ["STATE", "COUNT"])


def test_wide_characters_count_as_two() -> None:
    lines, _ = table([Heading("A"), Heading("B")], [["漢字", "x"], ["ab", "y"]])
    assert lines == ["A     B", "漢字  x", "ab    y"]


def test_a_table_without_rows_is_its_head() -> None:
    assert table(HEADS, []) == (["NAME  STATE  COUNT"], [])


def test_numbers_align_right() -> None:
    assert heading("N", Kind.NUMBER, 1).right
    assert not heading("N", Kind.TEXT, 1).right


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "\r=1", "＝1", "=HYPERLINK(1)"])
def test_csv_has_no_formula(text: str) -> None:
    written = csv_text(["a"], [[text], [(text, "b")]])
    for row in list(csv.reader(io.StringIO(written)))[1:]:
        assert row[0][0] not in "=+-@\t\r＝"


def test_csv_values() -> None:
    values: list[Value] = [None, Missing.UNKNOWN, -1.5, True, NOW, ("a", None, 2.0), (None, None), 'a"b\nc', "x\x1b"]
    row = list(csv.reader(io.StringIO(csv_text(["h"] * len(values), [values]))))[1]
    assert row == ["", "", "-1.5", "true", "2026-11-21T12:00:00Z", "a;;2.0", "", 'a"b<LF>c', "x<ESC>"]
