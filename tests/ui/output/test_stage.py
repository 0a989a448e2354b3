"""What the stage writes makes the terminal show what Textual's own full repaint would, whatever was there before."""

from __future__ import annotations

import random

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from console.ui.output.stage import Stage
from tests.ui.output.emulator import Emulator, differences, painted

WIDTH, HEIGHT = 41, 14
_WORDS = ("web", "orders-worker", "i-04c1", "●", "running ", "漢字", "é", "e\u0301", "👍", "…", "   ", " " * 20, "#")
_STYLES = (
    None,
    Style(color="red"),
    Style(color="#c0caf5", bgcolor="#1a1b26"),
    Style(color="#7aa2f7", bgcolor="#1a1b26", bold=True),
    Style(bgcolor="#1a1b26"),
    Style(bgcolor="#283457", bold=True, italic=True),
    Style(underline=True),
    Style(reverse=True, color="bright_black"),
    Style(strike=True, dim=True, bgcolor="color(200)"),
    Style(link="https://example.org/1", color="blue"),
    Style(blink=True, bgcolor="default"),
)
Picture = list[list[Strip]]


def stage(*, erases: bool = True) -> Stage:
    """Return a stage in true colour."""
    return Stage(ColorSystem.TRUECOLOR, erases=erases)


def line(chance: random.Random, width: int = WIDTH) -> Strip:
    """Return a line of random words in random styles."""
    segments, left = [], width
    while left > 0:
        strip = Strip([Segment(chance.choice(_WORDS), chance.choice(_STYLES))])
        strip = strip if strip.cell_length <= left else Strip([Segment(" " * left, chance.choice(_STYLES))])
        segments += list(strip)
        left -= strip.cell_length
    return Strip(segments, width)


def picture(chance: random.Random, width: int = WIDTH, height: int = HEIGHT) -> Picture:
    """Return a random picture."""
    return [[line(chance, width)] for _ in range(height)]


def altered(chance: random.Random, lines: Picture) -> Picture:
    """Return the picture with a random change: other lines, lines moved up or down, or nothing."""
    width, height = sum(strip.cell_length for strip in lines[0]), len(lines)
    lines = list(lines)
    kind = chance.choice(("line", "up", "down", "part", "all", "none"))
    if kind == "line":
        lines[chance.randrange(height)] = [line(chance, width)]
    elif kind == "part":
        at = chance.randrange(1, width)
        for y in range(chance.randrange(height), height):
            strip = Strip.join(lines[y])
            lines[y] = [strip.crop(0, at), line(chance, width - at)]
    elif kind in ("up", "down"):
        top, by = chance.randrange(height // 2), chance.randint(1, 4)
        bottom = chance.randrange(top + 4, height)
        fresh = [[line(chance, width)] for _ in range(by)]
        moved = lines[top : bottom + 1]
        lines[top : bottom + 1] = (moved[by:] + fresh if kind == "up" else fresh + moved)[: len(moved)]
    elif kind == "all":
        lines = picture(chance, width, height)
    return lines


@pytest.mark.parametrize("erases", [True, False])
@pytest.mark.parametrize("seed", range(8))
def test_every_picture_is_shown_cell_by_cell(seed: int, erases: bool) -> None:
    chance, shown, terminal = random.Random(seed), stage(erases=erases), Emulator(WIDTH, HEIGHT)
    lines = picture(chance)
    for _ in range(60):
        shown.whole(lines, WIDTH)
        shown.point((3, 2))
        terminal.feed(shown.frame())
        assert not differences(terminal.picture(), painted(lines, WIDTH))
        assert terminal.cursor() == (3, 2)
        lines = altered(chance, lines)


@pytest.mark.parametrize("before", ["ab漢cd", "ab漢", "漢  ", "ab漢" + " " * 20])
def test_a_wide_character_that_gives_way_to_another_is_shown(before: str) -> None:
    """The right half of both is the same, so that what changed ends in the middle of it."""
    terminal, shown = Emulator(30, 1), stage()
    for text in (before, before.replace("漢", "字")):
        lines = [[Strip([Segment(text)]).adjust_cell_length(30)]]
        shown.whole(lines, 30)
        terminal.feed(shown.frame())
        assert not differences(terminal.picture(), painted(lines, 30))


@pytest.mark.parametrize("erases", [True, False])
def test_all_that_is_blank_at_the_bottom_is_erased_at_once(erases: bool) -> None:
    terminal, shown, back = Emulator(30, 12), stage(erases=erases), Style(bgcolor="#1a1b26")
    texts = [" web ", "", " db ", *[""] * 9]
    lines = [[Strip([Segment(text, back)]).adjust_cell_length(30, back)] for text in texts]
    shown.whole(lines, 30)
    frame = shown.frame()
    terminal.feed(frame)
    assert not differences(terminal.picture(), painted(lines, 30))
    assert frame.count("\x1b[J") == erases
