"""Owns not making a new screen's styles twice before it is first seen. Must not know what is on it."""

from __future__ import annotations

from textual import events
from textual.screen import Screen, ScreenResultType


class StyledOnce(Screen[ScreenResultType]):
    """A screen that takes the styles its widgets got when they were mounted as they are.

    Textual makes them again when a screen is pushed, also the first time, when nothing can have changed.
    """

    _styled = False

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Leave the styles alone the first time; Textual's own handler comes after this one."""
        event.refresh_styles = event.refresh_styles and self._styled
        self._styled = True
