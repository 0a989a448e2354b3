"""The screen with the list, wired together, over a session that answers from memory."""

from __future__ import annotations

import asyncio
import time
from dataclasses import replace
from typing import Any

import pytest
from textual import events

from console.aws.cost import Usage
from console.config.settings import Settings
from console.launch import Launch
from console.resources.model import Missing, Terms, Tone
from console.session import Session
from console.store.delta import Problems
from console.store.detail import LinkTo
from console.store.query import Query
from console.store.rows import Row
from console.text.faults import AwsError, Fault, FaultKind
from console.ui.app import CloudtopApp
from console.ui.commands.registry import COMMANDS
from console.ui.inspector import REST_SECONDS
from console.ui.screens.ask import Ask
from console.ui.screens.browser import COUNTS_SECONDS
from console.ui.screens.menu import Menu
from console.ui.screens.plan import PlanDialog
from tests.store.deltas import delta_of
from tests.ui.bursts import at_once
from tests.ui.conftest import resize, settle
from tests.ui.fakes import SCOPE, FakeSession, instances, row_of, status
from tests.ui.screens.asking import focused, press, type_in
from tests.ui.stage import screen_text

NOT_OF_MACHINES = {"presign", "preview", "versions"}
"""Commands about a row of another list."""
DENIED = Fault(FaultKind.DENIED, "ListThings", "[red]denied[/]", "Ask")


def tell(session: FakeSession, **delta: Any) -> None:
    """Let the list that is watched hear something, as from the worker's thread."""
    assert session.fake_lists.listener
    session.fake_lists.listener(delta_of(**delta))


def lines(app: CloudtopApp) -> list[str]:
    return screen_text(app).splitlines()


def bad(id_: str, name: str) -> Row:
    """Return a machine that sorts above those that are well, by its name."""
    return replace(row_of("ec2.instances", id_, name=name), problem=Tone.BAD)


async def test_it_opens_on_the_machines_and_says_where_and_how_much(opened: Any, session: FakeSession) -> None:
    async with opened(size=(120, 30)) as (app, _):
        found = lines(app)
        assert "acme-production 123456789012  eu-west-1  OnCall   READ-ONLY" in found[0]
        assert "12 calls/min  ≈$0.04/h" in found[0]
        assert found[1].split()[:3] == ["1", "EC2", "2"]
        assert "EC2 instances  20 · as of" in found[2]
        assert "sorted by" in found[2]
        assert "web-000" in found[4]
        assert "/ filter" in found[-1]
        assert {"watch", "glance", "see"} <= {entry[0] for entry in session.fake_lists.told}


async def test_what_becomes_known_of_the_account_is_shown_at_once(opened: Any, session: FakeSession) -> None:
    session.standing = status(alias=None)
    async with opened(size=(120, 30)) as (app, pilot):
        assert "PROD?" in lines(app)[0]
        session.standing = status(production=True)
        await settle(pilot)
        assert "PROD?" in lines(app)[0], "nobody told"
        session.told()
        await pilot.pause(COUNTS_SECONDS)
        await settle(pilot)
        assert " PROD  acme-production" in lines(app)[0]


async def test_the_badges_tell_what_is_wrong_elsewhere(opened: Any, session: FakeSession) -> None:
    queues = Query(SCOPE, "sqs.queues")
    session.standing = replace(session.standing, problems={queues: Problems(2, 1, 1.0)})
    async with opened() as (app, _):
        assert "SQS ●2 ▲1" in lines(app)[1]
        assert [entry[0] for entry in session.fake_lists.asked("glance")] == [
            "cloudwatch.alarms", "ec2.instances", "sqs.queues",
        ]  # fmt: skip


async def test_the_filter_narrows_as_one_types_and_escape_takes_it_away(opened: Any) -> None:
    async with opened() as (app, pilot):
        await press(pilot, "slash")
        assert focused(app) == "filter"
        await type_in(pilot, "web-01")
        assert "10 of 20" in screen_text(app)
        await type_in(pilot, " nmae=q")
        assert "there is no column nmae" in screen_text(app)
        await press(pilot, *["backspace"] * 7, "enter")
        assert focused(app) == "grid"
        assert "10 of 20" in screen_text(app)
        await press(pilot, "slash")
        assert app.screen.query_one("#filter").value == "web-01", "it goes on where it was left"
        await press(pilot, "escape")
        assert "10 of 20" not in screen_text(app)
        assert focused(app) == "grid"


