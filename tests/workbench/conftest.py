"""A back end for each module of tests, and for each test a way to it and queues of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import pytest

from console.workbench import lease as leases
from tests.support.forking import Template
from tests.support.sqsfaults import SqsBackend, running_sqs
from tests.workbench.site import Site, connection

_numbers = count()


@pytest.fixture(scope="module")
def running() -> Iterator[SqsBackend]:
    """One account for a module."""
    with running_sqs() as backend:
        yield backend


@pytest.fixture(scope="module")
def template() -> Iterator[Template]:
    """What the redrives of a module are forked from."""
    with Template("tests.workbench.redrive") as started:
        yield started


@pytest.fixture
def backend(running: SqsBackend) -> Iterator[SqsBackend]:
    """The module's account without faults and counts."""
    running.mend()
    running.forget()
    yield running
    running.mend()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue without messages says so at once; it is one server."""
    monkeypatch.setattr(leases, "WAIT", 0)


@pytest.fixture
def name() -> str:
    """What this test's queues are called by: ``name``, ``name-dlq``, with ``.fifo`` if it wants that."""
    return f"q{next(_numbers)}"


@pytest.fixture
async def site(backend: SqsBackend, home: Path) -> AsyncIterator[Site]:
    """An unlocked way to the account."""
    account = backend.account
    async with connection(backend.url, account.access_key, account.secret_key, account.region) as gateway:
        yield Site(backend, gateway, home / "state")
