"""Owns which metrics the shop's resources send, and how the incident shows in each; must not know requests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from console.demo.account import Account
from console.demo.seed import ec2, elbv2, story
from console.demo.seed.series import Kind, Shape
from console.demo.seed.sqs import DEAD_ORDERS, DRAINED, MANY, MANY_DLQ
from console.demo.services.cloudwatch.metrics import Metric
from console.demo.services.ec2.fleet import RUNNING, Fleet

BALANCER = elbv2.WEB.load_balancer.partition("loadbalancer/")[2]
TARGETS = f"targetgroup/{elbv2.WEB.name}/{elbv2.WEB.suffix}"
ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
ORDERS_NAMESPACE = "Northwind/Orders"
DATABASES = ("orders-db-1", "orders-db-2", "payments-db-1", "catalogue-db-1")
FUNCTIONS = (
    "payments-authorizer", "invoice-renderer", "thumbnailer", "webhook-sender", "cart-expiry", "search-indexer",
)  # fmt: skip
NIGHTLY = "report-nightly"
"""A function that runs at night only."""

_DEAD_PER_MINUTE = DEAD_ORDERS / (story.INCIDENT_AGE.total_seconds() / 60)
_COUNT = Kind.COUNT
_NEVER = Shape(0, swing=0, jitter=0)

_Described = Iterator[tuple[Metric, Shape]]

INSTANCE: dict[str, Shape] = {
    "CPUUtilization": Shape(31, 0.2, 0.12, most=100),
    "StatusCheckFailed": _NEVER,
    "StatusCheckFailed_Instance": _NEVER,
    "StatusCheckFailed_System": _NEVER,
    "NetworkIn": Shape(41_000_000, 0.3, 0.1, whole=True),
    "NetworkOut": Shape(96_000_000, 0.3, 0.1, whole=True),
    "NetworkPacketsIn": Shape(38_000, 0.3, 0.1, whole=True),
    "NetworkPacketsOut": Shape(61_000, 0.3, 0.1, whole=True),
    "EBSReadBytes": Shape(240_000, 0.1, 0.6, whole=True),
    "EBSWriteBytes": Shape(2_400_000, 0.1, 0.3, whole=True),
}
_VOLUME: dict[str, Shape] = {
    "VolumeReadOps": Shape(210, 0.2, 0.4, whole=True),
    "VolumeWriteOps": Shape(940, 0.2, 0.2, whole=True),
    "VolumeQueueLength": Shape(0.02, 0.2, 0.6),
    "VolumeIdleTime": Shape(57, 0.02, 0.02, most=60),
}
_FEW = ("CPUUtilization", "StatusCheckFailed", "NetworkIn")
"""What each machine of a big fleet sends; the rest would only take time."""
FAILING: dict[str, Shape] = {
    "CPUUtilization": Shape(33, 0.02, 0.02, incident=99, ramp=4, most=100),
    "StatusCheckFailed": Shape(0, 0, 0, incident=1, ramp=1, delay=3),
    "StatusCheckFailed_Instance": Shape(0, 0, 0, incident=1, ramp=1, delay=3),
    "NetworkIn": Shape(41_000_000, 0.3, 0.1, incident=700_000, ramp=3, whole=True),
    "NetworkOut": Shape(96_000_000, 0.3, 0.1, incident=400_000, ramp=3, whole=True),
}
FAILING_GAPS = ((9, 12), (19, 27))
AGENT_DIED = 7
"""Minutes after the incident began, the failing machine's agent sent its last values."""

_QUEUES: dict[str, tuple[float, float, float]] = {
    story.ORDERS: (186, 18, 86),
    story.PAYMENTS: (7, 2, 24),
    story.PAYMENTS_DLQ: (46, 0, 0),
    story.INVOICES: (14, 2, 10),
    story.INVOICES_DLQ: (3, 0, 0),
    "email-outbound": (1240, 40, 120),
    "email-outbound-dlq": (0, 0, 0),
    "webhooks-out": (31, 6, 40),
    "webhooks-out-dlq": (12, 0, 0),
    "thumbnails": (86, 12, 50),
    "audit-trail": (412, 10, 100),
    "search-index": (58, 8, 67),
    "inventory-sync": (5, 0, 6.7),
    "cart-expiry": (0, 0, 0),
    "reports-nightly": (0, 0, 0),
}
"""Messages visible, in flight, and sent a minute; as the queues themselves have it."""

