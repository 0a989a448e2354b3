"""Themes and the example are found, the user's own first."""

from __future__ import annotations

from pathlib import Path

import pytest

import console
from console.config.data import example_config, load_theme, theme_names
from console.config.errors import ConfigError
from console.config.paths import themes_folder
from console.config.settings import Settings


@pytest.fixture
def own() -> Path:
    folder = themes_folder()
    folder.mkdir(parents=True)
    return folder


def test_the_users_own_theme_is_found_and_wins(own: Path) -> None:
    (own / "mine.yaml").write_text("background: '#000000'\nbad: red\n")
    (own / "not a theme.txt").touch()
    (own / "..yaml").touch()
    assert "mine" in theme_names()
    assert not [name for name in theme_names() if "." in name or " " in name]
    assert load_theme("mine") == {"background": "#000000", "bad": "red"}
    for name in theme_names():
        (own / f"{name}.yaml").write_text("text: mine")
        assert load_theme(name) == {"text": "mine"}


def test_every_theme_that_comes_along_can_be_read_and_the_default_is_one() -> None:
    assert Settings().theme in theme_names()
    for name in theme_names():
        assert all(load_theme(name).values())


def test_an_unknown_theme_names_the_nearest(own: Path) -> None:
    (own / "midnight.yaml").touch()
    with pytest.raises(ConfigError, match=r"theme: 'midnigt' is not known; did you mean midnight\?"):
        load_theme("midnigt")
    with pytest.raises(ConfigError, match="is not known"):
        load_theme("../../../etc/passwd")


def test_what_is_wrong_in_a_theme_is_said_with_its_line(own: Path) -> None:
    (own / "wrong.yaml").write_text("text: white\nok: [green]\ntext: black\n")
    with pytest.raises(ConfigError) as caught:
        load_theme("wrong")
    assert [message.partition("wrong.yaml:")[2] for message in caught.value.messages] == [
        "2: ok: it must be a single text",
        "3: text: it is already set in line 1",
    ]


def test_a_theme_that_links_to_nowhere_is_not_passed_over(own: Path) -> None:
    (own / "gone.yaml").symlink_to("nowhere")
    with pytest.raises(ConfigError, match="it does not exist"):
        load_theme("gone")


def test_an_installed_copy_is_read_from_inside_the_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "console"
    (package / "data" / "themes").mkdir(parents=True)
    (package / "data" / "themes" / "packed.yaml").write_text("text: white")
    (package / "data" / "config.example.yaml").touch()
    monkeypatch.setattr(console, "__file__", str(package / "__init__.py"))
    assert theme_names() == ("packed",)
    assert load_theme("packed") == {"text": "white"}
    assert example_config() == package / "data" / "config.example.yaml"
