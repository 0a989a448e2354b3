"""One line with two parts."""

from __future__ import annotations

import pytest
from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Size

from console.ui.lines import Spans
from console.ui.widgets.line import Line
from console.ui.widgets.paint import PAINTS


class Paper(Line):
    """A line of a fixed width without an application."""

    def __init__(self, width: int) -> None:
        super().__init__(id="line")
        self._width = width
        self.refreshed = 0

    @property
    def size(self) -> Size:
        return Size(self._width, 1)

    @property
    def rich_style(self) -> Style:
        return Style()

    def token_styles(self) -> dict[str, Style]:
        return {token: Style(meta={"token": token}) for token in PAINTS}

    def refresh(self, *_: object, **__: object) -> Paper:
        self.refreshed = getattr(self, "refreshed", 0) + 1
        return self


def painted(width: int, left: Spans, right: Spans | None = None) -> str:
    line = Paper(width)
    line.show(left, right)
    return line.line(0, 0, line.size).text


@pytest.mark.parametrize("width", range(1, 60))
@pytest.mark.parametrize("words", ["left", "名前名前名前", "[red]x[/]", "e\u0301" * 20, ""])
def test_a_line_is_exactly_as_wide_as_its_widget(width: int, words: str) -> None:
    assert cell_len(painted(width, [(words, "text")], [("right", "dim")])) == width


def test_the_right_part_is_at_the_right_and_gives_way_as_a_whole() -> None:
    assert painted(12, [("left", "text")], [("right", "dim")]) == "left   right"
    assert painted(9, [("left", "text")], [("right", "dim")]) == "leftright"
    assert painted(8, [("left", "text")], [("right", "dim")]) == "left    "
    assert painted(3, [("left", "text")], [("right", "dim")]) == "le…"


def test_nothing_is_read_as_markup_and_each_part_keeps_its_token() -> None:
    line = Paper(40)
    line.show([("[@click=app.quit]x[/]", "bad"), (" y", "dim")])
    strip = line.line(0, 0, line.size)
    assert strip.text.startswith("[@click=app.quit]x[/] y")
    assert [segment.style and segment.style.meta["token"] for segment in list(strip)[:2]] == ["bad", "dim"]


def test_what_has_not_changed_is_not_painted_again() -> None:
    line = Paper(40)
    before = line.refreshed
    for _ in range(3):
        line.show([("same", "text")], [("right", "dim")])
    assert line.refreshed == before + 1
    line.show([("same", "bad")], [("right", "dim")])
    assert line.refreshed == before + 2
