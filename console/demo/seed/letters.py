"""Owns dead letters of many makes: of other AWS services, of the shop's own, and awkward ones; knows no queue.

What EventBridge, Lambda and SNS deliver has their documented attributes and bodies.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any

from console.demo.account import ACCOUNT_ID, REGION
from console.demo.seed import hostile, orders, story
from console.demo.wire import timestamps

PAYLOADS = "northwind-orders-archive"
"""The bucket of the bodies that were too long for a message."""
_POINTER = "software.amazon.payloadoffloading.PayloadS3Pointer"
_BIG_LINES = 4_000
_ARN = f"{REGION}:{ACCOUNT_ID}"

Attributes = Mapping[str, Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Letter:
    """One dead letter. ``direct`` is whether a service put it there itself, so that no queue is its source."""

    body: str
    attributes: Attributes = field(default_factory=dict)
    direct: bool = False


Write = Callable[[Random, datetime], Letter]


def _dump(document: object) -> str:
    return json.dumps(document, separators=(",", ":"), ensure_ascii=False)


def _order_id(random: Random) -> str:
    return f"ord_{random.getrandbits(48):012x}"


def _event(random: Random, at: datetime, rule: str, code: str, message: str, retries: int) -> Letter:
    """Return an event that EventBridge could not deliver."""
    body = {
        "version": "0", "id": orders.identity(random), "detail-type": "OrderPaid", "source": "northwind.payments",
        "account": ACCOUNT_ID, "time": timestamps.iso(at), "region": REGION, "resources": [],
        "detail": {"order_id": _order_id(random), "amount": random.randint(1_450, 48_000)},
    }  # fmt: skip
    attributes = {
        "RULE_ARN": orders.text(f"arn:aws:events:{_ARN}:rule/{rule}"),
        "TARGET_ARN": orders.text(f"arn:aws:sqs:{_ARN}:{story.ORDERS}"),
        "ERROR_CODE": orders.text(code),
        "ERROR_MESSAGE": orders.text(message),
        "EXHAUSTED_RETRY_CONDITION": orders.text("MaximumRetryAttempts" if retries else "NonRetryableError"),
        "RETRY_ATTEMPTS": orders.number(retries),
    }
    return Letter(_dump(body), attributes, direct=True)


def _undelivered(random: Random, at: datetime) -> Letter:
    text = "Lack of permissions to invoke cross account target."
    return _event(random, at, "orders-paid", "NO_PERMISSIONS", text, 0)


def _given_up(random: Random, at: datetime) -> Letter:
    return _event(random, at, "orders-archive", "SDK_CLIENT_ERROR", "Unable to execute HTTP request", 185)


def _invocation(random: Random, code: int, message: str) -> Letter:
    """Return the event of an asynchronous call that Lambda gave up on."""
    body = {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": f"in/{_order_id(random)}.json"}}}]}
    attributes = {
        "RequestID": orders.text(orders.identity(random)),
        "ErrorCode": orders.number(code),
        "ErrorMessage": orders.text(message),
    }
    return Letter(_dump(body), attributes, direct=True)


def _timed_out(random: Random, at: datetime) -> Letter:
    text = f"{timestamps.iso(at)} {orders.identity(random)} Task timed out after 30.03 seconds"
    return _invocation(random, 200, text)


def _throttled(random: Random, _at: datetime) -> Letter:
    return _invocation(random, 429, "Rate Exceeded.")


def _notification(random: Random, at: datetime) -> Letter:
    """Return SNS's envelope of a message for a queue that it could not reach."""
    topic = f"arn:aws:sns:{_ARN}:stock-changes"
    body = {
        "Type": "Notification", "MessageId": orders.identity(random), "TopicArn": topic,
        "Message": _dump({"sku": f"NW-{random.randint(1000, 6999)}", "stock": random.randint(0, 40)}),
        "Timestamp": timestamps.iso(at), "SignatureVersion": "1", "Signature": "RVhBTVBMRQ==",
        "SigningCertURL": f"https://sns.{REGION}.amazonaws.com/SimpleNotificationService-0000.pem",
        "UnsubscribeURL": f"https://sns.{REGION}.amazonaws.com/?Action=Unsubscribe&SubscriptionArn={topic}:1",
    }  # fmt: skip
    return Letter(_dump(body), direct=True)


