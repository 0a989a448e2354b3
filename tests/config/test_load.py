"""What a person writes becomes settings, or every reason why not, with its line."""

from __future__ import annotations

import os
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
import yaml

from console.config.data import example_config
from console.config.errors import ConfigError
from console.config.load import load_settings
from console.config.parse import SECTIONS, TOP
from console.config.settings import Poll, Presign, Production, Settings, Writes
from console.config.textfile import SIZE_LIMIT


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.yaml"


def refused(file: Path, text: str | bytes, commands: tuple[str, ...] = ()) -> list[str]:
    """Return the messages for ``text``, without the file's name in front."""
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(ConfigError) as caught:
        load_settings(file, commands)
    assert all(message.startswith(str(file)) for message in caught.value.messages)
    return [message.removeprefix(str(file)).removeprefix(":").strip() for message in caught.value.messages]


def test_everything_that_can_be_set_is_read(file: Path) -> None:
    file.write_text(
        """
theme: daylight
profile: ops-prod
regions: [eu-central-1, us-gov-west-1]
endpoint_url: http://127.0.0.1:4566
production: {profiles: ["live-*"], accounts: [012345678901]}
writes:
  allow: no
  unlock: 1h30m
  reason_required: staging-*
presign: {expires: 600}
poll: {scale: off, rest: off}
keys: {refresh: f5, quit: "=", "queue.purge": ctrl+alt+x, next: 1}
"""
    )
    assert load_settings(file) == Settings(
        theme="daylight",
        profile="ops-prod",
        regions=("eu-central-1", "us-gov-west-1"),
        endpoint_url="http://127.0.0.1:4566",
        production=Production(("live-*",), ("012345678901",)),
        writes=Writes(False, 5400, ("staging-*",)),
        presign=Presign(600),
        poll=Poll(0, 0),
        keys={"refresh": "f5", "quit": "=", "queue.purge": "ctrl+alt+x", "next": "1"},
    )


def test_the_example_holds_every_setting_with_its_default() -> None:
    assert load_settings(example_config()) == Settings()
    example = yaml.safe_load(example_config().read_text())
    assert example.keys() == {field.name for field in fields(Settings)}
    for field in fields(Settings):
        default = getattr(Settings(), field.name)
        if is_dataclass(default):
            assert example[field.name].keys() == {part.name for part in fields(default)}


