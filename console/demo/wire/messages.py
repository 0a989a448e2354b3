"""Owns one HTTP request and response, and the error of a service; must not know sockets or services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any
from urllib.parse import unquote


class Ending(Enum):
    """What becomes of the connection after a response."""

    KEPT = "kept"
    CUT = "closed after half of the body"
    DROPPED = "closed without a response"


@dataclass(frozen=True, slots=True)
class Request:
    """One request. ``path`` and ``query`` are still percent-encoded; header names are lower case."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes = b""

    def query_pairs(self) -> list[tuple[str, str]]:
        """Return the decoded query; a plus sign is a plus sign, as in AWS's signing."""
        parts = (part.partition("=") for part in self.query.split("&") if part)
        return [(unquote(name), unquote(value)) for name, _, value in parts]


@dataclass(slots=True)
class Response:
    """One response; ``Content-Length`` is added when it is sent."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    ending: Ending = Ending.KEPT


class ServiceError(Exception):
    """An error as AWS answers it.

    ``shape`` is the name in the model where it differs from the code that SDKs of the query protocol show;
    ``details`` are further elements of S3's error body; ``headers`` are sent as they are.
    """

    def __init__(
        self,
        code: str,
        message: str,
        status: int = 400,
        *,
        shape: str = "",
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.shape = shape or code
        self.details = dict(details or {})
        self.headers = dict(headers or {})
