"""Keys that a line delivers together act in the order they were typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from console.ui.screens.fields import Field, Fields
from tests.ui.bursts import at_once, typing
from tests.ui.conftest import settle
from tests.ui.fakes import FakeSession


@pytest.mark.parametrize(
    ("burst", "answer"),
    [
        ("<<120>7", ("120", "7")),
        ("1<2>>", ("2", "")),
        (">9<8", ("50", "8")),
        ("^1<2", ("250", "")),
        ("x<[red]ü>", ("[red]ü", "")),
    ],
    ids=repr,
)
async def test_rubbing_out_and_going_on_come_in_their_place(
    burst: str, answer: tuple[str, ...], opened: Callable[..., Any], session: FakeSession, monkeypatch: Any
) -> None:
    async with opened(size=(100, 30)) as (app, pilot):
        app.push_screen(Fields("Rate", (Field("A second", "50"), Field("To")), "Go"))
        await settle(pilot)
        at_once(app, monkeypatch)
        for key in typing(burst):
            app.post_message(key)
        await settle(pilot)
        assert tuple(field.value for field in app.screen.query("#foot Input")) == answer


async def test_what_is_typed_as_soon_as_a_field_has_the_focus_stays(
    opened: Callable[..., Any], monkeypatch: Any
) -> None:
    async with opened(size=(100, 30)) as (app, pilot):
        app.push_screen(Fields("Why", (Field("Rate"), Field("Reason")), "Go"))
        await settle(pilot)
        at_once(app, monkeypatch)
        for key in typing(">CHG"):
            await app.on_event(key)
        await settle(pilot)
        for key in typing("-9"):
            await app.on_event(key)
        assert [field.value for field in app.screen.query("#foot Input")] == ["", "CHG-9"]
