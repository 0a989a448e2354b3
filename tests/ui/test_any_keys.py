"""Any keys in any order: the program neither ends nor meets an error that nobody foresaw."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

from console.resources.model import Kind, Missing, Terms, Value
from console.resources.registry import catalogue
from console.store.delta import Delta
from console.store.detail import LinkTo
from console.store.rows import Row
from console.text.faults import AwsError, Fault, FaultKind, fault_of
from console.ui import inspector
from console.ui.commands.registry import COMMANDS
from console.ui.screens import browser, chart
from tests.ui.conftest import settle
from tests.ui.fakes import FakeSession, row_of

LEAVE = {"q", "ctrl+c", "ctrl+z"}
MOVES = (
    "j", "k", "g", "space", "pagedown", "pageup", "home", "end", "tab", "shift+tab", "enter", "escape", "up", "down",
    "left", "right", "x", "=", "backspace", "ctrl+d", "n", "N", "s",
)  # fmt: skip
KEYS = sorted({key for entry in COMMANDS for key in entry.keys} - LEAVE) + list(MOVES)
TEXTS = ("web-1", "[@click=app.quit]x[/]", "\u540d\u524d", "")
VALUES: dict[Kind, Value] = {
    Kind.NUMBER: 5, Kind.SIZE: 2**20, Kind.PERCENT: 50.0, Kind.DURATION: 60, Kind.FLAG: True, Kind.LIST: ("a", "b"),
    Kind.SPARK: (1.0, None, 3.0),
}  # fmt: skip


def rows_of(name: str, chance: random.Random) -> list[Row]:
    """Return rows of a type with values of each kind, some of them unknown."""
    columns = [column for column in catalogue()[name].columns if column.kind is not Kind.TIME]
    return [
        row_of(name, f"{name}/{number}", **{
            column.id: chance.choice((VALUES.get(column.kind, chance.choice(TEXTS)), None, Missing.UNKNOWN))
            for column in columns
        })
        for number in range(chance.choice((0, 1, 30)))
    ]  # fmt: skip


@pytest.mark.parametrize(("seed", "size"), [(1, (60, 20)), (2, (100, 40))])
async def test_any_keys_in_any_order(
    seed: int, size: tuple[int, int], opened: Any, session: FakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unforeseen: list[Exception] = []

    def noted(error: Exception) -> Fault:
        if not isinstance(error, AwsError | OSError):
            unforeseen.append(error)
        return fault_of(error)

    for module in (browser, chart, inspector):
        monkeypatch.setattr(module, "fault_of", noted)
    monkeypatch.chdir(tmp_path)  # an export may be among the keys
    chance, pressed = random.Random(seed), []
    session.fake_lists.rows = {name: rows_of(name, chance) for name in catalogue()}
    session.links = (LinkTo("Alarms", "cloudwatch.alarms", ("a", "b"), ("a", "b")),)
    session.costs = Terms("it costs")
    async with opened(size=size) as (app, pilot):
        for _ in range(60):
            pressed.append(chance.choice(KEYS))
            await pilot.press(pressed[-1])
            if chance.random() < 0.1 and session.fake_lists.listener:
                session.fault = chance.choice((None, Fault(FaultKind.DENIED, "It", "denied")))
                session.fake_lists.listener(Delta(complete=chance.random() < 0.5))
            assert app.return_code is None, pressed
            assert unforeseen == [], pressed
        await settle(pilot)
        assert app.is_running
