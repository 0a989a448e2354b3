"""A real gateway to an account that loses answers as told, and an audit log of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from console.actions.audit import AuditLog, Operator
from console.aws.cost import Meter
from console.aws.gateway import Gateway
from console.aws.guard import Guard
from console.aws.session import Connection
from tests.actions.account import Account, running
from tests.actions.plans import SCOPE, Clock
from tests.support.patience import shorten


@pytest.fixture
async def account() -> AsyncIterator[Account]:
    async with running(Account("i-1", "i-2")) as served:
        yield served


@pytest.fixture
async def gateway(account: Account, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Gateway]:
    """A gateway to ``account``, unlocked, that tries again at once."""
    shorten(monkeypatch)
    guard = Guard()
    guard.unlock(60)
    connection = Connection(region=SCOPE.region, endpoint_url=account.url, access_key="a", secret_key="b")
    async with Gateway(connection, guard, Meter()) as opened:
        yield opened


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "audit.jsonl"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(path: Path, clock: Clock) -> AuditLog:
    return AuditLog(path, clock, Operator("ana", "bastion-a", "10.9.0.4"))
