"""Scrolling and searching lines; only those in view are painted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from rich.cells import cell_len
from textual.pilot import Pilot

from console.text.document import DocumentLine, json_lines, plain_lines, yaml_lines
from console.ui.widgets.document import Document
from tests.ui.conftest import settle
from tests.ui.stage import Stage, lines_of


@asynccontextmanager
async def reading(
    lines: list[DocumentLine], size: tuple[int, int] = (60, 10)
) -> AsyncIterator[tuple[Document, Pilot[object]]]:
    document = Document(id="document")
    document.show(lines)
    app = Stage(document)
    async with app.run_test(size=size) as pilot:
        document.focus()
        await settle(pilot)
        yield document, pilot


def shown(document: Document) -> list[str]:
    return [line.strip() for line in lines_of(document)]


async def test_a_hundred_thousand_lines_cost_what_is_in_view(monkeypatch: pytest.MonkeyPatch) -> None:
    painted: list[int] = []
    render = Document.render_line

    def noted(self: Document, y: int) -> object:
        painted.append(y)
        return render(self, y)

    monkeypatch.setattr(Document, "render_line", noted)
    lines = plain_lines([f"line {number}" for number in range(100_000)])
    async with reading(lines) as (document, pilot):
        await pilot.press("pagedown", "end")
        await settle(pilot)
        assert document.scroll_offset.y == 100_000 - 10
        assert len(painted) < 100
        assert shown(document)[-1] == "line 99999"
        await pilot.press("g")
        await settle(pilot)
        assert shown(document)[0] == "line 0"


async def test_a_search_goes_to_what_is_found_and_round() -> None:
    lines = plain_lines([f"{'Needle' if number % 400 == 50 else 'hay'} {number}" for number in range(1000)])
    async with reading(lines) as (document, pilot):
        assert document.search("NEEDLE") == 3
        for number in (50, 450, 850, 50):
            await pilot.pause()
            assert f"Needle {number}" in shown(document)
            document.step(1)
        document.step(-2)
        await pilot.pause()
        assert "Needle 850" in shown(document)
        assert document.search("nothing of the kind") == 0
        document.step(1)
        assert document.search("") == 0


async def test_lines_are_painted_literally_and_cut_to_the_width() -> None:
    texts = ["[@click=app.quit]x[/]", "[/]", "\u540d\u524d" * 100, "x" * 500, "e\u0301" * 80, ""]
    async with reading(plain_lines(texts)) as (document, pilot):
        for _ in range(8):
            assert {cell_len(line) for line in lines_of(document)} == {60}
            await pilot.press("right", "right", "right")
            await pilot.pause()
        document.scroll_home(animate=False)
        await pilot.pause()
        assert shown(document)[:2] == ["[@click=app.quit]x[/]", "[/]"]


async def test_all_of_it_can_be_taken_out_whatever_is_in_view() -> None:
    data = {"a": ["x" * 200, {"b": None}], "c": "[red]"}
    for lines in (yaml_lines(data), json_lines(data)):
        async with reading(lines, (20, 3)) as (document, _):
            assert document.text() == "\n".join("".join(text for text, _ in line) for line in lines)


async def test_nothing_is_an_empty_document() -> None:
    async with reading([]) as (document, pilot):
        assert shown(document) == [""] * 10
        assert document.search("x") == 0
        await pilot.press("down", "end", "up")
        assert document.text() == ""