async def test_escape_closes_one_thing_after_the_other(opened: Any) -> None:
    async with opened() as (app, pilot):
        await press(pilot, "space", "space", "slash")
        await type_in(pilot, "web")
        await press(pilot, "enter", "d")
        assert not app.desk.browser.grid.display
        await press(pilot, "escape")
        assert app.desk.browser.grid.display
        assert app.desk.browser.grid.view.filter == "web"
        await press(pilot, "escape")
        assert app.desk.browser.grid.view.filter == ""
        assert len(app.desk.browser.grid.marked_rows()) == 2
        await press(pilot, "escape")
        assert app.desk.browser.grid.marked_rows() == []
        await press(pilot, "escape")
        assert "This is the first list. q leaves cloudtop." in screen_text(app)
        assert app.return_code is None


async def test_back_finds_a_list_as_it_was_left(opened: Any, session: FakeSession) -> None:
    session.fake_lists.rows["sqs.queues"] = [row_of("sqs.queues", "https://q/1/orders", name="orders")]
    async with opened() as (app, pilot):
        app.desk.browser.listing.filter("web-01")
        await press(pilot, "down", "down", "3")
        assert "SQS queues  1 · as of" in screen_text(app)
        assert app.desk.browser.grid.view.filter == ""
        await press(pilot, "escape")
        assert app.desk.browser.grid.view.filter == "web-01"
        assert app.desk.browser.row
        assert app.desk.browser.row.id == "i-012"


async def test_what_comes_late_for_another_list_is_dropped(opened: Any, session: FakeSession) -> None:
    async with opened() as (app, pilot):
        late = session.fake_lists.listener
        await press(pilot, "2")
        assert late
        late(delta_of(tuple(instances(50)), complete=True))
        await settle(pilot)
        assert "There are no S3 buckets" in screen_text(app)


async def test_a_fault_is_told_literally_and_goes_when_it_is_over(opened: Any, session: FakeSession) -> None:
    async with opened() as (app, pilot):
        tell(session, faults=(DENIED,), read_at=time.time() - 30, retry_in=60)
        await settle(pilot)
        assert "[red]denied[/]" in screen_text(app)
        assert "Next try in 1m" in screen_text(app)
        assert "STALE" in screen_text(app)
        assert "web-000" in screen_text(app), "the last good rows stand"
        tell(session, complete=True, read_at=time.time())
        await settle(pilot)
        assert "denied" not in screen_text(app)
        app.desk.browser.tell("something else", Tone.OK)
        tell(session, complete=True, read_at=time.time())
        await settle(pilot)
        assert "something else" in screen_text(app), "only the complaint goes"


