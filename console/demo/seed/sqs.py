"""Owns the shop's queues: sixteen, one of them the dead-letter queue that is filling; must not know requests."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random

from console.demo.account import Account
from console.demo.seed import hostile, letters, orders, story
from console.demo.seed.traffic import Delayed, Failing, Flow, Make
from console.demo.services.sqs import moves
from console.demo.services.sqs.messages import Message
from console.demo.services.sqs.moves import Task
from console.demo.services.sqs.queue import Queue
from console.demo.services.sqs.queues import Queues, arn_of

DEAD_ORDERS = 340
"""Messages in the orders' dead-letter queue when the demo starts."""
MANY, MANY_DLQ = "returns", "returns-dlq"
"""A queue and the dead-letter queue that holds ``Account.letters`` messages of twelve makes."""
_UGLY_AT, _BIG_AT = 61, 122
"""Which of the dead orders attack their reader and are very long; no first glance shows them."""
_MOVED, _MOVING_SINCE = 6, timedelta(minutes=3)
"""How far the running move of dead payments is, and since when it runs."""
_SERVICE = "AIDAISMY7OZWEXAMPLE00"
_STUCK = "customer-07"
"""The group of two thirds of the dead payments, more than can be seen at once."""
DRAINED = 8 / 60
"""By how many messages a second the e-mails become fewer."""
_DAY = 86_400
_RETRIES = timedelta(seconds=100)
"""How long the orders service tries before a message is dead: five receives of 20 s."""
_DELAY = timedelta(minutes=15)
_QUIET = timedelta(hours=2)
"""Between two messages of a queue where little happens."""


@dataclass(frozen=True, slots=True)
class _Plan:
    """One queue: its dead letters, its depth, and the seconds between two messages (0: nothing moves).

    ``drained`` is by how many messages a second the depth falls; ``stopped`` is whether nobody consumes any more.
    """

    name: str
    team: str
    age: int
    dead: str = ""
    receives: int = 5
    depth: int = 0
    held: int = 0
    delayed: int = 0
    period: float = 0
    drained: float = 0
    stopped: bool = False
    retention_days: int = 4
    timeout: int = 30
    key: str = ""


_PLANS = (
    _Plan(story.ORDERS_DLQ, "orders", 812, retention_days=14),
    _Plan(story.ORDERS, "orders", 812, story.ORDERS_DLQ, depth=186, held=18, period=0.7, timeout=20),
    _Plan(story.PAYMENTS_DLQ, "payments", 640, depth=46, retention_days=14, key="alias/payments"),
    _Plan(story.PAYMENTS, "payments", 640, story.PAYMENTS_DLQ, 3, 7, 2, period=2.5, key="alias/payments"),
    _Plan(story.INVOICES_DLQ, "billing", 512, depth=3, retention_days=14),
    _Plan(story.INVOICES, "billing", 512, story.INVOICES_DLQ, depth=14, held=2, period=6),
    _Plan("email-outbound-dlq", "messaging", 790, retention_days=14),
    _Plan(
        "email-outbound", "messaging", 790, "email-outbound-dlq", 1, depth=1240, held=40, period=0.5, drained=DRAINED
    ),
    _Plan("webhooks-out-dlq", "messaging", 233, depth=12, retention_days=4),
    _Plan("webhooks-out", "messaging", 233, "webhooks-out-dlq", 10, 31, 6, period=1.5),
    _Plan("thumbnails", "media", 401, depth=86, held=12, period=1.2, timeout=300),
    _Plan("audit-trail", "platform", 812, depth=412, held=10, period=0.6, retention_days=14),
    _Plan("search-index", "search", 365, depth=58, held=8, period=0.9),
    _Plan("inventory-sync", "inventory", 365, depth=5, period=9, stopped=True),
    _Plan("cart-expiry", "orders", 188, delayed=430),
    _Plan("reports-nightly", "billing", 98, timeout=3600),
)


"""Wrong on purpose: e-mails are received once, webhooks' dead letters kept no longer than webhooks, and the last six
queues have no dead-letter queue."""


def seed(account: Account) -> None:
    """Fill the account's queues."""
    queues, now = account.state(Queues), account.started
    for plan in _PLANS:
        queue = _create(queues, plan, now)
        _fill(queues, queue, plan, now)
    _kill_orders(queues, now)
    _add_moves(account, queues, now)
    if account.letters:
        _add_many(queues, account.letters, now)
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
        if plan.stopped:
            queues.works.append(_stopped(queue, make, plan, period, now).advance)
            return
        flow = Flow(queue, make, plan.depth, plan.held, period, now + period, plan.drained)
        flow.start(now)
        queues.works.append(flow.advance)
        return
    for number in range(plan.depth, 0, -1):
        queue.put(make(now - number * _QUIET))
    if plan.delayed:
        work = Delayed(queue, make, _DELAY / plan.delayed, _DELAY, now - _DELAY)
        work.advance(now)
        queues.works.append(work.advance)


