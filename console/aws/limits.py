"""Owns how many calls are in flight at once; must not know what they are for."""

from __future__ import annotations

import asyncio

_IN_FLIGHT = {"ec2": 4, "iam": 6, "cloudwatch": 4, "sqs": 16, "s3": 16, "cloudtrail": 1}
_DEFAULT_IN_FLIGHT = 6


class Limits:
    """One semaphore per account, region and service, so that one throttled service holds up no other."""

    def __init__(self) -> None:
        self._slots: dict[tuple[str, str, str], asyncio.Semaphore] = {}

    def slot(self, account: str, region: str, service: str) -> asyncio.Semaphore:
        """Return the semaphore to hold during a call."""
        key = (account, region, service)
        if key not in self._slots:
            self._slots[key] = asyncio.Semaphore(_IN_FLIGHT.get(service, _DEFAULT_IN_FLIGHT))
        return self._slots[key]
