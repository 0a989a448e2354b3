"""Owns SQS's operations on whole queues."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

from console.demo.account import ACCOUNT_ID, Call, Operations
from console.demo.faults import FaultKind
from console.demo.services.sqs import errors, settings
from console.demo.services.sqs.queue import Queue
from console.demo.services.sqs.queues import asked, current, url_of

_PAGE = 1000


def _list_queues(call: Call) -> dict[str, Any]:
    prefix = call.parameters.get("QueueNamePrefix", "")
    queues = current(call.account).by_name
    answer = _page(call, "QueueUrls", [queues[name] for name in sorted(queues) if name.startswith(prefix)])
    return answer if answer["QueueUrls"] else {}


def _list_sources(call: Call) -> dict[str, Any]:
    queue = asked(call)
    return _page(call, "queueUrls", current(call.account).sources(queue))


def _page(call: Call, member: str, queues: Sequence[Queue]) -> dict[str, Any]:
    """Without ``MaxResults`` there is one page of 1,000 and no word about the rest."""
    most = call.parameters.get("MaxResults")
    if most is not None and not 1 <= most <= _PAGE:
        raise errors.invalid("MaxResults", most, "Must be between 1 and 1000.")
    start = _start(call.parameters.get("NextToken"))
    end = start + (most or _PAGE)
    answer: dict[str, Any] = {member: [url_of(queue, call) for queue in queues[start:end]]}
    if most and end < len(queues):
        answer["NextToken"] = base64.b64encode(str(end).encode()).decode()
    return answer


def _start(token: str | None) -> int:
    try:
        return int(base64.b64decode(token, validate=True)) if token else 0
    except ValueError as error:
        raise errors.invalid("NextToken", token, "Invalid pagination token.") from error


def _get_queue_url(call: Call) -> dict[str, Any]:
    owner = call.parameters.get("QueueOwnerAWSAccountId", ACCOUNT_ID)
    queue = current(call.account).by_name.get(call.parameters["QueueName"])
    if queue is None or owner != ACCOUNT_ID:
        raise errors.no_queue()
    return {"QueueUrl": url_of(queue, call)}


def _get_attributes(call: Call) -> dict[str, Any]:
    queue = asked(call)
    names = call.parameters.get("AttributeNames") or []
    for name in names:
        if name not in ("All", *settings.READABLE):
            raise errors.bad_attribute(name)
    visible, in_flight, delayed = (0, 0, 0) if FaultKind.EMPTY in call.struck else queue.counts(call.account.now())
    found = queue.settings.values | {
        "QueueArn": queue.arn,
        "ApproximateNumberOfMessages": str(visible),
        "ApproximateNumberOfMessagesNotVisible": str(in_flight),
        "ApproximateNumberOfMessagesDelayed": str(delayed),
        "CreatedTimestamp": str(int(queue.created_at.timestamp())),
        "LastModifiedTimestamp": str(int(queue.modified_at.timestamp())),
    }
    wanted = {name: value for name, value in found.items() if name in names or "All" in names}
    return {"Attributes": wanted} if wanted else {}


def _set_attributes(call: Call) -> dict[str, Any]:
    queue, changes = asked(call), call.parameters.get("Attributes") or {}
    settings.check(changes, queue.fifo)
    current(call.account).check_redrive(changes, queue.fifo)
    queue.settings.change(changes)
    queue.modified_at = call.account.now()
    return {}


def _create_queue(call: Call) -> dict[str, Any]:
    name, values = call.parameters["QueueName"], call.parameters.get("Attributes") or {}
    queues = current(call.account)
    queue = queues.by_name.get(name)
    if queue is None:
        queue = queues.create(name, values, call.account.now())
        queue.tags.update(call.parameters.get("tags") or {})
    elif any(queue.settings.values.get(key) != value for key, value in values.items()):
        raise errors.exists()
    return {"QueueUrl": url_of(queue, call)}


def _delete_queue(call: Call) -> dict[str, Any]:
    current(call.account).delete(asked(call), call.account.now())
    return {}


def _purge_queue(call: Call) -> dict[str, Any]:
    asked(call).purge(call.account.now(), slowly=FaultKind.SLOW in call.struck)
    return {}


def _list_tags(call: Call) -> dict[str, Any]:
    tags = asked(call).tags
    return {"Tags": dict(tags)} if tags else {}


def _tag(call: Call) -> dict[str, Any]:
    asked(call).tags.update(call.parameters["Tags"])
    return {}


def _untag(call: Call) -> dict[str, Any]:
    tags = asked(call).tags
    for key in call.parameters["TagKeys"]:
        tags.pop(key, None)
    return {}


OPERATIONS: Operations = {
    "ListQueues": _list_queues,
    "ListDeadLetterSourceQueues": _list_sources,
    "GetQueueUrl": _get_queue_url,
    "GetQueueAttributes": _get_attributes,
    "SetQueueAttributes": _set_attributes,
    "CreateQueue": _create_queue,
    "DeleteQueue": _delete_queue,
    "PurgeQueue": _purge_queue,
    "ListQueueTags": _list_tags,
    "TagQueue": _tag,
    "UntagQueue": _untag,
}
