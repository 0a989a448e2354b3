"""Owns which of the shop's functions consume its queues; must not know requests."""

from __future__ import annotations

import importlib
from datetime import timedelta
from random import Random

from console.demo.account import Account
from console.demo.seed import orders, story
from console.demo.services.sqs.queues import arn_of

_service = importlib.import_module("console.demo.services.lambda")  # its name is a word of the language

_MAPPED = (
    ("thumbnails", "thumbnailer", "Enabled"),
    (story.INVOICES, "invoice-renderer", "Enabled"),
    ("webhooks-out", "webhook-sender", "Enabled"),
    ("search-index", "search-indexer", "Enabled"),
    ("cart-expiry", "cart-expiry", "Enabled"),
    ("inventory-sync", "inventory-sync", "Disabled"),
)


def seed(account: Account) -> None:
    """Add the mappings; that of the stock's queue was switched off during the incident."""
    random = Random("mappings")
    for queue, function, state in _MAPPED:
        age = story.STOPPED_CONSUMER_AGE if state == "Disabled" else timedelta(days=random.randint(9, 400))
        mapping = _service.Mapping(orders.identity(random), arn_of(queue), function, account.started - age, state)
        _service.add(account, mapping)
