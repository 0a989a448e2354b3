"""Owns the record of what was called; must not know HTTP or services."""

from __future__ import annotations

from collections import Counter, deque
from dataclasses import asdict, dataclass
from typing import Any

from console.demo.wire.operations import Asked

KEPT = 10_000
"""Calls listed at most; the counts go on."""


@dataclass(slots=True)
class Made:
    """One call. ``at`` is in seconds since 1970; ``status`` is 0 when no answer was sent."""

    service: str
    operation: str
    at: float
    status: int = 0
    mistake: str = ""


class Calls:
    """What was called since the start or the last clearing."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._list: deque[Made] = deque(maxlen=KEPT)

    def begin(self, asked: Asked, at: float) -> Made:
        """Note a call that has arrived."""
        made = Made(asked.service, asked.operation, at)
        self._counts[f"{made.service}:{made.operation}"] += 1
        self._list.append(made)
        return made

    def clear(self) -> None:
        """Forget all calls."""
        self._counts.clear()
        self._list.clear()

    def document(self) -> dict[str, Any]:
        """Return ``{"counts": {"sqs:ListQueues": 2}, "calls": [...]}``."""
        return {"counts": dict(self._counts), "calls": [asdict(made) for made in self._list]}
