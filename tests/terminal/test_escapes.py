"""The checker itself: it lets through what cloudtop writes and nothing that an attacker would."""

from __future__ import annotations

import pytest

from console.demo.seed.hostile import RAW
from tests.terminal.escapes import BEGINNING, after_start, clipboard, foreign


def test_what_cloudtop_writes_is_ours() -> None:
    written = "\x1b[?2026h\x1b[1;1H\x1b[1;38;2;1;2;3mtext ▸ ●\x1b[0m\x1b[?25l\x1b]22;default\x07\x1b[?2026l"
    assert foreign(written.encode()) == []
    assert (
        foreign(
            b"\x1b[3;9r\x1b[3H\x1b[M\x1b[2L\x1b[r\x1b[Htext\x1b[4C\x1b[7G\x1b[D\x1b[2A\x1b[B\x1b[J\x08\x1b[K\x1b[12X"
        )
        == []
    )


@pytest.mark.parametrize(
    "text",
    [
        *(text for text in RAW if not text.isprintable() and "very long" not in text),
        "\x1b[6n", "\x1b[?1049l", "\x1b]8;;https://example.invalid\x07", "\x1bc", "\x9b2J", "\x07", "\x1b[?1000h",
        "\x1b]52;c;?\x07", "\x1b[2J", "\ufeff", "\u202e",
    ],
    ids=ascii,
)  # fmt: skip
def test_what_attacks_is_not(text: str) -> None:
    assert foreign(text.replace("\n", "").encode())


def test_only_what_was_copied_may_be_on_the_clipboard() -> None:
    assert foreign(clipboard("i-1"), ["i-1"]) == []
    assert foreign(clipboard("i-2"), ["i-1"])


def test_it_begins_with_the_first_picture() -> None:
    assert after_start(b"\x1b[?1049h" + BEGINNING + b"\x1b[?2026hseen") == b"\x1b[?2026hseen"
