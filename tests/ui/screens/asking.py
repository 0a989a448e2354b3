"""Opens one dialog over the list and keeps its answers. Knows no dialog."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from textual.app import App
from textual.pilot import Pilot
from textual.screen import Screen

from tests.ui.conftest import settle


async def ask(app: App[None], pilot: Pilot[None], screen: Screen[Any]) -> list[Any]:
    """Open ``screen`` and return the list that its answer will be put into."""
    answers: list[Any] = []
    app.push_screen(screen, answers.append)
    await settle(pilot)
    return answers


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Press keys and let everything happen that follows."""
    await pilot.press(*keys)
    await settle(pilot)


async def type_in(pilot: Pilot[None], text: str) -> None:
    """Type a text where the focus is."""
    await press(pilot, *("space" if character == " " else character for character in text))


def focused(app: App[None]) -> str:
    """Return the id of what has the focus."""
    return (app.focused.id or "") if app.focused else ""


def painted(renderable: Any, width: int = 100) -> str:
    """Return what a renderable reads as."""
    console = Console(width=width, color_system=None, legacy_windows=False)
    with console.capture() as capture:
        console.print(renderable)
    return capture.get()
