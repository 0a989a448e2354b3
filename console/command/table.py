"""Owns how rows read as text: one cell's words, a table within a width, CSV. Everything in it is clean already.

In CSV a text that a spreadsheet would take for a formula (it begins with ``= + - @``, a tab or a carriage return) gets
an apostrophe in front, and control characters are replaced as on screen: CSV is for looking, JSON is exact.
"""

from __future__ import annotations

import csv
import io
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from rich.cells import cell_len

from console.resources.model import Kind, Missing, Value
from console.store.present import NUMERIC, words
from console.text.clean import clean, clip, fit
from console.text.format import iso

UNKNOWN = "?"
"""What could not be read; ``-`` is what AWS said there is none of."""
_GAP = "  "
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


@dataclass(frozen=True, slots=True)
class Heading:
    """One column of a printed table; a column of rank 0 is never left out, the highest rank goes first."""

    title: str
    rank: int = 0
    right: bool = False


def heading(title: str, kind: Kind, rank: int) -> Heading:
    """Return the heading of a column of ``kind``."""
    return Heading(title, rank, kind in NUMERIC)


def cell(value: Value, kind: Kind, now: float | None = None) -> str:
    """Return one value as a person reads it, ``?`` for unknown, ``-`` for none."""
    if isinstance(value, Missing):
        return UNKNOWN
    if value is None or value in ("", ()):
        return "-"
    return words(value, kind, time.time() if now is None else now)


def terminal_width() -> int:
    """Return the cells that a line on standard output may have; 0 where it is no terminal and nothing is cut."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else 0


def table(headings: Sequence[Heading], rows: Sequence[Sequence[str]], width: int = 0) -> tuple[list[str], list[str]]:
    """Return (lines, titles of the columns left out). ``width`` in cells bounds every line; 0 leaves all of it."""
    widths = [max([cell_len(head.title), *(cell_len(row[at]) for row in rows)]) for at, head in enumerate(headings)]
    shown = _fitting(headings, widths, width)
    if width and shown:
        over = _needed(widths, shown) - width
        widths = _narrowed(widths, shown, over)
    lines = [_line(headings, widths, shown, [head.title for head in headings])]
    lines += [_line(headings, widths, shown, row) for row in rows]
    hidden = [head.title for at, head in enumerate(headings) if at not in shown]
    return [clip(line, width) if width else line for line in lines], hidden


def _fitting(headings: Sequence[Heading], widths: Sequence[int], width: int) -> list[int]:
    """Return the columns that stay: those of the highest rank, the rightmost first, give way."""
    shown = list(range(len(headings)))
    while width and _needed(widths, shown) > width:
        removable = [at for at in shown if headings[at].rank > 0]
        if not removable:
            break
        shown.remove(max(removable, key=lambda at: (headings[at].rank, at)))
    return shown


def _narrowed(widths: list[int], shown: Sequence[int], over: int) -> list[int]:
    """Return the widths with ``over`` cells taken from the widest of the columns shown."""
    widths = list(widths)
    while over > 0:
        widest = max(shown, key=lambda at: widths[at])
        if widths[widest] <= 4:
            break
        widths[widest] -= 1
        over -= 1
    return widths


def _needed(widths: Sequence[int], shown: Sequence[int]) -> int:
    return sum(widths[at] for at in shown) + len(_GAP) * max(0, len(shown) - 1)


def _line(headings: Sequence[Heading], widths: Sequence[int], shown: Sequence[int], cells: Sequence[str]) -> str:
    parts = [fit(cells[at], widths[at], right=headings[at].right) for at in shown]
    return _GAP.join(parts).rstrip()


def csv_text(names: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """Return rows as CSV with a head; moments in ISO 8601, several values separated by ``;``, none as nothing."""
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(names)
    for row in rows:
        writer.writerow([_csv_cell(value) for value in row])
    return written.getvalue()


def _csv_cell(value: Value) -> str:
    if value is None or isinstance(value, Missing):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, int | float):
        return repr(value)
    text = clean(_joined(value) if isinstance(value, tuple) else value, 1_000_000)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _joined(values: tuple[str | float | None, ...]) -> str:
    return ";".join("" if part is None else str(part) for part in values) if any(values) else ""
