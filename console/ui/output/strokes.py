"""Owns cutting changed lines into strokes of one paint, and in which order they are written in the fewest bytes.

Must not know what is written. A colour takes three times the bytes of a motion, so all that is painted alike comes
together, wherever it stands; in few colours, and where little changed, from top to bottom may be shorter.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from operator import is_
from typing import NamedTuple, TypeAlias

from console.ui.output.cells import Cell, Paint, change

Line: TypeAlias = Sequence[Cell]

_JUMPED = 5
"""Unchanged cells that are written again at most, because moving over them costs as much."""
_ERASED = 4
"""Blanks at the end of a line from which on erasing is shorter than writing."""
_FEW = 3
"""Strokes that are left as they are."""
_ALONG, _AWAY = 5, 8
"""About the bytes of a motion on a line, and to another one."""


class Stroke(NamedTuple):
    """Cells that one paint suits, from ``x`` up to ``stop`` of line ``y``.

    Of ``blank`` ones only the background is seen; ``erases`` has them erased, all that are left of the line.
    """

    paint: Paint
    y: int
    x: int
    stop: int
    line: Line
    blank: bool
    erases: bool = False


def strokes(y: int, wanted: Line, shown: Sequence[Cell | None], *, erases: bool) -> Iterator[Stroke]:
    """Yield what makes line ``y``, which holds ``shown``, hold ``wanted``, from left to right.

    None stands for what is not known; ``erases`` says whether the terminal erases in any background.
    """
    same = [*map(is_, wanted, shown)]
    first, last = same.index(False), len(same) - same[::-1].index(False)
    tail = _tail(wanted, first, last, erases)
    end = last if tail is None else tail
    same[end:] = [False, False]  # so that there is always a next one, also behind a wide character
    x = same.index(False)
    while x < end:
        if not wanted[x].width and x:
            x -= 1  # the left half has to be written for the right one
        stop, painted, only_blanks = _extent(wanted, same, x, end)
        yield Stroke(painted, y, x, stop, wanted, only_blanks)
        x = same.index(False, stop)
    if tail is not None:
        yield Stroke(wanted[tail].paint, y, tail, len(wanted), wanted, blank=True, erases=True)


def _tail(wanted: Line, first: int, last: int, erases: bool) -> int | None:
    """Return where the blanks begin that are erased; None where none are."""
    end = wanted[-1]
    if not end.blank or not (erases or not end.paint.back):
        return None
    tail = len(wanted)
    while tail > first and wanted[tail - 1] is end:
        tail -= 1
    return tail if last - tail > _ERASED else None


def _extent(wanted: Line, same: list[bool], x: int, end: int) -> tuple[int, Paint, bool]:
    """Return up to where the cells from ``x`` on are written in one paint, which, and whether all are blank."""
    painted, at, only_blanks = wanted[x].paint, x, True
    while at < end:
        cell = wanted[at]
        if only_blanks and cell.paint.hides and cell.paint.back == painted.back:
            painted, only_blanks = cell.paint, cell.blank
        elif not _suits(cell, painted):
            break
        if same[at] and at > x and not _goes_on(wanted, same, at, end, painted):
            break
        only_blanks = only_blanks and cell.blank
        at += cell.width or 1
        if len(cell.text) > 1:
            break  # terminals do not agree on how wide such a one is
    return at, painted, only_blanks


def _goes_on(wanted: Line, same: list[bool], x: int, end: int, painted: Paint) -> bool:
    """Return whether few cells from ``x`` on are unchanged, and neither they nor the next need another paint."""
    until = same.index(False, x)
    if until >= end or until - x >= _JUMPED or not _suits(wanted[until], painted):
        return False
    return all(cell.width == 1 and len(cell.text) == 1 and _suits(cell, painted) for cell in wanted[x:until])


def _suits(cell: Cell, painted: Paint) -> bool:
    return cell.paint is painted or (cell.blank and painted.hides and painted.back == cell.paint.back)


def in_best_order(found: list[Stroke], pen: Paint | None) -> list[Stroke]:
    """Return strokes in the order that takes fewer bytes, as they are or those of a paint together.

    ``pen`` is what the terminal paints with now; None where that is not known.
    """
    if len(found) <= _FEW:
        return found
    alike = _alike(found)
    return alike if _cost(alike, pen) < _cost(found, pen) else found


def _alike(found: list[Stroke]) -> list[Stroke]:
    """Return strokes of the same paint together; blanks with any that has their background."""
    hosts = {stroke.paint.back: stroke.paint for stroke in found if not stroke.blank and stroke.paint.hides}
    groups: dict[Paint, list[Stroke]] = {}
    for stroke in found:
        host = hosts.get(stroke.paint.back) if stroke.blank else None
        groups.setdefault(host or stroke.paint, []).append(stroke)
    return [stroke for members in groups.values() for stroke in members]


def _cost(ordered: list[Stroke], pen: Paint | None) -> int:
    """Return about how many bytes go into colours and motions."""
    total = 0
    for stroke in ordered:
        if stroke.paint is not pen and not (stroke.blank and pen and pen.hides and pen.back == stroke.paint.back):
            total += len(change(pen, stroke.paint))
            pen = stroke.paint
    for before, after in pairwise(ordered):
        if before.y != after.y:
            total += _AWAY
        elif before.stop != after.x:
            total += _ALONG
    return total
