"""Owns readers for tests, one that answers from a script and one of a real back end; must not know who reads."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import boto3

from console.aws.cost import Meter
from console.aws.gateway import Gateway, Reader
from console.aws.guard import Guard
from console.aws.session import Connection
from console.scope.model import Scope
from console.text.faults import AwsError, Fault, FaultKind
from tests.support.moto import ACCESS_KEY, ACCOUNT, SECRET_KEY

DENIED = Fault(FaultKind.DENIED, "the call", "denied: you may not", code="AccessDenied")

Script = dict[str, Any]
"""Operation → an answer, a fault, a list of pages, or a function of the parameters that gives one of these."""


class FakeReader:
    """Answers calls and pages by operation, and keeps what was asked."""

    def __init__(self, script: Script, scope: Scope | None = None) -> None:
        self.scope = scope or Scope("eu-west-1", "acme-prod", "123456789012")
        self.script = script
        self.asked: list[tuple[str, dict[str, Any]]] = []

    async def call(self, _service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return the scripted answer. Raises ``AwsError`` for a scripted fault."""
        answer = self._answer(operation, parameters)
        assert not isinstance(answer, list), f"{operation} has pages"
        return answer

    async def pages(
        self, _service: str, operation: str, parameters: dict[str, Any], _wanted: object = ()
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield the scripted pages, or the one answer; a fault among them breaks them off."""
        answer = self._answer(operation, parameters)
        for page in answer if isinstance(answer, list) else [answer]:
            if isinstance(page, Fault):
                raise AwsError(page)
            yield page

    def count(self, operation: str) -> int:
        """Return how often ``operation`` was asked for."""
        return sum(1 for asked, _ in self.asked if asked == operation)

    def _answer(self, operation: str, parameters: dict[str, Any]) -> Any:
        self.asked.append((operation, parameters))
        answer = self.script[operation]
        if callable(answer):
            answer = answer(parameters)
        if isinstance(answer, Fault):
            raise AwsError(answer)
        return answer


@asynccontextmanager
async def real_reader(url: str, region: str = "us-east-1") -> AsyncIterator[Reader]:
    """Give a reader of the back end at ``url``, by a gateway that is closed afterwards."""
    connection = Connection(region=region, endpoint_url=url, access_key=ACCESS_KEY, secret_key=SECRET_KEY)
    async with Gateway(connection, Guard(), Meter()) as gateway:
        yield gateway.reader(Scope(region, account=ACCOUNT))


def seeder(url: str, service: str, region: str = "us-east-1") -> Any:
    """Return a client of someone else's make to put things into the back end with."""
    session = boto3.Session(ACCESS_KEY, SECRET_KEY, region_name=region)
    return session.client(service, endpoint_url=url)
