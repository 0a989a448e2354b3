"""The question before a write: nothing goes without what was asked for, and the worst is told first."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from console.actions.plan import Plan
from console.actions.policy import Policy
from console.resources.model import Action, Fact, Tone
from console.store.rows import Row
from console.ui.screens.plan import Confirmed, PlanDialog
from tests.actions.plans import STOP, TERMINATE, plan, row
from tests.ui.bursts import at_once, typing
from tests.ui.conftest import settle
from tests.ui.screens.asking import ask, focused, press, type_in
from tests.ui.stage import screen_text

OPEN = Policy(unlocked=True)


async def made(action: Action = STOP, rows: Iterable[Row] = (), facts: Iterable[Fact] = ()) -> Plan:
    return replace(await plan(replace(action, facts=None), rows), facts=tuple(facts))


def ready(app: Any) -> bool:
    return not app.screen.query_one("#yes").disabled


async def test_it_opens_on_cancel_and_enter_sends_nothing(opened: Any) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, PlanDialog(await made(), OPEN, "ana"))
        assert focused(app) == "no"
        await press(pilot, "enter")
        assert answers == [None]


async def test_a_simple_write_needs_one_deliberate_choice(opened: Any) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, PlanDialog(await made(), OPEN, "ana"))
        assert ready(app)
        assert not app.screen.query("#typed")
        await press(pilot, "tab", "enter")
        assert answers == [Confirmed("", "yes")]


async def test_what_destroys_waits_for_the_very_name(opened: Any) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, PlanDialog(await made(TERMINATE), OPEN, "ana"))
        assert not ready(app)
        app.screen.query_one("#typed").focus()
        for text, fits in (("web", False), ("WEB-1", False), ("web-1x", False), (" web-1 ", True), ("web-1", True)):
            app.screen.query_one("#typed").value = text
            await pilot.pause()
            assert ready(app) is fits, text
        await press(pilot, "enter")
        assert (answers, focused(app)) == ([], "no"), "enter in the field only goes on to Cancel"


async def test_the_name_is_typed_and_the_answer_tells_it(opened: Any) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, PlanDialog(await made(TERMINATE), OPEN, "ana"))
        app.screen.query_one("#typed").focus()
        await type_in(pilot, "web-1")
        app.screen.query_one("#yes").focus()
        await press(pilot, "enter")
        assert answers == [Confirmed("", "web-1")]


async def test_where_a_reason_is_required_it_is(opened: Any) -> None:
    policy = replace(OPEN, production=True)
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, PlanDialog(await made(), policy, "ana"))
        assert not ready(app)
        assert "a reason is required here" in screen_text(app)
        app.screen.query_one("#reason").value = "   "
        await pilot.pause()
        assert not ready(app)
        app.screen.query_one("#reason").value = " OPS-1 "
        await pilot.pause()
        assert ready(app)
        app.screen.query_one("#yes").focus()
        await press(pilot, "enter")
        assert answers == [Confirmed("OPS-1", "yes")]


@pytest.mark.parametrize("apart", [False, True], ids=["in one packet", "a packet each"])
async def test_a_reason_and_the_choice_may_be_typed_in_a_hurry(
    apart: bool, opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, PlanDialog(await made(), replace(OPEN, production=True), "ana"))
        app.screen.query_one("#reason").focus()
        await settle(pilot)
        at_once(app, monkeypatch)
        for key in typing("OPS-1>>\r"):
            app.post_message(key)
            if apart:
                await asyncio.sleep(0)
        await settle(pilot)
        assert answers == [Confirmed("OPS-1", "yes")]


@pytest.mark.parametrize(
    ("policy", "why"),
    [
        (Policy(), "the session is read-only. Press w or start with --write"),
        (Policy(allow_writes=False, unlocked=True), "the configuration sets"),
    ],
)
async def test_what_is_locked_cannot_be_chosen_and_says_why(policy: Policy, why: str, opened: Any) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, PlanDialog(await made(), policy, "ana"))
        assert not ready(app)
        assert why in " ".join(screen_text(app).split())
        await press(pilot, "tab", "enter", "tab", "enter", "tab", "enter")
        assert answers in ([], [None])


async def test_a_plan_without_a_target_left_cannot_be_chosen(opened: Any) -> None:
    async with opened() as (app, pilot):
        await ask(app, pilot, PlanDialog(await made(rows=[row(state="stopped")]), OPEN, "ana"))
        assert not ready(app)
        assert "left out web-1: it is stopped" in screen_text(app)


async def test_the_worst_fact_is_told_first(opened: Any) -> None:
    facts = [Fact("Volumes", "kept"), Fact("Alarms", "silent", Tone.WARN), Fact("Groups", "[red]?[/]", Tone.UNKNOWN),
             Fact("Scaling", "will replace it", Tone.BAD)]  # fmt: skip
    async with opened(size=(100, 40)) as (app, pilot):
        await ask(app, pilot, PlanDialog(await made(facts=facts), OPEN, "ana"))
        text = screen_text(app)
        order = [text.index(fact) for fact in ("will replace it", "silent", "[red]?[/]", "kept")]
        assert order == sorted(order)
        assert "!  Scaling" in text, "told without colour too"
        assert app.screen.query("#typed"), "what does more harm than it says asks for the name"


async def test_many_targets_are_counted_and_the_verb_stays_in_view(opened: Any) -> None:
    rows = [row(f"i-{number}", f"web-{number}") for number in range(500)]
    async with opened(size=(80, 24)) as (app, pilot):
        await ask(app, pilot, PlanDialog(await made(TERMINATE, rows), OPEN, "ana"))
        text = screen_text(app)
        assert "Terminate 500 Machines" in text
        assert "web-5" in text
        assert "web-6" not in text
        assert "and 494 more: y lists them" in text
        assert " Terminate " in text.splitlines()[-4] + text.splitlines()[-3] + text.splitlines()[-5]
        app.screen.query_one("#typed").value = "terminate 500"
        await pilot.pause()
        assert ready(app)
        app.screen.query_one("#no").focus()
        await press(pilot, "y")
        assert "plan " in screen_text(app)
        assert type(app.screen).__name__ == "DocumentScreen"
        await press(pilot, "escape")
        assert isinstance(app.screen, PlanDialog)


async def test_hostile_names_are_told_literally(opened: Any) -> None:
    rows = [row("i-\x1b[2Jx", "[@click=app.quit]x[/]")]
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, PlanDialog(await made(TERMINATE, rows), OPEN, "[red]ana[/]"))
        text = screen_text(app)
        assert text.count("[@click=app.quit]x[/]") >= 2, "among the targets and in the field that asks for it"
        assert "\x1b" not in text
        assert "i-<ESC>[2Jx" in text
        assert "[red]ana[/]" in text
        assert answers == []


async def test_the_calls_can_be_copied_as_commands(opened: Any) -> None:
    async with opened() as (app, pilot):
        await ask(app, pilot, PlanDialog(await made(), OPEN, "ana"))
        assert "ec2:StopInstances InstanceIds=[i-1]" in screen_text(app)
        await press(pilot, "e")
        assert "aws" in app.clipboard
        assert "stop-instances" in app.clipboard
        assert "sent to the terminal's clipboard" in screen_text(app)


async def test_what_cannot_be_asked_for_yet_is_counted_down_and_waits(
    opened: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1000.0]
    monkeypatch.setattr("console.ui.screens.plan.time", SimpleNamespace(time=lambda: now[0]))
    facts = (Fact("Wait", "another purge of this queue can be asked for", Tone.WARN, begins=1042.0),)
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, PlanDialog(await made(facts=facts), OPEN, "ana"))
        assert "another purge of this queue can be asked for in 42s" in screen_text(app)
        assert not ready(app)
        now[0] = 1005.0
        await told(app, pilot, "can be asked for in 37s")
        await press(pilot, "tab", "enter")
        assert answers != [Confirmed("", "yes")]
        now[0] = 1042.0
        await told(app, pilot, "can be asked for now")
        assert ready(app)


async def told(app: Any, pilot: Any, text: str) -> None:
    """Wait for the next beat of the dialog's clock to show ``text``."""
    async with asyncio.timeout(10):
        while " ".join(text.split()) not in " ".join(screen_text(app).split()):
            await pilot.pause(0.05)
