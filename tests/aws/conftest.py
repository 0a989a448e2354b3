"""A gateway to moto, and one to a server that answers as it is told."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from console.aws.cost import Meter
from console.aws.gateway import Gateway
from console.aws.guard import Guard
from console.aws.session import Connection
from console.scope.model import Scope
from tests.support.faulty import FaultyServer, faulty
from tests.support.moto import ACCESS_KEY, ACCOUNT, SECRET_KEY
from tests.support.patience import shorten

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
    """A gateway to ``server`` that tries again at once."""

    shorten(monkeypatch)
    async with Gateway(connection(server.url), Guard(), Meter()) as opened:
        yield opened
