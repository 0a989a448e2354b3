"""Owns the incident that the demo account is in the middle of: names and times that several services share.

A release at 40 minutes ago made the orders service refuse three kinds of order. Its dead-letter queue fills, the
web tier's error rate and latency rise, and one web instance fails its checks.
"""

from __future__ import annotations

from datetime import timedelta

INCIDENT_AGE = timedelta(minutes=38)
"""How long ago the failures started."""
RELEASE_AGE = timedelta(minutes=40)
STOPPED_AGE = timedelta(days=3, hours=2)
"""How long ago ``STOPPED`` was stopped by hand."""
STOPPED_CONSUMER_AGE = timedelta(minutes=25)
"""How long ago the consumer of the stock's queue was switched off."""
HISTORY = timedelta(hours=6)
"""How far the metrics reach back."""

WEB = tuple(f"web-eu1-{number:02d}" for number in range(1, 13))
WORKERS = tuple(f"orders-worker-eu1-{number:02d}" for number in range(1, 5))
BASTION = "bastion-eu1"
FAILING = "web-eu1-04"
STOPPED = "web-eu1-09"
WEB_GROUP = "web-eu1"
WORKER_GROUP = "orders-worker-eu1"
WEB_TARGET_GROUP = "web-eu1-https"
LOAD_BALANCER = "web-eu1"

ORDERS = "orders"
ORDERS_DLQ = "orders-dlq"
PAYMENTS = "payments.fifo"
PAYMENTS_DLQ = "payments-dlq.fifo"
INVOICES = "invoices"
INVOICES_DLQ = "invoices-dlq"

FAILURES = ("PaymentGatewayTimeout", "InventoryItemNotFound", "SchemaValidationError")
"""The three kinds of failure in the orders' dead-letter queue, most frequent first."""

WEB_ROLE = "web-tier"
WORKER_ROLE = "orders-worker"
DEPLOY_ROLE = "deploy"


def instance_id(name: str) -> str:
    """Return the instance id that belongs to a name in this story."""
    order = (*WEB, *WORKERS, BASTION).index(name)
    return f"i-0{0x4C1D7A90B2E00 + order * 0x1F3D5:013x}{order:03x}"
