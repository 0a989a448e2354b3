"""When a line counts as slow, and how much is sent before the terminal has answered."""

from __future__ import annotations

import pytest

from console.ui.output.link import Answers, Pace, is_slow

OVER_SSH = {"SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"}


@pytest.mark.parametrize(
    ("environment", "seconds", "slow"), [(OVER_SSH, 0.3, True), (OVER_SSH, 0.02, False), ({}, 0.3, False)]
)
def test_a_line_is_slow_by_its_round_trip_over_ssh(environment: dict[str, str], seconds: float, slow: bool) -> None:
    assert is_slow(environment, seconds) is slow


def test_answers_are_counted_also_in_pieces_and_among_keys() -> None:
    answers = Answers()
    counts = [answers.count(data) for data in (b"j\x1b[?20", b"26;2$y\x1b[A", b"\x1b[?2026;0$y\x1b[?2026;2$y", b"k")]
    assert counts == [0, 1, 2, 0]


def test_little_is_under_way_before_an_answer() -> None:
    pace = Pace()
    asked = [pace.sent(500) for _ in range(16)]
    assert asked.count(True) == 4
    assert pace.full
    pace.answered(1)
    assert not pace.full


def test_answers_to_nothing_are_nothing() -> None:
    pace = Pace()
    pace.answered(3)
    assert not pace.full
