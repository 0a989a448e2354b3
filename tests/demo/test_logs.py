"""CloudWatch Logs as the demo answers it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from console.demo.process import DemoAccount
from console.demo.seed import hostile, story
from console.demo.seed.logs import WEB_GROUP, WORKER_GROUP
from console.demo.services.logs import matcher
from console.demo.wire.messages import ServiceError
from tests.demo.conftest import Admin, Clients, connect


@pytest.fixture
def logs(client: Clients) -> Any:
    """A client of the seeded account."""
    return client("logs")


def milliseconds(ago: timedelta) -> int:
    return int((datetime.now(UTC) - ago).timestamp() * 1000)


def events(logs: Any, group: str, pattern: str = "", **parameters: Any) -> list[dict[str, Any]]:
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=group, filterPattern=pattern, endTime=milliseconds(timedelta(seconds=60)), **parameters
    )
    return [event for page in pages for event in page["events"]]


def test_groups_and_streams(logs: Any) -> None:
    found = {group["logGroupName"]: group for group in logs.describe_log_groups()["logGroups"]}
    assert {WORKER_GROUP, WEB_GROUP, "/aws/lambda/payments-authorizer"} <= found.keys()
    assert found[WEB_GROUP]["retentionInDays"] == 30
    pages = list(logs.get_paginator("describe_log_groups").paginate(PaginationConfig={"PageSize": 3}))
    assert [group["logGroupName"] for page in pages for group in page["logGroups"]] == list(found)
    streams = logs.describe_log_streams(logGroupName=WORKER_GROUP)["logStreams"]
    assert [stream["logStreamName"] for stream in streams] == list(story.WORKERS)
    prefixed = logs.describe_log_groups(logGroupNamePrefix="/aws/lambda/")["logGroups"]
    assert len(prefixed) == 5
    by_time = logs.describe_log_streams(logGroupName=WEB_GROUP, orderBy="LastEventTime")["logStreams"]
    assert [stream["logStreamName"] for stream in by_time[:2]] == [story.STOPPED, story.FAILING]


def test_each_failure_leaves_its_trace_and_none_before_the_incident(logs: Any) -> None:
    start = milliseconds(story.INCIDENT_AGE + timedelta(minutes=2))
    counts = []
    for failure in story.FAILURES:
        found = events(logs, WORKER_GROUP, f"ERROR {failure}")
        assert all("Traceback (most recent call last)" in event["message"] for event in found)
        assert min(event["timestamp"] for event in found) >= start
        counts.append(len(found))
    assert counts == sorted(counts, reverse=True)
    assert 250 < sum(counts) < 450


def test_the_web_tier_logs_java_traces(logs: Any) -> None:
    found = events(logs, WEB_GROUP, '"Caused by"', startTime=milliseconds(timedelta(minutes=20)))
    assert found
    assert all("\n\tat com.northwind.web" in event["message"] for event in found)


def test_events_of_many_streams_are_in_one_order_and_once_each(logs: Any) -> None:
    asked = {"startTime": milliseconds(timedelta(minutes=10))}
    whole = events(logs, WORKER_GROUP, **asked)
    moments = [event["timestamp"] for event in whole]
    assert moments == sorted(moments)
    assert {event["logStreamName"] for event in whole} == set(story.WORKERS)
    assert len({event["eventId"] for event in whole}) == len(whole)
    end = {"endTime": whole[-1]["timestamp"]}
    pages = logs.get_paginator("filter_log_events").paginate(
        logGroupName=WORKER_GROUP, **asked, **end, PaginationConfig={"PageSize": 9}
    )
    assert [event["eventId"] for page in pages for event in page["events"]] == [event["eventId"] for event in whole]


def test_the_failing_machine_falls_silent(logs: Any) -> None:
    last = logs.get_log_events(logGroupName=WEB_GROUP, logStreamName=story.FAILING, limit=1)["events"]
    assert "OutOfMemoryError" in last[0]["message"]
    assert last[0]["timestamp"] < milliseconds(timedelta(minutes=25))


def test_a_stream_forwards_and_backwards(logs: Any) -> None:
    asked = {"logGroupName": WEB_GROUP, "logStreamName": story.FAILING, "limit": 10}
    first = logs.get_log_events(**asked, startFromHead=True)
    second = logs.get_log_events(**asked, startFromHead=True, nextToken=first["nextForwardToken"])
    assert first["events"][-1]["timestamp"] <= second["events"][0]["timestamp"]
    assert first["events"] != second["events"]
    back = logs.get_log_events(**asked, nextToken=second["nextBackwardToken"])
    assert back["events"] == first["events"]
    newest = logs.get_log_events(**asked)
    end = logs.get_log_events(**asked, nextToken=newest["nextForwardToken"])
    assert (end["events"], end["nextForwardToken"]) == ([], newest["nextForwardToken"])


def test_logs_go_on_with_the_clock(fresh: DemoAccount) -> None:
    with DemoAccount.start() as running:
        logs = connect(running, "logs")
        asked = {"logGroupName": WORKER_GROUP, "logStreamName": story.WORKERS[0], "limit": 1}
        before = logs.get_log_events(**asked)["events"][0]["timestamp"]
        Admin(running.endpoint_url).advance(600)
        assert logs.get_log_events(**asked)["events"][0]["timestamp"] > before + 500_000
    assert connect(fresh, "logs").describe_log_groups()["logGroups"] == []


def test_patterns() -> None:
    line = "2026 ERROR order=ord_1 given up: no answer"
    for pattern in ("", "ERROR", "ERROR order", '"given up"', "?WARN ?ERROR", "ERROR -WARN"):
        assert matcher(pattern)(line), pattern
    for pattern in ("error", "ERROR WARN", '"up given"', "?WARN ?INFO", "ERROR -given", "WARN ?ERROR"):
        assert not matcher(pattern)(line), pattern
    with pytest.raises(ServiceError):
        matcher("{ $.level = ERROR }")


def test_refused_questions(logs: Any) -> None:
    asked = (
        (lambda: logs.filter_log_events(logGroupName="/none"), "ResourceNotFoundException"),
        (lambda: logs.get_log_events(logGroupName=WEB_GROUP, logStreamName="none"), "ResourceNotFoundException"),
        (lambda: logs.describe_log_groups(limit=51), "InvalidParameterException"),
        (lambda: logs.filter_log_events(logGroupName=WEB_GROUP, nextToken="nonsense"), "InvalidParameterException"),
    )
    for call, expected in asked:
        with pytest.raises(ClientError) as refused:
            call()
        assert refused.value.response["Error"]["Code"] == expected


@pytest.fixture(scope="module")
def attacked() -> Iterator[Any]:
    """A client of an account whose names and texts attack."""
    with DemoAccount.start(hostile=True) as account:
        yield connect(account, "logs")
        assert Admin(account.endpoint_url).mistakes() == []


def test_hostile_lines_arrive_whole(attacked: Any) -> None:
    found = attacked.filter_log_events(logGroupName="/hostile/#._-")["events"]
    assert [event["message"] for event in found if event["logStreamName"] == "[/]"] == list(hostile.RAW)
