"""Owns reading queues and their attributes; must not know messages or the screen. It never receives.

What it costs to keep 500 queues fresh, at list prices: rows in view are asked one by one, some 40 of them every 15 s
(9,600 GetQueueAttributes and $0.004 an hour). All others as well would be 120,000 calls, so these are asked once and
then every quarter of an hour (2,000 calls, $0.001), and in between CloudWatch tells their depth, 500 in one call, every
five minutes (12 calls, but $0.06, because each metric costs). Only the visible messages are asked for, by which the
list is sorted and a dead-letter queue is judged: CloudWatch has no sample of in-flight and delayed messages where there
are none, so that a missing one says nothing, and they would treble the price. 2,000 queues are $0.24 an hour, and a
quarter of that while the operator is away. Which queues a dead-letter queue belongs to follows from the redrive
policies of the others. A depth by CloudWatch is one to three minutes old when it arrives: it never replaces a younger
one, is marked as what it is, and a row that comes into view is asked at once.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import aclosing
from datetime import UTC, datetime
from typing import Any

from console.cloudwatch.recent import recent_samples
from console.cloudwatch.series import Window, query_of, read_series
from console.resources.fields import name_of_arn
from console.resources.model import Earlier, EarlierCount, Fact, Item, Metric, Missing, Reader, Tone, Value, Values
from console.resources.parts import attempt, collect, gather
from console.text.faults import AwsError, Fault

OLDEST = Metric(
    "Oldest message",
    "AWS/SQS",
    "ApproximateAgeOfOldestMessage",
    lambda url: {"QueueName": name_of_url(url)},
    "Maximum",
)
DEPTH_RANGE = 600
DEPTH_PERIOD = 60
"""Seconds that CloudWatch's samples of the depth are read back, and seconds from one to the next."""


async def fetch_queues(reader: Reader, _parent: str) -> AsyncIterator[list[Item] | Fault]:
    """Yield the queues page by page; without MaxResults SQS would stop at 1,000 in silence."""
    async for page in reader.pages("sqs", "ListQueues", {"MaxResults": 1000}):
        yield [{"QueueUrl": url} for url in page.get("QueueUrls") or ()]


def name_of_url(url: str) -> str:
    """Return the queue's name in its URL."""
    return url.rstrip("/").rsplit("/", 1)[-1]


def name(item: Item) -> str:
    """Return the queue's name."""
    return name_of_url(item["QueueUrl"])


def kind(item: Item) -> str:
    """Return ``FIFO`` or ``standard``; the name's suffix decides, as it does for SQS."""
    return "FIFO" if name(item).endswith(".fifo") else "standard"


async def resolve(reader: Reader, text: str, _parent: str) -> tuple[str, str]:
    """Return the URL of the queue that a name, URL or ARN means. Raises ``AwsError``."""
    if text.startswith(("http://", "https://")):
        return text, ""
    wanted = {"QueueName": name_of_arn(text)}
    if text.startswith("arn:") and text.count(":") >= 5 and text.split(":")[4] != reader.scope.account:
        wanted["QueueOwnerAWSAccountId"] = text.split(":")[4]
    answer = await reader.call("sqs", "GetQueueUrl", wanted)
    return str(answer["QueueUrl"]), ""


async def read_attributes(reader: Reader, ids: Sequence[str]) -> AsyncIterator[tuple[str, Values | Fault]]:
    """Yield each queue's attributes as they arrive, or why that one cannot be read."""
    async with aclosing(_as_they_arrive([_attributes_of(reader, url) for url in ids])) as readings:
        async for reading in readings:
            yield reading


async def _as_they_arrive(
    readings: Sequence[Coroutine[Any, Any, tuple[str, Values | Fault]]],
) -> AsyncGenerator[tuple[str, Values | Fault]]:
    """Yield what each reading gives; those still under way end with whoever stops listening."""
    tasks = [asyncio.create_task(reading) for reading in readings]
    try:
        for done in asyncio.as_completed(tasks):
            yield await done
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _attributes_of(reader: Reader, url: str) -> tuple[str, Values | Fault]:
    try:
        return url, values(await attributes(reader, url))
    except AwsError as error:
        return url, error.fault


