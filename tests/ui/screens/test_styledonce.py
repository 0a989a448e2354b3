"""A new screen's styles are made once, when it is mounted."""

from __future__ import annotations

from typing import Any

import pytest
from textual.app import App
from textual.dom import DOMNode
from textual.events import ScreenResume
from textual.screen import Screen

from console.ui.screens.help import Help
from tests.ui.conftest import settle
from tests.ui.screens.asking import press


@pytest.fixture
def styled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What whole screens were styled again, by the names of their classes."""
    found: list[str] = []
    restyle = App.update_styles

    def noting(app: App[Any], node: DOMNode, animate: bool = True) -> None:
        if isinstance(node, Screen) and node.is_attached:
            found.append(type(node).__name__)
        restyle(app, node, animate=animate)

    monkeypatch.setattr(App, "update_styles", noting)
    return found


async def test_a_screen_that_is_opened_is_not_styled_again(opened: Any, styled: list[str]) -> None:
    async with opened(size=(110, 34)) as (app, pilot):
        await press(pilot, "question_mark")
        assert isinstance(app.screen, Help)
        assert styled == []


async def test_one_that_is_seen_again_is(opened: Any, styled: list[str]) -> None:
    async with opened(size=(110, 34)) as (app, pilot):
        app.screen.post_message(ScreenResume())
        await settle(pilot)
        assert styled == [type(app.screen).__name__]


async def test_a_screen_is_styled_as_if_it_had_been_done_twice(opened: Any) -> None:
    async with opened(size=(110, 34)) as (app, pilot):
        for keys in ((), ("question_mark",), ("escape", "a"), ("escape", "d"), ("y",)):
            await press(pilot, *keys)
            nodes = list(app.screen.walk_children(with_self=True))
            before = [node.styles.css for node in nodes]
            app.stylesheet.update_nodes(nodes)
            assert [node.styles.css for node in nodes] == before
