"""Owns the shop's order messages: good ones, and the three kinds that the orders service refuses; knows no queue."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from random import Random
from typing import Any

from console.demo.seed import story
from console.demo.wire import timestamps

_ITEMS = (
    ("NW-1042", "Trail lantern", 3490),
    ("NW-2210", "Wool blanket, grey", 7900),
    ("NW-3307", "Enamel mug", 1450),
    ("NW-4471-B", "Field stove, brass", 12900),
    ("NW-5120", "Rope, 20 m", 2250),
    ("NW-6003", "Canvas pack 35 l", 11900),
)
_GONE = "NW-4471-B"
_CHANNELS = ("web", "web", "web", "ios", "android")
_WEIGHTS = (62, 27, 11)
_STACKS = {
    story.FAILURES[0]: "payments.Gateway.authorize (gateway.py:118)\norders.checkout.place (checkout.py:64)",
    story.FAILURES[1]: "inventory.Catalogue.reserve (catalogue.py:203)\norders.checkout.place (checkout.py:51)",
    story.FAILURES[2]: "orders.schema.OrderV3.validate (schema.py:77)\norders.worker.handle (worker.py:32)",
}


@dataclass(frozen=True, slots=True)
class Order:
    """One message about an order, ready to be queued."""

    body: str
    attributes: Mapping[str, Mapping[str, Any]]
    trace_header: str
    customer: str


def identity(random: Random) -> str:
    """Return a message id."""
    return str(uuid.UUID(int=random.getrandbits(128), version=4))


def placed(random: Random, at: datetime) -> Order:
    """Return an order as the web tier sends it."""
    return _order(random, at, {}, "")


def refused(random: Random, at: datetime) -> Order:
    """Return an order that the orders service refused, with the attributes that its worker added."""
    failure = random.choices(story.FAILURES, _WEIGHTS)[0]
    return _order(random, at, {"failure": failure}, failure)


def _order(random: Random, at: datetime, failed: Mapping[str, str], failure: str) -> Order:
    trace = f"1-{int(at.timestamp()):08x}-{random.getrandbits(96):024x}"
    document = _document(random, at, trace)
    message = _spoil(random, document, failure)
    attributes = {"EventType": text("OrderPlaced"), "SchemaVersion": number(3), "TraceId": text(trace)}
    if failure:
        attributes |= {
            "ErrorType": text(failure),
            "ErrorMessage": text(message),
            "ErrorStack": text(_STACKS[failure]),
            "Service": text(f"{story.WORKER_GROUP}@2026.11.3"),
            "Attempts": number(5),
        }
    body = json.dumps(document, separators=(",", ":"))
    return Order(body, attributes, f"Root={trace};Sampled=1", document["customer"]["id"])


def _document(random: Random, at: datetime, trace: str) -> dict[str, Any]:
    lines: list[dict[str, Any]] = [
        {"sku": sku, "name": name, "quantity": random.randint(1, 3), "unit_price": price}
        for sku, name, price in random.sample(_ITEMS, random.randint(1, 3))
    ]
    return {
        "event": "OrderPlaced",
        "version": 3,
        "order_id": f"ord_{random.getrandbits(48):012x}",
        "placed_at": timestamps.iso(at),
        "trace_id": trace,
        "customer": {"id": f"cus_{random.randint(10_000, 99_999)}", "country": random.choice(("DE", "NL", "SE", "IE"))},
        "channel": random.choice(_CHANNELS),
        "currency": "EUR",
        "total": sum(line["quantity"] * line["unit_price"] for line in lines),
        "lines": lines,
        "payment": {"method": random.choice(("card", "card", "invoice")), "gateway": "paygate-eu"},
    }


def _spoil(random: Random, document: dict[str, Any], failure: str) -> str:
    """Make the order one that fails in this way and return the error's text."""
    if failure == story.FAILURES[0]:
        document["payment"]["gateway"] = "paygate-eu-2"
        return f"paygate-eu-2 did not answer authorize within {random.choice((3000, 3000, 5000))} ms"
    if failure == story.FAILURES[1]:
        document["lines"][0] |= {"sku": _GONE, "name": "Field stove, brass", "unit_price": 12900}
        return f"item {_GONE} is not in the catalogue"
    if failure == story.FAILURES[2]:
        document["total"] = f"{document['total'] / 100:.2f}"
        return "$.total: expected integer, found string"
    return ""


def text(value: str) -> dict[str, str]:
    """Return a message attribute that is text."""
    return {"DataType": "String", "StringValue": value}


def number(value: int) -> dict[str, str]:
    """Return a message attribute that is a number."""
    return {"DataType": "Number", "StringValue": str(value)}
