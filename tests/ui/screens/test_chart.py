"""Metrics on the whole screen."""

from __future__ import annotations

from typing import Any

from console.resources.model import Kind, Plot, SeriesQuery
from console.text.faults import Fault, FaultKind
from console.ui.screens.chart import RANGES, STATISTICS, ChartScreen
from tests.ui.fakes import FakeSession
from tests.ui.screens.asking import ask, press
from tests.ui.stage import screen_text

DENIED = Fault(FaultKind.DENIED, "Metrics", "[red]denied[/]")


def plot(name: str, statistic: str = "Average", seconds: int = 3 * 3600, **more: Any) -> Plot:
    return Plot(name, SeriesQuery("AWS/X", name, (("Id", "i-1"),), statistic), Kind.NUMBER, seconds=seconds, **more)


async def test_metrics_ranges_and_statistics(opened: Any, session: FakeSession) -> None:
    plots = [plot("[b]cpu"), plot("net", "Sum"), plot("size", "Average", 14 * 86400)]
    async with opened() as (app, pilot):
        await ask(app, pilot, ChartScreen(session, "[red]i-1", plots, together=False))
        assert "[red]i-1  Average over 1m, last 3h" in screen_text(app)
        assert "no samples in this time" in screen_text(app)
        assert "[b]cpu" in screen_text(app)
        query, window = session.charted[-1]
        assert (query.name, window.period) == ("[b]cpu", 60)
        assert 3 * 3600 <= window.end - window.start <= 3 * 3600 + 2 * window.period
        await press(pilot, "j")
        assert (session.charted[-1][0].name, session.charted[-1][0].statistic) == ("net", "Sum")
        await press(pilot, "s")
        assert session.charted[-1][0].statistic == "SampleCount"
        await press(pilot, "k")
        assert session.charted[-1][0].statistic == "Average", "another metric starts with its own statistic"
        await press(pilot, "k")
        assert session.charted[-1][0].name == "size"
        for _ in RANGES:
            await press(pilot, "right_square_bracket")
        assert "last 90d" in screen_text(app)
        for _ in RANGES:
            await press(pilot, "left_square_bracket")
        assert "last 1h" in screen_text(app)
        assert all(query.statistic in STATISTICS for query, _ in session.charted)
        del session.charted[:]
        await press(pilot, "space")
        assert [query.name for query, _ in session.charted] == ["[b]cpu", "net", "size"]


async def test_a_fault_is_told_and_what_can_be_drawn_is_drawn(opened: Any, session: FakeSession) -> None:
    async with opened() as (app, pilot):
        session.points = [((1.0, 5.0),), DENIED]
        plots = [plot("a", threshold=80.0), plot("b")]
        answers = await ask(app, pilot, ChartScreen(session, "t", plots, together=True))
        assert "[red]denied[/]" in screen_text(app)
        session.fault = DENIED
        await press(pilot, "r")
        assert "[red]denied[/]" in screen_text(app)
        session.fault, session.points = None, []
        await press(pilot, "r")
        assert "denied" not in screen_text(app)
        await press(pilot, "escape")
        assert answers == [None]


async def test_a_row_without_metrics_and_marked_rows_together(opened: Any, session: FakeSession) -> None:
    async with opened() as (app, pilot):
        await press(pilot, "m")
        assert "It has no metrics." in screen_text(app)
        session.plots = (plot("first"), plot("second"))
        await press(pilot, "space", "space", "m")
        assert isinstance(app.screen, ChartScreen)
        assert [query.name for query, _ in session.charted[-2:]] == ["first", "first"]
