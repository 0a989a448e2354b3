"""Owns CloudTrail's event history, to be looked up; nothing that happens in the demo is added to it."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from console.demo.account import Call, Operations
from console.demo.wire.messages import ServiceError

_PAGE = 50


@dataclass(frozen=True, slots=True)
class Event:
    """One recorded call. ``resources`` are (type, name); ``document`` is the whole record."""

    id: str
    name: str
    source: str
    at: datetime
    user: str
    access_key: str
    read_only: bool
    resources: Sequence[tuple[str, str]]
    document: Mapping[str, Any]

    def shown(self) -> dict[str, Any]:
        """Return the event as LookupEvents shows it."""
        return {
            "EventId": self.id,
            "EventName": self.name,
            "ReadOnly": str(self.read_only).lower(),
            "AccessKeyId": self.access_key or None,
            "EventTime": self.at.replace(microsecond=0),
            "EventSource": self.source,
            "Username": self.user or None,
            "Resources": [{"ResourceType": kind, "ResourceName": name} for kind, name in self.resources],
            "CloudTrailEvent": json.dumps(self.document),
        }


@dataclass(slots=True)
class Trail:
    """The account's events in this region."""

    events: list[Event] = field(default_factory=list)


_ATTRIBUTES: dict[str, Callable[[Event, str], bool]] = {
    "EventId": lambda event, value: event.id == value,
    "EventName": lambda event, value: event.name == value,
    "ReadOnly": lambda event, value: str(event.read_only).lower() == value,
    "Username": lambda event, value: event.user == value,
    "ResourceType": lambda event, value: any(kind == value for kind, _ in event.resources),
    "ResourceName": lambda event, value: any(name == value for _, name in event.resources),
    "EventSource": lambda event, value: event.source == value,
    "AccessKeyId": lambda event, value: event.access_key == value,
}


def _lookup_events(call: Call) -> dict[str, Any]:
    """Return events, newest first. CloudTrail takes one attribute at most."""
    wanted = call.parameters
    _check(wanted)
    most = wanted.get("MaxResults", _PAGE)
    found = [event for event in call.account.state(Trail).events if _fits(event, wanted)]
    found.sort(key=lambda event: event.at, reverse=True)
    start = _start(wanted.get("NextToken"))
    answer: dict[str, Any] = {"Events": [event.shown() for event in found[start : start + most]]}
    if start + most < len(found):
        answer["NextToken"] = base64.b64encode(str(start + most).encode()).decode()
    return answer


def _check(wanted: Mapping[str, Any]) -> None:
    if not 1 <= wanted.get("MaxResults", _PAGE) <= _PAGE:
        raise ServiceError("InvalidMaxResultsException", f"MaxResults must be between 1 and {_PAGE}.")
    if "StartTime" in wanted and "EndTime" in wanted and wanted["StartTime"] > wanted["EndTime"]:
        raise ServiceError("InvalidTimeRangeException", "StartTime must be before EndTime.")
    if wanted.get("EventCategory", "insight") != "insight":
        raise ServiceError("InvalidEventCategoryException", "EventCategory must be insight.")
    attributes = wanted.get("LookupAttributes") or ()
    if len(attributes) > 1:
        raise ServiceError("InvalidLookupAttributesException", "Only one lookup attribute is allowed.")
    if any(attribute["AttributeKey"] not in _ATTRIBUTES for attribute in attributes):
        raise ServiceError("InvalidLookupAttributesException", "The attribute key is not valid.")


def _fits(event: Event, wanted: Mapping[str, Any]) -> bool:
    """Say whether a management event is asked for; there are no insights."""
    if "EventCategory" in wanted or not wanted.get("StartTime", event.at) <= event.at <= wanted.get(
        "EndTime", event.at
    ):
        return False
    attributes = wanted.get("LookupAttributes") or ()
    return all(_ATTRIBUTES[part["AttributeKey"]](event, part["AttributeValue"]) for part in attributes)


def _start(token: str | None) -> int:
    try:
        return int(base64.b64decode(token, validate=True)) if token else 0
    except ValueError as error:
        raise ServiceError("InvalidNextTokenException", "The token is not valid.") from error


OPERATIONS: Operations = {"LookupEvents": _lookup_events}
