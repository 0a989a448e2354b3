"""What every dialog does: it takes no key that was typed before it could be seen, and leaves its buttons in view."""

from __future__ import annotations

import time
from typing import Any

import pytest
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal

from console.ui.screens.ask import Ask
from console.ui.screens.dialog import Dialog
from console.ui.widgets.choice import Choice
from console.ui.widgets.panel import Panel
from tests.ui.screens.asking import ask, focused, press
from tests.ui.stage import screen_text


class Long(Dialog[str]):
    """A dialog with more to tell than any screen holds."""

    def body(self) -> ComposeResult:
        yield Panel(lambda panel: panel.painted([("\n".join(f"line {number}" for number in range(200)), "text")]))

    def foot(self) -> ComposeResult:
        with Horizontal(id="buttons"):
            yield Choice("Yes", id="yes")


def key_at(moment: float) -> events.Key:
    event = events.Key("enter", "\r")
    event.time = moment
    return event


@pytest.mark.usefixtures("real_wait")
async def test_a_dialog_takes_no_key_that_is_older_than_its_picture(opened: Any) -> None:
    before = time.monotonic()
    dialog = Long()
    assert not dialog.takes(key_at(before + 1000)), "it has not been painted at all"
    async with opened() as (app, pilot):
        await ask(app, pilot, dialog)
        assert not dialog.takes(key_at(before))
        assert not dialog.takes(key_at(time.monotonic() - 0.2))
        assert dialog.takes(key_at(time.monotonic() + 0.2))


@pytest.mark.usefixtures("real_wait")
async def test_what_was_typed_blind_is_dropped_and_then_keys_count(opened: Any) -> None:
    async with opened() as (app, pilot):
        answers: list[Any] = []
        app.push_screen(Ask("Sure?", [], "Yes"), answers.append)
        app.post_message(events.Key("enter", "\r"))
        app.post_message(events.Key("escape", None))
        await pilot.pause()
        await pilot.pause()
        dialog = app.screen
        assert isinstance(dialog, Ask)
        assert answers == []
        await pilot.pause(dialog.SEEN_SECONDS)
        await press(pilot, "escape")
        assert answers == [None]


async def test_escape_leaves_without_an_answer(opened: Any) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, Long())
        await press(pilot, "escape")
        assert answers == [None]


@pytest.mark.parametrize("height", [20, 40])
async def test_the_buttons_are_in_view_however_much_is_told(height: int, opened: Any) -> None:
    async with opened(size=(80, height)) as (app, pilot):
        await ask(app, pilot, Long())
        assert " Yes " in screen_text(app)
        assert "line 0" in screen_text(app)
        await press(pilot, "pagedown")
        assert " Yes " in screen_text(app)
        assert "line 0 " not in screen_text(app)
        assert "esc cancel" in screen_text(app)


async def test_a_question_opens_on_cancel_and_says_its_facts_literally(opened: Any) -> None:
    facts = [("Account", "[@click=app.quit]acme[/]", "strong"), ("Why", "x" * 300, "bad")]
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, Ask("[red]Sure?[/]", facts, "[b]Do it", danger=True))
        text = screen_text(app)
        assert "[@click=app.quit]acme[/]" in text
        assert "[red]Sure?[/]" in text
        assert "[b]Do it" in text
        assert text.count("x") >= 300, "long words wrap"
        assert focused(app) == "no"
        assert app.screen.has_class("danger")
        await press(pilot, "enter")
        assert answers == [False]


@pytest.mark.parametrize("keys", [("tab", "enter"), ("right", "enter"), ("down", "space")])
async def test_a_question_is_answered_with_the_keyboard(keys: tuple[str, ...], opened: Any) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, Ask("Sure?", [], "Yes"))
        await press(pilot, *keys)
        assert answers == [True]


async def test_a_question_is_answered_with_the_mouse(opened: Any) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, Ask("Sure?", [], "Yes"))
        await pilot.click("#yes")
        await pilot.pause()
        assert answers == [True]


async def test_keys_of_the_list_do_nothing_under_a_dialog(opened: Any, session: Any) -> None:
    async with opened() as (app, pilot):
        await ask(app, pilot, Ask("Sure?", [], "Yes"))
        await press(pilot, "r", "q", "3", "w", "d")
        assert app.return_code is None
        assert session.fake_lists.asked("refresh") == []
        assert session.unlocked == 0
