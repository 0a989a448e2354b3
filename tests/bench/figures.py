"""Owns what was measured, as rows of a table and as JSON; must not know how anything is measured."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table.

    ``measured`` is the median of the rounds' ratios, or of the figures themselves where the target is absolute;
    ``lowest`` and ``highest`` are the rounds' extremes. ``ours`` and ``theirs`` are medians in ``unit``.
    """

    quantity: str
    against: str
    target: float | None
    measured: float
    lowest: float
    highest: float
    rounds: int
    ours: float
    theirs: float | None
    unit: str

    @property
    def met(self) -> bool | None:
        """Whether the target is met; None for a row that has none."""
        return None if self.target is None else self.measured <= self.target


def ratio(
    quantity: str, against: str, target: float | None, ours: Sequence[float], theirs: Sequence[float], unit: str
) -> Row:
    """Return the row of a ratio; ``ours`` and ``theirs`` are figures of the same rounds."""
    found = [mine / other if other else math.inf for mine, other in zip(ours, theirs, strict=True)]
    low, high = min(found), max(found)
    return Row(quantity, against, target, median(found), low, high, len(found), median(ours), median(theirs), unit)


def absolute(quantity: str, target: float | None, figures: Sequence[float], unit: str) -> Row:
    """Return the row of a figure that stands for itself."""
    middle = median(figures)
    return Row(quantity, "absolute", target, middle, min(figures), max(figures), len(figures), middle, None, unit)


def table(rows: Iterable[Row]) -> str:
    """Return the rows as a Markdown table."""
    head = ("quantity", "against", "at most", "measured", "spread", "ours", "theirs", "met")
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    text = [_line(line, widths) for line in lines]
    return "\n".join([text[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *text[1:]])


def as_json(rows: Iterable[Row], **about: object) -> str:
    """Return the rows as JSON beside what is said about the run."""
    return json.dumps({**about, "rows": [{**asdict(row), "met": row.met} for row in rows]}, indent=1)


def percentile(figures: Sequence[float], share: float) -> float:
    """Return the figure below which ``share`` of them lie."""
    ordered = sorted(figures)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def _cells(row: Row) -> tuple[str, ...]:
    unit = row.unit if row.theirs is None else ""
    theirs = "" if row.theirs is None else f"{_short(row.theirs)} {row.unit}"
    target = "" if row.target is None else f"{_short(row.target)} {unit}".strip()
    met = {True: "yes", False: "NO", None: ""}[row.met]
    spread = f"{_short(row.lowest)} to {_short(row.highest)}"
    measured = f"{_short(row.measured)} {unit}".strip()
    return row.quantity, row.against, target, measured, spread, f"{_short(row.ours)} {row.unit}", theirs, met


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"


def _short(figure: float) -> str:
    if figure == 0 or abs(figure) >= 1000:
        return f"{figure:,.0f}"
    return f"{figure:.3g}" if abs(figure) < 100 else f"{figure:.0f}"
