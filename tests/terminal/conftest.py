"""Accounts and programs for the tests in a terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from console.demo.process import DemoAccount
from tests.demo.conftest import Admin
from tests.terminal.program import Program

Open = Callable[..., Program]


@pytest.fixture(scope="module")
def account() -> Iterator[DemoAccount]:
    """One seeded account for the tests of a module; what they change stays changed, no long poll waits."""
    with DemoAccount.start(control=True, eager=True) as running:
        yield running
        assert Admin(running.endpoint_url).mistakes() == []


@pytest.fixture
def admin(account: DemoAccount) -> Admin:
    """The account's back door; calls and faults are forgotten before and after."""
    door = Admin(account.endpoint_url)
    door.clear()
    return door


@pytest.fixture
def start(account: DemoAccount, home: Path) -> Iterator[Open]:
    """Start cloudtop at the account; it is ended after the test."""
    with ExitStack() as stack:

        def opening(*words: str, **options: Any) -> Program:
            return stack.enter_context(Program(account, home, words=words, **options))

        yield opening
