"""Owns the faults that a test asked for and when each is due; must not know HTTP or services."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.demo.wire.operations import Asked


class FaultKind(StrEnum):
    """What goes wrong with a call."""

    THROTTLE = "throttle"
    DENY = "deny"
    EXPIRED = "expired"  # the credentials
    UNAVAILABLE = "unavailable"  # 503, nothing done
    LOST = "lost"  # the connection closes before anything is done
    DROP = "drop"  # it is done, then the connection closes without an answer
    CUT = "cut"  # it is done, then the connection closes in the middle of the answer
    DELAY = "delay"


@dataclass(slots=True)
class Fault:
    """One fault. It strikes calls ``first`` … ``first + times - 1`` after it was added; ``times`` 0 means for ever."""

    kind: FaultKind
    service: str = "*"
    operation: str = "*"
    first: int = 1
    times: int = 0
    seconds: float = 0.0
    seen: int = 0

    def strikes(self, asked: Asked) -> bool:
        """Count this call if it is meant, and say whether it is struck."""
        if self.service not in ("*", asked.service) or self.operation not in ("*", asked.operation):
            return False
        self.seen += 1
        return self.seen >= self.first and (not self.times or self.seen < self.first + self.times)


def parse(document: Mapping[str, Any]) -> Fault:
    """Return the fault that an admin request describes: ``kind``, and what ``Fault`` names. Raises ``ValueError``.

    ``nth`` is short for one single call.
    """
    nth = document.get("nth")
    try:
        return Fault(
            FaultKind(document["kind"]),
            str(document.get("service", "*")),
            str(document.get("operation", "*")),
            int(nth or document.get("first", 1)),
            1 if nth else int(document.get("times", 0)),
            float(document.get("seconds", 0)),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("a fault needs a kind") from error


class Faults:
    """All faults of one server."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Add a fault; it counts calls from now on."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Remove every fault."""
        self._faults.clear()

    def due(self, asked: Asked) -> dict[FaultKind, Fault]:
        """Return what strikes this call."""
        return {fault.kind: fault for fault in self._faults if fault.strikes(asked)}
