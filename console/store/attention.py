"""Owns how long the operator has done nothing, and how much slower lists are read then; must not know which."""

from __future__ import annotations

from collections.abc import Callable

IDLE = ((900.0, 4.0), (300.0, 2.0))
"""(seconds without a key, what waits are multiplied by), the longest first."""


class Attention:
    """When the operator was last heard of. Until the first time nothing is slowed."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._touched_at: float | None = None

    def touched(self) -> bool:
        """Note that the operator did something; return whether that ends a slower time."""
        slowed = self.stretch() > 1.0
        self._touched_at = self._clock()
        return slowed

    def stretch(self) -> float:
        """Return what every wait is multiplied by now."""
        if self._touched_at is None:
            return 1.0
        idle = self._clock() - self._touched_at
        return next((slower for seconds, slower in IDLE if idle >= seconds), 1.0)
