"""The detail of one resource."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from textual.pilot import Pilot

from console.cloudwatch.series import Window
from console.resources.model import Kind, Missing, Plot, SeriesQuery, Tone, Value
from console.store.detail import Detail, FieldLine, LinkTo
from console.text.faults import Fault, FaultKind
from console.ui.widgets.detail import LIST_SHOWN, DetailPane
from tests.ui.stage import Stage, screen_text

WINDOW = Window(1_800_000_000, 1_800_010_800, 300)
PLOT = Plot("[b]CPU", SeriesQuery("AWS/EC2", "CPUUtilization", (), "Average"), Kind.PERCENT, threshold=80.0)
DENIED = Fault(FaultKind.DENIED, "The [red]policy[/]", "denied", "Ask")


def line(title: str, value: Value, kind: Kind = Kind.TEXT) -> FieldLine:
    return FieldLine(title, value, kind, {"running": Tone.OK})


def detail(*lines: FieldLine, plots: tuple[Plot, ...] = (), faults: tuple[Fault, ...] = ()) -> Detail:
    links = (LinkTo("Alarms", "cloudwatch.alarms", ("a", "b"), ("a", "b")),)
    return Detail("ec2.instances", "i-1", lines, {}, links, plots, faults)


@asynccontextmanager
async def looking(size: tuple[int, int] = (100, 20)) -> AsyncIterator[tuple[DetailPane, Pilot[object], Stage]]:
    app = Stage(DetailPane(id="detail"))
    async with app.run_test(size=size) as pilot:
        yield app.query_one(DetailPane), pilot, app


async def test_fields_are_told_literally_and_unknown_is_not_none() -> None:
    async with looking() as (pane, pilot, app):
        pane.show("[red]web[/]", detail(
            line("State", "running", Kind.STATE), line("Nothing", None), line("Unknown", Missing.UNKNOWN),
            line("Name", "[@click=app.quit]x[/]"), line("Flag", True, Kind.FLAG), line("Long", "y" * 300),
        ))  # fmt: skip
        await pilot.pause()
        text = screen_text(app)
        rows = {words[0]: words[1:] for row in text.splitlines() if (words := row.split())}
        assert rows["State"] == ["●", "running"]
        assert rows["Nothing"] == ["–"]
        assert rows["Unknown"] == ["?"]
        assert rows["Name"] == ["[@click=app.quit]x[/]"]
        assert text.count("y") >= 300
        assert "[red]web[/]" in text
        assert "v related 2" in text
        assert "metrics" not in text


async def test_a_long_list_is_counted() -> None:
    async with looking() as (pane, pilot, app):
        names = tuple(f"group-{number}" for number in range(LIST_SHOWN + 30))
        pane.show("web", detail(line("Groups", names, Kind.LIST), line("None", (), Kind.LIST)))
        await pilot.pause()
        text = screen_text(app)
        assert text.count("group-") == LIST_SHOWN
        assert "and 30 more: y shows all" in text


async def test_what_could_not_be_read_is_told_above_the_rest() -> None:
    async with looking() as (pane, pilot, app):
        pane.show("web", detail(line("Name", "web"), faults=(DENIED,)))
        await pilot.pause()
        text = screen_text(app)
        assert "Not readable" in text
        assert "The [red]policy[/]" in text
        assert text.index("Not readable") < text.index("Name")
        pane.fail("web", DENIED)
        await pilot.pause()
        assert "The [red]policy[/]" in screen_text(app)
        assert "Name" not in screen_text(app)


async def test_waiting_and_nothing() -> None:
    async with looking() as (pane, pilot, app):
        pane.wait("web")
        await pilot.pause()
        assert "reading…" in screen_text(app)
        pane.clear()
        await pilot.pause()
        assert "reading…" not in screen_text(app)


async def test_a_metric_is_drawn_with_what_it_is_and_a_fault_said() -> None:
    async with looking() as (pane, pilot, app):
        pane.show("web", detail(plots=(PLOT,)))
        points = tuple((WINDOW.start + number * 300, 40.0) for number in range(36))
        pane.chart(PLOT, points, WINDOW)
        await pilot.pause()
        text = screen_text(app)
        assert "[b]CPU  Average per 5m, last 2h 55m  threshold 80" in text
        assert "╌╌" in text
        assert "m metrics 1" in text
        pane.chart(PLOT, DENIED, WINDOW)
        await pilot.pause()
        assert "The [red]policy[/]" in screen_text(app)
        assert "╌╌" not in screen_text(app)
        pane.chart(None, (), WINDOW)
        await pilot.pause()
        assert "CPU" not in screen_text(app)


async def test_it_scrolls_with_the_keyboard() -> None:
    async with looking((80, 8)) as (pane, pilot, app):
        pane.focus()
        pane.show("web", detail(*(line(f"Field{number}", "x") for number in range(60))))
        await pilot.pause()
        assert "Field0" in screen_text(app)
        await pilot.press("pagedown", "down", "j")
        await pilot.pause()
        assert "Field0 " not in screen_text(app)
        await pilot.press("pageup", "up", "k", "k")
        await pilot.pause()
        assert "Field0" in screen_text(app)
        await pilot.press("pagedown")
        pane.show("other", detail(line("Field0", "x")))
        await pilot.pause()
        assert "Field0" in screen_text(app), "another resource is read from its top"
