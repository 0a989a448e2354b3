"""How values read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from console.text.format import age, duration, iso, number, percent, plural, size, sparkline, timestamp

HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-5, "0s"), (0, "0s"), (59.9, "59s"), (60, "1m"), (HOUR - 1, "59m"), (HOUR, "1h"), (2 * DAY - 1, "47h"),
        (2 * DAY, "2d"), (999 * DAY, "999d"), (1000 * DAY, "2y"), (3650 * DAY, "10y"),
    ],
)  # fmt: skip
def test_age_has_one_unit(seconds, text):
    assert age(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (-1, "0s"), (0, "0s"), (9, "9s"), (60, "1m"), (161, "2m 41s"), (HOUR + 42 * 60 + 9, "1h 42m"),
        (DAY + 5, "1d 5s"), (345_600, "4d"),
    ],
)  # fmt: skip
def test_duration_has_two_units(seconds, text):
    assert duration(seconds) == text


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (0, "0 B"), (512, "512 B"), (1023, "1023 B"), (1024, "1.0 KiB"), (4_404_019, "4.2 MiB"),
        (100 * 1024, "100 KiB"),
        (5 * 1024**5, "5.0 PiB"), (5_000 * 1024**5, "5000 PiB"), (-2048, "-2.0 KiB"),
    ],
)  # fmt: skip
def test_size_is_binary(count, text):
    assert size(count) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0"), (1_024, "1,024"), (-1_024, "-1,024"), (2.0, "2"), (1234.567, "1,234.57"), (0.05, "0.05"),
        (0.001234, "0.00123"), (float("inf"), "inf"), (float("nan"), "nan"),
    ],
)  # fmt: skip
def test_number(value, text):
    assert number(value) == text


def test_percent_and_plural():
    assert (percent(41.6), percent(0)) == ("42%", "0%")
    assert (plural(1, "queue"), plural(0, "queue"), plural(1_024, "queue")) == ("1 queue", "0 queues", "1,024 queues")
    assert plural(2, "entry", "entries") == "2 entries"


def test_moments_are_told_in_utc():
    moment = datetime(2026, 11, 21, 6, 24, 3, tzinfo=timezone(timedelta(hours=2)))
    assert timestamp(moment) == "2026-11-21 04:24:03"
    assert iso(moment) == "2026-11-21T04:24:03Z"
    assert iso(datetime(2026, 11, 21, 4, 24, 3, 250_000, UTC)) == "2026-11-21T04:24:03.250000Z"


@pytest.mark.parametrize(
    ("values", "width", "text"),
    [
        ((0.0, 50.0, 100.0), 3, "▁▄█"),
        ((1.0, None, 1.0), 3, "█ █"),
        ((None, None), 2, "··"),
        ((), 5, ""),
        ((9.0, 1.0, 1.0), 2, "██"),
        ((0.0, 0.0), 2, "▁▁"),
        ((-5.0, 5.0), 2, "▁█"),
    ],
)
def test_a_sparkline_shows_the_newest_and_gaps_as_gaps(values, width, text):
    assert sparkline(values, width) == text


def test_a_sparkline_can_be_given_its_top():
    assert sparkline((50.0,), 1, 100.0) == "▄"
    assert sparkline((150.0,), 1, 100.0) == "█"
