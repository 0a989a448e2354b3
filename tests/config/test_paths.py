"""The user's files lie where the XDG base directories say."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.config import paths


def test_without_variables_they_lie_below_home(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.delenv("XDG_STATE_HOME")
    assert paths.config_file() == home / ".config/cloudtop/config.yaml"
    assert paths.themes_folder() == home / ".config/cloudtop/themes"
    assert paths.audit_file() == home / ".local/state/cloudtop/audit.jsonl"


def test_the_variables_move_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", "/a")
    monkeypatch.setenv("XDG_STATE_HOME", "/b")
    assert paths.config_file() == Path("/a/cloudtop/config.yaml")
    assert paths.audit_file() == Path("/b/cloudtop/audit.jsonl")


@pytest.mark.parametrize("value", ["", "relative/folder", "~/folder"])
def test_a_relative_base_is_ignored(home: Path, monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", value)
    assert paths.audit_file() == home / ".local/state/cloudtop/audit.jsonl"


def test_the_configuration_can_be_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOUDTOP_CONFIG", "~/mine.yaml")
    assert paths.config_file() == home / "mine.yaml"
    monkeypatch.setenv("CLOUDTOP_CONFIG", "")
    assert paths.config_file() == home / "config/cloudtop/config.yaml"
