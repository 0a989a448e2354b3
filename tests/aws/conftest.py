"""A gateway to moto, and one to a server that answers as it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest
from botocore.retries.standard import ExponentialBackoff

from console.aws import gateway as gateway_module
from console.aws.cost import Meter
from console.aws.gateway import Gateway
from console.aws.guard import Guard
from console.aws.session import Connection, client_config
from console.scope.model import Scope
from tests.support.faulty import FaultyServer, faulty
from tests.support.moto import ACCESS_KEY, ACCOUNT, SECRET_KEY

SCOPE = Scope("us-east-1", account=ACCOUNT)


def connection(url: str) -> Connection:
    return Connection(region="us-east-1", endpoint_url=url, access_key=ACCESS_KEY, secret_key=SECRET_KEY)


@pytest.fixture
def scope() -> Scope:
    return SCOPE


@pytest.fixture
async def gateway(moto: str) -> AsyncIterator[Gateway]:
    async with Gateway(connection(moto), Guard(), Meter()) as opened:
        yield opened


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    with faulty() as running:
        yield running


@pytest.fixture
async def broken(server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    """A gateway to ``server`` that waits half a second for an answer and not at all between tries."""

    def impatient(*arguments: object) -> object:
        config = client_config(*arguments)  # type: ignore[arg-type]
        config.read_timeout = 0.5
        return config

    monkeypatch.setattr(gateway_module, "client_config", impatient)
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
    async with Gateway(connection(server.url), Guard(), Meter()) as opened:
        yield opened
