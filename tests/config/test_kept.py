"""What a configuration file sets is kept beside its text: the same text means the same, with no YAML parser."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NoReturn

import pytest

from console import cache
from console.config import load, parse
from console.config.data import example_config
from console.config.errors import ConfigError
from console.config.load import load_settings
from console.config.settings import Poll, Settings

EVERYTHING = """
theme: daylight
profile: ops-prod
regions: [eu-central-1, us-gov-west-1]
endpoint_url: http://127.0.0.1:4566
production: {profiles: ["live-*", "名"], accounts: [012345678901]}
writes: {allow: no, unlock: 1h30m, reason_required: []}
presign: {expires: 600}
poll: {scale: 0.5, rest: off}
"""


@pytest.fixture
def file(tmp_path: Path, home: Path) -> Path:
    return tmp_path / "config.yaml"


def parsing_fails(patch: pytest.MonkeyPatch) -> None:
    """Have a text that is parsed fail the test."""

    def fail(*_: object) -> NoReturn:
        raise AssertionError("it was parsed")

    patch.setattr(parse, "read_settings", fail)


@pytest.mark.parametrize("text", [EVERYTHING, example_config().read_text("utf-8"), "", "# nothing\n", "poll:\n"])
def test_the_same_text_means_the_same_and_is_not_parsed_again(
    file: Path, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file.write_text(text, encoding="utf-8")
    first = load_settings(file)
    parsing_fails(monkeypatch)
    again = load_settings(file)
    assert again == first
    assert repr(again) == repr(first)  # 0 equals False


def test_one_character_makes_it_another_text(file: Path) -> None:
    file.write_text("poll: {scale: 2}")
    assert load_settings(file).poll == Poll(scale=2)
    file.write_text("poll: {scale: 3}")
    assert load_settings(file).poll == Poll(scale=3)


def test_what_is_wrong_is_told_each_time(file: Path) -> None:
    file.write_text("theme: night\ncolour: red\n")
    for _ in range(2):
        with pytest.raises(ConfigError, match="no such setting"):
            load_settings(file)


def test_keys_are_looked_at_each_time_as_commands_come_and_go(file: Path) -> None:
    file.write_text("keys: {refresh: f5}")
    assert load_settings(file, ("refresh",)).keys == {"refresh": "f5"}
    with pytest.raises(ConfigError, match="no such command"):
        load_settings(file, ("reload",))


def test_a_default_that_was_not_set_is_not_kept(file: Path) -> None:
    file.write_text("poll: {rest: 30s}")
    load_settings(file)
    kept = json.loads((cache.cache_folder() / "settings.json").read_text("utf-8"))
    assert kept["data"] == {"poll": {"rest": 30.0}}


def _another_build(kept: dict[str, Any]) -> None:
    kept["data"] = {"poll": {"colour": 1}}


def _no_section(kept: dict[str, Any]) -> None:
    kept["data"] = {"poll": "off"}


def _another_version(kept: dict[str, Any]) -> None:
    kept["key"] = kept["key"].replace(load._LAYOUT, "0", 1)
    kept["data"] = {"theme": "wrong"}


def _no_settings(kept: dict[str, Any]) -> None:
    kept["data"] = ["theme"]


@pytest.mark.parametrize("spoil", [_another_build, _no_section, _another_version, _no_settings])
def test_what_is_kept_is_not_trusted_beyond_its_text(file: Path, spoil: Any) -> None:
    file.write_text("theme: daylight")
    load_settings(file)
    place = cache.cache_folder() / "settings.json"
    kept = json.loads(place.read_text("utf-8"))
    spoil(kept)
    place.write_text(json.dumps(kept), encoding="utf-8")
    assert load_settings(file) == Settings(theme="daylight")


def test_what_others_may_write_is_not_read(file: Path) -> None:
    file.write_text("writes: {allow: no}")
    load_settings(file)
    place = cache.cache_folder() / "settings.json"
    kept = json.loads(place.read_text("utf-8"))
    kept["data"] = {"writes": {"allow": True}}
    place.write_text(json.dumps(kept), encoding="utf-8")
    place.chmod(0o666)
    assert load_settings(file).writes.allow is False
    assert place.stat().st_mode & 0o777 == 0o600


def test_without_a_folder_to_keep_it_in_it_is_read(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    file.write_text("theme: daylight")
    assert load_settings(file) == load_settings(file) == Settings(theme="daylight")
