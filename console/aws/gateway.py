"""Owns the clients and the two verbs, call and pages; must not know resource types, rows or the screen."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import AsyncExitStack, aclosing
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast

from botocore import xform_name
from botocore.exceptions import ClientError

from console.aws.cost import CallRecord, Meter
from console.aws.errors import translate
from console.aws.guard import Guard
from console.aws.limits import Gate, Limits
from console.aws.parts import in_parts
from console.aws.quick import remember_endpoints
from console.aws.session import (
    READ_ATTEMPTS,
    Connection,
    attempts_for,
    client_config,
    current_call,
    known_regions,
    open_session,
)
from console.scope.model import Identity, Scope
from console.scope.urgency import urgency
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind

Parameters = dict[str, Any]

BODY_LIMIT = 1024 * 1024
"""Bytes read of a streamed body where no range was asked for."""
RANGE_LIMIT = 16 * BODY_LIMIT
"""Bytes read of a range, however long it is."""
_RANGE = re.compile(r"bytes=(\d{1,15})-(\d{1,15})")


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads AWS in one scope."""

    gateway: Gateway
    scope: Scope

    async def call(self, service: str, operation: str, parameters: Parameters) -> dict[str, Any]:
        """Return one response. Raises ``AwsError``."""
        return await self.gateway.call(self.scope, service, operation, parameters)

    def pages(
        self, service: str, operation: str, parameters: Parameters, wanted: Collection[str] = ()
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield each page as it arrives. Raises ``AwsError``.

        ``wanted`` are the dotted members for which it is read (``Reservations.Instances.State.Name``); others may be
        missing then, and a page may come in parts.
        """
        return self.gateway.pages(self.scope, service, operation, parameters, wanted)


@dataclass(frozen=True, slots=True)
class _Call:
    scope: Scope
    service: str
    operation: str
    metrics: int
    """How many a GetMetricData asks for; it is charged by them."""


class Gateway:
    """One session's way to AWS: one client per service, region and number of attempts."""

    def __init__(self, connection: Connection, guard: Guard, meter: Meter) -> None:
        self.connection = connection
        self.guard = guard
        self.meter = meter
        self._limits = Limits()
        self._clients: dict[tuple[str, str, int], Any] = {}
        self._creating = asyncio.Lock()
        self._open = AsyncExitStack()
        self._session: Any = None
        self.under_way = 0
        """Calls that wait for their turn or their answer."""

    async def __aenter__(self) -> Gateway:
        """Open the session. Raises ``AwsError`` for an unknown profile."""
        try:
            self._session = open_session(self.connection, self.guard, self.meter)
            self._session.get_scoped_config()
        except Exception as error:
            raise AwsError(translate(error)) from error
        return self

    async def __aexit__(self, *_exception: object) -> None:
        """Close every client."""
        await self._open.aclose()

    def region(self) -> str:
        """Return the region to start in: asked for, or from environment and profile. Raises ``AwsError``."""
        region = self.connection.region or self._session.get_config_variable("region") or ""
        if not region:
            raise AwsError(Fault(FaultKind.INVALID, "No region is set", "", "Choose one with -r"))
        return str(region)

    def regions(self) -> tuple[str, ...]:
        """Return the names of all regions that botocore knows."""
        return known_regions(self._session)

    def profiles(self) -> tuple[str, ...]:
        """Return the cleaned names of the profiles in the AWS files."""
        return tuple(clean(name) for name in self._session.available_profiles)

    def reader(self, scope: Scope) -> Reader:
        """Return a reader of ``scope``."""
        return Reader(self, scope)

    def slowed(self) -> dict[str, int]:
        """Return service → how many times slower it is asked, because AWS refused calls for coming too fast."""
        return self._limits.slowed()

    async def credentials_expire(self) -> datetime | None:
        """Return when the credentials end, None for those that do not. Raises ``AwsError`` without any."""
        try:
            credentials = await self._session.get_credentials()
            if credentials is None:
                raise AwsError(_NO_CREDENTIALS)
            await credentials.get_frozen_credentials()
        except AwsError:
            raise
        except Exception as error:
            raise AwsError(translate(error)) from error
        moment = getattr(credentials, "_expiry_time", None)
        return moment.astimezone(UTC) if moment else None

    async def identity(self, region: str) -> Identity:
        """Return who STS says we are. Raises ``AwsError``."""
        expires = await self.credentials_expire()
        answer = await self.call(Scope(region), "sts", "GetCallerIdentity", {})
        return Identity(clean(answer.get("Account")), clean(answer.get("Arn")), expires_at=expires)

    async def call(self, scope: Scope, service: str, operation: str, parameters: Parameters) -> dict[str, Any]:
        """Make one call and return its parsed answer. Raises ``AwsError`` for everything that can go wrong.

        Whether it is tried again after a failure is the operation's to say: a write never is.
        """

        async def send() -> dict[str, Any]:
            self.guard.admit(service, operation)
            client = await self._client(service, scope.region, attempts_for(service, operation))
            answer = cast(dict[str, Any], await getattr(client, xform_name(operation))(**parameters))
            if hasattr(answer.get("Body"), "read"):
                answer["Body"] = await _read_body(answer["Body"], _most_bytes(parameters))
            return answer

        return await self._metered(_Call(scope, service, operation, _metrics(parameters)), send)

    async def write(self, scope: Scope, service: str, operation: str, parameters: Parameters) -> dict[str, Any]:
        """Make one call that is sent once and never repeated, under the runner's warrant. Raises ``AwsError``."""
        return await self.call(scope, service, operation, parameters)

    async def pages(
        self, scope: Scope, service: str, operation: str, parameters: Parameters, wanted: Collection[str] = ()
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield each page of a paginated operation as it arrives, ``wanted`` as in ``Reader``. Raises ``AwsError``."""
        try:
            self.guard.admit(service, operation)
            client = await self._client(service, scope.region, READ_ATTEMPTS)
            paginator = client.get_paginator(xform_name(operation))
            iterator = paginator.paginate(**parameters).__aiter__()
        except Exception as error:
            raise AwsError(translate(error, service, operation)) from error
        call = _Call(scope, service, operation, _metrics(parameters))
        turn = partial(self._metered, call, lambda: anext(iterator, {}))
        async with aclosing(in_parts(turn, frozenset(wanted))) as parts:
            async for part in parts:
                yield part

    async def presign(self, scope: Scope, operation: str, parameters: Parameters, expires: int) -> str:
        """Return a pre-signed S3 URL; ``expires`` in seconds. Nothing is sent. Raises ``AwsError``."""
        try:
            self.guard.admit("s3", operation)
            client = await self._client("s3", scope.region, READ_ATTEMPTS)
            url = await client.generate_presigned_url(xform_name(operation), Params=parameters, ExpiresIn=expires)
        except Exception as error:
            raise AwsError(translate(error, "s3", operation)) from error
        return str(url)

    async def _metered(self, call: _Call, send: Callable[[], Awaitable[dict[str, Any]]]) -> dict[str, Any]:
        """Return what ``send`` gives, counted and recorded; nothing is recorded where there was no answer."""
        gate = self._limits.gate(call.scope.account, call.scope.region, call.service)
        token, passed = current_call.set((call.service, call.operation, call.metrics)), _gate.set(gate)
        started = time.monotonic()
        self.under_way += 1
        try:
            async with gate.turn(urgency.get()):
                answer = await send()
        except Exception as error:
            fault = translate(error, call.service, call.operation)
            self._record(call, started, fault.code or fault.kind.value, fault.request_id)
            raise AwsError(fault) from error
        finally:
            self.under_way -= 1
            current_call.reset(token)
            _gate.reset(passed)
        if answer:
            metadata = answer.get("ResponseMetadata", {})
            self._record(call, started, "ok", clean(metadata.get("RequestId", ""), 80))
        return answer

    async def _client(self, service: str, region: str, attempts: int) -> Any:
        key = (service, region, attempts)
        if key in self._clients:
            return self._clients[key]
        async with self._creating:
            if key not in self._clients:
                self._clients[key] = await self._open.enter_async_context(
                    self._session.create_client(
                        service,
                        region_name=region,
                        endpoint_url=self.connection.endpoint_url or None,
                        config=client_config(self.connection, service, attempts),
                    )
                )
                remember_endpoints(self._clients[key])
                self._clients[key].meta.events.register("response-received", _heed_throttling)
        return self._clients[key]

    def _record(self, call: _Call, started: float, outcome: str, request_id: str) -> None:
        seconds = time.monotonic() - started
        self.meter.record(
            CallRecord(time.time(), call.service, call.operation, call.scope.region, seconds, outcome, request_id)
        )


async def _read_body(stream: Any, most: int) -> bytes:
    """Return the first ``most`` bytes; one ``read`` gives only what has arrived so far."""
    body = bytearray()
    async with stream:  # what is left unread would hold the connection
        while len(body) < most and (part := await stream.read(min(most - len(body), BODY_LIMIT))):
            body += part
    return bytes(body)


def _most_bytes(parameters: Parameters) -> int:
    """Return how much of a body is read; who answers with more than the range that was asked for is not believed."""
    asked = _RANGE.fullmatch(str(parameters.get("Range", "")))
    return min(int(asked[2]) - int(asked[1]) + 1, RANGE_LIMIT) if asked else BODY_LIMIT


_gate: ContextVar[Gate | None] = ContextVar("gate", default=None)
"""The gate that this task's call has passed."""


def _heed_throttling(parsed_response: Mapping[str, Any] | None = None, **_rest: Any) -> None:
    """Slow down at every answer that asks for it, those included after which botocore tries again by itself."""
    gate, response = _gate.get(), parsed_response or {}
    if gate and "Error" in response and translate(ClientError(response, "")).kind is FaultKind.THROTTLED:
        gate.throttled()


def _metrics(parameters: Parameters) -> int:
    return len(parameters.get("MetricDataQueries", ()))


_NO_CREDENTIALS = Fault(
    FaultKind.NO_CREDENTIALS,
    "No credentials were found",
    "",
    "Choose a profile with -p, or sign in: aws sso login",
)
