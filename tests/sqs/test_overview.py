"""All dead-letter queues at once: who is filling, since when, and what CloudWatch could not say."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from console.cloudwatch.series import Window
from console.resources.model import EarlierCount, Missing, Values
from console.sqs import overview, queues
from console.sqs.moves import MoveTask
from console.sqs.overview import PERIOD, RANGE, growing_since, read_overview
from console.text.faults import Fault
from tests.support.queuereader import open_queues
from tests.support.reader import DENIED, FakeReader
from tests.support.sqsfaults import SqsBackend, running_sqs

BASE = "https://sqs.eu-west-1.amazonaws.com/123456789012/"
NOW = 1_795_260_000.0
DAY = 86_400


def row(name: str, visible: Any = 0, sources: Any = ("orders",), retention: Any = 14 * DAY) -> Values:
    return {"name": name, "visible": visible, "sources": sources, "retention": retention}


def samples(values: list[float]) -> list[tuple[float, float]]:
    """The last sample's period ends now."""
    return [(NOW - PERIOD * (len(values) - index), value) for index, value in enumerate(values)]


def reader(depths: dict[str, list[float]], age: float = 7200) -> FakeReader:
    def result(query: dict[str, Any]) -> dict[str, Any]:
        metric = query["MetricStat"]["Metric"]
        name = metric["Dimensions"][0]["Value"]
        found = samples(depths.get(name, []))
        if metric["MetricName"] == "ApproximateAgeOfOldestMessage":
            found = [(at, age) for at, _ in found]
        times = [datetime.fromtimestamp(at, UTC) for at, _ in found]
        return {"Id": query["Id"], "Timestamps": times, "Values": [value for _, value in found]}

    return FakeReader(
        {
            "ListMessageMoveTasks": {"Results": []},
            "GetMetricData": lambda given: {
                "MetricDataResults": [result(query) for query in given["MetricDataQueries"]]
            },
        }
    )


async def read(rows: list[Values], depths: dict[str, list[float]]) -> tuple[overview.DeadLetters, ...]:
    return await read_overview(reader(depths), {f"{BASE}{each['name']}": each for each in rows}, NOW)


async def test_the_fastest_filling_comes_first_and_the_rest_by_depth():
    found = await read(
        [row("still", 900), row("empty"), row("slow", 39), row("fast", 380), row("orders", 5, ()), row("more", 950)],
        {
            "still": [900.0] * 20, "empty": [0.0] * 20, "more": [950.0] * 20,
            "slow": [20.0] * 10 + [20.0 + 2 * index for index in range(10)],
            "fast": [0.0] * 10 + [40.0 * index for index in range(10)],
        },
    )  # fmt: skip
    assert [each.name for each in found] == ["fast", "slow", "more", "still", "empty"]
    assert [each.filling for each in found] == [True, True, False, False, False]
    assert found[0].sentence(NOW) == "fills by 8 a minute, for 45m"
    assert found[2].sentence(NOW) == "steady, the oldest came 2h ago"
    assert found[4].sentence(NOW) == "empty"


async def test_a_depth_that_is_minutes_old_is_one_and_is_said_to_be():
    rows = [row("then", EarlierCount(0)), row("now", 0), row("much", EarlierCount(9))]
    found = {each.name: each for each in await read(rows, {})}
    assert {name: (each.depth, each.depth_is_earlier) for name, each in found.items()} == {
        "then": (0, True), "now": (0, False), "much": (9, True),
    }  # fmt: skip
    assert [type(each.depth) for each in found.values()] == [int] * 3
    assert found["then"].sentence(NOW) == "empty"


async def test_what_comes_now_and_then_is_filling_too():
    (found,) = await read([row("dlq", 9)], {"dlq": [6.0] * 200 + [7.0] * 30 + [8.0] * 6 + [9.0] * 4})
    assert found.filling
    assert found.sentence(NOW) == "fills by 2 in an hour, for 3h 20m"


async def test_what_came_hours_ago_is_not():
    (found,) = await read([row("dlq", 9)], {"dlq": [6.0] * 200 + [9.0] * 40})
    assert not found.filling
    assert found.sentence(NOW).startswith("steady")


async def test_what_drains_says_when_it_is_empty():
    (found,) = await read([row("dlq", 100)], {"dlq": [500.0 - 40 * index for index in range(10)]})
    assert found.sentence(NOW).startswith("drains: empties in about 1")


