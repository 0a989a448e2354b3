"""Braille drawing, against a picture made dot by dot."""

from __future__ import annotations

import random

import pytest

from console.ui.widgets.braille import Canvas, plot


def lit(canvas: Canvas) -> set[tuple[int, int]]:
    """Return the dots that the characters show, as Unicode numbers them: 1-3 and 7 left, 4-6 and 8 right."""
    numbering = {(0, 0): 1, (0, 1): 2, (0, 2): 3, (1, 0): 4, (1, 1): 5, (1, 2): 6, (0, 3): 7, (1, 3): 8}
    found = set()
    for row in range(canvas.rows):
        for column, character in enumerate(canvas.row(row)):
            bits = ord(character) - 0x2800 if character != " " else 0
            found |= {(column * 2 + x, row * 4 + y) for (x, y), number in numbering.items() if bits >> (number - 1) & 1}
    return found


@pytest.mark.parametrize("seed", range(10))
def test_the_characters_show_exactly_the_dots_that_were_set(seed: int) -> None:
    chance = random.Random(seed)
    canvas, wanted = Canvas(chance.randrange(1, 12), chance.randrange(1, 8)), set()
    for _ in range(60):
        x, y = chance.randrange(-5, 30), chance.randrange(-5, 40)
        canvas.dot(x, y)
        wanted.add((x, y))
    assert lit(canvas) == {(x, y) for x, y in wanted if 0 <= x < canvas.width and 0 <= y < canvas.height}


@pytest.mark.parametrize("seed", range(20))
def test_a_line_has_no_holes_and_stays_near_the_straight_one(seed: int) -> None:
    chance = random.Random(seed)
    canvas = Canvas(20, 10)
    x0, x1 = chance.randrange(canvas.width), chance.randrange(canvas.width)
    y0, y1 = chance.randrange(canvas.height), chance.randrange(canvas.height)
    canvas.line(x0, y0, x1, y1)
    dots = lit(canvas)
    assert {(x0, y0), (x1, y1)} <= dots
    steps = max(abs(x1 - x0), abs(y1 - y0))
    assert len(dots) == steps + 1, "one dot for each step along the longer side"
    for x, y in dots:
        assert abs((x - x0) * (y1 - y0) - (y - y0) * (x1 - x0)) <= max(steps, 1), "less than a dot away"


def test_each_sample_is_a_dot_at_its_place() -> None:
    canvas = Canvas(10, 5)
    plot(canvas, [(0.0, 0.0), None, (0.5, 5.0), None, (1.0, 10.0)], bottom=0, top=10)
    assert lit(canvas) == {(0, 19), (round(0.5 * 19), round(0.5 * 19)), (19, 0)}


@pytest.mark.parametrize("seed", range(10))
def test_a_plot_is_its_samples_joined_and_nothing_across_a_gap(seed: int) -> None:
    chance = random.Random(seed)
    canvas, wanted = Canvas(15, 6), Canvas(15, 6)
    points = [None if chance.random() < 0.3 else (number / 30, chance.uniform(-5, 5)) for number in range(31)]
    plot(canvas, points, bottom=-5, top=5)
    dots = [None if point is None else (round(point[0] * 29), round((5 - point[1]) / 10 * 23)) for point in points]
    for before, after in zip([None, *dots], dots, strict=False):
        if after is not None:
            wanted.line(*(before or after), *after)
    assert lit(canvas) == lit(wanted)
    gaps = {round(number / 30 * 29) for number, point in enumerate(points) if point is None}
    lonely = gaps - {dot[0] for dot in dots if dot}
    assert not {x for x, _ in lit(canvas)} & lonely


def test_one_sample_is_one_dot_and_none_is_nothing() -> None:
    canvas = Canvas(4, 2)
    plot(canvas, [], bottom=0, top=1)
    assert [canvas.row(0), canvas.row(1)] == ["    ", "    "]
    plot(canvas, [(0.0, 1.0)], bottom=0, top=1)
    assert lit(canvas) == {(0, 0)}


def test_equal_ends_do_not_divide_by_nothing() -> None:
    canvas = Canvas(4, 2)
    plot(canvas, [(0.0, 3.0), (1.0, 3.0)], bottom=3.0, top=3.0)
    assert lit(canvas) == {(x, 0) for x in range(8)}