_INCIDENT_MINUTES = story.INCIDENT_AGE.total_seconds() / 60
_STOPPED_DELAY = _INCIDENT_MINUTES - story.STOPPED_CONSUMER_AGE.total_seconds() / 60
_STOPPED = Shape(6.7, 0.1, 0.08, incident=0, ramp=0.5, delay=_STOPPED_DELAY, kind=_COUNT, whole=True)
_OTHERS: dict[str, dict[str, Shape]] = {
    "email-outbound": {
        "ApproximateNumberOfMessagesVisible": Shape(
            1240 + DRAINED * 60 * _INCIDENT_MINUTES, 0, 0.004, growth=-DRAINED * 60, whole=True
        ),
        "NumberOfMessagesDeleted": Shape(120, 0.1, 0.02, incident=128, ramp=1, kind=_COUNT, whole=True),
    },
    "inventory-sync": {
        "ApproximateNumberOfMessagesVisible": Shape(5, 0, 0, growth=60 / 9, delay=_STOPPED_DELAY, whole=True),
        "ApproximateAgeOfOldestMessage": Shape(40, 0, 0.1, growth=60, delay=_STOPPED_DELAY, whole=True),
        "NumberOfMessagesReceived": _STOPPED,
        "NumberOfMessagesDeleted": _STOPPED,
        "NumberOfEmptyReceives": replace(_STOPPED, base=4),
    },
}
"""What is otherwise with two queues: one becomes empty since the incident, one's consumer has stopped in it."""

_BALANCED: dict[str, Shape] = {
    "RequestCount": Shape(2_420, 0.18, 0.05, kind=_COUNT, whole=True),
    "HTTPCode_Target_2XX_Count": Shape(2_250, 0.18, 0.05, incident=2_080, kind=_COUNT, whole=True),
    "HTTPCode_Target_3XX_Count": Shape(96, 0.2, 0.2, kind=_COUNT, whole=True),
    "HTTPCode_Target_4XX_Count": Shape(41, 0.2, 0.3, kind=_COUNT, whole=True),
    "HTTPCode_Target_5XX_Count": Shape(1.2, 0.1, 0.25, incident=148, ramp=6, kind=_COUNT, whole=True),
    "TargetResponseTime": Shape(0.086, 0.1, 0.08, incident=0.74, ramp=8, kind=Kind.SPREAD, calls=2_420),
}
_BALANCER_ONLY: dict[str, Shape] = {
    "HTTPCode_ELB_5XX_Count": Shape(0.6, 0, 0.4, incident=12, ramp=6, kind=_COUNT, whole=True),
    "ActiveConnectionCount": Shape(830, 0.2, 0.05, incident=1_900, ramp=10, whole=True),
    "NewConnectionCount": Shape(310, 0.2, 0.1, kind=_COUNT, whole=True),
    "RejectedConnectionCount": _NEVER,
    "ProcessedBytes": Shape(410_000_000, 0.2, 0.1, whole=True),
    "ConsumedLCUs": Shape(6.4, 0.2, 0.1),
}
_DATABASE: dict[str, Shape] = {
    "CPUUtilization": Shape(22, 0.2, 0.1, most=100),
    "DatabaseConnections": Shape(84, 0.1, 0.05, whole=True),
    "FreeStorageSpace": Shape(412_000_000_000, 0, 0.001, whole=True),
    "FreeableMemory": Shape(9_200_000_000, 0.02, 0.01, whole=True),
    "ReadLatency": Shape(0.0008, 0.2, 0.2),
    "WriteLatency": Shape(0.0021, 0.2, 0.2),
    "ReadIOPS": Shape(420, 0.3, 0.2),
    "WriteIOPS": Shape(910, 0.3, 0.2),
}
_FUNCTION: dict[str, Shape] = {
    "Invocations": Shape(120, 0.2, 0.1, kind=_COUNT, whole=True),
    "Errors": Shape(0.3, 0, 1, kind=_COUNT, whole=True),
    "Duration": Shape(180, 0.1, 0.1, kind=Kind.SPREAD, calls=120),
    "Throttles": _NEVER,
    "ConcurrentExecutions": Shape(4, 0.3, 0.3, whole=True),
}
_FAILURE_SHARES = (0.62, 0.27, 0.11)


