"""Owns how often a screen looks at the clock: each second only while seconds are shown. Must not know what by."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.timer import Timer
    from textual.widget import Widget

SECONDS, MINUTES = 1.0, 15.0
"""Seconds from beat to beat while seconds are shown, and while minutes are the least."""


class Beat:
    """Calls ``tick`` again and again. A program that shows nothing that moves is woken by nothing."""

    def __init__(self, widget: Widget, tick: Callable[[], None]) -> None:
        self._widget = widget
        self._tick = tick
        self._timer: Timer | None = None
        self.period = 0.0

    def keep(self, seconds_are_shown: bool) -> None:
        """Go on in the pace that what is shown now needs."""
        period = SECONDS if seconds_are_shown else MINUTES
        if period == self.period:
            return
        self.period = period
        if self._timer:
            self._timer.stop()
        self._timer = self._widget.set_interval(period, self._tick)
