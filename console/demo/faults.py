"""Owns the faults that a test asked for and when each is due; must not know HTTP or services."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.demo.wire.operations import Asked


class FaultKind(StrEnum):
    """What goes wrong with a call."""

    # an error is the answer, nothing is done
    THROTTLE = "throttle"
    DENY = "deny"
    EXPIRED = "expired"  # the credentials
    UNAVAILABLE = "unavailable"  # 503
    ERROR = "error"  # whatever ``code`` and ``status`` say
    # the way there or back
    LOST = "lost"  # the connection closes before anything is done
    DELAY = "delay"  # before anything is done
    STALL = "stall"  # before anything is done, until it is released
    HOLD = "hold"  # it is done, the answer waits until it is released
    DROP = "drop"  # it is done, then the connection closes without an answer
    CUT = "cut"  # it is done, then the connection closes in the middle of the answer
    GARBLE = "garble"  # it is done, the answer is half of itself and pretends to be whole
    # what the operation itself shows; a service that does not know it does as always
    PARTIAL = "partial"  # every other entry of a batch fails, the first one too, and is not done
    DOUBTFUL = "doubtful"  # the same entries are said to have failed and are done
    CORRUPT = "corrupt"  # the checksums in the answer belong to other texts
    EMPTY = "empty"  # nothing is received, nothing is counted
    REPEAT = "repeat"  # a message is there several times in one answer
    SLOW = "slow"  # a purge takes its minute, and takes what arrives in it


@dataclass(slots=True)
class Fault:
    """One fault. It strikes calls ``first`` … ``first + times - 1`` after it was added; ``times`` 0 means for ever."""

    kind: FaultKind
    service: str = "*"
    operation: str = "*"
    first: int = 1
    times: int = 0
    seconds: float = 0.0
    code: str = "InternalError"
    status: int = 500
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
            str(document.get("code", "InternalError")),
            int(document.get("status", 500)),
        )
    except (KeyError, TypeError) as error:
        raise ValueError("a fault needs a kind") from error


class Faults:
    """All faults of one server."""

    def __init__(self) -> None:
        self._faults: list[Fault] = []
        self._gate: asyncio.Future[bool] | None = None

    def add(self, fault: Fault) -> None:
        """Add a fault; it counts calls from now on."""
        self._faults.append(fault)

    def clear(self) -> None:
        """Remove every fault; calls that are stalled now are lost."""
        self._faults.clear()
        self._open(go_on=False)

    def release(self) -> None:
        """Let the calls that are stalled or held now go on."""
        self._open(go_on=True)

    def due(self, asked: Asked) -> dict[FaultKind, Fault]:
        """Return what strikes this call."""
        return {fault.kind: fault for fault in self._faults if fault.strikes(asked)}

    async def wait(self) -> bool:
        """Return when the call may go on; False says that it is lost."""
        if self._gate is None:
            self._gate = asyncio.get_running_loop().create_future()
        return await asyncio.shield(self._gate)

    def _open(self, *, go_on: bool) -> None:
        if self._gate:
            self._gate.set_result(go_on)
            self._gate = None
