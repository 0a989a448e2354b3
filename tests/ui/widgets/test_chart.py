"""Series over time: gaps are gaps, and no number that a metric may have breaks the drawing."""

from __future__ import annotations

import math
import random

import pytest
from rich.cells import cell_len
from rich.style import Style
from textual.geometry import Size

from console.cloudwatch.series import Points, Window
from console.resources.model import Kind
from console.ui.widgets.chart import LABEL, Chart, Series, bounds, label, with_gaps
from console.ui.widgets.paint import PAINTS
from tests.ui.stage import Stage, lines_of

WINDOW = Window(1_800_000_000, 1_800_010_800, 300)


def points(*values: float | None) -> Points:
    """Return one point a period; None is one that was not sent."""
    moments = (WINDOW.start + number * WINDOW.period for number in range(len(values)))
    return tuple((moment, value) for moment, value in zip(moments, values, strict=True) if value is not None)


class Paper(Chart):
    """A chart of a fixed size without an application."""

    def __init__(self, width: int, height: int) -> None:
        super().__init__(id="chart")
        self._room = Size(width, height)

    @property
    def size(self) -> Size:
        return self._room

    def token_styles(self) -> dict[str, Style]:
        return {token: Style(meta={"token": token}) for token in PAINTS}


def drawn(
    *series: Points, size: tuple[int, int] = (80, 12), threshold: float | None = None, kind: Kind = Kind.NUMBER
) -> list[str]:
    """Return the lines of a chart of these series."""
    chart = Paper(*size)
    chart.show([Series(f"s{number}", each) for number, each in enumerate(series)], kind, WINDOW, threshold)
    return ["".join(words for words, _ in line) for line in chart.drawing(chart.size)]


def test_a_period_without_a_sample_is_a_gap() -> None:
    found = with_gaps(points(1.0, 2.0, None, 3.0, None, None, 4.0), WINDOW)
    assert [None if point is None else point[1] for point in found] == [1.0, 2.0, None, 3.0, None, 4.0]


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf, 1.7e308])
def test_what_is_no_number_is_a_gap_too(odd: float) -> None:
    found = with_gaps(points(1.0, odd, 3.0), WINDOW)
    assert [None if point is None else point[1] for point in found] == [1.0, None, 3.0]


def test_samples_lie_where_their_moment_is_in_the_window() -> None:
    found = with_gaps(points(*range(36)), WINDOW)
    assert [point and round(point[0] * 36) for point in found] == list(range(36))


@pytest.mark.parametrize("seed", range(60))
def test_the_bounds_are_around_all_values_and_hold_nothing(seed: int) -> None:
    chance = random.Random(seed)
    scale = 10.0 ** chance.uniform(-12, 250)
    values = [chance.choice((1, 1, -1)) * chance.random() * scale for _ in range(chance.randrange(1, 20))]
    bottom, top = bounds(values)
    assert bottom <= min(0.0, *values)
    assert top >= max(0.0, *values)
    assert bottom < top
    assert top - bottom <= 4 * (max(0.0, *values) - min(0.0, *values)), "the drawing uses its room"


@pytest.mark.parametrize(
    ("values", "ends"),
    [
        ([0.0], (0.0, 0.25)), ([0.0, 0.0], (0.0, 0.25)), ([5.0, 5.0], (0.0, 5.0)), ([100.0], (0.0, 100.0)),
        ([42.0], (0.0, 50.0)), ([-5.0, -5.0], (-5.0, 1.25)), ([1e-310], (0.0, 0.25)), ([1000.0], (0.0, 1000.0)),
        ([1000.1], (0.0, 1500.0)),
    ],
)  # fmt: skip
def test_the_bounds_are_round(values: list[float], ends: tuple[float, float]) -> None:
    assert bounds(values) == pytest.approx(ends)


@pytest.mark.parametrize("power", range(-30, 300))
def test_powers_of_ten_have_bounds(power: int) -> None:
    for value in (10.0**power, 10.0**power * (1 + 1e-15), 10.0**power * (1 - 1e-15), -(10.0**power)):
        bottom, top = bounds([value])
        assert bottom <= value <= top


