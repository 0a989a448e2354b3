"""Owns whether a command may write: what the configuration and ``--write`` say. Must not know what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.command.failure import refused
from console.connect import Launch
from console.scope.model import Scope

if TYPE_CHECKING:
    from console.actions.policy import Policy
    from console.config.settings import Settings


def require_writes(launch: Launch, settings: Settings, what: str) -> None:
    """Raise ``Failure`` unless this session may write; ``what`` says what is not done."""
    if not settings.writes.allow:
        raise refused(what, "the configuration sets writes.allow: false", "Ask whoever keeps the configuration")
    if not launch.write:
        raise refused(what, "the session is read-only", "Allow writes with --write")


def policy_of(settings: Settings, scope: Scope) -> Policy:
    """Return what the configuration says about writes in ``scope``."""
    from console.actions.policy import Policy

    return Policy(
        allow_writes=settings.writes.allow,
        production=settings.is_production(scope.profile, scope.account),
        require_reason=settings.needs_reason(scope.profile, scope.account),
    )