def described(account: Account) -> _Described:
    """Yield the account's metrics, each with the shape that it takes, whatever breaks later."""
    yield from _instances(account)
    yield from _volumes(account)
    yield from _queues(account)
    yield from _balancers()
    yield from _databases()
    yield from _functions()
    yield from _orders()


def _instances(account: Account) -> _Described:
    ec2.seed(account)
    known = {story.instance_id(name) for name in (*story.WEB, *story.WORKERS, story.BASTION)}
    for instance in account.state(Fleet).instances.values():
        if instance.state != RUNNING:
            continue
        for name, shape in INSTANCE.items():
            if instance.id in known or name in _FEW:
                yield Metric("AWS/EC2", name, (("InstanceId", instance.id),)), shape
    credits_left = Shape(118, 0.02, 0.01)
    yield Metric("AWS/EC2", "CPUCreditBalance", (("InstanceId", story.instance_id(story.BASTION)),)), credits_left
    for name in story.WEB:
        if name != story.STOPPED:
            dimensions = (("InstanceId", story.instance_id(name)),)
            yield Metric("CWAgent", "mem_used_percent", dimensions), Shape(58, 0.05, 0.02, most=100)
            yield Metric("CWAgent", "disk_used_percent", dimensions), Shape(41, 0.01, 0.005, most=100)


def _volumes(account: Account) -> _Described:
    known = {story.instance_id(name) for name in (*story.WEB, *story.WORKERS, story.BASTION)}
    fleet = account.state(Fleet)
    for volume in fleet.volumes.values():
        if volume.instance_id in known and fleet.instances[volume.instance_id].state == RUNNING:
            for name, shape in _VOLUME.items():
                yield Metric("AWS/EBS", name, (("VolumeId", volume.id),)), shape


def _queues(account: Account) -> _Described:
    many = {MANY: (0, 0, 0), MANY_DLQ: (account.letters, 0, 0)} if account.letters else {}
    for queue, (depth, held, sent) in (_QUEUES | many).items():
        yield from _queue(queue, depth, held, sent)
    dead: dict[str, Shape] = {
        "ApproximateNumberOfMessagesVisible": Shape(0, 0, 0, growth=_DEAD_PER_MINUTE, whole=True),
        "ApproximateAgeOfOldestMessage": Shape(0, 0, 0, growth=60, whole=True),
        "ApproximateNumberOfMessagesNotVisible": _NEVER,
        "ApproximateNumberOfMessagesDelayed": _NEVER,
        "NumberOfMessagesSent": _NEVER,
        "NumberOfMessagesReceived": _NEVER,
        "NumberOfMessagesDeleted": _NEVER,
        "NumberOfEmptyReceives": _NEVER,
        "SentMessageSize": _NEVER,
    }
    for name, shape in dead.items():
        yield Metric("AWS/SQS", name, (("QueueName", story.ORDERS_DLQ),)), shape


def _queue(queue: str, depth: float, held: float, sent: float) -> _Described:
    waves = Shape(depth, 0.2, 0, wave=4, whole=True) if sent else Shape(depth, 0, 0)
    flow = Shape(sent, 0.1, 0.08, kind=_COUNT, whole=True)
    age = Shape(depth / sent * 60, 0.2, 0.1, whole=True) if sent else Shape(86_400 if depth else 0, 0, 0)
    if queue == story.ORDERS:
        age = replace(age, incident=age.base + 100, ramp=3)
    shapes = {
        "ApproximateNumberOfMessagesVisible": waves,
        "ApproximateAgeOfOldestMessage": age,
        "ApproximateNumberOfMessagesNotVisible": Shape(held, 0, 0.1, whole=True),
        "ApproximateNumberOfMessagesDelayed": Shape(430 if queue == "cart-expiry" else 0, 0.1, 0.02, whole=True),
        "NumberOfMessagesSent": flow,
        "NumberOfMessagesReceived": flow,
        "NumberOfMessagesDeleted": flow,
        "NumberOfEmptyReceives": Shape(4 if sent else 0, 0.2, 0.5, kind=_COUNT, whole=True),
        "SentMessageSize": Shape(940, 0.02, 0.05, kind=Kind.SPREAD, calls=max(sent, 1)),
    }
    for name, shape in (shapes | _OTHERS.get(queue, {})).items():
        yield Metric("AWS/SQS", name, (("QueueName", queue),)), shape


