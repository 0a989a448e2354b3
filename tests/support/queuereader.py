"""Owns the ways of cloudtop to a running SQS of the tests: a reader, and writes under a warrant."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from console.aws.cost import Meter
from console.aws.gateway import Gateway, Reader
from console.aws.guard import Guard
from console.aws.session import Connection
from console.scope.model import Scope
from tests.sqs.moving import Write
from tests.support.sqsfaults import SqsBackend


@asynccontextmanager
async def open_queues(backend: SqsBackend) -> AsyncIterator[tuple[Reader, Write]]:
    """Give a reader of the back end and what sends one allowed write to it; both end with the block."""
    account = backend.account
    connection = Connection(
        region=account.region,
        endpoint_url=backend.url,
        access_key=account.access_key,
        secret_key=account.secret_key,
    )
    guard = Guard()
    guard.unlock(3600)
    scope = Scope(account.region, account=backend.arn("any").split(":")[4])
    async with Gateway(connection, guard, Meter()) as gateway:

        async def write(service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
            with guard.warrant(service, operation):
                return await gateway.write(scope, service, operation, parameters)

        yield gateway.reader(scope), write
