"""Keys: each command's own, the operator's, and what README and help say about them."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from console.command.failure import Failure
from console.config.settings import Settings
from console.launch import Launch
from console.ui import app as module
from console.ui.commands.model import key_name
from console.ui.commands.registry import COMMANDS
from console.ui.screens.help import Help
from console.ui.screens.queuekeys import KEYS
from tests.support.source import ROOT
from tests.ui.conftest import settle
from tests.ui.fakes import FakeSession
from tests.ui.stage import screen_text

README = (ROOT / "README.md").read_text(encoding="utf-8")
OF_THE_LIST = {"j", "k", "g", "space"}
"""Keys that are told in the README and are no commands."""


def readme_keys() -> set[str]:
    """Return every key that the README's table names."""
    table = README.partition("## Keys")[2].partition("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    keys = set()
    for cell in cells:
        found = re.findall(r"`([^`]+)`", cell)
        if "–" in cell:
            found = [str(number) for number in range(int(found[0]), int(found[1]) + 1)]
        keys |= set(found)
    return keys


def test_the_readme_tells_every_commands_key_and_no_other() -> None:
    first = {entry.shown_keys({})[0] for entry in COMMANDS if entry.keys}
    every = {key for entry in COMMANDS for key in entry.shown_keys({})}
    told = readme_keys() - OF_THE_LIST
    assert told - every - {key_name(key) for key in KEYS} == set(), "told, but nothing happens"
    assert first - told == {"ctrl+a", "ctrl+l", "ctrl+z"}, "left to the help"


async def test_the_help_shows_every_command_with_the_operators_key(opened: Callable[..., object]) -> None:
    settings = Settings(keys={"refresh": "f5", "themes": "T"})
    async with opened(settings, size=(100, 90)) as (app, pilot):  # type: ignore[attr-defined]
        await pilot.press("question_mark")
        await settle(pilot)
        assert isinstance(app.screen, Help)
        text = screen_text(app)
        for entry in COMMANDS:
            assert entry.title in text
        line = next(line for line in text.splitlines() if "Read again now" in line)
        assert "f5" in line.split()
        assert "r" not in line.split()
        assert "T" in next(line for line in text.splitlines() if "Another theme" in line).split()


@pytest.mark.parametrize("key", ["f5", ",", "?"])
async def test_a_command_has_the_key_that_was_chosen_and_no_longer_its_own(
    key: str, opened: Callable[..., object], session: FakeSession
) -> None:
    async with opened(Settings(keys={"refresh": key})) as (_, pilot):  # type: ignore[attr-defined]
        await pilot.press("r")
        await settle(pilot)
        assert session.fake_lists.asked("refresh") == []
        await pilot.press({",": "comma", "?": "question_mark"}.get(key, key))
        await settle(pilot)
        assert session.fake_lists.asked("refresh") == [("ec2.instances",)]


async def test_keys_may_change_places_and_one_is_given_where_there_was_none(
    opened: Callable[..., object], session: FakeSession
) -> None:
    keys = {"refresh": "c", "copy": "r", "themes": "T"}
    async with opened(Settings(keys=keys)) as (app, pilot):  # type: ignore[attr-defined]
        await pilot.press("c")
        await settle(pilot)
        assert len(session.fake_lists.asked("refresh")) == 1
        await pilot.press("r")
        await settle(pilot)
        assert "Copy" in screen_text(app)
        await pilot.press("escape", "T")
        await settle(pilot)
        assert "Theme" in screen_text(app)


async def test_the_line_of_keys_shows_the_operators_key(opened: Callable[..., object]) -> None:
    async with opened(Settings(keys={"quit": "f10"}), size=(160, 30)) as (app, _):  # type: ignore[attr-defined]
        line = screen_text(app).splitlines()[-1]
        assert "f10 quit" in line
        assert "q quit" not in line


async def test_another_quit_key_quits(opened: Callable[..., object]) -> None:
    async with opened(Settings(keys={"quit": "f10"})) as (app, pilot):  # type: ignore[attr-defined]
        await pilot.press("q")
        await settle(pilot)
        assert app.is_running
        assert app.return_code is None
        await pilot.press("f10")
        await settle(pilot)
        assert app.return_code == 0


def test_a_key_for_a_command_that_is_not_there_is_answered_before_the_screen_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("keys:\n  refersh: f5\n", encoding="utf-8")
    monkeypatch.setattr(module.CloudtopApp, "run", lambda *_: pytest.fail("the screen opened"))
    with pytest.raises(Failure) as raised:
        module.run(Launch(config=str(config)))
    assert "did you mean keys.refresh?" in raised.value.fault.sentence()
