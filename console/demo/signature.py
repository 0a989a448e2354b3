"""Owns checking AWS's signature version 4, in headers and in pre-signed addresses; must not know services.

The demo knows one access key. Session tokens are not looked at.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from urllib.parse import quote, unquote

from console.demo.process import ACCESS_KEY, SECRET_KEY
from console.demo.wire.messages import Request

_ALGORITHM = "AWS4-HMAC-SHA256"
_UNSIGNED = "UNSIGNED-PAYLOAD"
_SKEW = timedelta(minutes=15)


class Problem(Enum):
    """Why a request is not let in."""

    ABSENT = "the request is not signed"
    INCOMPLETE = "the signature lacks a part"
    UNKNOWN_KEY = "nobody has this access key"
    WRONG = "the signature is not the one we calculate"
    SKEWED = "the request's time is too far from ours"
    EXPIRED = "the address is no longer valid"
    WRONG_BODY = "the body is not the one that was signed"


@dataclass(frozen=True, slots=True)
class Signature:
    """A request's signature. ``expires`` is None where the signature is in the headers."""

    access_key: str
    scope: str
    service: str
    moment: str
    headers: Sequence[str]
    value: str
    expires: int | None = None

    @property
    def region(self) -> str:
        """The region that the request was signed for."""
        return self.scope.split("/")[1]


def read(request: Request) -> Signature | Problem:
    """Return the signature that ``request`` carries."""
    header = request.headers.get("authorization", "")
    query = dict(request.query_pairs())
    try:
        if header.startswith(_ALGORITHM):
            return _from_header(header, request.headers.get("x-amz-date", ""))
        if query.get("X-Amz-Algorithm") == _ALGORITHM:
            return _from_query(query)
    except (KeyError, ValueError):
        return Problem.INCOMPLETE
    return Problem.INCOMPLETE if header else Problem.ABSENT


def _from_header(header: str, moment: str) -> Signature:
    parts = dict(part.strip().split("=", 1) for part in header.removeprefix(_ALGORITHM).split(","))
    access_key, scope, service = _credential(parts["Credential"])
    return Signature(access_key, scope, service, moment, parts["SignedHeaders"].split(";"), parts["Signature"])


def _from_query(query: dict[str, str]) -> Signature:
    access_key, scope, service = _credential(query["X-Amz-Credential"])
    headers = query["X-Amz-SignedHeaders"].split(";")
    expires = int(query["X-Amz-Expires"])
    return Signature(access_key, scope, service, query["X-Amz-Date"], headers, query["X-Amz-Signature"], expires)


def _credential(text: str) -> tuple[str, str, str]:
    access_key, day, region, service, end = text.split("/")
    return access_key, f"{day}/{region}/{service}/{end}", service


def check(signature: Signature, request: Request, now: datetime) -> Problem | None:
    """Return why ``request`` is not let in, None when it is."""
    if signature.access_key != ACCESS_KEY:
        return Problem.UNKNOWN_KEY
    if not hmac.compare_digest(calculate(signature, request, SECRET_KEY), signature.value):
        return Problem.WRONG
    return _outdated(signature, now) or _wrong_body(request)


def _outdated(signature: Signature, now: datetime) -> Problem | None:
    try:
        moment = datetime.strptime(signature.moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return Problem.INCOMPLETE
    if signature.expires is not None:
        return Problem.EXPIRED if now > moment + timedelta(seconds=signature.expires) else None
    return Problem.SKEWED if abs(now - moment) > _SKEW else None


def _wrong_body(request: Request) -> Problem | None:
    claimed = request.headers.get("x-amz-content-sha256", "")
    wrong = len(claimed) == 64 and claimed != hashlib.sha256(request.body).hexdigest()
    return Problem.WRONG_BODY if wrong else None


def calculate(signature: Signature, request: Request, secret: str) -> str:
    """Return the signature that belongs to ``request``, in hexadecimal."""
    lines = (_ALGORITHM, signature.moment, signature.scope, _digest(_canonical(signature, request)))
    key = f"AWS4{secret}".encode()
    for part in signature.scope.split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.digest(key, "\n".join(lines).encode(), "sha256").hex()


def _canonical(signature: Signature, request: Request) -> str:
    presigned = signature.expires is not None
    pairs = (pair for pair in request.query_pairs() if pair[0] != "X-Amz-Signature")
    query = "&".join(
        f"{name}={value}" for name, value in sorted((_quote(name), _quote(value)) for name, value in pairs)
    )
    headers = "".join(f"{name}:{' '.join(request.headers.get(name, '').split())}\n" for name in signature.headers)
    body = _UNSIGNED if presigned else request.headers.get("x-amz-content-sha256") or _digest_bytes(request.body)
    path = _path(request.path, signature.service)
    return "\n".join((request.method, path, query, headers, ";".join(signature.headers), body))


def _path(path: str, service: str) -> str:
    """S3 signs the path as it is sent; everybody else encodes it once more."""
    once = quote(unquote(path), safe="/-_.~")
    return once if service == "s3" else quote(once, safe="/-_.~")


def _quote(text: str) -> str:
    return quote(text, safe="-_.~")


def _digest(text: str) -> str:
    return _digest_bytes(text.encode())


def _digest_bytes(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
