"""Owns what stands on each line of a widget since it was last painted; must not know what a line says."""

from __future__ import annotations

from collections.abc import Sequence


class Picture:
    """The lines as they are on screen, each under a key that differs whenever it would be painted differently."""

    def __init__(self) -> None:
        self._keys: dict[int, object] = {}

    def paint(self, y: int, key: object) -> None:
        """Note that line ``y`` was painted as ``key``."""
        self._keys[y] = key

    def stale(self, keys: Sequence[object]) -> list[int]:
        """Return the lines that are not on screen as ``keys`` say; the first key is that of line 0."""
        return [y for y, key in enumerate(keys) if self._keys.get(y, self) != key]