async def attributes(reader: Reader, url: str) -> dict[str, str]:
    """Return a queue's attributes as SQS sends them. Raises ``AwsError``."""
    answer = await reader.call("sqs", "GetQueueAttributes", {"QueueUrl": url, "AttributeNames": ["All"]})
    return dict(answer.get("Attributes") or {})


def values(found: Item) -> dict[str, Any]:
    """Return the row's values out of a queue's attributes."""
    return {
        "visible": _integer(found, "ApproximateNumberOfMessages"),
        "in_flight": _integer(found, "ApproximateNumberOfMessagesNotVisible"),
        "delayed": _integer(found, "ApproximateNumberOfMessagesDelayed"),
        "dead_letter_queue": dead_letter_queue(found),
        "max_receive_count": redrive(found).get("maxReceiveCount"),
        "retention": _integer(found, "MessageRetentionPeriod"),
        "visibility_timeout": _integer(found, "VisibilityTimeout"),
        "created": _moment(found, "CreatedTimestamp"),
        "encryption": encryption(found),
    }


def redrive(found: Item) -> dict[str, Any]:
    """Return the redrive policy; empty without one."""
    try:
        policy = json.loads(found.get("RedrivePolicy") or "{}")
    except ValueError:
        return {}
    return policy if isinstance(policy, dict) else {}


def dead_letter_queue(found: Item) -> str | None:
    """Return the name of the queue's dead-letter queue, None without one."""
    target = redrive(found).get("deadLetterTargetArn")
    return name_of_arn(str(target)) if target else None


def encryption(found: Item) -> str:
    """Return how messages are encrypted at rest: ``KMS key``, ``SQS-managed`` or ``none``."""
    if found.get("KmsMasterKeyId"):
        return f"KMS {found['KmsMasterKeyId']}"
    return "SQS-managed" if found.get("SqsManagedSseEnabled") == "true" else "none"


async def read_sources(reader: Reader, ids: Sequence[str]) -> AsyncIterator[tuple[str, Values | Fault]]:
    """Yield the names of the queues that use each one as their dead-letter queue."""
    async with aclosing(_as_they_arrive([_sources_of(reader, url) for url in ids])) as readings:
        async for reading in readings:
            yield reading


async def _sources_of(reader: Reader, url: str) -> tuple[str, Values | Fault]:
    found = await attempt(sources(reader, url))
    return url, found if isinstance(found, Fault) else {"sources": tuple(name_of_url(source) for source in found)}


def sources_among(rows: Mapping[str, tuple[Value, ...]], whole: bool) -> dict[str, Values]:
    """Return the sources of the queues of (name, dead-letter queue) as far as these say.

    A queue that none of them names has none only where they are ``whole`` and each could be read. A dead-letter queue
    is always of the account and region of its sources.
    """
    feeding: dict[Value, list[str]] = {}
    for source, target in rows.values():
        if isinstance(target, str) and isinstance(source, str):
            feeding.setdefault(target, []).append(source)
    certain = whole and not any(isinstance(target, Missing) for _, target in rows.values())
    return {
        url: {"sources": tuple(feeding.get(own_name, ()))}
        for url, (own_name, _) in rows.items()
        if certain or own_name in feeding
    }


async def sources(reader: Reader, url: str) -> list[str]:
    """Return the URLs of the queues whose dead-letter queue this is. Raises ``AwsError``."""
    return await collect(
        reader, "sqs", "ListDeadLetterSourceQueues", {"QueueUrl": url, "MaxResults": 1000}, "queueUrls"
    )


async def read_oldest(reader: Reader, ids: Sequence[str]) -> AsyncIterator[tuple[str, Values | Fault]]:
    """Yield the age in seconds of each queue's oldest message, as CloudWatch last saw it."""
    async for url, samples in recent_samples(reader, OLDEST, ids):
        if isinstance(samples, Fault):
            yield url, samples
        else:
            known = [value for value in samples if value is not None]
            yield url, {"oldest_age": known[-1] if known else None}


