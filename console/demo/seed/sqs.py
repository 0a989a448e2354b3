"""Owns the shop's queues: sixteen, one of them the dead-letter queue that is filling; must not know requests."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from console.demo.account import Account
from console.demo.seed import hostile, orders, story
from console.demo.seed.traffic import Delayed, Failing, Flow, Make
from console.demo.services.sqs.messages import Message
from console.demo.services.sqs.queue import Queue
from console.demo.services.sqs.queues import Queues, arn_of

DEAD_ORDERS = 340
"""Messages in the orders' dead-letter queue when the demo starts."""
_DAY = 86_400
_RETRIES = timedelta(seconds=100)
"""How long the orders service tries before a message is dead: five receives of 20 s."""
_DELAY = timedelta(minutes=15)
_QUIET = timedelta(hours=2)
"""Between two messages of a queue where little happens."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """One queue: its dead letters, its depth, and the seconds between two messages (0: nothing moves)."""

    name: str
    team: str
    age: int
    dead: str = ""
    receives: int = 5
    depth: int = 0
    held: int = 0
    delayed: int = 0
    period: float = 0
    retention_days: int = 4
    timeout: int = 30
    key: str = ""


_PLANS = (
    _Plan(story.ORDERS_DLQ, "orders", 812, retention_days=14),
    _Plan(story.ORDERS, "orders", 812, story.ORDERS_DLQ, depth=186, held=18, period=0.7, timeout=20),
    _Plan(story.PAYMENTS_DLQ, "payments", 640, depth=2, retention_days=14, key="alias/payments"),
    _Plan(story.PAYMENTS, "payments", 640, story.PAYMENTS_DLQ, 3, 7, 2, period=2.5, key="alias/payments"),
    _Plan(story.INVOICES_DLQ, "billing", 512, depth=3, retention_days=14),
    _Plan(story.INVOICES, "billing", 512, story.INVOICES_DLQ, depth=14, held=2, period=6),
    _Plan("email-outbound-dlq", "messaging", 790, retention_days=14),
    _Plan("email-outbound", "messaging", 790, "email-outbound-dlq", depth=1240, held=40, period=0.5),
    _Plan("webhooks-out-dlq", "messaging", 233, depth=12, retention_days=7),
    _Plan("webhooks-out", "messaging", 233, "webhooks-out-dlq", 10, 31, 6, period=1.5),
    _Plan("thumbnails", "media", 401, depth=86, held=12, period=1.2, timeout=300),
    _Plan("audit-trail", "platform", 812, depth=412, held=10, period=0.6, retention_days=14),
    _Plan("search-index", "search", 365, depth=58, held=8, period=0.9),
    _Plan("inventory-sync", "inventory", 365, depth=5, held=1, period=9),
    _Plan("cart-expiry", "orders", 188, delayed=430),
    _Plan("reports-nightly", "billing", 98, timeout=3600),
)


def seed(account: Account) -> None:
    """Fill the account's queues."""
    queues, now = account.state(Queues), account.started
    for plan in _PLANS:
        queue = _create(queues, plan, now)
        _fill(queues, queue, plan, now)
    _kill_orders(queues, now)
    if account.hostile:
        _add_hostile(queues, now)


def _create(queues: Queues, plan: _Plan, now: datetime) -> Queue:
    values = {
        "MessageRetentionPeriod": str(plan.retention_days * _DAY),
        "VisibilityTimeout": str(plan.timeout),
    }
    if plan.dead:
        values["RedrivePolicy"] = json.dumps(
            {"deadLetterTargetArn": arn_of(plan.dead), "maxReceiveCount": plan.receives}
        )
    if plan.name.endswith(".fifo"):
        values |= {"FifoQueue": "true", "ContentBasedDeduplication": "true"}
    if plan.key:
        values |= {"KmsMasterKeyId": plan.key, "SqsManagedSseEnabled": "false"}
    queue = queues.create(plan.name, values, now - timedelta(days=plan.age, hours=plan.age % 24))
    queue.modified_at = now - timedelta(days=plan.age % 90 + 1)
    queue.tags = {"team": plan.team, "environment": "production", "managed-by": "terraform"}
    return queue


