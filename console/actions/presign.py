"""Owns making a pre-signed URL: the right region, a lifetime that is true, and a line in the audit log. Not the screen.

A pre-signed URL is a key to hand out: whoever has it needs nothing else until it expires. Nothing is sent to AWS to
make one, and nothing there records it; our audit log does, without the URL.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from contextlib import nullcontext, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from console.actions.audit import AuditLog, AuditUnwritable
from console.actions.outcome import Outcome
from console.actions.runner import Gate
from console.resources.model import Parameters
from console.s3.address import Place
from console.scope.model import Identity, Scope
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind

LONGEST = 7 * 86400
"""Seconds that SigV4 allows at most."""

_REGION = re.compile(r"[a-z]{2}[a-z-]{0,20}-[0-9]{1,2}")

Clock = Callable[[], datetime]


class Signer(Protocol):
    """What is asked of the gateway."""

    @property
    def guard(self) -> Gate:
        """The gate that signing passes too."""

    async def call(self, scope: Scope, service: str, operation: str, parameters: Parameters) -> dict[str, Any]:
        """Make one call. Raises ``AwsError``."""

    async def presign(self, scope: Scope, operation: str, parameters: Parameters, expires: int) -> str:
        """Return a pre-signed URL. Raises ``AwsError``."""

    async def credentials_expire(self) -> datetime | None:
        """Return when the credentials end."""


@dataclass(frozen=True, slots=True)
class Presigned:
    """One URL. ``url`` is a secret: it is neither shown unasked nor recorded."""

    url: str
    expires_at: datetime
    seconds: int
    shortened_by: str = ""
    """Why it lives shorter than was asked for; empty when it does not."""


async def presign(
    gateway: Signer,
    scope: Scope,
    identity: Identity,
    audit: AuditLog,
    place: Place,
    *,
    put: bool,
    seconds: float,
    version: str = "",
    reason: str = "",
    clock: Clock = lambda: datetime.now(UTC),
) -> Presigned:
    """Return a URL to GET or PUT the object at ``place``, recorded before it is made.

    It lives for ``seconds`` at most, never longer than 7 days or than the credentials. A PUT counts as a write and
    needs an unlocked session. Raises ``AwsError``.
    """
    if put and gateway.guard.unlocked_for() <= 0:
        raise AwsError(_LOCKED)
    region = await bucket_region(gateway, scope, place.bucket)
    lifetime, shortened = _lifetime(int(seconds), clock(), await gateway.credentials_expire())
    operation = "PutObject" if put else "GetObject"
    parameters: Parameters = {"Bucket": place.bucket, "Key": place.key}
    if version and not put:
        parameters["VersionId"] = version
    where = replace(scope, region=region)
    entry = await _recorded(audit, where, identity, operation, parameters, lifetime, reason)
    made_at = clock()
    try:
        with gateway.guard.warrant("s3", operation) if put else nullcontext():
            url = await gateway.presign(where, operation, parameters, lifetime)
    except AwsError:
        with suppress(AuditUnwritable):  # an intent without outcome reads as unknown
            await asyncio.to_thread(audit.outcome, entry, Outcome.FAILED)
        raise
    await _settled(audit, entry)
    return Presigned(url, made_at + timedelta(seconds=lifetime), lifetime, shortened)


async def bucket_region(gateway: Signer, scope: Scope, bucket: str) -> str:
    """Return the bucket's region: a URL signed for another one does not work.

    S3 names it in refusals too, so that a role which may only read objects can sign. Raises ``AwsError`` where the
    bucket does not exist; where nothing names a region it is the scope's.
    """
    try:
        answer = await gateway.call(scope, "s3", "HeadBucket", {"Bucket": bucket})
    except AwsError as error:
        named = _named_region(getattr(error.__cause__, "response", None) or {})
        if error.fault.kind is FaultKind.DENIED or (named and error.fault.kind is not FaultKind.NOT_FOUND):
            return named or scope.region
        raise AwsError(replace(error.fault, subject=clean(bucket))) from error
    return _named_region(answer) or scope.region


def _named_region(answer: dict[str, Any]) -> str:
    headers = (answer.get("ResponseMetadata") or {}).get("HTTPHeaders") or {}
    named = str(headers.get("x-amz-bucket-region") or "")
    return named if _REGION.fullmatch(named) else ""


def _lifetime(wanted: int, now: datetime, credentials_end: datetime | None) -> tuple[int, str]:
    """Return (seconds, why fewer than wanted). Raises ``AwsError`` for credentials that have ended."""
    seconds, why = wanted, ""
    if seconds > LONGEST:
        seconds, why = LONGEST, "AWS allows 7 days at most"
    left = int((credentials_end - now).total_seconds()) if credentials_end else seconds
    if left < seconds:
        seconds, why = left, "the credentials end then"
    if seconds < 1:
        raise AwsError(Fault(FaultKind.EXPIRED, "No URL was made", "the credentials have ended", "Sign in again"))
    return seconds, why


async def _recorded(
    audit: AuditLog, scope: Scope, identity: Identity, operation: str, parameters: Parameters, expires: int, reason: str
) -> str:
    try:
        return await asyncio.to_thread(audit.presign, scope, identity, operation, parameters, expires, reason)
    except AuditUnwritable as error:
        raise AwsError(_unrecorded(error)) from error


async def _settled(audit: AuditLog, entry: str) -> None:
    try:
        await asyncio.to_thread(audit.outcome, entry, Outcome.DONE)
    except AuditUnwritable as error:
        raise AwsError(_unrecorded(error)) from error


def _unrecorded(error: AuditUnwritable) -> Fault:
    return Fault(FaultKind.REFUSED, "No URL is handed out", str(error))


_LOCKED = Fault(
    FaultKind.REFUSED, "No URL to write with was made", "the session is read-only", "Press w or start with --write"
)
