"""CloudTrail as the demo answers it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from console.demo.process import DemoAccount
from console.demo.seed import hostile, story
from tests.demo.conftest import Admin, Clients, connect


@pytest.fixture
def trail(client: Clients) -> Any:
    """A client of the seeded account."""
    return client("cloudtrail")


def events(trail: Any, key: str = "", value: str = "", **parameters: Any) -> list[dict[str, Any]]:
    attributes = [{"AttributeKey": key, "AttributeValue": value}] if key else []
    pages = trail.get_paginator("lookup_events").paginate(LookupAttributes=attributes, **parameters)
    return [event for page in pages for event in page["Events"]]


def names(found: list[dict[str, Any]]) -> list[str]:
    return [event["EventName"] for event in found]


def test_events_are_newest_first_and_once_each(trail: Any) -> None:
    whole = events(trail)
    assert len(whole) > 50
    assert len(trail.lookup_events()["Events"]) == 50
    moments = [event["EventTime"] for event in whole]
    assert moments == sorted(moments, reverse=True)
    assert len({event["EventId"] for event in whole}) == len(whole)
    paged = events(trail, PaginationConfig={"PageSize": 7})
    assert [event["EventId"] for event in paged] == [event["EventId"] for event in whole]


def test_the_stop_of_a_machine_can_be_traced(trail: Any) -> None:
    stopped = story.instance_id(story.STOPPED)
    found = names(events(trail, "ResourceName", stopped))
    assert found[:3] == ["CreateTags", "StopInstances", "StopInstances"]
    stops = events(trail, "EventName", "StopInstances")
    documents = [json.loads(event["CloudTrailEvent"]) for event in stops]
    assert [document.get("errorCode", "") for document in documents] == ["", "Client.UnauthorizedOperation"]
    assert {event["Username"] for event in stops} == {"j.lindqvist"}


def test_the_stop_is_when_ec2_says_it_was(client: Clients, trail: Any) -> None:
    reservations = client("ec2").describe_instances(InstanceIds=[story.instance_id(story.STOPPED)])["Reservations"]
    reason = reservations[0]["Instances"][0]["StateTransitionReason"]
    stopped = datetime.strptime(reason, "User initiated (%Y-%m-%d %H:%M:%S GMT)").replace(tzinfo=UTC)
    assert abs(events(trail, "EventName", "StopInstances")[0]["EventTime"] - stopped) < timedelta(minutes=5)


def test_the_release_comes_before_the_incident(trail: Any) -> None:
    released = events(trail, "Username", "shop-release-2026.11.3")
    assert names(released)[-1] == "AssumeRole"
    start = datetime.now(UTC) - story.INCIDENT_AGE
    changed = next(event for event in released if event["EventName"] == "PutParameter")
    assert timedelta(0) < start - changed["EventTime"] < timedelta(minutes=5)
    assert changed["ReadOnly"] == "false"
    assert "HIDDEN" in json.loads(changed["CloudTrailEvent"])["requestParameters"]["value"]


def test_events_between_two_moments(trail: Any) -> None:
    now = datetime.now(UTC)
    found = events(trail, StartTime=now - timedelta(minutes=35), EndTime=now)
    assert "SuspendProcesses" in names(found)
    assert "PutParameter" not in names(found)


@pytest.mark.parametrize(("key", "value"), [("ReadOnly", "false"), ("EventSource", "ssm.amazonaws.com")])
def test_other_attributes(trail: Any, key: str, value: str) -> None:
    found = events(trail, key, value)
    assert 0 < len(found) < len(events(trail))


def test_refused_questions(trail: Any) -> None:
    now = datetime.now(UTC)
    two = [{"AttributeKey": "ReadOnly", "AttributeValue": "true"}, {"AttributeKey": "EventName", "AttributeValue": "x"}]
    asked: dict[str, dict[str, Any]] = {
        "InvalidLookupAttributesException": {"LookupAttributes": two},
        "InvalidTimeRangeException": {"StartTime": now, "EndTime": now - timedelta(1)},
        "InvalidMaxResultsException": {"MaxResults": 51},
        "InvalidNextTokenException": {"NextToken": "nonsense"},
    }
    for expected, parameters in asked.items():
        with pytest.raises(ClientError) as refused:
            trail.lookup_events(**parameters)
        assert refused.value.response["Error"]["Code"] == expected


@pytest.fixture(scope="module")
def attacked() -> Iterator[Any]:
    """A client of an account whose names and texts attack."""
    with DemoAccount.start(hostile=True) as account:
        yield connect(account, "cloudtrail")
        assert Admin(account.endpoint_url).mistakes() == []


def test_hostile_events_arrive_whole(attacked: Any) -> None:
    found = {resource["ResourceName"] for event in events(attacked) for resource in event["Resources"]}
    assert set(hostile.RAW) <= found
