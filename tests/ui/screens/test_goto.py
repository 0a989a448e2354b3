"""The prompt that goes anywhere."""

from __future__ import annotations

from typing import Any

from textual.widgets import Input, OptionList

from console.resources.registry import catalogue
from console.ui.screens.goto import GoTo
from tests.ui.screens.asking import ask, focused, press, type_in
from tests.ui.stage import screen_text

WORDS = ["acme-dev", "[red]prod", "eu-central-1", "eu-west-1"]


def shown(app: Any) -> list[str]:
    return [str(option.prompt).split(" ")[0] for option in app.screen.query_one(OptionList).options]


def text(app: Any) -> str:
    return str(app.screen.query_one(Input).value)


async def test_it_begins_with_types_and_completes_what_is_typed(opened: Any) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, GoTo(WORDS))
        assert focused(app) == "text"
        assert set(shown(app)) <= set(catalogue())
        await type_in(pilot, "eu-")
        assert shown(app) == ["eu-central-1", "eu-west-1"]
        await press(pilot, "tab")
        assert text(app) == "eu-central-1 "
        await press(pilot, "enter")
        assert [answer.strip() for answer in answers] == ["eu-central-1"]


async def test_a_completion_is_chosen_with_the_arrows_and_the_field_keeps_the_focus(opened: Any) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, GoTo(WORDS))
        await type_in(pilot, "eu-")
        await press(pilot, "down", "down")
        assert focused(app) == "text"
        await press(pilot, "enter")
        assert answers == ["eu-west-1"]


async def test_what_is_typed_counts_until_a_completion_is_chosen(opened: Any) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, GoTo(WORDS))
        await type_in(pilot, "ec2")
        await press(pilot, "down")
        await type_in(pilot, " i-0abc")
        await press(pilot, "enter")
        assert answers == ["ec2 i-0abc"], "typing on forgets what was chosen before"
        answers = await ask(app, pilot, GoTo(WORDS))
        await press(pilot, "tab", "escape")
        assert answers == [None]


async def test_words_are_shown_literally_and_nothing_fits_nothing(opened: Any) -> None:
    async with opened() as (app, pilot):
        await ask(app, pilot, GoTo(WORDS))
        await type_in(pilot, "prod")
        assert "[red]prod" in screen_text(app)
        await type_in(pilot, "zzz")
        assert shown(app) == []
        await press(pilot, "tab", "down", "up")
        assert text(app) == "prodzzz"
