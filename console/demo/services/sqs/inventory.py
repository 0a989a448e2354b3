"""Owns the exact list of everything in every queue, and putting things there, which SQS lets nobody. For tests."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from console.demo.account import Account
from console.demo.services.sqs.exchange import SENDER
from console.demo.services.sqs.messages import Message, attributes_md5, md5, milliseconds
from console.demo.services.sqs.queues import arn_of, current


def messages(account: Account, document: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``{queue name: [message, …]}``, the messages in order of arrival; of the ``queues`` it names, or all."""
    now, found = account.now(), {}
    queues = current(account).by_name
    for name in sorted(queues.keys() & document.get("queues", queues)):
        queue = queues[name]
        queue.settle(now)
        found[name] = [_document(message) for message in queue.messages.values()]
    return found


def place(account: Account, document: Mapping[str, Any]) -> dict[str, Any]:
    """Put messages into a queue as if they had been there for long; return their ids.

    ``queue`` is a name; each of ``messages`` has a ``body`` and may have ``attributes`` as ``messages`` gives them,
    ``receives``, ``source`` (a queue's name), ``age`` in seconds, ``group``, ``deduplication`` and ``trace``.
    """
    queue, now = current(account).by_name[document["queue"]], account.now()
    placed = []
    for given in document["messages"]:
        sent = now - timedelta(seconds=float(given.get("age", 0)))
        attributes = {name: _value(part) for name, part in given.get("attributes", {}).items()}
        message = Message(given["body"], sent, sent, SENDER, attributes, given.get("trace", ""))
        message.group = given.get("group", "") or ("all" if queue.fifo else "")
        message.deduplication = given.get("deduplication", "") or (message.id if queue.fifo else "")
        message.receives = int(given.get("receives", 0))
        message.first_received_at = sent if message.receives else None
        message.source_arn = arn_of(given["source"]) if given.get("source") else ""
        placed.append(queue.put(message).id)
    return {"ids": placed}


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


def _part(part: Mapping[str, Any]) -> dict[str, str]:
    binary = part.get("BinaryValue")
    return {**part, "BinaryValue": base64.b64encode(binary).decode()} if binary is not None else dict(part)


def _value(part: Mapping[str, str]) -> dict[str, Any]:
    binary = part.get("BinaryValue")
    return {**part, "BinaryValue": base64.b64decode(binary)} if binary is not None else dict(part)
