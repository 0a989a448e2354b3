"""Owns lines of a label and a value that wraps, scrolled and painted line by line. Must not know what they are of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells
from textual.geometry import Size
from textual.strip import Strip

from console.text.clean import fit
from console.ui.lines import Spans
from console.ui.widgets.paint import Painted
from console.ui.widgets.quicklines import QuickLines
from console.ui.widgets.tallview import TallView

LABEL = 15
"""Cells of the labels."""
GAP = 2
EDGE = 2
"""Cells that stay empty on the right."""
_NARROWEST = 8
_WORD = re.compile(r"\S+\s*|\s+")


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and what stands beside it: each span begins a line of its own. All of it is clean."""

    label: tuple[str, str]
    value: Spans


class Facts(Painted, TallView, QuickLines, can_focus=False):
    """Facts under each other."""

    DEFAULT_CSS = "Facts { overflow-x: hidden; overflow-y: auto; }"

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id)
        self._facts: tuple[Fact, ...] = ()
        self._lines: list[Spans] = []

    def show(self, facts: Sequence[Fact]) -> None:
        """Show these facts from the first one on."""
        if tuple(facts) != self._facts:
            self._facts = tuple(facts)
            self._lay_out()
        self._rewind()

    def on_hide(self) -> None:
        """Be read from the top when seen again."""
        self._rewind()

    def _rewind(self) -> None:
        self.scroll_to(0, 0, animate=False, immediate=True, force=True)

    def on_resize(self) -> None:
        """Wrap for another width."""
        self._lay_out()

    def _lay_out(self) -> None:
        self._lines = [line for fact in self._facts for line in _laid_out(fact, self.size.width - EDGE)]
        self.set_height(len(self._lines))
        self.refresh()

    def line(self, y: int, top: int, size: Size) -> Strip:
        """Return one line of the widget."""
        number = top + y
        return self.strip(self._lines[number] if number < len(self._lines) else [], size.width)


def _laid_out(fact: Fact, width: int) -> Iterator[Spans]:
    """Yield the lines of a fact; one without a label has the whole width."""
    (title, token), beside = fact.label, LABEL + GAP if fact.label[0] else 1
    head = fit(title, beside) if title else " "
    lines = [(part, tone) for text, tone in fact.value for part in folded(text, max(_NARROWEST, width - beside))]
    for number, line in enumerate(lines):
        yield [(head if number == 0 else " " * beside, token), line]


def folded(text: str, width: int) -> list[str]:
    """Return ``text`` in lines of at most ``width`` cells, broken between words where it can be."""
    if len(text) <= width and text.isascii() and "\n" not in text:
        return [text]  # nearly all of them
    return [line for part in text.split("\n") for line in _wrapped(part, width)]


def _wrapped(part: str, width: int) -> list[str]:
    lines, line = [], ""
    for word in _WORD.findall(part):
        if cell_len(line) + cell_len(word.rstrip()) <= width:
            line += word
            continue
        if line.strip():
            lines.append(line.rstrip())
        *whole, line = chop_cells(word, width)
        lines += whole
    return [*lines, line.rstrip()]
