"""Owns not doing something too often: at once, and what is asked for soon after that once, a while later."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.widget import Widget


class Spaced:
    """Calls ``work`` when asked, at least ``seconds`` apart; the last time that it is asked for is never forgotten."""

    def __init__(self, widget: Widget, seconds: float, work: Callable[[], None]) -> None:
        self._widget = widget
        self._seconds = seconds
        self._work = work
        self._resting = self._asked = False

    def ask(self, *, at_once: bool = False) -> None:
        """Have it done now, or as soon as it may be done again, which is always where it is wanted ``at_once``."""
        if at_once:
            self._asked = False
            self._work()
            return
        if self._resting:
            self._asked = True
            return
        self._resting = True
        self._widget.set_timer(self._seconds, self._rested)
        self._work()

    def _rested(self) -> None:
        self._resting, asked, self._asked = False, self._asked, False
        if asked:
            self.ask()
