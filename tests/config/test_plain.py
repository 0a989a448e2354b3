"""Files of plain lines are read as YAML reads them, or not at all."""

from __future__ import annotations

import pytest
import yaml

from console.config.data import example_config
from console.config.plain import read_plain

THEMES = sorted((example_config().parent / "themes").glob("*.yaml"))


@pytest.mark.parametrize("path", THEMES, ids=lambda path: path.stem)
def test_every_theme_reads_as_yaml_reads_it(path: object) -> None:
    text = path.read_text("utf-8")  # type: ignore[attr-defined]
    found = read_plain(text)
    assert found
    told = {key: value if isinstance(value, str) else str(value).lower() for key, value in yaml.safe_load(text).items()}
    assert found == told


@pytest.mark.parametrize(
    "text",
    [
        "a: [1]",
        "a:\n  b: c",
        "a: b\na: c",
        "a: 'b'",
        "- a",
        'a: "\\x41"',
        "a: 12",
        "a: b: c",
        "a: &x b",
        "\ta: b",
        "a: |",
        "a: b#c d",
        'a: "\x07"',
        "# \x07\na: b",
    ],
)
def test_what_is_more_than_plain_is_left_to_yaml(text: str) -> None:
    assert read_plain(text) is None


def test_comments_and_blank_lines_are_skipped() -> None:
    assert read_plain('# x\n\na: "#112233"  # why\nb: night\n') == {"a": "#112233", "b": "night"}
