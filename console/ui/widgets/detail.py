"""Owns the detail of one resource: its facts on the left, a chart on the right. Must not know how it was read."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical

from console.cloudwatch.series import Points, Window
from console.resources.model import Kind, Plot, Tone
from console.store.detail import Detail, FieldLine
from console.store.present import cell
from console.text.clean import clip
from console.text.faults import Fault
from console.text.format import duration, plural
from console.ui.lines import Spans, tabs
from console.ui.widgets.chart import Chart, Series
from console.ui.widgets.facts import Fact, Facts
from console.ui.widgets.line import Line

LIST_SHOWN = 6
"""Elements of a list that are shown before the rest is counted."""


class DetailPane(Vertical, can_focus=True):
    """Shows one resource."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "turn('scroll_down')", "down", show=False),
        Binding("up,k", "turn('scroll_up')", "up", show=False),
        Binding("pagedown", "turn('page_down')", "page down", show=False),
        Binding("pageup", "turn('page_up')", "page up", show=False),
    ]

    def compose(self) -> ComposeResult:
        """Compose the rule with its tabs, the facts and the chart."""
        yield Line(id="tabs")
        with Horizontal():
            yield Facts(id="facts")
            with Vertical(id="drawn"):
                yield Line(id="plot")
                yield Chart(id="small-chart")

    def clear(self) -> None:
        """Show nothing."""
        self._say("", "", "dim")
        self.query_one("#tabs", Line).show([("──", "line")])

    def wait(self, name: str) -> None:
        """Say that the detail of ``name`` is being read."""
        self._say(name, "reading…", "dim")

    def fail(self, name: str, fault: Fault) -> None:
        """Say why the detail of ``name`` cannot be shown."""
        self._say(name, fault.sentence(), "bad")

    def _say(self, name: str, words: str, token: str) -> None:
        self._rule(name, None)
        self.query_one(Facts).show([Fact(("", "dim"), [(words, token)])])
        self.query_one("#plot", Line).show([])
        self.query_one(Chart).say("")

    def show(self, name: str, detail: Detail) -> None:
        """Show ``detail``."""
        self._rule(name, detail)
        self.query_one(Facts).show(_facts(detail))
        self.query_one("#drawn").display = bool(detail.plots)

    def chart(self, plot: Plot | None, points: Points | Fault, window: Window) -> None:
        """Draw one metric, or say why it cannot be drawn."""
        chart, title = self.query_one(Chart), self.query_one("#plot", Line)
        if plot is None:
            title.show([])
            chart.say("")
            return
        seconds = window.end - window.start
        about = f"  {plot.query.statistic} per {duration(window.period)}, last {duration(seconds - window.period)}"
        limit = [("  threshold ", "dim"), (f"{plot.threshold:g}", "bad")] if plot.threshold is not None else []
        title.show([(f" {plot.title}", "strong"), (about, "dim"), *limit])
        if isinstance(points, Fault):
            chart.say(points.sentence())
        else:
            chart.show([Series(plot.title, points)], plot.kind, window, plot.threshold)

    def action_turn(self, how: str) -> None:
        """Scroll the facts."""
        getattr(self.query_one(Facts), f"action_{how}")()

    def _rule(self, name: str, detail: Detail | None) -> None:
        ways = sum(len(link.ids) for link in detail.links) if detail else 0
        entries = [("m", f"metrics {len(detail.plots)}")] if detail and detail.plots else []
        entries += [("v", f"related {ways}")] if ways else []
        entries += [("y", "YAML"), ("J", "JSON")]
        read = f" read {datetime.now(UTC):%H:%M:%S} UTC ──" if detail else ""
        self.query_one("#tabs", Line).show(tabs(clip(name, 48), entries), [(read, "dim")])


def _facts(detail: Detail) -> list[Fact]:
    faults = [Fact((" Not readable", "unknown"), [(fault.sentence(), "bad")]) for fault in detail.faults]
    return faults + [Fact((f" {line.title}", "dim"), _value(line)) for line in detail.fields]


def _value(line: FieldLine) -> Spans:
    if isinstance(line.value, tuple) and line.kind is Kind.LIST and line.value:
        shown = [str(part) for part in line.value[:LIST_SHOWN]]
        left = len(line.value) - len(shown)
        more = [(f"and {plural(left, 'more', 'more')}: y shows all", "dim")] if left else []
        return [*((part, "text") for part in shown), *more]
    found = cell(line.value, line.kind, line.tones, time.time())
    token = "text" if found.tone in (Tone.NONE, Tone.DIM) and line.kind is not Kind.STATE else found.tone.value
    return [(found.text.strip(), token if found.text != "–" else "dim")]
