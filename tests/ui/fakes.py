"""A session that answers at once from memory. Knows no AWS."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from console.aws.cost import Usage
from console.scope.model import Identity, Scope
from console.session import Status

SCOPE = Scope("eu-west-1", "acme-prod", "123456789012")
IDENTITY = Identity("123456789012", "arn:aws:sts::123456789012:assumed-role/OnCall/ana", "acme-production")


def status(
    *,
    scope: Scope = SCOPE,
    alias: str = "acme-production",
    production: bool = False,
    unlocked_for: float = 0.0,
    expires_at: datetime | None = None,
    **problems: Any,
) -> Status:
    """Return how a session stands."""
    identity = Identity(scope.account, IDENTITY.arn, alias, expires_at)
    return Status(scope, identity, production, unlocked_for, Usage(10, 12, 0.01, 0.04, 0), problems)  # type: ignore[arg-type]
