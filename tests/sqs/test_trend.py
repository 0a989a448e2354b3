"""Where a queue's depth is going, from samples with gaps, waves and silence."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest

from console.cloudwatch.series import Points, Window
from console.sqs import trend
from console.sqs.trend import PERIOD, Stop, Trend
from console.text.faults import Fault
from tests.support.reader import DENIED, FakeReader

URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders"
NOW = 1_795_260_000.0
WINDOW = Window.last(3600, PERIOD, NOW)
START = NOW - 3600


def minutes(values: list[float | None]) -> Points:
    """Return one point a minute, the last one a minute ago; None leaves one out."""
    first = NOW - PERIOD * len(values)
    return tuple((first + index * PERIOD, value) for index, value in enumerate(values) if value is not None)


def hour(**series: Any) -> Trend:
    empty: dict[str, Any] = dict.fromkeys(("visible", "sent", "received", "deleted", "oldest"), ())
    return Trend(WINDOW, **{**empty, **series})


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([100 + 9 * minute for minute in range(16)], 9),
        ([1240 - 8 * minute for minute in range(60)], -8),
        ([7.0] * 30, 0),
        ([0.0] * 60, 0),
        ([None] * 10 + [50, None, None, 56], 2),
    ],
)
def test_the_rate_is_a_minutes_change(values, expected):
    assert trend.rate(minutes(values)) == pytest.approx(expected)


@pytest.mark.parametrize("values", [[], [5], [None, 5, None]])
def test_one_sample_tells_no_rate(values):
    assert trend.rate(minutes(values)) is None


def test_two_samples_within_a_minute_tell_no_rate():
    assert trend.rate(((NOW, 5.0), (NOW + 20, 50.0))) is None


def test_the_rate_is_that_of_the_last_quarter_of_an_hour():
    assert trend.rate(minutes([900.0 - 10 * minute for minute in range(40)] + [510 + 5.0 * i for i in range(16)])) == (
        pytest.approx(5)
    )


@pytest.mark.parametrize("phase", range(12))
@pytest.mark.parametrize("wave", [4, 5, 10])
def test_a_wave_is_steady_in_every_phase(phase, wave):
    values = [412 + 82 * math.sin((minute + phase / 3) * 2 * math.pi / wave) for minute in range(60)]
    assert trend.rate(minutes(values)) == 0


def test_emptying_is_told_only_of_what_drains():
    assert trend.empties_in(1240, -8) == pytest.approx(155 * 60)
    assert trend.empties_in(1240, 0) is None
    assert trend.empties_in(1240, 9) is None
    assert trend.empties_in(0, -8) is None


@pytest.mark.parametrize(
    ("depth", "speed", "text"),
    [
        (1240, -8.0, "drains by 8 a minute: empties in about 2h 35m"),
        (340, 8.96, "fills by 9 a minute"),
        (3, -60.0, "drains by 60 a minute: empties in about 10s"),
        (5, 0.0, "steady"),
        (5, None, "rate unknown: too few samples"),
        (0, -3.0, "drains by 3 a minute"),
    ],
)
def test_the_rate_in_words(depth, speed, text):
    assert trend.rate_sentence(depth, speed) == text


WORKED = [4.0] * 35
QUIET = [0.0] * 25


def test_a_consumer_that_stopped_is_told_since_when():
    found = trend.stopped(hour(visible=minutes([5.0] * 60), deleted=minutes(WORKED + QUIET)), 0)
    assert found == Stop(NOW - 25 * 60, receiving=False, whole=False)
    assert trend.stop_sentence(found, NOW) == "consumer stopped 25m ago"


def test_one_that_receives_and_never_deletes_is_told_apart():
    seen = hour(visible=minutes([5.0] * 60), deleted=minutes(WORKED + QUIET), received=minutes([3.0] * 60))
    found = trend.stopped(seen, 0)
    assert found is not None
    assert trend.stop_sentence(found, NOW) == "messages are received, but none was deleted for 25m"


def test_a_queue_nobody_has_consumed_all_the_hour():
    found = trend.stopped(hour(visible=minutes([5.0] * 60), deleted=minutes([0.0] * 60)), 0)
    assert found is not None
    assert found.whole
    assert trend.stop_sentence(found, NOW) == "nothing consumed it for 1h or longer"


@pytest.mark.parametrize(
    ("seen", "in_flight"),
    [
        (hour(visible=minutes([5.0] * 60), deleted=minutes([4.0] * 60)), 0),
        (hour(visible=minutes([5.0] * 60), deleted=minutes(WORKED + QUIET)), 3),
        (hour(visible=minutes([0.0] * 60), deleted=minutes(WORKED + QUIET)), 0),
        (hour(visible=minutes([5.0] * 58 + [0.0, 5.0]), deleted=minutes(WORKED + QUIET)), 0),
        (hour(visible=minutes([5.0] * 60), deleted=minutes([4.0] * 56 + [0.0] * 4)), 0),
        (hour(visible=minutes([5.0] * 60), deleted=minutes([4.0] * 35 + [None] * 25)), 0),
        (hour(visible=minutes([5.0] * 60)), 0),
        (hour(visible=DENIED, deleted=minutes(WORKED + QUIET)), 0),
        (hour(visible=minutes([5.0] * 60), deleted=DENIED), 0),
    ],
    ids=["works", "holds some", "nothing to do", "was empty meanwhile", "four minutes", "no samples since",
         "no samples at all", "depth denied", "deletes denied"],
)  # fmt: skip
def test_what_is_no_stopped_consumer(seen, in_flight):
    assert trend.stopped(seen, in_flight) is None


async def test_the_hour_is_read_in_one_call_of_five_metrics():
    moment = datetime.fromtimestamp(NOW - 60, UTC)

    def answer(given):
        results = [
            {"Id": query["Id"], "Timestamps": [moment], "Values": [float(index)]}
            for index, query in enumerate(given["MetricDataQueries"])
        ]
        results[2] |= {"StatusCode": "Forbidden", "Messages": [{"Code": "Forbidden", "Value": "no\x1b[31m"}]}
        return {"MetricDataResults": results}

    reader = FakeReader({"GetMetricData": answer})
    found = await trend.read_trend(reader, URL, NOW)
    assert reader.count("GetMetricData") == 1
    assert (found.visible, found.sent, found.deleted) == (((NOW - 60, 0.0),), ((NOW - 60, 1.0),), ((NOW - 60, 3.0),))
    assert isinstance(found.received, Fault)
    assert "\x1b" not in found.received.why
    assert found.oldest_age() == 4.0
    assert not found.whole
    (given,) = (parameters for _, parameters in reader.asked)
    assert {query["MetricStat"]["Metric"]["Dimensions"][0]["Value"] for query in given["MetricDataQueries"]} == {
        "orders"
    }


async def test_a_denied_reading_is_a_fault_of_every_series():
    found = await trend.read_trend(FakeReader({"GetMetricData": DENIED}), URL, NOW)
    assert found.visible == found.deleted == found.oldest_age() == DENIED
    assert found.samples() == ()


def test_samples_keep_their_gaps():
    found = hour(visible=minutes([5.0, None, 7.0])).samples()
    assert found[-3:] == (5.0, None, 7.0)
    assert set(found[:-3]) == {None}
    assert hour().samples() == ()
