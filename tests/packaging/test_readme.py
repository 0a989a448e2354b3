"""What the README says is so: its commands, keys and files."""

from __future__ import annotations

import re

import pytest

from console.ui.commands.model import key_name
from console.ui.commands.registry import COMMANDS
from console.ui.screens.queuekeys import KEYS
from tests.support.source import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
MOVES = {"j", "k", "g", "G", "space"}
"""Keys of the list itself, which are no commands."""


def test_the_order_is_what_a_newcomer_asks() -> None:
    headings = re.findall(r"^#+ (.+)$", TEXT, re.MULTILINE)
    assert headings == ["cloudtop", "Two commands", "Keys", "Safety", "Coverage", "Speed", "Licence"]


def test_there_are_two_commands_and_ci_runs_the_second() -> None:
    commands = re.findall(r"```sh\n(.+?)\n```", TEXT, re.DOTALL)
    assert len(commands) == 2
    assert commands[0].endswith("cloudtop --demo")
    assert commands[1] in (ROOT / ".ci" / "run").read_text()
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


@pytest.mark.parametrize("name", re.findall(r"\]\((?!http)([^)]+)\)", TEXT))
def test_what_it_points_to_is_there(name: str) -> None:
    if name.startswith("docs/") and not (ROOT / "docs").exists():
        pytest.skip("the pictures are not taken yet")
    assert (ROOT / name).is_file()


def test_its_keys_do_something() -> None:
    table = TEXT.partition("## Keys")[2].partition("##")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| `")]
    keys = {key for row in rows for key in re.findall(r"`([^`]+)`", row)}
    assert len(keys) > 20
    known = {key for command in COMMANDS for key in command.shown_keys({})} | {key_name(key) for key in KEYS}
    assert keys - MOVES <= known


def test_the_licence_is_the_whole_of_apache_2() -> None:
    licence = (ROOT / "LICENSE").read_text()
    assert licence.split()[:3] == ["Apache", "License", "Version"]
    for words in ("TERMS AND CONDITIONS", "9. Accepting Warranty", "END OF TERMS AND CONDITIONS", "limitations under"):
        assert words in licence
