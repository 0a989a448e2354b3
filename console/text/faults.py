"""Owns the words of a failure as they are shown: what, why, what to do. Must not know what raised it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from console.text.clean import clean


class FaultKind(StrEnum):
    """What sort of failure it is; decides the exit code, the retry and the colour."""

    DENIED = "denied"
    EXPIRED = "expired"
    NO_CREDENTIALS = "no credentials"
    INVALID_CREDENTIALS = "invalid credentials"
    CLOCK = "clock"
    THROTTLED = "throttled"
    NOT_FOUND = "not found"
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    MALFORMED = "malformed answer"
    UNSUPPORTED = "unsupported"
    REFUSED = "refused"
    INVALID = "invalid"
    SERVICE = "service"


CREDENTIAL_KINDS = frozenset({FaultKind.EXPIRED, FaultKind.NO_CREDENTIALS, FaultKind.INVALID_CREDENTIALS})
"""Failures that only a new sign-in mends."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One failure in the operator's words. Every string is clean."""

    kind: FaultKind
    what: str
    why: str
    remedy: str = ""
    code: str = ""
    request_id: str = ""
    subject: str = ""
    """The region, id or operation it happened to."""

    def sentence(self) -> str:
        """Return it as one line: what, why, what to do, request id."""
        parts = [f"{self.what}: {self.why}" if self.why else self.what]
        if self.remedy:
            parts.append(self.remedy)
        if self.request_id:
            parts.append(f"request id {self.request_id}")
        return ". ".join(part.rstrip(".") for part in parts) + "."


class AwsError(Exception):
    """A call that gave no usable answer. ``fault`` holds the words."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.sentence())
        self.fault = fault


def fault_of(error: BaseException) -> Fault:
    """Return the fault that ``error`` carries, or one that names it where nobody foresaw it."""
    fault = getattr(error, "fault", None)
    if isinstance(fault, Fault):
        return fault
    return Fault(FaultKind.SERVICE, "Something unforeseen went wrong", clean(f"{type(error).__name__}: {error}", 300))
