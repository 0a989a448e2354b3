"""The list on screen: what its readings said, and what is said about it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from textual.pilot import Pilot

from console.resources.model import Tone
from console.store.delta import Delta
from console.store.query import Query
from console.text.faults import Fault, FaultKind
from console.ui.lines import counts
from console.ui.listing import Listing
from console.ui.place import Place
from console.ui.widgets.grid import Grid
from tests.store.deltas import delta_of
from tests.ui.conftest import settle
from tests.ui.fakes import SCOPE, FakeSession, instances
from tests.ui.stage import Stage, lines_of, screen_text

EC2 = Query(SCOPE, "ec2.instances")
THROTTLED = Fault(FaultKind.THROTTLED, "DescribeInstances", "AWS is throttling", "Wait")


class Shown:
    """A listing, its grid and the session that it asks."""

    def __init__(self, grid: Grid, session: FakeSession) -> None:
        self.grid = grid
        self.session = session
        self.posted: list[tuple[Query, Delta]] = []
        self.listing = Listing(grid, lambda query, delta: self.posted.append((query, delta)))

    async def open(self, **how: Any) -> None:
        query = how.pop("query", EC2)
        await self.listing.open(self.session, Place(query, **how))

    def take(self, **delta: Any) -> bool:
        return self.listing.take(self.listing.query or EC2, delta_of(**delta))

    @property
    def line(self) -> str:
        """What the line of counts says."""
        return "".join(words for words, _ in counts(self.listing.counts(), time.time()))

    @property
    def message(self) -> str:
        """What the empty list says."""
        return " ".join(" ".join(lines_of(self.grid)).split())


@asynccontextmanager
async def listed() -> AsyncIterator[tuple[Shown, Pilot[object]]]:
    app = Stage(Grid(id="grid"))
    async with app.run_test(size=(100, 12)) as pilot:
        yield Shown(app.query_one(Grid), FakeSession(ec2__instances=instances(3))), pilot


async def test_a_list_is_watched_shown_and_left() -> None:
    async with listed() as (shown, _):
        assert shown.listing.resource is None
        await shown.open()
        assert shown.session.fake_lists.told == [("watch", "ec2.instances", "")]
        assert len(shown.posted) == 1
        assert shown.listing.take(*shown.posted[0])
        assert len(shown.grid.rows()) == 3
        await shown.open(query=replace(EC2, type="sqs.queues"))
        assert shown.session.fake_lists.told[1:] == [("leave", "ec2.instances"), ("watch", "sqs.queues", "")]
        assert not shown.listing.take(*shown.posted[0]), "what comes late for the list that was left is dropped"
        assert shown.grid.rows() == []


async def test_the_counts_follow_the_readings() -> None:
    async with listed() as (shown, _):
        await shown.open()
        assert "reading…" in shown.line
        shown.take(rows=tuple(instances(2)), reading=True)
        assert "2+ · reading…" in shown.line
        shown.take(complete=True, read_at=time.time())
        assert "2 · as of" in shown.line
        shown.take(faults=(THROTTLED,), read_at=time.time() - 65)
        assert "STALE, read 1m 5s ago" in shown.line
        shown.take()
        assert "G reads on" in shown.line
        shown.listing.filter("web-001")
        assert "1 of 2+" in shown.line
        assert "/ web-001 (in what is loaded)" in shown.line
        shown.listing.filter("nmae=1")
        assert "there is no column nmae" in shown.line
        assert "1 of 2+" in shown.line, "the filter before stays"


async def test_a_complaint_is_one_line_with_the_next_try() -> None:
    async with listed() as (shown, _):
        await shown.open()
        assert shown.listing.complaint() is None
        shown.take(faults=(THROTTLED,), retry_in=8)
        assert shown.listing.complaint() == (f"{THROTTLED.sentence()} Next try in 8s.", Tone.BAD)
        shown.take(faults=(THROTTLED, THROTTLED, THROTTLED), complete=True)
        assert shown.listing.complaint() == (f"{THROTTLED.sentence()} (and 2 others)", Tone.WARN)
        shown.take(complete=True)
        assert shown.listing.complaint() is None


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (FaultKind.DENIED, "P goes to another profile."), (FaultKind.EXPIRED, "P goes to another profile."),
        (FaultKind.NOT_FOUND, "esc goes back."), (FaultKind.UNSUPPORTED, "R goes to another region."),
        (FaultKind.THROTTLED, "r tries again."),
    ],
)  # fmt: skip
async def test_an_empty_list_says_what_stands_in_the_way_and_the_next_key(kind: FaultKind, key: str) -> None:
    async with listed() as (shown, pilot):
        await shown.open()
        shown.take(faults=(replace(THROTTLED, kind=kind),))
        await pilot.pause()
        assert "AWS is throttling" in shown.message
        assert key in shown.message


async def test_an_empty_list_says_why_it_is_empty() -> None:
    async with listed() as (shown, pilot):
        await shown.open()
        await pilot.pause()
        assert "Reading EC2 instances…" in shown.message
        shown.take(complete=True, read_at=1.0)
        await pilot.pause()
        assert "There are no EC2 instances in eu-west-1. R goes to another region." in shown.message
        shown.take(rows=tuple(instances(2)), complete=True)
        shown.listing.filter("nothing")
        await pilot.pause()
        assert "Nothing here matches the filter. esc clears it." in shown.message
        shown.take(reading=True)
        await pilot.pause()
        assert "Nothing here matches the filter." in shown.message, "also while it is read again"


async def test_messages_are_not_received_by_looking() -> None:
    async with listed() as (shown, pilot):
        await shown.open(query=Query(SCOPE, "sqs.messages", "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"))
        await pilot.pause()
        assert "Nothing was received. r asks what it costs and receives." in shown.message
        assert "reading" not in shown.line
        assert "orders" in shown.line
        assert "https" not in shown.line


async def test_a_row_that_is_wanted_gets_the_cursor_as_soon_as_it_is_there() -> None:
    async with listed() as (shown, _):
        await shown.open(row_id="i-002", filter="web")
        shown.take(rows=tuple(instances(2)), reading=True)
        assert shown.grid.cursor == 0
        shown.take(rows=tuple(instances(5)), reading=True)
        assert shown.grid.cursor == 2
        shown.grid.go(0)
        shown.take(rows=tuple(instances(6)), complete=True)
        assert shown.grid.cursor == 0, "only once"
        shown.listing.want("i-004")
        assert shown.grid.cursor == 4


async def test_reading_on_only_where_the_list_waits() -> None:
    async with listed() as (shown, _):
        shown.listing.read_on()
        await shown.open()
        for delta, asked in (({"reading": True}, 0), ({"complete": True}, 0), ({}, 1)):
            shown.take(**delta)
            shown.listing.read_on()
            assert len(shown.session.fake_lists.asked("more")) == asked
        shown.listing.see(("i-1",))
        await shown.listing.refresh()
        assert shown.session.fake_lists.told[-2:] == [("see", ("i-1",)), ("refresh", "ec2.instances")]
        await shown.listing.close()
        shown.listing.see(("i-1",))
        await shown.listing.refresh()
        assert shown.session.fake_lists.told[-1] == ("leave", "ec2.instances")


async def test_a_list_that_was_never_read_does_not_say_that_it_is_empty(opened: Any, session: FakeSession) -> None:
    session.fake_lists.delta = Delta()
    async with opened() as (app, pilot):
        assert "Reading EC2 instances" in screen_text(app)
        assert session.fake_lists.listener
        session.fake_lists.listener(Delta(complete=True, read_at=1.0))
        await settle(pilot)
        assert "There are no EC2 instances" in screen_text(app)
