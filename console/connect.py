"""Owns the way from what was asked for to open connections: profiles, regions, identity, demo account.

Must not know commands or the screen. Nothing of AWS is imported before a connection is opened.
"""

from __future__ import annotations

import asyncio
import difflib
import os
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from console.command.failure import Exit, Failure, exit_of, usage
from console.launch import Launch
from console.scope.model import Identity, Scope
from console.text.clean import clean
from console.text.faults import CREDENTIAL_KINDS, AwsError, Fault, FaultKind

if TYPE_CHECKING:
    from console.actions.policy import Policy
    from console.aws.cost import Meter
    from console.aws.gateway import Gateway, Reader
    from console.aws.guard import Guard
    from console.aws.session import Connection
    from console.config.settings import Settings

_FATAL = CREDENTIAL_KINDS | {FaultKind.CLOCK}
"""Without an identity these end the connection; anything else leaves the account unknown."""


@dataclass(frozen=True, slots=True)
class Access:
    """One profile that is signed in, with its regions."""

    gateway: Gateway
    identity: Identity
    scopes: tuple[Scope, ...]

    def readers(self) -> tuple[Reader, ...]:
        """Return a reader for each region."""
        return tuple(self.gateway.reader(scope) for scope in self.scopes)


@dataclass(frozen=True, slots=True)
class Opened:
    """Every profile that could be opened, at least one, and why others could not."""

    accesses: tuple[Access, ...]
    unopened: tuple[tuple[str, Fault], ...] = ()
    """(profile, why)."""

    @property
    def gateway(self) -> Gateway:
        """The first profile's gateway."""
        return self.accesses[0].gateway

    @property
    def identity(self) -> Identity:
        """Who the first profile is."""
        return self.accesses[0].identity

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The first profile's regions."""
        return self.accesses[0].scopes


async def with_alias(gateway: Gateway, scope: Scope, identity: Identity) -> Identity:
    """Return ``identity`` with its account's alias, which may say that it is production; None where unreadable."""
    from console.resources.parts import attempt

    answer = await attempt(gateway.call(scope, "iam", "ListAccountAliases", {}))
    if isinstance(answer, Fault):
        return replace(identity, alias=None)
    return replace(identity, alias=clean(next(iter(answer.get("AccountAliases") or ()), "")))


def policy_of(settings: Settings, scope: Scope, alias: str | None) -> Policy:
    """Return what the configuration says about writes in ``scope``, whose account has that alias.

    Where the alias could not be read the account may be production, and a reason is asked for.
    """
    from console.actions.policy import Policy

    return Policy(
        allow_writes=settings.writes.allow,
        production=settings.is_production(scope.profile, scope.account) or settings.is_production(alias or "", ""),
        require_reason=alias is None or settings.needs_reason(scope.profile, scope.account),
    )


@asynccontextmanager
async def opened(launch: Launch, settings: Settings, meter: Meter | None = None) -> AsyncIterator[Opened]:
    """Open every profile that is asked for, in every region; all is closed afterwards.

    With ``launch.write`` the session is unlocked. Raises ``Failure`` where nothing could be opened, and for a
    region or an endpoint that cannot be one.
    """
    from console.aws.cost import Meter
    from console.aws.guard import Guard

    guard, meter = Guard(forbidden=not settings.writes.allow), meter or Meter()
    if launch.write and settings.writes.allow:
        guard.unlock(settings.writes.unlock)
    async with AsyncExitStack() as stack:
        connections = await _connections(launch, settings, stack)
        accesses: list[Access] = []
        unopened: list[tuple[str, Fault]] = []
        for connection in connections:
            try:
                accesses.append(await _access(connection, launch, settings, (guard, meter), stack))
            except AwsError as error:
                unopened.append((connection.profile, _about(error.fault, connection.profile)))
        if not accesses:
            raise Failure(unopened[0][1], exit_of(unopened[0][1]))
        yield Opened(tuple(accesses), tuple(unopened))


async def _connections(launch: Launch, settings: Settings, stack: AsyncExitStack) -> list[Connection]:
    from console.aws.session import Connection

    region = next(iter(launch.regions or settings.regions), "")
    if launch.demo:
        return [await _demo(region, stack)]
    endpoint = launch.endpoint_url or settings.endpoint_url
    _require_url(endpoint)
    profiles = launch.profiles or (settings.profile,)
    return [Connection(profile, region, endpoint) for profile in dict.fromkeys(profiles)]


async def _demo(region: str, stack: AsyncExitStack) -> Connection:
    from console.aws.session import Connection
    from console.demo.process import DemoAccount, DemoFailed

    try:
        account = await asyncio.to_thread(DemoAccount.start)
    except DemoFailed as error:
        raise Failure(Fault(FaultKind.SERVICE, "The demo account did not start", clean(error)), Exit.FAILED) from error
    stack.push_async_callback(asyncio.to_thread, account.stop)
    return Connection("", region or account.region, account.endpoint_url, account.access_key, account.secret_key)


async def _access(
    connection: Connection, launch: Launch, settings: Settings, held: tuple[Guard, Meter], stack: AsyncExitStack
) -> Access:
    from console.aws.gateway import Gateway

    gateway = await stack.enter_async_context(Gateway(connection, *held))
    regions = launch.regions or (() if launch.demo else settings.regions) or (_start_region(gateway),)
    known = gateway.regions()
    for region in regions:
        _require_region(region, known)
    profile = "demo" if launch.demo else connection.profile
    identity = await _identity(gateway, regions[0])
    partition = identity.arn.split(":")[1] if identity.arn.count(":") > 1 else "aws"
    scopes = (Scope(region, profile, identity.account, partition) for region in dict.fromkeys(regions))
    return Access(gateway, identity, tuple(scopes))


def _start_region(gateway: Gateway) -> str:
    """Return the region of environment or profile; botocore knows ``AWS_DEFAULT_REGION`` only. Raises ``Failure``."""
    named = os.environ.get("AWS_REGION")
    if named:
        return named
    try:
        return gateway.region()
    except AwsError as error:
        raise Failure(error.fault, Exit.USAGE) from error


async def _identity(gateway: Gateway, region: str) -> Identity:
    """Return who we are. An endpoint without STS leaves the account unknown; without credentials nothing works."""
    try:
        return await gateway.identity(region)
    except AwsError as error:
        unreachable = error.fault.kind is FaultKind.UNREACHABLE and gateway.connection.endpoint_url
        if error.fault.kind in _FATAL or unreachable:
            raise
        return Identity("", "")


def _require_region(region: str, known: tuple[str, ...]) -> None:
    if region not in known:
        close = difflib.get_close_matches(region.lower(), known, n=3, cutoff=0.6)
        hint = f"Nearest: {', '.join(close)}" if close else "See the regions with: cloudtop doctor"
        raise usage(f"There is no region {clean(region, 80) or 'without a name'}", "", hint)


def _require_url(endpoint: str) -> None:
    if not endpoint:
        return
    try:
        parts = urlsplit(endpoint)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if not valid or re.search(r"[\s\x00-\x1f]", endpoint):
        raise usage(f"{clean(endpoint, 120)} is no endpoint", "it must be http://HOST or https://HOST")


def _about(fault: Fault, profile: str) -> Fault:
    return replace(fault, subject=clean(profile)) if profile and not fault.subject else fault