@pytest.mark.parametrize(
    ("values", "ago", "longer"),
    [
        ([0, 0, 1, 2], 2, False),
        ([5, 3, 3, 4, 4, 9], 3, False),
        ([5, 4, 3], None, False),
        ([3, 3, 3], None, False),
        ([9], None, False),
        ([], None, False),
        ([1, 2, 3, 2], None, False),
        (list(range(289)), 288, True),
        (list(range(288)), 287, False),
    ],
)
def test_since_when_it_has_only_grown(values, ago, longer):
    window = Window.last(RANGE, PERIOD, NOW - 1)
    expected = None if ago is None else NOW - PERIOD * ago
    assert growing_since(tuple(samples(values)), window) == (expected, longer)


async def test_two_metrics_each_and_250_queues_a_call():
    rows = [row(f"dlq-{number}") for number in range(251)]
    script = reader({})
    assert len(await read_overview(script, {f"{BASE}{each['name']}": each for each in rows}, NOW)) == 251
    assert [len(given["MetricDataQueries"]) for _, given in script.asked] == [500, 2]


async def test_move_tasks_are_read_of_fifty_that_hold_something():
    script = reader({})
    script.script["ListMessageMoveTasks"] = lambda given: (
        DENIED if given["SourceArn"].endswith("-1") else {"Results": [{"Status": "RUNNING"}]}
    )
    rows = [row(f"dlq-{number}", number) for number in range(60)]
    found = await read_overview(script, {f"{BASE}{each['name']}": each for each in rows}, NOW)
    moves = {each.depth: each.move for each in found}
    assert script.count("ListMessageMoveTasks") == 50
    assert (moves[0], moves[1]) == (None, DENIED)
    assert isinstance(moves[2], MoveTask)
    assert isinstance(moves[59], Fault)
    assert [each.sentence(NOW) for each in found if each.depth == 2] == ["rate unknown, a move task runs"]


async def test_a_period_that_has_not_ended_tells_no_rate():
    (found,) = await read([row("dlq", 160)], {"dlq": [100.0] * 10 + [160.0]})
    assert found.rate == 0
    assert found.sentence(NOW) == "fills by 60 in an hour, for 5m"


async def test_what_was_emptied_just_now_is_empty():
    (found,) = await read([row("dlq", 0)], {"dlq": [40.0 * index for index in range(10)]})
    assert not found.filling
    assert found.sentence(NOW) == "empty"


async def test_no_dead_letter_queues_cost_no_call():
    script = reader({})
    assert (
        await read_overview(script, {BASE + "a": row("a", 5, ()), BASE + "b": row("b", 5, Missing.PENDING)}, NOW) == ()
    )
    assert script.asked == []


async def test_what_is_refused_or_not_read_is_unknown():
    rows = {BASE + "a": row("a", 5), BASE + "b": row("b", Missing.UNKNOWN, ("x\x1b",), Missing.UNKNOWN)}
    first, second = await read_overview(
        FakeReader({"GetMetricData": DENIED, "ListMessageMoveTasks": DENIED}), rows, NOW
    )
    assert (first.fault, first.rate, first.since, first.samples, first.first_loss) == (DENIED, None, None, (), None)
    assert first.sentence(NOW) == "rate unknown"
    assert (second.depth, second.sentence(NOW)) == (None, "unknown")
    assert second.sources == ("x<ESC>",)


async def test_retention_is_held_against_the_sources():
    rows = [row("dlq", 5, ("orders", "returns"), 4 * DAY), row("orders", 5, (), 4 * DAY)]
    (found,) = await read(rows, {"dlq": [5.0] * 20})
    assert found.risk == "from orders, dead letters are kept 4d, not longer than the source's 4d"
    assert found.first_loss == 4 * DAY - 7200


@pytest.fixture(scope="module")
def backend() -> Iterator[SqsBackend]:
    with running_sqs(empty=False) as running:
        yield running


async def test_the_demo(backend):
    urls = backend.sqs.list_queues()["QueueUrls"]
    async with open_queues(backend) as (reading, _write):
        rows: dict[str, dict[str, Any]] = {url: {"name": queues.name_of_url(url)} for url in urls}
        for part in (queues.read_attributes, queues.read_sources):
            async for url, values in part(reading, urls):
                rows[url].update(values)
        now = datetime.now(UTC).timestamp()
        first, *others = await read_overview(reading, rows, now)
    assert first.name == "orders-dlq"
    assert "a minute, for " in first.sentence(now)
    assert 30 * 60 < now - first.since < 50 * 60
    assert not any(each.filling for each in others)
    assert [each.name for each in others if each.move] == ["payments-dlq.fifo"]
    assert [each.name for each in others if each.risk] == ["webhooks-out-dlq"]
    assert backend.counts()["ReceiveMessage"] == 0