@pytest.mark.parametrize(
    "values",
    [
        (), (5.0,), (0.0,) * 36, (7.0,) * 36, (-1.0, -2.0, -3.0), (1e300, -1e300), (1e-320, 1e-310), (math.nan,) * 9,
        (math.inf, 1.0, -math.inf), (1.0, math.nan, 2.0), (1e308, 1.0), (None, 1.0, None), (0.1, 1e15, -1e15),
    ],
    ids=str,
)  # fmt: skip
@pytest.mark.parametrize("threshold", [None, 5.0, math.nan, math.inf, -1e300])
def test_any_series_is_drawn_in_its_room(values: tuple[float | None, ...], threshold: float | None) -> None:
    for kind in (Kind.NUMBER, Kind.SIZE, Kind.PERCENT, Kind.DURATION):
        lines = drawn(points(*values), threshold=threshold, kind=kind)
        assert len(lines) in (1, 12)
        assert max(cell_len(line) for line in lines) <= 80


@pytest.mark.parametrize("width", [1, 5, 17, 18, 19, 25, 40, 79, 200])
@pytest.mark.parametrize("height", [1, 2, 3, 5, 30])
def test_any_room_is_enough(width: int, height: int) -> None:
    lines = drawn(*[points(1.0, 5.0, 2.0)] * 8, size=(width, height), threshold=3.0)
    assert len(lines) in (1, height)
    assert max(cell_len(line) for line in lines) <= max(width, 2)


def test_the_labels_name_the_ends_and_the_middle_and_the_times() -> None:
    lines = drawn(points(*[50.0, 100.0] * 18), size=(80, 12))
    assert [line[:LABEL].strip() for line in lines] == ["100", "", "", "", "", "50", "", "", "", "", "0", ""]
    assert lines[-1].split() == ["08:00", "08:45", "09:30", "10:15", "11:00", "UTC"]
    assert all(line[LABEL : LABEL + 2] == " │" for line in lines[:-1])


@pytest.mark.parametrize(
    ("value", "kind", "said"),
    [
        (12_500_000.0, Kind.NUMBER, "12.5M"), (123_456.0, Kind.NUMBER, "123,456"), (-2e9, Kind.NUMBER, "-2G"),
        (0.0025, Kind.NUMBER, "0.0025"), (0.0, Kind.NUMBER, "0"), (1e300, Kind.NUMBER, "1e+300"),
        (50.0, Kind.PERCENT, "50%"), (2.0**20, Kind.SIZE, "1.0 MiB"), (90.0, Kind.DURATION, "1m 30s"),
        (0.1 + 0.2, Kind.NUMBER, "0.30"),
    ],
)  # fmt: skip
def test_a_label_never_cuts_a_number_into_another_one(value: float, kind: Kind, said: str) -> None:
    assert label(value, kind) == said
    assert len(said) <= LABEL


def test_a_gap_is_blank_on_screen_and_a_zero_is_not() -> None:
    gap = drawn(points(*[5.0] * 12, *[None] * 12, *[5.0] * 12))
    zero = drawn(points(*[5.0] * 12, *[0.0] * 12, *[5.0] * 12))
    middle = slice(LABEL + 2 + 26, LABEL + 2 + 40)
    assert not "".join(line[middle] for line in gap[:-1]).strip()
    assert zero[-2][middle].strip()


def test_the_threshold_is_a_line_that_the_curve_covers() -> None:
    lines = drawn(points(*[0.0] * 36), threshold=10.0)
    assert lines[0][LABEL + 2 :] == "╌" * 70
    assert not [line for line in lines[1:] if "╌" in line]
    assert "╌" not in (drawn(points(*[10.0] * 36), threshold=10.0))[0][LABEL + 2 : -4]


def test_several_lines_have_a_legend_and_one_has_none() -> None:
    assert "s0" not in (drawn(points(1.0, 2.0)))[-1]
    legend = (drawn(points(1.0, 2.0), points(3.0)))[-1]
    assert legend.split() == ["━", "s0", "━", "s1"]


async def test_nothing_to_draw_is_said_and_not_drawn() -> None:
    assert "no samples in this time" in "".join(drawn(()))
    assert "no samples in this time" in "".join(drawn(points(math.nan)))
    app = Stage(Chart(id="chart"))
    async with app.run_test(size=(30, 5)):
        app.query_one(Chart).say("[red]denied[/] " + "x" * 90)
        assert lines_of(app.query_one(Chart))[0].startswith(" [red]denied[/] xxx")
        assert "…" in lines_of(app.query_one(Chart))[0]
