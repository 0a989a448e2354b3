"""Owns what the shop's programs log: quiet lines, and the traces of the incident; must not know requests.

A line is a pure function of its stream and its minute, and so the logs go on for as long as the demo runs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from console.demo.account import Account
from console.demo.seed import hostile, story
from console.demo.services.cloudwatch.metrics import minute_of
from console.demo.services.logs import Group, Groups, Line, Stream
from console.demo.wire import timestamps

WORKER_GROUP = "/northwind/orders-worker"
WEB_GROUP = "/northwind/web"
_MINUTE = 60_000
_SILENT_AFTER = 7
"""Minutes after the incident began, the failing machine's agent sent its last line."""
_WEIGHTS = (62, 27, 11)
_DEAD_PER_WORKER = 2.2
_TIMEOUT = """Traceback (most recent call last):
  File "/srv/orders/worker.py", line 32, in handle
    receipt = checkout.place(order)
  File "/srv/orders/checkout.py", line 64, in place
    authorization = self.gateway.authorize(order.payment, order.total)
  File "/srv/payments/gateway.py", line 118, in authorize
    response = self.session.post(self.url, json=body, timeout=self.timeout)
  File "/srv/.venv/lib/python3.13/site-packages/httpx/_client.py", line 1144, in post
    return self.request("POST", url, **arguments)
httpx.ReadTimeout: timed out

The above exception was the direct cause of the following exception:

payments.errors.PaymentGatewayTimeout: paygate-eu-2 did not answer authorize within {milliseconds} ms"""
_MISSING = """Traceback (most recent call last):
  File "/srv/orders/worker.py", line 32, in handle
    receipt = checkout.place(order)
  File "/srv/orders/checkout.py", line 51, in place
    reservation = self.catalogue.reserve(line.sku, line.quantity)
  File "/srv/inventory/catalogue.py", line 203, in reserve
    raise InventoryItemNotFound(sku)
inventory.errors.InventoryItemNotFound: item NW-4471-B is not in the catalogue"""
_SCHEMA = """Traceback (most recent call last):
  File "/srv/orders/worker.py", line 32, in handle
    order = OrderV3.validate(message.body)
  File "/srv/orders/schema.py", line 77, in validate
    raise SchemaValidationError(path, expected, found)
orders.schema.SchemaValidationError: $.total: expected integer, found string"""
_TRACES = dict(zip(story.FAILURES, (_TIMEOUT, _MISSING, _SCHEMA), strict=True))
_JAVA = """java.util.concurrent.CompletionException: com.northwind.web.CheckoutUnavailable: no answer from orders
\tat java.base/java.util.concurrent.CompletableFuture.reportJoin(CompletableFuture.java:413)
\tat java.base/java.util.concurrent.CompletableFuture.join(CompletableFuture.java:2118)
\tat com.northwind.web.checkout.CheckoutController.place(CheckoutController.java:91)
\tat com.northwind.web.checkout.CheckoutController$$SpringCGLIB$$0.place(<generated>)
\tat org.springframework.web.method.support.InvocableHandlerMethod.doInvoke(InvocableHandlerMethod.java:258)
\tat org.springframework.web.servlet.DispatcherServlet.doDispatch(DispatcherServlet.java:1089)
\tat org.apache.catalina.core.ApplicationFilterChain.doFilter(ApplicationFilterChain.java:107)
\tat org.apache.tomcat.util.net.NioEndpoint$SocketProcessor.doRun(NioEndpoint.java:1775)
Caused by: com.northwind.web.CheckoutUnavailable: no answer from orders
\tat com.northwind.web.checkout.OrdersClient.submit(OrdersClient.java:147)
\t... 41 more
Caused by: java.net.http.HttpTimeoutException: request timed out after {milliseconds} ms
\tat java.net.http/jdk.internal.net.http.ResponseTimerEvent.handle(ResponseTimerEvent.java:68)"""
_PATHS = ("/", "/cart", "/checkout", "/api/orders", "/products/NW-1042", "/products/NW-6003", "/search")


@dataclass(frozen=True, slots=True)
class _Program:
    """One program on one machine; ``incident`` is the minute in which the incident began."""

    machine: str
    incident: int

    def random(self, minute: int) -> Random:
        """Return this minute's chances."""
        return Random(f"{self.machine} {minute}")


def seed(account: Account) -> None:
    """Fill the account's log groups."""
    incident = minute_of(account.started - story.INCIDENT_AGE)
    first = minute_of(account.started - story.HISTORY)
    for group in _groups(account, incident, first):
        account.state(Groups).by_name[group.name] = group
    if account.hostile:
        _add_hostile(account)


def _groups(account: Account, incident: int, first: int) -> Iterator[Group]:
    def group(name: str, machines: tuple[str, ...], make: Callable[[_Program, int], list[Line]], size: int) -> Group:
        streams = {}
        for machine in machines:
            streams[machine] = Stream(machine, first, partial(make, _Program(machine, incident)))
        return Group(name, account.started - timedelta(days=812), 30, size, streams)

    yield group(WORKER_GROUP, story.WORKERS, _worker, 41_200_000_000)
    web = group(WEB_GROUP, story.WEB, _web, 388_000_000_000)
    stopped = minute_of(account.started - story.STOPPED_AGE)
    web.streams[story.STOPPED] = replace(web.streams[story.STOPPED], first=stopped - 30, last=stopped)
    web.streams[story.FAILING] = replace(web.streams[story.FAILING], last=incident + _SILENT_AFTER)
    yield web
    function = "2026/11/20/[$LATEST]{:032x}"
    for name in ("payments-authorizer", "invoice-renderer", "thumbnailer", "webhook-sender"):
        random = Random(name)
        names = tuple(function.format(random.getrandbits(128)) for _ in range(2))
        yield group(f"/aws/lambda/{name}", names, _function, 900_000_000)
    yield group("/aws/lambda/report-nightly", (), _function, 2_100_000)
    yield group("/aws/rds/instance/orders-db-1/postgresql", ("orders-db-1.0",), _database, 12_000_000_000)


