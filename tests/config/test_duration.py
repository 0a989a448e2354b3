"""Lengths of time as people write them."""

from __future__ import annotations

import pytest

from console.config.duration import parse_duration


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90", 90), ("90s", 90), (" 15 m ", 900), ("1h30m", 5400), ("1h 30m", 5400), ("7D", 604800), ("0.5h", 1800)],
)
def test_what_is_meant(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize("text", ["", "m", "-5m", "5 minutes", "1h-30m", "1:30", "1e9", "٣m", "9" * 20, "inf"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        parse_duration(text)
