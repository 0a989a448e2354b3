"""Owns CloudWatch Logs: groups, streams and events that are made when they are asked for."""

from __future__ import annotations

import base64
import hashlib
import heapq
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

from console.demo.account import ACCOUNT_ID, REGION, Call, Operations
from console.demo.wire.messages import ServiceError

_PAGE = 50
_MOST_EVENTS = 10_000
_MINUTE = 60_000
_INGESTION = 840
"""Milliseconds from an event to when it can be read."""
_TERM = re.compile(r'([-?]?)"((?:[^"\\]|\\.)*)"|([-?]?)(\S+)')

Line = tuple[int, str]
"""Milliseconds since 1970, and a text."""
Make = Callable[[int], Sequence[Line]]
"""Returns what was logged in a minute, counted since 1970, oldest first."""


@dataclass(frozen=True, slots=True)
class Stream:
    """One stream from minute ``first`` until before ``last``, or until now."""

    name: str
    first: int
    make: Make
    last: int | None = None

    def lines(self, start: int, end: int, now: int) -> Iterator[Line]:
        """Yield what was logged from ``start`` until before ``end``, in milliseconds, as far as ``now`` allows."""
        end = min(end, now - _INGESTION)
        last = end // _MINUTE + 1 if self.last is None else min(self.last, end // _MINUTE + 1)
        for minute in range(max(self.first, start // _MINUTE), last):
            yield from (line for line in self.make(minute) if start <= line[0] < end)

    def newest(self, now: int) -> int | None:
        """Return when something was logged last, None if that is long ago."""
        last = now // _MINUTE + 1 if self.last is None else self.last
        for minute in range(last - 1, max(self.first, last - 60) - 1, -1):
            if found := [at for at, _ in self.make(minute) if at < now]:
                return found[-1]
        return None


@dataclass(slots=True)
class Group:
    """One log group. ``retention`` is in days, 0 for ever."""

    name: str
    created_at: datetime
    retention: int = 0
    size: int = 0
    streams: dict[str, Stream] = field(default_factory=dict)

    @property
    def arn(self) -> str:
        """The group's ARN."""
        return f"arn:aws:logs:{REGION}:{ACCOUNT_ID}:log-group:{self.name}"


@dataclass(slots=True)
class Groups:
    """Every log group by name."""

    by_name: dict[str, Group] = field(default_factory=dict)


def _now(call: Call) -> int:
    return int(call.account.now().timestamp() * 1000)


def _invalid(text: str) -> ServiceError:
    return ServiceError("InvalidParameterException", text)


def _group(call: Call) -> Group:
    wanted = call.parameters
    name = wanted.get("logGroupName") or wanted.get("logGroupIdentifier", "").rpartition(":log-group:")[2]
    if not name:
        raise _invalid("Either logGroupName or logGroupIdentifier is required.")
    group = call.account.state(Groups).by_name.get(name.removesuffix(":*"))
    if group is None:
        raise ServiceError("ResourceNotFoundException", "The specified log group does not exist.")
    return group


def _page(call: Call, member: str, rows: Sequence[Any], most: int) -> dict[str, Any]:
    limit = call.parameters.get("limit", most)
    if not 1 <= limit <= most:
        raise _invalid(f"Value '{limit}' at 'limit' failed to satisfy constraint: between 1 and {most}")
    start = _position(call.parameters.get("nextToken"))
    answer: dict[str, Any] = {member: rows[start : start + limit]}
    if start + limit < len(rows):
        answer["nextToken"] = _token(start + limit)
    return answer


def _token(position: int) -> str:
    return base64.b64encode(f"at-{position}".encode()).decode()


def _position(token: str | None) -> int:
    try:
        return int(base64.b64decode(token, validate=True).decode().removeprefix("at-")) if token else 0
    except ValueError as error:
        raise _invalid("The specified nextToken is invalid.") from error


def _describe_groups(call: Call) -> dict[str, Any]:
    wanted = call.parameters
    prefix, pattern = wanted.get("logGroupNamePrefix", ""), wanted.get("logGroupNamePattern", "")
    if prefix and pattern:
        raise _invalid("LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.")
    groups = call.account.state(Groups).by_name
    found = [groups[name] for name in sorted(groups) if name.startswith(prefix) and pattern.lower() in name.lower()]
    return _page(call, "logGroups", [_shown(group) for group in found], _PAGE)


def _shown(group: Group) -> dict[str, Any]:
    return {
        "logGroupName": group.name,
        "creationTime": int(group.created_at.timestamp() * 1000),
        "retentionInDays": group.retention or None,
        "metricFilterCount": 0,
        "arn": f"{group.arn}:*",
        "logGroupArn": group.arn,
        "storedBytes": group.size,
        "logGroupClass": "STANDARD",
    }


def _describe_streams(call: Call) -> dict[str, Any]:
    wanted, group, now = call.parameters, _group(call), _now(call)
    prefix, by_time = wanted.get("logStreamNamePrefix", ""), wanted.get("orderBy") == "LastEventTime"
    if prefix and by_time:
        raise _invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    newest = {name: stream.newest(now) for name, stream in group.streams.items() if name.startswith(prefix)}
    names = sorted(newest, key=lambda name: (newest[name] or 0, name) if by_time else (0, name))
    if wanted.get("descending"):
        names.reverse()
    return _page(call, "logStreams", [_stream(group, name, newest[name]) for name in names], _PAGE)


def _stream(group: Group, name: str, newest: int | None) -> dict[str, Any]:
    first = group.streams[name].first * _MINUTE
    return {
        "logStreamName": name,
        "creationTime": first,
        "firstEventTimestamp": first if newest else None,
        "lastEventTimestamp": newest,
        "lastIngestionTime": newest + _INGESTION if newest else None,
        "arn": f"{group.arn}:log-stream:{name}",
        "storedBytes": 0,
    }


def _get_log_events(call: Call) -> dict[str, Any]:
    """Return one stream's events, oldest first; without ``startFromHead`` the newest of them."""
    wanted, group, now = call.parameters, _group(call), _now(call)
    stream = group.streams.get(wanted["logStreamName"])
    if stream is None:
        raise ServiceError("ResourceNotFoundException", "The specified log stream does not exist.")
    lines = list(stream.lines(wanted.get("startTime", 0), wanted.get("endTime", now), now))
    limit = min(wanted.get("limit", _MOST_EVENTS), _MOST_EVENTS)
    start, end = _span(wanted, len(lines), limit)
    return {
        "events": [
            {"timestamp": at, "message": text, "ingestionTime": at + _INGESTION} for at, text in lines[start:end]
        ],
        "nextForwardToken": f"f/{end:056d}/s",
        "nextBackwardToken": f"b/{start:056d}/s",
    }


def _span(wanted: Mapping[str, Any], count: int, limit: int) -> tuple[int, int]:
    token = wanted.get("nextToken")
    if not token:
        start = 0 if wanted.get("startFromHead") else max(0, count - limit)
        return start, min(count, start + limit)
    direction, _, rest = token.partition("/")
    digits = rest.partition("/")[0]
    if direction not in ("f", "b") or not digits.isdigit():
        raise _invalid("The specified nextToken is invalid.")
    at = min(int(digits), count)
    return (at, min(count, at + limit)) if direction == "f" else (max(0, at - limit), at)


def _filter_log_events(call: Call) -> dict[str, Any]:
    """Return the events of several streams in one order of time."""
    wanted, group, now = call.parameters, _group(call), _now(call)
    fits = matcher(wanted.get("filterPattern", ""))
    start, end = wanted.get("startTime", 0), wanted.get("endTime", now) + 1
    streams = [_labelled(stream, start, end, now) for stream in _streams(group, wanted)]
    found = (event for event in heapq.merge(*streams) if fits(event[2]))
    limit = min(wanted.get("limit", _MOST_EVENTS), _MOST_EVENTS)
    position = _position(wanted.get("nextToken"))
    page = list(islice(found, position, position + limit + 1))
    answer: dict[str, Any] = {"events": [_event(*event) for event in page[:limit]], "searchedLogStreams": []}
    if len(page) > limit:
        answer["nextToken"] = _token(position + limit)
    return answer


def _streams(group: Group, wanted: Mapping[str, Any]) -> list[Stream]:
    names, prefix = wanted.get("logStreamNames") or (), wanted.get("logStreamNamePrefix", "")
    if names and prefix:
        raise _invalid("logStreamNames and logStreamNamePrefix are mutually exclusive parameters.")
    for name in names:
        if name not in group.streams:
            raise ServiceError("ResourceNotFoundException", "The specified log stream does not exist.")
    found = group.streams.values()
    return [stream for stream in found if (not names or stream.name in names) and stream.name.startswith(prefix)]


def _labelled(stream: Stream, start: int, end: int, now: int) -> Iterator[tuple[int, str, str]]:
    return ((at, stream.name, text) for at, text in stream.lines(start, end, now))


def _event(at: int, stream: str, text: str) -> dict[str, Any]:
    digest = hashlib.sha256(f"{at}{stream}{text}".encode(errors="surrogatepass")).hexdigest()
    return {
        "logStreamName": stream,
        "timestamp": at,
        "message": text,
        "ingestionTime": at + _INGESTION,
        "eventId": str(int(digest[:40], 16)).zfill(56),
    }


def matcher(pattern: str) -> Callable[[str], bool]:
    """Return the test for a pattern of terms: all must be there, of ``?terms`` one, and no ``-term``.

    Raises ``ServiceError`` for JSON and column patterns, which the demo does not have.
    """
    text = pattern.strip()
    if text.startswith(("{", "[", "%")):
        raise _invalid("Invalid filter pattern: the demo account knows plain terms only.")
    terms: dict[str, list[str]] = {"": [], "?": [], "-": []}
    for found in _TERM.finditer(text):
        terms[found[1] or found[3] or ""].append(found[2] if found[2] is not None else found[4])

    def fits(line: str) -> bool:
        if any(term in line for term in terms["-"]) or not all(term in line for term in terms[""]):
            return False
        return not terms["?"] or any(term in line for term in terms["?"])

    return fits


OPERATIONS: Operations = {
    "DescribeLogGroups": _describe_groups,
    "DescribeLogStreams": _describe_streams,
    "GetLogEvents": _get_log_events,
    "FilterLogEvents": _filter_log_events,
}
