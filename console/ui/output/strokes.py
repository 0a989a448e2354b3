"""Owns cutting changed lines into strokes of one paint, and in which order they are written in the fewest bytes.

Must not know what is written. A colour takes three times the bytes of a motion, so all that is painted alike comes
together, wherever it stands; in few colours, and where little changed, from top to bottom may be shorter.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from operator import is_, is_not
from typing import NamedTuple, TypeAlias

from console.ui.output.cells import Cell, Paint, change

Line: TypeAlias = Sequence[Cell]

_STRETCH = re.compile(rb"\x00(?:\x01{0,4}\x00)*")
"""Changed cells with at most four unchanged ones between them, which cost as much to move over as to write again."""
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
    same = bytes(map(is_, wanted, shown))
    first, last = same.index(0), same.rindex(0) + 1
    tail = _tail(wanted, first, last, erases)
    runs = [cell.run for cell in wanted]
    ends = bytes(map(is_not, runs, runs[1:])) + b"\1"
    for stretch in _STRETCH.finditer(same, first, last if tail is None else tail):
        x, end = stretch.span()
        while 0 <= x < end:
            if not wanted[x].width and x:
                x -= 1  # the left half has to be written for the right one
            stroke = _stroke(y, x, wanted, same, _extent(wanted, ends, x, end))
            yield stroke
            x = same.find(0, stroke.stop, end)
    if tail is not None:
        yield Stroke(wanted[tail].paint, y, tail, len(wanted), wanted, blank=True, erases=True)


def _stroke(y: int, x: int, wanted: Line, same: bytes, extent: tuple[int, Paint, bool]) -> Stroke:
    """Return the stroke of what one paint suits, without the unchanged cells behind the last that changed."""
    until, painted, only_blanks = extent
    stop = same.rindex(0, x, until) + 1
    stop += wanted[stop - 1].width > 1  # with its right half
    if stop < until and wanted[x].blank and all(cell.blank for cell in wanted[x:stop]):
        painted, only_blanks = wanted[x].paint, True
    return Stroke(painted, y, x, stop, wanted, only_blanks)


def _tail(wanted: Line, first: int, last: int, erases: bool) -> int | None:
    """Return where the blanks begin that are erased; None where none are."""
    end = wanted[-1]
    if not end.blank or not (erases or not end.paint.back):
        return None
    tail = len(wanted)
    while tail > first and wanted[tail - 1] is end:
        tail -= 1
    return tail if last - tail > _ERASED else None


def _extent(wanted: Line, ends: bytes, x: int, end: int) -> tuple[int, Paint, bool]:
    """Return up to where the cells from ``x`` on can be written in one paint, which, and whether all are blank.

    It goes from run to run; ``ends`` says which cells are the last of theirs.
    """
    painted, at, only_blanks = wanted[x].paint, x, True
    while at < end:
        cell = wanted[at]
        if only_blanks and cell.paint.hides and cell.paint.back == painted.back:
            painted, only_blanks = cell.paint, cell.blank
        elif not _suits(cell, painted):
            break
        only_blanks = only_blanks and cell.blank
        if not cell.odd:
            at = min(ends.index(1, at) + 1, end)
            continue
        at += cell.width or 1
        if len(cell.text) > 1:
            break  # terminals do not agree on how wide such a one is
    return at, painted, only_blanks


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
    total, y, x = 0, -1, -1
    for painted, line, begin, stop, _, only_blanks, _ in ordered:
        if painted is not pen and not (only_blanks and pen and pen.hides and pen.back == painted.back):
            total += len(change(pen, painted))
            pen = painted
        if line != y:
            total += _AWAY
        elif begin != x:
            total += _ALONG
        y, x = line, stop
    return total
