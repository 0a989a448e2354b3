"""Choosing one thing from a list."""

from __future__ import annotations

from typing import Any

from textual.widgets import OptionList

from console.ui.choice import Entry
from console.ui.screens.menu import SEARCHABLE, Menu
from tests.ui.screens.asking import ask, focused, press, type_in
from tests.ui.stage import screen_text


def titles(app: Any) -> list[str]:
    """Return what can be read in the list."""
    return [str(option.prompt) for option in app.screen.query_one(OptionList).options]


async def test_a_short_menu_is_chosen_from_with_arrows_and_says_everything_literally(opened: Any) -> None:
    entries = [
        Entry("a", "[red]first[/]", "note [b]"),
        Entry("b", "second", why_not="it is [i]stopped"),
        Entry("c", "\u540d\u524d", tone="bad"),
    ]
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, Menu("[blink]What?[/]", entries, "about [x] it"))
        text = screen_text(app)
        for words in ("[red]first[/]", "note [b]", "it is [i]stopped", "[blink]What?[/]", "about [x] it"):
            assert words in text
        assert not app.screen.query("#narrow")
        await press(pilot, "down", "enter")
        assert answers == ["c"], "what cannot be chosen is passed over"


async def test_what_cannot_be_chosen_is_not_chosen(opened: Any) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, Menu("?", [Entry("a", "first", why_not="no"), Entry("b", "second")]))
        await press(pilot, "enter")
        assert answers == ["b"]
        answers = await ask(app, pilot, Menu("?", [Entry("a", "first", why_not="no")]))
        await press(pilot, "enter", "down", "enter", "space")
        assert answers == []
        await press(pilot, "escape")
        assert answers == [None]


async def test_a_long_menu_narrows_as_one_types(opened: Any) -> None:
    entries = [Entry(f"id-{number}", f"name-{number:02}", "eu" if number % 2 else "us") for number in range(40)]
    async with opened(size=(80, 30)) as (app, pilot):
        answers = await ask(app, pilot, Menu("?", entries))
        assert focused(app) == "narrow"
        await type_in(pilot, "EU 1")
        assert len(titles(app)) == 8
        assert all("eu" in title and "1" in title for title in titles(app))
        await type_in(pilot, "zz")
        assert titles(app) == []
        await press(pilot, "enter")
        assert answers == []
        await press(pilot, "backspace", "backspace", "down", "pagedown", "up", "enter")
        assert len(answers) == 1
        assert answers[0] in {entry.id for entry in entries if "1" in entry.title and entry.note == "eu"}


async def test_the_field_appears_where_a_list_gets_long(opened: Any) -> None:
    async with opened() as (app, pilot):
        for count, narrows in ((SEARCHABLE - 1, False), (SEARCHABLE, True), (0, False)):
            await ask(app, pilot, Menu("?", [Entry(str(number), f"n{number}") for number in range(count)]))
            assert bool(app.screen.query("#narrow")) is narrows
            await press(pilot, "escape")