def test_every_setting_has_its_reader() -> None:
    assert {*TOP, *SECTIONS, "keys"} == {field.name for field in fields(Settings)}
    for name, section in SECTIONS.items():
        assert section.keys() == {field.name for field in fields(getattr(Settings(), name))}


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n", "null\n", "writes:\nkeys:\n", "\ufeff# mark\n"])
def test_nothing_set_is_the_defaults(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    assert load_settings(file) == Settings()


def test_the_users_own_file_need_not_exist_but_a_named_one_must(home: Path, file: Path) -> None:
    assert load_settings() == Settings()
    with pytest.raises(ConfigError, match="it does not exist"):
        load_settings(file)
    own = home / "config" / "cloudtop" / "config.yaml"
    own.parent.mkdir(parents=True)
    own.write_text("theme: mine")
    assert load_settings().theme == "mine"


def test_the_variable_names_another_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("theme: other")
    monkeypatch.setenv("CLOUDTOP_CONFIG", str(file))
    assert load_settings().theme == "other"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("theem: night", "1: theem: there is no such setting; did you mean theme?"),
        ("writes:\n  alow: false", "2: writes.alow: there is no such setting; did you mean writes.allow?"),
        ("zzz: 1", "1: zzz: there is no such setting; there are endpoint_url, keys, poll"),
        ("\n\ntheme: [a]", "3: theme: it must be a single text"),
        ("theme:", "1: theme: it has no value"),
        ("theme: Wörter", "1: theme: it must be a theme's name"),
        ("theme: ../../etc/passwd", "1: theme: it must be a theme's name"),
        ("writes: 3", "1: writes: it must hold KEY: VALUE lines"),
        ("writes: {allow: 'false'}", "1: writes.allow: it must be true or false"),
        ("writes: {allow: 0}", "1: writes.allow: it must be true or false"),
        ("writes: {allow: }", "1: writes.allow: it must be true or false"),
        ("writes: {unlock: soon}", "1: writes.unlock: it is no length of time"),
        ("writes: {unlock: 13h}", "1: writes.unlock: it must be between 1m and 12h"),
        ("writes: {unlock: 0}", "1: writes.unlock: it must be between 1m and 12h"),
        ("writes: {unlock: 15:00}", "1: writes.unlock: it is no length of time"),
        ("presign: {expires: 8d}", "1: presign.expires: it must be between 1s and 7d"),
        ("poll: {scale: fast}", "1: poll.scale: it must be a number between 0.2 and 100, or off"),
        ("poll: {scale: .nan}", "1: poll.scale: it must be a number"),
        ("poll: {scale: -1}", "1: poll.scale: it must be a number"),
        ("poll: {scale: on}", "1: poll.scale: it must be a number"),
        ("poll: {rest: 2d}", "1: poll.rest: it must be between 1s and 1d"),
        ("poll: {rest: 0}", "1: poll.rest: it must be between 1s and 1d"),
        ("poll: {rest: on}", "1: poll.rest: it is no length of time"),
        ("regions: [Frankfurt]", "1: regions: 'Frankfurt' is no region's name"),
        ("regions: [eu-central-1, {a: b}]", "1: regions: it must be a single text"),
        ("production:\n  profiles:", "2: production.profiles: it has no value; write [] for none"),
        ("endpoint_url: file:///etc/passwd", "1: endpoint_url: it must be an address"),
        ("endpoint_url: http://", "1: endpoint_url: it must be an address"),
        ("endpoint_url: http://[::1", "1: endpoint_url: it must be an address"),
        ("endpoint_url: http://a:99999", "1: endpoint_url: it must be an address"),
        ("endpoint_url: http://me:secret@host", "1: endpoint_url: it must not hold a user name or password"),
        ("keys: {quit: ctrl+}", "1: keys.quit: it must be a key"),
        ("keys: {quit: two keys}", "1: keys.quit: it must be a key"),
        ("keys: {quit: [q]}", "1: keys.quit: it must be a single text"),
        ("? [a]\n: b", "1: a key must be a single word"),
        ("theme: night\n\ntheme: day", "3: theme: it is already set in line 1"),
        ("writes: {allow: true, allow: false}", "1: writes.allow: it is already set in line 1"),
        ("- theme", "1: it must be a list of KEY: VALUE lines"),
        ("just words", "1: it must be a list of KEY: VALUE lines"),
        ("theme: 'open", "1: it is not YAML"),
        ("theme: a\n b: c: d\n", "2: it is not YAML"),
        ("a: 1\n---\nb: 2", "2: it is not YAML"),
        ("theme: *nowhere", "1: it is not YAML"),
        ("theme: !!python/object/apply:os.system [true]", "1: theme: it must be a single text"),
        (b"theme: night\nprofile: \xff\xfe", "2: it is not UTF-8"),
        (b"theme: a\x00b", "it is not YAML"),
        ("x: " + "[" * 60_000, "it is nested too deeply"),
        ("- " * 30_000, "it is nested too deeply"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(file: Path, text: str | bytes, message: str) -> None:
    messages = refused(file, text)
    assert len(messages) == 1
    assert messages[0].startswith(message)


def test_every_error_comes_at_once(file: Path) -> None:
    messages = refused(file, "theem: a\nwrites:\n  unlock: x\n  allow: y\nregions: [X]\nkeys: {a: '', b: b}")
    assert [message.split(":")[0] for message in messages] == ["1", "3", "4", "5", "6"]


def test_a_password_in_an_address_is_not_repeated(file: Path) -> None:
    assert not any("secret" in message for message in refused(file, "endpoint_url: http://me:secret@host"))


def test_unknown_commands_are_named_where_the_known_ones_are(file: Path) -> None:
    messages = refused(file, "keys: {refesh: f5}", ("refresh", "quit"))
    assert messages == ["1: keys.refesh: there is no such command; did you mean keys.refresh?"]
    file.write_text("keys: {refresh: f5}")
    assert load_settings(file, ("refresh",)).keys == {"refresh": "f5"}


def test_hostile_text_is_shown_not_obeyed(file: Path) -> None:
    messages = refused(file, '"\\e[31mtheme\\u202e": night\nregions: ["\\x07\\e]0;x"]\n"a\\nb": 1')
    assert all(message.isprintable() for message in messages)
    assert messages[0].startswith("1: <ESC>[31mtheme<U+202E>: there is no such setting")
    assert len(messages) == 3


def test_a_hostile_file_name_is_shown_not_obeyed(tmp_path: Path) -> None:
    file = tmp_path / "\x1b[31m.yaml"
    file.write_text("theem: night")
    with pytest.raises(ConfigError) as caught:
        load_settings(file)
    assert caught.value.messages[0].endswith("<ESC>[31m.yaml:1: theem: there is no such setting; did you mean theme?")


def test_an_alias_bomb_costs_nothing(file: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{level}: &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 40)]
    messages = refused(file, "\n".join([*lines, "regions: *a39"]))
    assert len(messages) == 41
    assert messages[-1].endswith("regions: it must be a single text")


def test_a_list_that_holds_itself_ends(file: Path) -> None:
    assert refused(file, "regions: &r [*r]") == ["1: regions: it must be a single text"]


def test_too_large_a_file_is_not_read(file: Path) -> None:
    assert refused(file, b"#" * (SIZE_LIMIT + 1)) == ["it is larger than 64 KiB"]


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "nowhere").symlink_to(tmp_path / "missing")
    expected = {
        "pipe": "it is not a regular file",
        "": "it is not a regular file",
        "loop": "it cannot be read: Too many levels of symbolic links",
        "nowhere": "it does not exist",
        "missing/config.yaml": "it does not exist",
        "a\0b": "embedded null",
    }
    for name, why in expected.items():
        with pytest.raises(ConfigError) as caught:
            load_settings(tmp_path / name)
        assert why in caught.value.messages[0], name


def test_a_link_to_a_file_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real.yaml").write_text("theme: linked")
    (tmp_path / "link.yaml").symlink_to("real.yaml")
    assert load_settings(tmp_path / "link.yaml").theme == "linked"


def test_the_users_own_link_to_nowhere_is_not_passed_over(home: Path) -> None:
    own = home / "config" / "cloudtop" / "config.yaml"
    own.parent.mkdir(parents=True)
    own.symlink_to("gone")
    with pytest.raises(ConfigError, match="it does not exist"):
        load_settings()


def test_a_file_that_may_not_be_read_says_so(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    file.write_text("theme: night")
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", deny)
        with pytest.raises(ConfigError, match="it may not be read"):
            load_settings(file)
