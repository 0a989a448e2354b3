"""Reading a document on the whole screen."""

from __future__ import annotations

from typing import Any

from console.ui.screens.document import DocumentScreen
from console.ui.widgets.document import Document
from tests.ui.screens.asking import ask, focused, press, type_in
from tests.ui.stage import screen_text

DATA = {"Name": "[red]web[/]", "Tags": [{"Key": f"k{number}", "Value": "v"} for number in range(50)]}


async def test_it_shows_searches_copies_and_leaves(opened: Any) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, DocumentScreen.yaml("[b]i-1[/]", DATA))
        text = screen_text(app)
        assert "[b]i-1[/]" in text
        assert "YAML · 102 lines" in text
        assert 'Name: "[red]web[/]"' in text
        await press(pilot, "pagedown", "down")
        assert "Name" not in screen_text(app)
        await press(pilot, "g")
        assert "Name" in screen_text(app)
        await press(pilot, "slash")
        assert focused(app) == "search"
        await type_in(pilot, "K4")
        assert "11 found" in screen_text(app)
        await press(pilot, "enter", "n")
        assert focused(app) == "document"
        assert "k40" in screen_text(app)
        await press(pilot, "N", "N")
        assert "k49" in screen_text(app)
        await press(pilot, "c")
        assert app.clipboard == app.screen.query_one(Document).text()
        await press(pilot, "slash", "escape")
        assert focused(app) == "document", "escape in the field leaves the field only"
        assert answers == []
        await press(pilot, "escape")
        assert answers == [None]


async def test_a_letter_in_the_field_is_no_key(opened: Any) -> None:
    async with opened() as (app, pilot):
        answers = await ask(app, pilot, DocumentScreen.text("t", ["quick", "n"], "note"))
        await press(pilot, "slash")
        await type_in(pilot, "qn/c")
        assert app.screen.query_one("#search").value == "qn/c"
        assert answers == []
        await press(pilot, "enter", "q")
        assert answers == [None]


async def test_the_row_under_the_cursor_as_yaml_and_json(opened: Any) -> None:
    async with opened() as (app, pilot):
        await press(pilot, "y")
        assert "i-000  YAML" in screen_text(app)
        await press(pilot, "q", "J")
        assert "i-000  JSON" in screen_text(app)
        assert '"Value": "[red]prod[/]"' in screen_text(app)
        await press(pilot, "q", "exclamation_mark")
        assert "ec2:DescribeInstances  req-1" in screen_text(app)
        assert "10 requests, 0 failed, about $0.0100" in screen_text(app)