def _stopped(queue: Queue, make: Make, plan: _Plan, period: timedelta, now: datetime) -> Failing:
    """Fill a queue since its consumer stopped, and return what goes on."""
    for number in range(plan.depth + story.STOPPED_CONSUMER_AGE // period, 0, -1):
        queue.put(make(now - number * period))
    return Failing(queue, make, period, now + period)


def _orders(random: Random) -> Make:
    def make(at: datetime) -> Message:
        return _message(orders.placed(random, at), at, random)

    return make


def _message(order: orders.Order, at: datetime, random: Random) -> Message:
    sender = _web_tier(random)
    return Message(order.body, at, at, sender, order.attributes, order.trace_header, id=orders.identity(random))


def _web_tier(random: Random) -> str:
    return f"AROADEMO000000WEBTIER:{story.instance_id(random.choice(story.WEB))}"


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
        if plan.name == story.PAYMENTS_DLQ and number % 3:
            message.group = _STUCK
        if "-dlq" in plan.name:
            message.receives, message.source_arn = 5, arn_of(plan.name.replace("-dlq", ""))
        return message

    return make


def _kill_orders(queues: Queues, now: datetime) -> None:
    """Put what failed since the incident began into the dead-letter queue, and let it go on."""
    queue = queues.by_name[story.ORDERS_DLQ]
    make = _dead(Random(story.ORDERS_DLQ))
    period = story.INCIDENT_AGE / DEAD_ORDERS
    for number in range(DEAD_ORDERS, 0, -1):
        queue.put(make(now - number * period))
    queues.works.append(Failing(queue, make, period, now + period).advance)


def _dead(random: Random) -> Make:
    """Return a maker of dead letters: three of four are refused orders, then one of another make."""
    rare = {_UGLY_AT: letters.ugly, _BIG_AT: letters.big}
    others, numbers = itertools.cycle(letters.KINDS), itertools.count(1)

    def make(at: datetime) -> Message:
        number = next(numbers)
        write = rare.get(number) or (letters.refused if number % 4 else next(others))
        return _letter(random, at, write, story.ORDERS)

    return make


def _letter(random: Random, at: datetime, write: letters.Write, source: str) -> Message:
    """Return a message that a redrive policy moved at ``at``, or that a service put there itself."""
    sent = at - _RETRIES - timedelta(seconds=random.uniform(0, 20))
    letter = write(random, sent)
    if letter.direct:
        return Message(letter.body, at, at, _SERVICE, letter.attributes, id=orders.identity(random))
    trace = letter.attributes.get("TraceId", {}).get("StringValue", "")
    message = Message(letter.body, sent, at, _web_tier(random), letter.attributes, trace and f"Root={trace};Sampled=1")
    message.id, message.first_received_at = orders.identity(random), sent + timedelta(seconds=random.uniform(0.2, 3))
    message.receives, message.source_arn = 5, arn_of(source)
    return message


def _add_moves(account: Account, queues: Queues, now: datetime) -> None:
    """Add what was moved, what could not be, and a task that runs, in the order of their starts."""
    by_name, day = queues.by_name, timedelta(days=1)
    orders_dlq, webhooks, payments = (
        by_name[name] for name in (story.ORDERS_DLQ, "webhooks-out-dlq", story.PAYMENTS_DLQ)
    )
    gone = "AWS.SimpleQueueService.NonExistentQueue"
    pace = _MOVED / _MOVING_SINCE.total_seconds()
    for task in (
        Task(queues, orders_dlq, by_name[story.ORDERS], 50, now - 23 * day, 1204, 1204, "COMPLETED"),
        Task(queues, orders_dlq, None, 10, now - 22 * day, 97, 41, "CANCELLED"),
        Task(queues, webhooks, None, None, now - 9 * day, 14, 2, "FAILED", gone),
        Task(queues, payments, None, None, now - _MOVING_SINCE, 46 + _MOVED, _MOVED, pace=pace),
    ):
        moves.add(account, task)


def _add_many(queues: Queues, count: int, now: datetime) -> None:
    """Add a queue and a dead-letter queue with so many messages, of the last two days; nothing moves there."""
    random = Random(MANY_DLQ)
    team = {"team": "returns", "environment": "production"}
    policy = json.dumps({"deadLetterTargetArn": arn_of(MANY_DLQ), "maxReceiveCount": 5})
    dead = queues.create(MANY_DLQ, {"MessageRetentionPeriod": str(14 * _DAY)}, now - timedelta(days=90))
    dead.tags = queues.create(MANY, {"RedrivePolicy": policy}, now - timedelta(days=90)).tags = team
    for number in range(count):
        at = now - timedelta(days=2) * ((count - number) / count)
        dead.put(_letter(random, at, partial(letters.one_of_many, number), MANY))


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