async def test_a_session_that_cannot_be_opened_is_said_and_nothing_raises(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> FakeSession:
        raise AwsError(Fault(FaultKind.EXPIRED, "Signing in", "the [b]session[/b] has expired", "Run: aws sso login"))

    monkeypatch.setattr(Session, "open", refuse)
    async with opened(None) as (app, pilot):
        monkeypatch.setattr(Session, "open", refuse)
        await pilot.press("3", "enter", "a", "m", "slash", "colon", "w", "e", "c", "G", "less_than_sign", "ctrl+a")
        await settle(pilot)
        assert app.return_code is None


async def test_commands_that_do_not_fit_here_do_nothing(opened: Any) -> None:
    async with opened() as (app, pilot):
        await press(pilot, "p", "u", "V")
        assert app.screen is app.desk.browser
        await press(pilot, "v")
        assert "Nothing is known to be related to it." in screen_text(app)


async def test_an_empty_list_takes_every_key(opened: Any, session: FakeSession) -> None:
    session.fake_lists.rows.clear()
    keys = ("enter", "d", "y", "J", "m", "v", "a", "c", "space", "G", "i", "less_than_sign", "greater_than_sign", "r")
    async with opened() as (app, pilot):
        for key in keys:
            await press(pilot, key)
            assert app.screen is app.desk.browser, key
        assert "There are no EC2 instances in eu-west-1" in screen_text(app)


async def test_related_resources_are_chosen_and_gone_to(opened: Any, session: FakeSession) -> None:
    session.links = (LinkTo("Group", "sqs.queues", ("raw-1",), ("[b]name-1",)),
                     LinkTo("Alarms", "cloudwatch.alarms", ("high", "low"), ("high", "low"), search=True))  # fmt: skip
    session.fake_lists.rows["cloudwatch.alarms"] = [row_of("cloudwatch.alarms", "low", name="low")]
    async with opened() as (app, pilot):
        await press(pilot, "v")
        assert isinstance(app.screen, Menu)
        assert "[b]name-1" in screen_text(app)
        await press(pilot, "down", "down", "enter")
        assert session.fake_lists.asked("watch")[-1] == ("cloudwatch.alarms", "")
        assert app.desk.browser.grid.view.filter == "low"


async def test_an_action_is_planned_asked_for_and_told(opened: Any, session: FakeSession) -> None:
    async with opened(size=(110, 34)) as (app, pilot):
        await session.unlock()
        await press(pilot, "space", "space", "a")
        assert isinstance(app.screen, Menu)
        assert "2 EC2 instance" in screen_text(app)
        await press(pilot, "down", "enter")
        dialog = app.screen
        assert isinstance(dialog, PlanDialog)
        chosen = dialog._plan.action.id
        await press(pilot, "enter")
        assert "Nothing was sent." in screen_text(app)
        assert session.carried == []
        await press(pilot, "a", "down", "enter")
        if app.screen.query("#typed"):
            app.screen.query_one("#typed").value = f"{chosen} 2"
        await settle(pilot)
        app.screen.query_one("#yes").focus()
        await press(pilot, "enter")
        plan, reason, confirmed = session.carried[0]
        assert (plan.action.id, reason) == (chosen, "")
        assert confirmed in ("yes", f"{chosen} 2")
        assert {target.id for target in plan.targets} == {"i-000", "i-001"}
        await press(pilot, "escape")
        assert "it was only played" in screen_text(app)
        assert app.desk.browser.grid.marked_rows() == []
        assert session.fake_lists.asked("refresh") == [("ec2.instances",)]


@pytest.mark.parametrize("id_", [entry.id for entry in COMMANDS if entry.of_row and entry.id not in NOT_OF_MACHINES])
async def test_the_cursor_stays_with_the_row_that_something_was_done_about(
    opened: Any, session: FakeSession, id_: str
) -> None:
    async with opened() as (app, pilot):
        browser = app.desk.browser
        tell(session, rows=[bad("i-090", "a")])
        await settle(pilot)
        assert browser.row.id == "i-090", "what is worst, while nothing was chosen"
        await browser.action_command(id_)
        await settle(pilot)
        tell(session, rows=[bad("i-099", "0")])
        await settle(pilot)
        assert [browser.grid.rows()[at].id for at in (0, 1)] == ["i-099", "i-090"]
        assert browser.row.id == "i-090"


async def test_what_is_not_about_a_row_leaves_the_cursor_on_the_first_line(opened: Any, session: FakeSession) -> None:
    async with opened() as (app, pilot):
        await press(pilot, "question_mark", "escape", "i", "i", "r")
        tell(session, rows=[bad("i-099", "0")])
        await settle(pilot)
        assert app.desk.browser.row.id == "i-099"


async def test_where_listing_is_felt_by_others_it_is_asked_for_first(opened: Any, session: FakeSession) -> None:
    session.costs = Terms("up to 10 messages are hidden for a while", "it is [b]in use")
    session.fake_lists.rows["sqs.queues"] = [row_of("sqs.queues", "https://q/1/orders", name="orders")]
    async with opened() as (app, pilot):
        await press(pilot, "3", "colon")
        await type_in(pilot, "sqs.messages https://q/1/orders")
        await press(pilot, "enter")
        assert isinstance(app.screen, Ask)
        assert "it is [b]in use" in screen_text(app)
        await press(pilot, "enter")
        assert session.fake_lists.asked("watch")[-1][0] == "sqs.queues"
        await press(pilot, "colon")
        await type_in(pilot, "sqs.messages https://q/1/orders")
        await press(pilot, "enter")
        await press(pilot, "tab", "enter")
        assert session.fake_lists.asked("watch")[-1] == ("sqs.messages", "https://q/1/orders")
        assert session.fake_lists.asked("refresh") == [("sqs.messages",)]


async def test_going_anywhere_by_name(opened: Any, session: FakeSession) -> None:
    async with opened() as (app, pilot):
        await press(pilot, "colon")
        await type_in(pilot, "us-east-1")
        await press(pilot, "enter")
        assert session.scope.region == "us-east-1"
        assert "us-east-1" in lines(app)[0]
        await press(pilot, "colon")
        await type_in(pilot, "sqs orders")
        await press(pilot, "enter")
        assert session.fake_lists.asked("watch")[-1][0] == "sqs.queues"
        await press(pilot, "colon")
        await type_in(pilot, "gibberish thing")
        await press(pilot, "enter")
        assert "gibberish" in lines(app)[-2]
        await press(pilot, "R", "down", "enter")
        assert session.scope.region in ("eu-central-1", "eu-west-1", "us-east-1")


async def test_the_detail_is_read_once_the_cursor_rests(
    opened: Any, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    described: list[str] = []
    describe = FakeSession.describe

    async def noted(self: FakeSession, query: Query, row: Any) -> Any:
        described.append(row.id)
        return await describe(self, query, row)

    monkeypatch.setattr(FakeSession, "describe", noted)
    async with opened(size=(100, 40)) as (app, pilot):
        await pilot.pause(REST_SECONDS)
        await settle(pilot)
        assert described == ["i-000"]
        await pilot.press(*["down"] * 8)
        await pilot.pause(REST_SECONDS + 0.1)
        await settle(pilot)
        assert described[-1] == "i-008"
        assert len(described) < 6, "passing by costs nothing"
        assert "web-008" in screen_text(app)
        session.fault = DENIED
        await press(pilot, "down")
        await pilot.pause(REST_SECONDS + 0.1)
        await settle(pilot)
        assert "[red]denied[/]" in screen_text(app)


async def test_list_and_detail_share_the_screen_where_there_is_room(opened: Any) -> None:
    async with opened(size=(100, 40)) as (app, pilot):
        assert (app.desk.browser.grid.display, app.desk.browser.pane.display) == (True, True)
        await press(pilot, "d")
        assert (app.desk.browser.grid.display, app.desk.browser.pane.display) == (True, False)
        await resize(pilot, 100, 24)
        await settle(pilot)
        await press(pilot, "d")
        assert (app.desk.browser.grid.display, app.desk.browser.pane.display) == (False, True)
        await resize(pilot, 100, 40)
        await settle(pilot)
        assert (app.desk.browser.grid.display, app.desk.browser.pane.display) == (True, True)
        await resize(pilot, 50, 10)
        await settle(pilot)
        assert "cloudtop needs 60×20; this terminal is 50×10" in screen_text(app)
        await resize(pilot, 100, 40)
        await settle(pilot)
        assert "web-000" in screen_text(app)


async def test_the_detail_has_its_room_before_there_are_rows_and_gives_it_up_where_there_are_none(
    opened: Any, session: FakeSession
) -> None:
    session.fake_lists.delta = delta_of(reading=True)
    async with opened(size=(100, 40)) as (app, pilot):
        pane = app.desk.browser.pane
        assert pane.display
        assert "YAML" not in screen_text(app), "there is nothing yet that could be shown so"
        tell(session, rows=instances(3), reading=True)
        await settle(pilot)
        assert pane.display
        assert "YAML" in screen_text(app)
        tell(session, removed=["i-000", "i-001", "i-002"], complete=True)
        await settle(pilot)
        assert not pane.display


async def test_on_a_low_screen_the_list_is_waited_for(opened: Any, session: FakeSession) -> None:
    session.fake_lists.delta = delta_of(reading=True)
    async with opened(size=(100, 24)) as (app, _):
        assert (app.desk.browser.grid.display, app.desk.browser.pane.display) == (True, False)


async def test_copying_says_what_was_taken(opened: Any) -> None:
    async with opened() as (app, pilot):
        await press(pilot, "c", "enter")
        assert app.clipboard == "i-000"
        assert "Id: sent to the terminal's clipboard." in screen_text(app)
        await press(pilot, "c", "down", "down", "down", "enter")
        assert app.clipboard == "cloudtop show ec2.instances -- i-000"
        await press(pilot, "space", "space", "c", "down", "down", "down", "enter")
        assert app.clipboard == "i-000\ni-001"


async def test_a_theme_is_chosen_and_one_that_cannot_be_used_is_told(opened: Any, home: Any) -> None:
    folder = home / "config" / "cloudtop" / "themes"
    folder.mkdir(parents=True)
    (folder / "broken.yaml").write_text("name: broken\nok: '#12'\n")
    async with opened(Settings(theme="broken")) as (app, pilot):
        assert app.theme == "night"
        assert "theme broken" in screen_text(app)
        await app.desk.browser.action_command("themes")
        await settle(pilot)
        assert isinstance(app.screen, Menu)
        names = [entry.id for entry in app.screen._entries]
        await press(pilot, *["down"] * names.index("paper"), "enter")
        assert app.theme == "paper"
        await app.desk.browser.action_command("themes")
        await settle(pilot)
        await press(pilot, *["down"] * names.index("broken"), "enter")
        assert app.theme == "night"
        assert "theme broken" in screen_text(app)


async def test_sorting_and_reading_on(opened: Any, session: FakeSession) -> None:
    async with opened() as (app, pilot):
        before = app.desk.browser.grid.view
        await press(pilot, "greater_than_sign")
        assert app.desk.browser.grid.view.sort != before.sort
        await press(pilot, "less_than_sign", "i")
        assert (app.desk.browser.grid.view.sort, app.desk.browser.grid.view.descending) == (
            before.sort,
            not before.descending,
        )
        tell(session, read_at=0.0)
        await press(pilot, "G")
        assert session.fake_lists.asked("more") == [("ec2.instances",)]
        assert app.desk.browser.grid.cursor == 19


async def test_nobody_looking_means_nobody_reading(opened: Any, session: FakeSession) -> None:
    async with opened() as (app, pilot):
        await app.on_app_blur()
        await app.on_app_focus()
        await settle(pilot)
        assert session.fake_lists.asked("attend") == [(False,), (True,)]


async def test_it_opens_where_it_was_asked_to(opened: Any, session: FakeSession) -> None:
    async with opened(launch=Launch(view="sqs")) as (_, pilot):
        await settle(pilot)
        assert session.fake_lists.asked("watch")[-1][0] == "sqs.queues"


async def test_unknown_values_are_not_told_as_none(opened: Any, session: FakeSession) -> None:
    rows = [
        row_of("ec2.instances", "i-1", name="web", state=Missing.UNKNOWN, cpu=Missing.PENDING, public_ip_address=None)
    ]
    session.fake_lists.rows["ec2.instances"] = rows
    session.standing = replace(session.standing, usage=Usage(0, 0, 0.0, 0.0, 0))
    async with opened(size=(160, 30)) as (app, _):
        line = next(line for line in lines(app) if "web" in line)
        assert {"?", "…", "–"} <= set(line.split())


async def test_reading_an_empty_list_again_moves_nothing(opened: Any, session: FakeSession) -> None:
    session.fake_lists.rows = {"ec2.instances": []}
    for size, keys in (((100, 40), ()), ((80, 24), ("d",))):
        async with opened(size=size) as (app, pilot):
            await press(pilot, *keys)
            browser = app.desk.browser
            before = (browser.pane.display, browser.grid.display, browser.grid.size, app.focused)
            assert before[:2] == (False, True)
            tell(session, complete=True, reading=True, read_at=time.time())
            await settle(pilot)
            assert (browser.pane.display, browser.grid.display, browser.grid.size, app.focused) == before


async def test_reading_again_brings_no_detail_of_what_a_filter_hides(opened: Any, session: FakeSession) -> None:
    async with opened(size=(100, 40)) as (app, pilot):
        await press(pilot, "/", *"zzz", "enter")
        tell(session, complete=True, reading=True, read_at=time.time())
        await settle(pilot)
        assert not app.desk.browser.pane.display


@pytest.mark.parametrize(("closing", "filter"), [("enter", "web"), ("escape", "")])
async def test_a_key_right_after_the_one_that_closes_the_filter_is_a_command(
    closing: str, filter: str, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    for turns in range(8):
        async with opened(size=(100, 40)) as (app, pilot):
            at_once(app, monkeypatch)
            await press(pilot, "/", *"web")
            shown = app.desk.browser.pane.display
            app.post_message(events.Key(closing, None))
            for _ in range(turns):
                await asyncio.sleep(0)
            app.post_message(events.Key("d", "d"))
            await settle(pilot)
            assert app.desk.browser.grid.view.filter == filter
            assert app.desk.browser.pane.display != shown, "d shows and hides the detail"


async def test_what_becomes_known_after_the_end_is_nothing(opened: Any, session: FakeSession) -> None:
    async with opened(size=(100, 40)) as (app, _):
        assert "acme-production" in lines(app)[0]
    session.told()
