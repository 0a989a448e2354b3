"""Owns drawing series over time with axes; must not know where they were read.

A time without a sample is a gap in the line: nothing is interpolated and nothing becomes zero.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from operator import itemgetter

from textual.geometry import Size
from textual.strip import Strip

from console.cloudwatch.series import Points, Window
from console.resources.model import Kind
from console.store.present import words
from console.text.clean import clip, fit
from console.ui.lines import Spans
from console.ui.widgets.braille import Canvas, plot
from console.ui.widgets.paint import Painted, cut
from console.ui.widgets.quicklines import QuickLines

LABEL = 8
"""Cells of the labels on the left."""
_TOKENS = ("accent", "warn", "ok", "unknown", "bad", "text", "dim")
"""Colours of the lines, in order; the legend numbers them too."""
_STEPS = (1, 2, 2.5, 5, 10)
LARGEST = 1e300
"""Values beyond it, and what is no number, are drawn as gaps."""
_SHORT = (("T", 1e12), ("G", 1e9), ("M", 1e6))


@dataclass(frozen=True, slots=True)
class Series:
    """One line: its name and its points."""

    name: str
    points: Points


class Chart(Painted, QuickLines):
    """Lines over a time window."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._series: tuple[Series, ...] = ()
        self._kind = Kind.NUMBER
        self._window = Window(0, 0, 60)
        self._limit: float | None = None
        self._said = ""
        self._drawn: tuple[Size, list[Spans]] | None = None

    def show(self, series: Sequence[Series], kind: Kind, window: Window, threshold: float | None = None) -> None:
        """Draw ``series`` over ``window``; values read as ``kind`` says."""
        self._series, self._kind, self._window = tuple(series), kind, window
        self._limit = threshold if threshold is not None and drawable(threshold) else None
        self._said, self._drawn = "", None
        self.refresh()

    def say(self, words: str) -> None:
        """Say something instead of drawing."""
        if self._series or words != self._said:
            self._series, self._said, self._drawn = (), words, None
            self.refresh()

    def line(self, y: int, top: int, size: Size) -> Strip:
        """Return one line of the widget."""
        if self._drawn is None or self._drawn[0] != size:
            self._drawn = size, self.drawing(size)
        lines = self._drawn[1]
        return self.strip(lines[y] if y < len(lines) else [], size.width)

    def drawing(self, size: Size) -> list[Spans]:
        """Return the lines of the drawing at a size."""
        width, height = size
        values = [value for series in self._series for _, value in series.points if drawable(value)]
        legend = len(self._series) > 1
        rows = height - 1 - legend
        if not values or rows < 2 or width < LABEL + 10:
            said = self._said or ("no samples in this time" if self._series else "")
            return [[(f" {clip(said, max(1, width - 2))}", "dim")]]
        bottom, top = bounds([*values, *([self._limit] if self._limit is not None else [])])
        lines = self._body(rows, width, bottom, top)
        lines.append([(self._times(width), "dim")])
        if legend:
            lines.append(self._legend(width))
        return lines

    def _body(self, rows: int, width: int, bottom: float, top: float) -> list[Spans]:
        canvases = [self._canvas(series, width - LABEL - 2, rows, bottom, top) for series in self._series]
        limit = None if self._limit is None else round((top - self._limit) / (top - bottom) * (rows - 1))
        lines: list[Spans] = []
        for number in range(rows):
            label = [(self._label(number, rows, bottom, top), "dim"), (" │", "line")]
            lines.append([*label, *self._row(canvases, number, at_limit=number == limit)])
        return lines

    def _row(self, canvases: Sequence[Canvas], number: int, *, at_limit: bool) -> Spans:
        """Return one row of the drawing; where lines meet, the first one is seen."""
        rows = [canvas.row(number) for canvas in canvases]
        cells = []
        for at in range(canvases[0].columns):
            owner = next((index for index, row in enumerate(rows) if row[at] != " "), None)
            if owner is None:
                cells.append(("╌" if at_limit else " ", "bad"))
            else:
                cells.append((rows[owner][at], _TOKENS[owner % len(_TOKENS)]))
        runs = groupby(cells, key=itemgetter(1))
        return [("".join(sign for sign, _ in run), token) for token, run in runs]

    def _canvas(self, series: Series, columns: int, rows: int, bottom: float, top: float) -> Canvas:
        canvas = Canvas(columns, rows)
        plot(canvas, with_gaps(series.points, self._window), bottom=bottom, top=top)
        return canvas

    def _label(self, number: int, rows: int, bottom: float, top: float) -> str:
        if number not in (0, rows // 2, rows - 1):
            return " " * LABEL
        value = {0: top, rows - 1: bottom}.get(number, (top + bottom) / 2)
        return fit(label(value, self._kind), LABEL, right=True)

    def _times(self, width: int) -> str:
        start, end = self._window.start, self._window.end
        form = "%H:%M" if end - start <= 2 * 86400 else "%d %b"
        room = width - LABEL - 2
        count = max(2, room // 14)
        line = [" "] * (width - 4)
        for number in range(count):
            share = number / (count - 1)
            label = datetime.fromtimestamp(start + (end - start) * share, UTC).strftime(form)
            at = min(LABEL + 2 + round(share * room) - len(label) // 2, len(line) - len(label))
            line[at : at + len(label)] = label
        return "".join(line) + " UTC"

    def _legend(self, width: int) -> Spans:
        spans = [(" " * (LABEL + 2), "text")]
        for index, series in enumerate(self._series):
            name = clip(series.name, max(8, (width - LABEL) // len(self._series) - 4))
            spans += [("━ ", _TOKENS[index % len(_TOKENS)]), (f"{name}  ", "text")]
        return cut(spans, width)


def drawable(value: float) -> bool:
    """Return whether ``value`` is a number that has a place in a chart."""
    return abs(value) <= LARGEST


def with_gaps(points: Points, window: Window) -> list[tuple[float, float] | None]:
    """Return points as (share of the window, value), with None where a period has no sample."""
    span = (window.end - window.start) or 1.0
    found: list[tuple[float, float] | None] = []
    before: float | None = None
    for moment, value in points:
        if not drawable(value):
            continue
        if before is not None and moment - before > window.period * 1.5:
            found.append(None)
        found.append(((moment - window.start) / span, value))
        before = moment
    return found


def bounds(values: Sequence[float]) -> tuple[float, float]:
    """Return round numbers around ``values``; the lower one is 0 unless there is less than that."""
    low, high = min(0.0, *values), max(0.0, *values)
    span = high - low if high - low > 1 / LARGEST else 1.0
    power = 10.0 ** math.floor(math.log10(span))
    unit = next((power * part for part in _STEPS if span <= power * part), power * 10) / 4
    return math.floor(low / unit) * unit, max(math.ceil(high / unit), 1) * unit


def label(value: float, kind: Kind) -> str:
    """Return what an axis calls ``value``, at most ``LABEL`` cells of it for a plain number."""
    said = words(float(f"{value:.6g}"), kind, 0.0)
    if kind is not Kind.NUMBER or len(said) <= LABEL:
        return said
    return next(
        (f"{value / size:.4g}{unit}" for unit, size in _SHORT if abs(value) >= size > abs(value) / 1e3), f"{value:.2g}"
    )
