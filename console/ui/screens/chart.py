"""Owns the full-screen chart: which metrics, which range, which statistic. Must not know how a line is drawn."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from console.cloudwatch.series import Window, period_for
from console.resources.model import Plot
from console.session import Session
from console.text.clean import clean
from console.text.faults import Fault, fault_of
from console.text.format import duration
from console.ui.lines import Span, keys
from console.ui.screens.styledonce import StyledOnce
from console.ui.widgets.chart import Chart, Series
from console.ui.widgets.line import Line

RANGES = (3600, 3 * 3600, 6 * 3600, 12 * 3600, 86400, 3 * 86400, 7 * 86400, 30 * 86400, 90 * 86400)
STATISTICS = ("Average", "Maximum", "Minimum", "Sum", "SampleCount", "p50", "p90", "p99")


class ChartScreen(StyledOnce[None]):
    """One metric at a time, or several together."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,m", "leave", "back", show=False),
        Binding("j,down,tab", "turn(1)", "next metric", show=False),
        Binding("k,up,shift+tab", "turn(-1)", "metric before", show=False),
        Binding("right_square_bracket,plus", "widen(1)", "longer", show=False),
        Binding("left_square_bracket,minus", "widen(-1)", "shorter", show=False),
        Binding("s", "statistic", "statistic", show=False),
        Binding("space", "together", "together", show=False),
        Binding("r", "read", "refresh", show=False),
    ]
    KEYS = (
        ("esc", "back"), ("j k", "metric"), ("[ ]", "range"), ("s", "statistic"), ("space", "all together"),
        ("r", "read again"),
    )  # fmt: skip
    AUTO_FOCUS = ""

    def __init__(self, session: Session, title: str, plots: Sequence[Plot], *, together: bool) -> None:
        super().__init__()
        self._session = session
        self._title = title
        self._plots = tuple(plots)
        self._at = 0
        self._range = min(range(len(RANGES)), key=lambda at: abs(RANGES[at] - plots[0].seconds))
        self._together = together
        self._statistic = ""

    def compose(self) -> ComposeResult:
        """Compose the titles, the chart and the keys."""
        yield Line(id="title")
        yield Line(id="tabs")
        yield Chart(id="chart")
        yield Line(id="notice")
        yield Line(id="keys")

    def on_mount(self) -> None:
        """Draw the first metric."""
        self.query_one("#keys", Line).show(keys(self.KEYS))
        self.action_read()

    def _shown(self) -> list[Plot]:
        plots = list(self._plots) if self._together else [self._plots[self._at]]
        if not self._statistic:
            return plots
        return [replace(plot, query=replace(plot.query, statistic=self._statistic)) for plot in plots]

    def action_read(self) -> None:
        """Read what is shown and draw it."""
        self.run_worker(self._read(), exclusive=True, exit_on_error=False)

    async def _read(self) -> None:
        plots, seconds = self._shown(), RANGES[self._range]
        window = Window.last(seconds, period_for(seconds), time.time())
        self._tell(plots, window, "reading…")
        try:
            found = await self._session.chart([plot.query for plot in plots], window)
        except Exception as error:  # told in the line below the chart
            found = [fault_of(error)] * len(plots)
        series = [
            Series(self._called(plot), points)
            for plot, points in zip(plots, found, strict=True)
            if not isinstance(points, Fault)
        ]
        self.query_one(Chart).show(series, plots[0].kind, window, plots[0].threshold)
        faults = [points for points in found if isinstance(points, Fault)]
        self._tell(plots, window, "")
        self.query_one("#notice", Line).show([(f" {faults[0].sentence()}", "bad")] if faults else [])

    def _called(self, plot: Plot) -> str:
        dimensions = " ".join(value for _, value in plot.query.dimensions)
        return clean(f"{plot.title} {dimensions}" if self._together else plot.title, 60)

    def _tell(self, plots: Sequence[Plot], window: Window, state: str) -> None:
        statistic = self._statistic or plots[0].query.statistic
        about = f"  {statistic} over {duration(window.period)}, last {duration(RANGES[self._range])}"
        self.query_one("#title", Line).show([(f" {self._title}", "strong"), (about, "dim")], [(f"{state} ", "dim")])
        spans: list[Span] = []
        for index, plot in enumerate(self._plots):
            current = self._together or index == self._at
            spans += [(f" {clean(plot.title, 40)} ", "tab-strong" if current else "dim"), (" ", "dim")]
        self.query_one("#tabs", Line).show(spans)

    def action_turn(self, step: int) -> None:
        """Go to another metric."""
        self._at = (self._at + step) % len(self._plots)
        self._together, self._statistic = False, ""
        self.action_read()

    def action_widen(self, step: int) -> None:
        """Show a longer or shorter time."""
        self._range = min(len(RANGES) - 1, max(0, self._range + step))
        self.action_read()

    def action_statistic(self) -> None:
        """Go to the next statistic."""
        now = self._statistic or self._shown()[0].query.statistic
        at = STATISTICS.index(now) if now in STATISTICS else -1
        self._statistic = STATISTICS[(at + 1) % len(STATISTICS)]
        self.action_read()

    def action_together(self) -> None:
        """Draw all metrics in one chart, or one again."""
        self._together = not self._together
        self.action_read()

    def action_leave(self) -> None:
        """Go back."""
        self.dismiss(None)
