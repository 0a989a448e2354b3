"""Owns which keys are meant for what is on screen. Must not know what a key does.

Between a key that opens a dialog and the dialog's first picture, what is typed was typed blind: it is dropped, or kept
for a dialog that is a field to type into. Escape takes the first key back.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from typing import TYPE_CHECKING

from textual import events

if TYPE_CHECKING:
    from textual.screen import Screen


class KeyGate:
    """Lets keys through, drops them or keeps them."""

    def __init__(self, post: Callable[[events.Key], object]) -> None:
        self._post = post
        self._cancel: Callable[[], object] | None = None
        self._keeps = False
        self._kept: list[events.Key] = []

    def hold(self, cancel: Callable[[], object], *, keeps: bool) -> None:
        """Hold keys back until ``let_through``: a dialog is on its way; ``cancel`` stops it."""
        self._cancel, self._keeps, self._kept = cancel, keeps, []

    def let_through(self) -> None:
        """Let keys through again, those that were kept first."""
        kept, self._kept, self._cancel = self._kept, [], None
        for event in kept:  # made in an empty context they have no sender, like a key from the terminal
            self._post(Context().run(events.Key, event.key, event.character))

    def admits(self, event: events.Event, screen: Screen[object]) -> bool:
        """Return whether ``event`` is meant for ``screen``."""
        from console.ui.screens.dialog import Dialog

        if isinstance(screen, Dialog):
            return screen.takes(event) or self._put_aside(event)
        return self._cancel is None or self._put_aside(event)

    def _put_aside(self, event: events.Event) -> bool:
        if not isinstance(event, events.Key):
            return False
        if event.key in ("escape", "ctrl+c") and self._cancel is not None:
            self._kept.clear()
            self._cancel()
            self.let_through()
        elif self._keeps:
            self._kept.append(event)
        return False
