"""Owns how one row becomes one line of the list, and keeps the lines it made. Must not know scrolling or the cursor."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.resources.model import Column, Kind, Missing, Tone, Value
from console.store.present import NUMERIC, cell
from console.store.rows import Row
from console.text.clean import clip, fit
from console.text.format import SECONDS_UNTIL, age
from console.ui.output.hooks import is_true, kept_line
from console.ui.widgets.columns import GAP, Slot

MARGIN = 2
"""Cells in front of the first column: cursor and mark."""
STRIPS_KEPT = 1000
"""Lines that are ready, for the pages that one goes to and fro between."""
GLYPH = 2
"""Cells of the sign in front of a state."""
LONGEST_AGE = 4
WORDS_KEPT = 100
"""Words of one column that are ready to be painted; what differs from row to row is soon more than that."""
_GAP = " " * GAP
_PLAIN = {Kind.TEXT: "", Kind.ID: Tone.DIM.value}
_SAY_THE_SAME = frozenset({str, Missing, type(None)})
"""Types of values that read the same whenever they are read."""

Styles = Callable[[str], Style]
"""Token → style."""


@dataclass(slots=True)
class _Kept:
    """A line that was made, and of what; ``now`` is the last moment at which it was still right."""

    row: Row
    now: float
    strip: Strip


class _Place:
    """A column's place in the line: it makes values as wide as the place is, each with its token."""

    def __init__(self, slot: Slot, column: Column) -> None:
        self.index = slot.index
        self._width = slot.width
        self._column = column
        self._right = column.kind in NUMERIC
        self._known: dict[Value, tuple[str, str]] = {}
        self._whole = slot.width + GAP
        self._plain = _PLAIN.get(column.kind)
        """The token of texts that need nothing but room; None where they are more than that."""

    def words(self, value: Value, now: float) -> tuple[str, str]:
        """Return what is painted for ``value``, with the gap behind it, and its token; empty for plain text."""
        if type(value) is str and self._plain is not None and value.isascii() and 0 < len(value) <= self._width:
            return value.ljust(self._whole), self._plain
        if type(value) not in _SAY_THE_SAME:
            return self._made(value, now)
        found = self._known.get(value)
        if found is None:
            found = self._made(value, now)
            if len(self._known) < WORDS_KEPT:
                self._known[value] = found
        return found

    def _made(self, value: Value, now: float) -> tuple[str, str]:
        column = self._column
        found = cell(value, column.kind, column.tones, now, column.full)
        token = "" if found.tone is Tone.NONE else found.tone.value
        return _fitted(found.text, self._width, self._right) + _GAP, token


