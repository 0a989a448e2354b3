"""Owns what one place on the screen holds: its text and how it is painted. Must not know where it is.

Cells are interned: the same text in the same paint is one object, so that whole lines compare by identity.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from rich.cells import get_character_cell_size, split_graphemes
from rich.color import Color, ColorSystem
from rich.segment import Segment
from rich.style import Style

_FLAGS = (
    ("bold", "1", "22"), ("dim", "2", "22"), ("italic", "3", "23"), ("underline", "4", "24"), ("blink", "5", "25"),
    ("blink2", "6", "25"), ("reverse", "7", "27"), ("conceal", "8", "28"), ("strike", "9", "29"),
    ("underline2", "21", "24"), ("frame", "51", "54"), ("encircle", "52", "54"), ("overline", "53", "55"),
)  # fmt: skip
"""(name, code that begins it, code that ends it)."""
_SEEN_ON_BLANKS = frozenset({"underline", "reverse", "strike", "underline2", "frame", "encircle", "overline"})
_MOST = 4096
"""Styles that are kept; a program with more of them than that begins anew."""


_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f]")


class Paint:
    """How text is painted: flags, colours as the terminal is told of them (empty for its own), and a link."""

    __slots__ = ("back", "flags", "front", "hides", "link")

    def __init__(self, flags: frozenset[str], front: str, back: str, link: str) -> None:
        self.flags = flags
        self.front = front
        self.back = back
        self.link = link
        self.hides = not link and not (flags & _SEEN_ON_BLANKS)
        """Whether nothing but the background is seen of a blank painted so."""


@lru_cache(maxsize=_MOST)
def paint(flags: frozenset[str], front: str, back: str, link: str) -> Paint:
    """Return the paint; the same one for the same words."""
    return Paint(flags, front, back, link)


PLAIN = paint(frozenset(), "", "", "")
"""The terminal's own colours."""


class Cell:
    """One place: text (empty for the right half of a wide character), paint, width, and whether only a background.

    It is ``odd`` where it is not exactly one cell and one code point. Neighbours of the same ``run`` are written alike:
    that is the paint, and of an odd or blank one the cell itself.
    """

    __slots__ = ("blank", "odd", "paint", "run", "text", "width")

    def __init__(self, text: str, painted: Paint, width: int) -> None:
        self.text = text
        self.paint = painted
        self.width = width
        self.blank = text == " " and painted.hides
        self.odd = not width == len(text) == 1
        self.run: object = self if self.odd or self.blank else painted


class _NotNarrow(LookupError):
    """A character that does not fill exactly one cell."""


class Ink(dict[str, Cell]):
    """The cells of one paint, by characters one cell wide; asked for any other it raises."""

    def __init__(self, painted: Paint) -> None:
        super().__init__()
        self.paint = painted
        self.half = Cell("", painted, 0)
        self._other: dict[str, Cell] = {}

    def __missing__(self, character: str) -> Cell:
        if get_character_cell_size(character) != 1:
            raise _NotNarrow(character)
        only_back = character == " " and self.paint.hides
        found = self[character] = blank(self.paint.back) if only_back else Cell(character, self.paint, 1)
        return found

    def cell(self, text: str, width: int) -> Cell:
        """Return the cell of one written character, which may be wide or of several code points."""
        if width == 1 and len(text) == 1:
            return self[text]
        if len(self._other) > _MOST:
            self._other.clear()
        found = self._other.get(text)
        if found is None:
            found = self._other[text] = Cell(text, self.paint, width)
        return found


@lru_cache(maxsize=_MOST)
def blank(back: str) -> Cell:
    """Return the cell that is nothing but this background."""
    return Cell(" ", paint(frozenset(), "", back, ""), 1)


class Inks:
    """The inks of every style, in as many colours as ``system`` has."""

    def __init__(self, system: ColorSystem) -> None:
        self._system = system
        self._by_style: dict[Style | None, Ink] = {}
        self._by_paint: dict[Paint, Ink] = {}

    def cells(self, segments: Iterable[Segment]) -> list[Cell]:
        """Return what the segments fill, from left to right. Control codes are dropped: they are not to be seen."""
        cells: list[Cell] = []
        for text, style, control in segments:
            if control:
                continue
            ink = self._by_style.get(style) or self._learn(style)
            try:
                cells += list(map(ink.__getitem__, text))
            except _NotNarrow:
                _add_wide(cells, text, ink)
        return cells

    def _learn(self, style: Style | None) -> Ink:
        if len(self._by_style) >= _MOST:
            self._by_style.clear()
            self._by_paint.clear()
        painted = PLAIN if style is None else self._paint(style)
        ink = self._by_paint.setdefault(painted, Ink(painted))
        self._by_style[style] = ink
        return ink

    def _paint(self, style: Style) -> Paint:
        flags = frozenset(name for name, _, _ in _FLAGS if getattr(style, name))
        link = f"id={style.link_id};{style.link}" if style.link and style.link.isprintable() else ""
        return paint(flags, self._codes(style.color, True), self._codes(style.bgcolor, False), link)

    def _codes(self, colour: Color | None, front: bool) -> str:
        if colour is None:
            return ""
        codes = ";".join(colour.downgrade(self._system).get_ansi_codes(foreground=front))
        return "" if codes in ("39", "49") else codes


def _add_wide(cells: list[Cell], text: str, ink: Ink) -> None:
    """Add text of characters that are wide or belong together; what cannot be seen is dropped."""
    for start, end, width in split_graphemes(text)[0]:
        character = _CONTROLS.sub("", text[start:end])
        if width:
            cells.append(ink.cell(character, width))
            cells += [ink.half] * (width - 1)
        elif character and cells and cells[-1].text:
            before = cells[-1]
            cells[-1] = Cell(before.text + character, before.paint, before.width)


@lru_cache(maxsize=_MOST)
def change(pen: Paint | None, wanted: Paint) -> str:
    """Return the shortest sequence after which the terminal paints as ``wanted``; None for what is not known."""
    link = f"\x1b]8;{wanted.link or ';'}\x1b\\" if (pen or PLAIN).link != wanted.link else ""
    if pen is None:
        return f"\x1b[{_all(wanted)}m{link}"
    codes = min(_steps(pen, wanted), _all(wanted), key=len) if not _same(pen, wanted) else None
    return f"\x1b[{codes}m{link}" if codes is not None else link


def _same(one: Paint, other: Paint) -> bool:
    return (one.flags, one.front, one.back) == (other.flags, other.front, other.back)


def _all(wanted: Paint) -> str:
    """Return the codes from nothing; an empty first one resets."""
    codes = [begin for name, begin, _ in _FLAGS if name in wanted.flags]
    return ";".join(["", *codes, *filter(None, (wanted.front, wanted.back))])


def _steps(pen: Paint, wanted: Paint) -> str:
    """Return the codes of what differs only."""
    ended = {end for name, _, end in _FLAGS if name in pen.flags - wanted.flags}
    codes = sorted(ended)
    for name, begin, end in _FLAGS:
        if name in wanted.flags and (name not in pen.flags or end in ended):
            codes.append(begin)
    if pen.front != wanted.front:
        codes.append(wanted.front or "39")
    if pen.back != wanted.back:
        codes.append(wanted.back or "49")
    return ";".join(codes)