def _fill(queues: Queues, queue: Queue, plan: _Plan, now: datetime) -> None:
    random = Random(plan.name)
    make = _orders(random) if plan.name == story.ORDERS else _events(random, plan)
    if plan.period:
        period = timedelta(seconds=plan.period)
        flow = Flow(queue, make, plan.depth, plan.held, period, now + period)
        flow.start(now)
        queues.works.append(flow.advance)
        return
    for number in range(plan.depth, 0, -1):
        queue.put(make(now - number * _QUIET))
    if plan.delayed:
        work = Delayed(queue, make, _DELAY / plan.delayed, _DELAY, now - _DELAY)
        work.advance(now)
        queues.works.append(work.advance)


def _orders(random: Random) -> Make:
    def make(at: datetime) -> Message:
        return _message(orders.placed(random, at), at, random)

    return make


def _message(order: orders.Order, at: datetime, random: Random) -> Message:
    sender = f"AROADEMO000000WEBTIER:{story.instance_id(random.choice(story.WEB))}"
    return Message(order.body, at, at, sender, order.attributes, order.trace_header, id=orders.identity(random))


def _events(random: Random, plan: _Plan) -> Make:
    """Return a maker of plain events; enough for queues that the incident does not touch."""
    kind = plan.name.removesuffix(".fifo").removesuffix("-dlq")

    def make(at: datetime) -> Message:
        number = random.getrandbits(40)
        body = json.dumps({"event": kind, "id": f"{number:010x}", "at": at.isoformat(timespec="seconds")})
        sender = f"AROADEMO000000WORKER:{plan.team}"
        message = Message(body, at, at, sender, id=orders.identity(random))
        if plan.name.endswith(".fifo"):
            message.group, message.deduplication = f"customer-{number % 40:02d}", f"{number:010x}"
        if "-dlq" in plan.name:
            message.receives, message.source_arn = 5, arn_of(plan.name.replace("-dlq", ""))
        return message

    return make


def _kill_orders(queues: Queues, now: datetime) -> None:
    """Put what failed since the incident began into the dead-letter queue, and let it go on."""
    queue, random = queues.by_name[story.ORDERS_DLQ], Random(story.ORDERS_DLQ)
    make = _dead(random)
    period = story.INCIDENT_AGE / DEAD_ORDERS
    for number in range(DEAD_ORDERS, 0, -1):
        queue.put(make(now - number * period))
    queues.works.append(Failing(queue, make, period, now + period).advance)


def _dead(random: Random) -> Callable[[datetime], Message]:
    def make(at: datetime) -> Message:
        sent = at - _RETRIES - timedelta(seconds=random.uniform(0, 20))
        message = _message(orders.refused(random, sent), sent, random)
        message.visible_at, message.first_received_at = at, sent + timedelta(seconds=random.uniform(0.2, 3))
        message.receives, message.source_arn = 5, arn_of(story.ORDERS)
        return message

    return make


def _add_hostile(queues: Queues, now: datetime) -> None:
    """Add queues that attack; a queue's name cannot hold much, its tags and messages can."""
    values = {"MessageRetentionPeriod": str(14 * _DAY)}
    for name in ("hostile", "orders-dIq", "q" * 80, "-_-"):
        queue = queues.create(name, values, now - timedelta(days=1))
        queue.tags = {f"hostile {number}": text[:200] for number, text in enumerate(hostile.RAW)}
        for number, text in enumerate(hostile.RAW):
            body = json.dumps({"note": text}) if number % 2 else text
            attribute = {"DataType": "String", "StringValue": text}
            message = Message(body, now, now, text[:64], {"ErrorType": attribute, f"Name{text[:40]}": attribute})
            queue.put(message)
