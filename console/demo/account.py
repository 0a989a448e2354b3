"""Owns one demo account: who it is, its clock and each service's state; must not know what a service does."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeVar

from console.demo.wire.messages import Request

ACCOUNT_ID = "418250713366"
ALIAS = "northwind-production"
REGION = "eu-west-1"
USER_ARN = f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/OnCallEngineer/demo"

State = TypeVar("State")


@dataclass(slots=True)
class Account:
    """Everything that the demo's services remember.

    ``hostile`` asks the seeds for names and contents that attack a terminal; ``scale`` for so many instances,
    ``letters`` for so many messages in a dead-letter queue of their own. ``eager`` lets no long poll wait.
    ``started`` is the moment that all seeds count back from, whenever they are run.
    """

    clock: Callable[[], datetime] = field(default=lambda: datetime.now(UTC))
    hostile: bool = False
    scale: int = 0
    letters: int = 0
    eager: bool = False
    states: dict[type, Any] = field(default_factory=dict)
    started: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.started = self.clock()

    def now(self) -> datetime:
        """Return the account's time, in UTC."""
        return self.clock()

    def state(self, kind: type[State]) -> State:
        """Return the one ``kind`` of this account, made on first use: ``account.state(Queues)``."""
        if kind not in self.states:
            self.states[kind] = kind()
        found: State = self.states[kind]
        return found


@dataclass(frozen=True, slots=True)
class Call:
    """One API call as an operation sees it; ``endpoint`` is where the client reached us, without a path.

    ``struck`` are the kinds of fault that the operation itself shows.
    """

    account: Account
    parameters: dict[str, Any]
    request: Request
    endpoint: str
    struck: Collection[str] = ()


Operation = Callable[[Call], dict[str, Any] | Awaitable[dict[str, Any]]]
"""Returns the answer under the names of the operation's output shape, or awaits it. Raises ``ServiceError``.

Each module in ``console/demo/services`` is named as botocore names its service and has
``OPERATIONS: Mapping[str, Operation]``; each module in ``console/demo/seed`` has ``seed(account) -> None``.
"""

Operations = Mapping[str, Operation]
