"""Owns whether a command may write: what the configuration and ``--write`` say. Must not know what is written."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from console.command.failure import refused
from console.connect import Launch
from console.resources.parts import attempt
from console.scope.model import Identity, Scope
from console.text.clean import clean
from console.text.faults import Fault

if TYPE_CHECKING:
    from console.actions.policy import Policy
    from console.aws.gateway import Gateway
    from console.config.settings import Settings


def require_writes(launch: Launch, settings: Settings, what: str) -> None:
    """Raise ``Failure`` unless this session may write; ``what`` says what is not done."""
    if not settings.writes.allow:
        raise refused(what, "the configuration sets writes.allow: false", "Ask whoever keeps the configuration")
    if not launch.write:
        raise refused(what, "the session is read-only", "Allow writes with --write")


async def with_alias(gateway: Gateway, scope: Scope, identity: Identity) -> Identity:
    """Return ``identity`` with its account's alias, which may say that it is production; empty where unreadable."""
    answer = await attempt(gateway.call(scope, "iam", "ListAccountAliases", {}))
    aliases = [] if isinstance(answer, Fault) else answer.get("AccountAliases") or ()
    return replace(identity, alias=clean(next(iter(aliases), "")))


def policy_of(settings: Settings, scope: Scope, alias: str) -> Policy:
    """Return what the configuration says about writes in ``scope``, whose account has that alias."""
    from console.actions.policy import Policy

    return Policy(
        allow_writes=settings.writes.allow,
        production=settings.is_production(scope.profile, scope.account) or settings.is_production(alias, ""),
        require_reason=settings.needs_reason(scope.profile, scope.account),
    )