async def read_depth(reader: Reader, ids: Sequence[str]) -> AsyncIterator[tuple[str, Values | Fault]]:
    """Yield how many messages CloudWatch last saw visible in each queue; nothing for one it has not watched lately."""
    window = Window.last(DEPTH_RANGE, DEPTH_PERIOD, time.time())
    dimensions = [{"QueueName": name_of_url(url)} for url in ids]
    queries = [query_of("AWS/SQS", "ApproximateNumberOfMessagesVisible", found, "Maximum") for found in dimensions]
    async for index, points in read_series(reader, queries, window):
        if isinstance(points, Fault):
            yield ids[index], points
        elif points:
            moment, depth = points[-1]
            yield ids[index], Earlier({"visible": EarlierCount(depth)}, moment)
        else:
            yield ids[index], {}


def source_names(document: Item) -> tuple[str, ...]:
    """Return the names of the queues in a document's ``sources``; none where they could not be read."""
    found = document.get("sources")
    return () if isinstance(found, Fault) else tuple(name_of_url(url) for url in found or ())


def problem(row: Values) -> Tone:
    """Return how bad a queue's row is: a dead-letter queue that holds messages is bad."""
    visible, feeding = row.get("visible"), row.get("sources")
    holds = isinstance(visible, int) and visible > 0
    return Tone.BAD if holds and isinstance(feeding, tuple) and feeding else Tone.NONE


async def describe(reader: Reader, url: str, _parent: str) -> dict[str, Any]:
    """Return a queue's document. Raises ``AwsError`` when its attributes cannot be read."""
    found = await attributes(reader, url)
    parts = await gather(
        {
            "sources": sources(reader, url),
            "tags": _tags(reader, url),
            "target": _target(reader, found),
        }
    )
    for name_, member in (("redrive_policy", "RedrivePolicy"), ("policy", "Policy")):
        parts[name_] = _json(found.get(member))
    return {"url": url, "attributes": found, **parts}


async def _tags(reader: Reader, url: str) -> dict[str, str]:
    answer = await reader.call("sqs", "ListQueueTags", {"QueueUrl": url})
    return dict(answer.get("Tags") or {})


async def _target(reader: Reader, found: Item) -> dict[str, str] | None:
    arn = redrive(found).get("deadLetterTargetArn")
    if not arn:
        return None
    url, _ = await resolve(reader, str(arn), "")
    return await attributes(reader, url)


def _json(text: Any) -> Any:
    try:
        return json.loads(text) if text else None
    except ValueError:
        return text


_COUNTED = {"visible": "visible", "in_flight": "in flight", "delayed": "delayed"}


def _count(value: Any) -> str:
    return f"{value:,}" if isinstance(value, int) else "unknown"


async def purge_facts(reader: Reader, ids: Sequence[str]) -> AsyncIterator[Fact]:
    """Yield what purging these queues loses."""
    for url in ids:
        found = await attempt(attributes(reader, url))
        if isinstance(found, Fault):
            yield Fact("Messages", f"not readable: {found.why}", Tone.UNKNOWN)
            continue
        held = values(found)
        counts = ", ".join(f"{_count(held[name])} {word}" for name, word in _COUNTED.items())
        yield Fact("Messages", f"about {counts}: all lost", Tone.WARN)  # a count that moves on voids no plan
    yield Fact("Counts", "as SQS counts: roughly, and up to a minute late", Tone.WARN)
    yield Fact("New messages", "newly arriving messages may go too: SQS deletes for up to 60 s", Tone.WARN)
    yield Fact("Undo", "none: nothing is kept", Tone.BAD)
    yield Fact("Instead", "drain keeps a copy of each message: enter, then d; or cloudtop sqs drain", Tone.WARN)
    yield Fact("Repeat", "SQS allows one purge per queue in 60 s")


def _integer(found: Item, attribute: str) -> Any:
    """Return a whole number among ``found``, None where there is none, unknown where it is no number."""
    try:
        return int(found[attribute]) if attribute in found else None
    except (TypeError, ValueError):
        return Missing.UNKNOWN


def _moment(found: Item, attribute: str) -> Any:
    try:
        return datetime.fromtimestamp(float(found[attribute]), UTC) if attribute in found else None
    except (TypeError, ValueError, OverflowError, OSError):
        return Missing.UNKNOWN


def duration_of(attribute: str) -> Any:
    """Return the getter of a duration among a queue document's attributes, in seconds."""
    return lambda document: _integer(document.get("attributes") or {}, attribute)


def moment_of(attribute: str) -> Any:
    """Return the getter of a moment among a queue document's attributes."""
    return lambda document: _moment(document.get("attributes") or {}, attribute)