def _at(minute: int, random: Random, count: int) -> list[int]:
    """Return so many moments of a minute in milliseconds, in order."""
    return sorted(minute * _MINUTE + random.randrange(_MINUTE) for _ in range(count))


def _time(at: int) -> str:
    return timestamps.iso(datetime.fromtimestamp(at / 1000, UTC))


def _worker(program: _Program, minute: int) -> list[Line]:
    """Return what the orders service logs: plain text, with a trace for each order that it gives up."""
    random = program.random(minute)
    lines: list[Line] = []
    for at in _at(minute, random, random.randint(5, 9)):
        order = f"ord_{random.getrandbits(48):012x}"
        lines.append((at, f"{_time(at)} INFO  orders.worker order={order} placed in {random.randint(180, 700)} ms"))
    if minute == program.incident - 2:
        lines.append((minute * _MINUTE + 9_000, f"{_time(minute * _MINUTE + 9_000)} INFO  orders starting 2026.11.3"))
    if minute >= program.incident:
        count = int(_DEAD_PER_WORKER) + (random.random() < _DEAD_PER_WORKER % 1)
        lines += [_failure(at, random) for at in _at(minute, random, count)]
    return sorted(lines)


def _failure(at: int, random: Random) -> Line:
    failure = random.choices(story.FAILURES, _WEIGHTS)[0]
    trace = _TRACES[failure].format(milliseconds=random.choice((3000, 3000, 5000)))
    order = f"ord_{random.getrandbits(48):012x}"
    return at, f"{_time(at)} ERROR orders.worker order={order} attempt=5 given up: {failure}\n{trace}"


def _web(program: _Program, minute: int) -> list[Line]:
    """Return what the web tier logs: a sample of its requests, and traces while orders do not answer."""
    random = program.random(minute)
    failing = minute >= program.incident + 2
    lines: list[Line] = []
    for at in _at(minute, random, random.randint(4, 8)):
        status = random.choices((200, 304, 404), (90, 6, 4))[0]
        took = random.randint(12, 220)
        text = (
            f"{_time(at)} INFO  [nio-8443-exec-{random.randint(1, 40)}] GET {random.choice(_PATHS)} {status} {took} ms"
        )
        lines.append((at, text))
    for at in _at(minute, random, random.randint(0, 2) if failing else 0):
        trace = _JAVA.replace("{milliseconds}", str(random.choice((2000, 3000))))
        lines.append((at, f"{_time(at)} ERROR [nio-8443-exec-{random.randint(1, 40)}] POST /checkout 503\n{trace}"))
    if program.machine == story.FAILING and minute >= program.incident + 1:
        for at in _at(minute, random, 2):
            heap = f"GC overhead: {random.randint(96, 99)} % of the last minute was spent collecting"
            lines.append((at, f"{_time(at)} WARN  [GC monitor] {heap}"))
        if minute == program.incident + _SILENT_AFTER - 1:
            end = minute * _MINUTE + 59_999  # after every other line of that minute
            lines.append((end, f"{_time(end)} ERROR java.lang.OutOfMemoryError: Java heap space"))
    return sorted(lines)


def _function(program: _Program, minute: int) -> list[Line]:
    random = program.random(minute)
    lines: list[Line] = []
    for at in _at(minute, random, random.randint(0, 2)):
        identity = f"{random.getrandbits(128):032x}"
        took = random.uniform(90, 400)
        lines.append((at, f"START RequestId: {identity} Version: $LATEST"))
        lines.append((at + int(took), json.dumps({"level": "INFO", "message": "done", "requestId": identity})))
        lines.append((at + int(took), f"END RequestId: {identity}"))
        report = f"REPORT RequestId: {identity}\tDuration: {took:.2f} ms\tMemory Size: 512 MB\tMax Memory Used: 143 MB"
        lines.append((at + int(took) + 1, report))
    return sorted(lines, key=lambda line: line[0])


def _database(program: _Program, minute: int) -> list[Line]:
    random = program.random(minute)
    slow = random.randint(1, 4) if minute >= program.incident + 3 else int(random.random() < 0.05)
    statement = "SELECT * FROM reservations WHERE sku = $1 FOR UPDATE"
    return [
        (at, f"{_time(at)}:10.20.20.{random.randint(10, 13)}:orders@orders:LOG: "
             f"duration: {random.randint(800, 4000)} ms execute: {statement}")
        for at in _at(minute, random, slow)
    ]  # fmt: skip


def _add_hostile(account: Account) -> None:
    """Add a group whose lines attack; JSON carries everything. Names of groups and streams cannot hold much."""
    minute = minute_of(account.started) - 3
    attacks = [(minute * _MINUTE + number, text) for number, text in enumerate(hostile.RAW)]

    def make(asked: int) -> list[Line]:
        return attacks if asked == minute else []

    streams = {name: Stream(name, minute, make, minute + 1) for name in ("[$LATEST]", "[/]", "s" * 512)}
    account.state(Groups).by_name["/hostile/#._-"] = Group("/hostile/#._-", account.started, 1, 0, streams)