def _balancers() -> _Described:
    balancer, targets = ("LoadBalancer", BALANCER), ("TargetGroup", TARGETS)
    for name, shape in (_BALANCED | _BALANCER_ONLY).items():
        yield Metric("AWS/ApplicationELB", name, (balancer,)), shape
    for name, shape in _BALANCED.items():
        yield Metric("AWS/ApplicationELB", name, (balancer, targets)), shape
        for zone in ZONES:
            part = replace(shape, base=_share(shape, shape.base), calls=shape.calls / 3)
            if shape.incident is not None:
                part = replace(part, incident=_share(shape, shape.incident))
            yield Metric("AWS/ApplicationELB", name, (("AvailabilityZone", zone), balancer, targets)), part
    healthy = len(story.WEB) - 1
    hosts = {
        "HealthyHostCount": Shape(healthy, 0, 0, incident=healthy - 1, ramp=1, delay=4),
        "UnHealthyHostCount": Shape(0, 0, 0, incident=1, ramp=1, delay=4),
    }
    for name, shape in hosts.items():
        yield Metric("AWS/ApplicationELB", name, (balancer, targets)), shape


def _share(shape: Shape, value: float) -> float:
    """Return a zone's part of a value: a third of what is counted, and the same time."""
    return value if shape.kind is Kind.SPREAD else value / len(ZONES)


def _databases() -> _Described:
    for number, database in enumerate(DATABASES):
        for name, shape in _DATABASE.items():
            if database == "orders-db-1" and name == "DatabaseConnections":
                shape = replace(shape, incident=150, ramp=9)  # noqa: PLW2901
            yield Metric("AWS/RDS", name, (("DBInstanceIdentifier", database),)), shape
        if number == 1:
            yield Metric("AWS/RDS", "ReplicaLag", (("DBInstanceIdentifier", database),)), Shape(0.9, 0.3, 0.5)


def _functions() -> _Described:
    for function in FUNCTIONS:
        for name, shape in _FUNCTION.items():
            if function == "payments-authorizer" and name == "Duration":
                shape = replace(shape, incident=2_900, ramp=4)  # noqa: PLW2901
            if function == "payments-authorizer" and name == "Errors":
                shape = replace(shape, incident=6, ramp=4)  # noqa: PLW2901
            yield Metric("AWS/Lambda", name, (("FunctionName", function),)), shape


def _orders() -> _Described:
    for channel, orders in (("web", 52), ("ios", 17), ("android", 17)):
        shape = Shape(orders, 0.1, 0.08, kind=_COUNT, whole=True)
        yield Metric(ORDERS_NAMESPACE, "OrdersPlaced", (("Channel", channel),)), shape
    yield Metric(ORDERS_NAMESPACE, "OrdersPlaced"), Shape(86, 0.1, 0.08, kind=_COUNT, whole=True)
    for failure, share in zip(story.FAILURES, _FAILURE_SHARES, strict=True):
        shape = Shape(0.02, 0, 1, incident=_DEAD_PER_MINUTE * share, ramp=1, kind=_COUNT)
        yield Metric(ORDERS_NAMESPACE, "OrdersFailed", (("Reason", failure),)), shape
    failed = Shape(0.05, 0, 0.4, incident=_DEAD_PER_MINUTE, ramp=1, kind=_COUNT)
    yield Metric(ORDERS_NAMESPACE, "OrdersFailed"), failed
    latency = Shape(420, 0.05, 0.08, incident=3_100, ramp=6, kind=Kind.SPREAD, calls=86)
    yield Metric(ORDERS_NAMESPACE, "CheckoutLatency"), latency
    for gateway, calls in (("paygate-eu", 61.0), ("paygate-eu-2", 25.0)):
        approved = Shape(
            calls, 0.1, 0.08, incident=calls * (0.75 if gateway.endswith("2") else 1), kind=_COUNT, whole=True
        )
        yield Metric(ORDERS_NAMESPACE, "PaymentsAuthorized", (("Gateway", gateway),)), approved
