"""An account of dead letters, and a session beside its dead-letter queue; the letters are each file's own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

import pytest

from console.worker.place import OwnProcess, OwnThread
from tests.support.sqsfaults import SqsBackend
from tests.worker.beside import Beside, account, at


@pytest.fixture
def orders(home: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqsBackend]:
    """An account with a queue and its dead-letter queue, both empty."""
    assert home
    with account(monkeypatch) as started:
        started.make("orders-dlq")
        started.make("orders", dead="orders-dlq")
        yield started


@pytest.fixture
async def desk(backend: SqsBackend) -> AsyncIterator[Beside]:
    """A session with the dead letters of the file's own ``backend`` open."""
    async with at(backend, "orders-dlq") as found:
        yield found


@pytest.fixture(params=[OwnThread, OwnProcess])
async def anywhere(backend: SqsBackend, request: pytest.FixtureRequest) -> AsyncIterator[Beside]:
    """The same, wherever the worker runs."""
    async with at(backend, "orders-dlq", make=request.param) as found:
        yield found
