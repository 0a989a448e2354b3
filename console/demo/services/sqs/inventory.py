"""Owns the exact list of everything in every queue, which SQS itself tells nobody. For tests."""

from __future__ import annotations

import base64
from typing import Any

from console.demo.account import Account
from console.demo.services.sqs.messages import Message, attributes_md5, md5, milliseconds
from console.demo.services.sqs.queues import current


def messages(account: Account) -> dict[str, Any]:
    """Return ``{queue name: [message, …]}``, the messages in order of arrival."""
    now, found = account.now(), {}
    for name, queue in sorted(current(account).by_name.items()):
        queue.settle(now)
        found[name] = [_document(message) for message in queue.messages.values()]
    return found


def _document(message: Message) -> dict[str, Any]:
    return {
        "id": message.id,
        "body": message.body,
        "md5": md5(message.body),
        "attributes": {name: _part(part) for name, part in message.attributes.items()},
        "attributes_md5": attributes_md5(message.attributes),
        "state": "in flight" if message.in_flight else "delayed" if message.delayed else "visible",
        "receives": message.receives,
        "group": message.group,
        "deduplication": message.deduplication,
        "sequence": message.sequence,
        "trace": message.trace_header,
        "source": message.source_arn,
        "sent": milliseconds(message.sent_at),
        "returns": milliseconds(message.visible_at) if message.hidden else "",
    }


def _part(part: Any) -> dict[str, str]:
    return {
        key: base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
        for key, value in part.items()
    }  # fmt: skip