class RowPainter:
    """Paints rows of one type at one width in one theme. Everything it is given is clean."""

    def __init__(self, columns: Sequence[Column], slots: Sequence[Slot], styles: Styles) -> None:
        self._columns = columns
        self._slots = tuple(slots)
        self._places = [_Place(slot, columns[slot.index]) for slot in slots]
        self._least = MARGIN + sum(slot.width + GAP for slot in slots)
        self._given = styles
        self._true = True
        self._styles = cache(self._noted)
        self._over = cache(self._laid_over)
        self._aged = [slot.index for slot in slots if columns[slot.index].kind is Kind.TIME]
        self._kept: OrderedDict[tuple[str, bool, bool], _Kept] = OrderedDict()
        self.head = cache(self._head)

    def _head(self, sort: str, descending: bool, width: int = 0) -> Strip:
        """Return the line of titles, at least ``width`` cells of it."""
        segments = [Segment(" " * MARGIN, self._styles("head"))]
        for slot in self._slots:
            column = self._columns[slot.index]
            current = column.id == sort
            title = _sorted(column.title, "↓" if descending else "↑", slot.width) if current else column.title
            style = self._styles("sorted" if current else "head")
            segments.append(Segment(fit(title, slot.width, right=column.kind in NUMERIC), style))
            segments.append(Segment(" " * GAP, self._styles("head")))
        return self._whole(segments, "head", width)

    def row(self, row: Row, now: float, width: int = 0, *, cursor: bool, marked: bool) -> Strip:
        """Return the line of ``row``, at least ``width`` cells of it."""
        key = (row.id, cursor, marked)
        kept = self._kept.get(key)
        if kept and kept.row is row and kept.strip.cell_length == max(width, self._least):
            if kept.now != now:
                kept.now, before = now, kept.now
                kept = kept if self.ages(row, before) == self.ages(row, now) else None
            if kept:
                self._kept.move_to_end(key)
                return kept.strip
        strip = self._painted(row, now, width, cursor, marked)
        self._kept[key] = _Kept(row, now, strip)
        self._kept.move_to_end(key)
        if len(self._kept) > STRIPS_KEPT:
            self._kept.popitem(last=False)
        return strip

    def widen(self, different: Iterable[Collection[Value]], needs: dict[int, int], now: float) -> None:
        """Raise ``needs``, cells by index of a column, to what values would fill; ``different`` has those of each."""
        for index, (column, values) in enumerate(zip(self._columns, different, strict=True)):
            enough = needs.get(index, 0)
            if _all_fit(values, column.kind, enough):
                continue
            for value in values:
                if value is Missing.PENDING:
                    need = column.width  # room for what is still to come, so that nothing moves when it does
                elif enough and _surely_fits(value, column.kind, enough):
                    continue  # nearly all of them, and much quicker told than painted
                else:
                    need = cell_len(cell(value, column.kind, column.tones, now, column.full).text)
                enough = max(enough, need)
            needs[index] = enough

    def ages(self, row: Row, now: float) -> tuple[str, ...]:
        """Return the ages that ``row`` shows; when they differ it has to be painted again."""
        values = (row.values[index] for index in self._aged)
        return tuple(age(now - value.timestamp()) for value in values if isinstance(value, datetime))

    def shows_seconds(self, rows: Iterable[Row], now: float) -> bool:
        """Return whether one of ``rows`` shows an age that is another one a second later."""
        youngest = now - SECONDS_UNTIL
        values = (row.values[index] for row in rows for index in self._aged)
        return any(isinstance(value, datetime) and value.timestamp() > youngest for value in values)

    def _painted(self, row: Row, now: float, width: int, cursor: bool, marked: bool) -> Strip:
        back = "cursor" if cursor else "marked" if marked else "row"
        words, style = f"{'▸' if cursor else ' '}{'✓' if marked else ' '}", self._over(back, "accent-strong")
        plain, segments = self._token_of_name(row), []
        for place in self._places:
            text, token = place.words(row.values[place.index], now)
            its_style = self._over(back, token or (plain if place.index == 0 else "text"))
            if its_style is style:
                words += text
            else:
                segments.append(Segment(words, style))
                words, style = text, its_style
        segments.append(Segment(words, style))
        return self._whole(segments, back, width)

    def _whole(self, segments: list[Segment], back: str, width: int) -> Strip:
        if width > self._least:
            segments.append(Segment(" " * (width - self._least), self._styles(back)))
        return kept_line(segments, max(width, self._least), true=self._true)

    def _laid_over(self, back: str, token: str) -> Style:
        return self._styles(back) + self._styles(token)

    def _noted(self, token: str) -> Style:
        style = self._given(token)
        self._true = self._true and is_true(style)
        return style

    def _token_of_name(self, row: Row) -> str:
        """Return how the first column is painted, which is what a row is called."""
        if self._columns[0].kind is not Kind.TEXT:
            return "text"
        return "bad-strong" if row.problem is Tone.BAD else "strong"


def _all_fit(values: Collection[Value], kind: Kind, width: int) -> bool:
    """Return whether texts surely fit; false where a value is no text, or nothing is known."""
    try:
        longest = max(map(len, values), default=width)  # type: ignore[arg-type]  # told by the error
        return longest + (GLYPH if kind is Kind.STATE else 0) <= width and "".join(values).isascii()  # type: ignore[arg-type]
    except TypeError:
        return False


def _surely_fits(value: Value, kind: Kind, width: int) -> bool:
    if type(value) is str:
        return value.isascii() and len(value) + (GLYPH if kind is Kind.STATE else 0) <= width
    if type(value) is datetime:
        return kind is Kind.TIME and width >= LONGEST_AGE
    return value is None or type(value) is Missing


def _fitted(text: str, width: int, right: bool) -> str:
    """Return what ``fit`` returns; quicker for what is plain and short."""
    if text.isascii() and len(text) <= width:
        return text.rjust(width) if right else text.ljust(width)
    return fit(text, width, right=right)


def _sorted(title: str, arrow: str, width: int) -> str:
    """Return a title with its arrow, which is seen however narrow the column is."""
    return f"{title} {arrow}" if cell_len(title) + 2 <= width else f"{clip(title, width - 1)}{arrow}"