def _cancelled(random: Random, at: datetime) -> Letter:
    reason = random.choice(("customer", "fraud", "stock"))
    body = {"type": "OrderCancelled", "order_id": _order_id(random), "at": timestamps.iso(at), "reason": reason}
    return Letter(_dump(body), {"EventType": orders.text("OrderCancelled")})


def _refunded(random: Random, _at: datetime) -> Letter:
    amount = {"value": random.randint(1_450, 48_000), "currency": "EUR"}
    return Letter(_dump({"type": "RefundRequested", "order": {"id": _order_id(random)}, "amount": amount}))


def _picked(random: Random, _at: datetime) -> Letter:
    lines = [[f"NW-{random.randint(1000, 6999)}", random.randint(1, 3)] for _ in range(3)]
    return Letter(_dump({"kind": "pick", "warehouse": random.choice(("AMS", "MMX")), "lines": lines}))


def _written(random: Random, _at: datetime) -> Letter:
    return Letter(f"please retry {_order_id(random)} by hand: the gateway said 502 twice\n– the night shift")


def _offloaded(random: Random, _at: datetime) -> Letter:
    """Return a message whose body the extended client library put into S3."""
    key = random.choice(payload_keys())
    attributes = {"ExtendedPayloadSize": orders.number(payload_size(key))}
    return Letter(_dump([_POINTER, {"s3BucketName": PAYLOADS, "s3Key": key}]), attributes)


def payload_keys() -> tuple[str, ...]:
    """Return the keys in ``PAYLOADS`` that messages point to."""
    random = Random(PAYLOADS)
    return tuple(f"sqs-payloads/{orders.identity(random)}.payload.json" for _ in range(8))


def payload_size(key: str) -> int:
    """Return the bytes of what is behind one of these keys."""
    return Random(key).randint(1_400_000, 2_000_000)


def _marked_up(random: Random, at: datetime) -> Letter:
    return Letter(f'<order id="{_order_id(random)}" placed="{timestamps.iso(at)}"><line sku="NW-2210"/></order>')


KINDS: tuple[Write, ...] = (
    _undelivered, _timed_out, _notification, _cancelled, _refunded, _written, _offloaded, _given_up, _throttled,
    _picked, _marked_up,
)  # fmt: skip
"""One writer for each make, besides the three kinds of order that are refused."""


def refused(random: Random, at: datetime) -> Letter:
    """Return an order that the orders service refused."""
    order = orders.refused(random, at)
    return Letter(order.body, order.attributes)


def ugly(_random: Random, _at: datetime) -> Letter:
    """Return text that attacks its reader with characters that SQS carries."""
    return Letter(_dump({"type": "CustomerNote", "note": "\n".join(hostile.XML[:-1])}))


def big(random: Random, at: datetime) -> Letter:
    """Return a message of about half a mebibyte, deeply nested at its end."""
    lines = [{"sku": f"NW-{number:06d}", "quantity": random.randint(1, 90)} for number in range(_BIG_LINES)]
    nested = "[" * 60 + "]" * 60
    document = {"type": "BulkOrder", "order_id": _order_id(random), "at": timestamps.iso(at), "lines": lines}
    note = _dump("x" * 380_000)
    return Letter(f'{_dump(document)[:-1]},"nested":{nested},"note":{note}}}', {"EventType": orders.text("BulkOrder")})


def placed(random: Random, at: datetime) -> Letter:
    """Return an order that nothing is wrong with."""
    order = orders.placed(random, at)
    return Letter(order.body, order.attributes)


def one_of_many(number: int, random: Random, at: datetime) -> Letter:
    """Return the letter with this number, from 0, of very many: the first twelve are of the twelve makes there are."""
    every = (placed, *KINDS)
    write = every[number] if number < len(every) else random.choices(every, range(len(every), 0, -1))[0]
    return write(random, at)
