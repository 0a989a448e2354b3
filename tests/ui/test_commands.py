"""The commands: each can be found, by key and by name, and says what it is."""

from __future__ import annotations

from collections import Counter

import pytest

from console.ui.commands.model import Command, key_name
from console.ui.commands.registry import COMMANDS, command
from console.ui.screens.browser import Browser
from console.ui.widgets.cursorlist import CursorList
from console.ui.widgets.detail import DetailPane
from console.ui.widgets.grid import Grid


def keys_of(widget: type) -> set[str]:
    """Return the keys of a widget's own bindings."""
    return {key for binding in widget.BINDINGS for key in binding.key.split(",")}  # type: ignore[attr-defined]


@pytest.mark.parametrize("entry", COMMANDS, ids=lambda entry: entry.id)
def test_a_command_says_what_it_is_and_does_something(entry: Command) -> None:
    assert entry.id.isidentifier()
    assert entry.title == entry.title.strip() != ""
    assert entry.title[0].isupper() or entry.title[0].isdigit()
    assert callable(entry.run)
    assert command(entry.id) is entry


def test_ids_titles_and_keys_are_each_only_one_commands() -> None:
    for said in (
        [entry.id for entry in COMMANDS],
        [entry.title for entry in COMMANDS],
        [key for entry in COMMANDS for key in entry.keys],
    ):
        assert [word for word, count in Counter(said).items() if count > 1] == []


def test_no_key_of_the_list_or_the_detail_hides_a_command() -> None:
    keys = {key for entry in COMMANDS for key in entry.keys}
    moves = keys_of(CursorList) | keys_of(Grid) | keys_of(DetailPane)
    assert len(moves) > 10
    assert not keys & moves


def test_every_command_has_a_key_or_a_place_for_one() -> None:
    bound = {binding.id: binding for binding in Browser.BINDINGS}  # type: ignore[union-attr]
    assert set(bound) == {entry.id for entry in COMMANDS}
    for entry in COMMANDS:
        assert bound[entry.id].action == f"command('{entry.id}')"  # type: ignore[union-attr]


def test_what_the_line_of_keys_names_has_a_hint_and_a_key() -> None:
    from console.ui.commands.registry import _KEY_LINE

    for id_ in _KEY_LINE:
        assert command(id_).hint
        assert command(id_).keys
    assert {entry.id for entry in COMMANDS if entry.hint} == set(_KEY_LINE)


@pytest.mark.parametrize(("key", "name"), [("colon", ":"), ("escape", "esc"), ("f5", "f5"), ("?", "?"), ("G", "G")])
def test_a_key_is_called_as_it_is_printed(key: str, name: str) -> None:
    assert key_name(key) == name


def test_the_operators_key_takes_the_place_of_the_commands_own() -> None:
    assert command("quit").shown_keys({}) == ["q", "ctrl+c"]
    assert command("quit").shown_keys({"quit": "f10", "help": "h"}) == ["f10"]
    assert command("themes").shown_keys({}) == []
    assert command("themes").shown_keys({"themes": "T"}) == ["T"]


def test_a_command_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        command("nothing")
