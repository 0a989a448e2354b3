"""Owns what every dialog does: it opens over the list and takes no key typed before it was seen.

Must not know what it asks.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import events
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.screen import ModalScreen

from console.ui.lines import keys
from console.ui.screens.styledonce import StyledOnce
from console.ui.widgets.line import Line

if TYPE_CHECKING:
    from console.ui.app import CloudtopApp

Answer = TypeVar("Answer")


FRAME_LINES = 3
"""Lines of the frame and of the keys below it."""


class Dialog(StyledOnce[Answer], ModalScreen[Answer]):
    """A framed question. ``body`` gives its widgets, ``KEYS`` the line of keys below."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "cancel", show=False),
        Binding("pagedown", "turn('page_down')", "down", show=False),
        Binding("pageup", "turn('page_up')", "up", show=False),
        # at once: what is typed after them must not reach the field that they leave
        Binding("tab", "app.focus_next", "next", show=False, priority=True),
        Binding("shift+tab", "app.focus_previous", "previous", show=False, priority=True),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("esc", "cancel"),)
    SEEN_SECONDS: ClassVar[float] = 0.15
    """How long it has been on screen before it takes a key: less than anybody needs to read it."""
    AUTO_FOCUS = ""
    app: CloudtopApp

    def __init__(self) -> None:
        super().__init__()
        self._takes_keys_at = float("inf")
        self._answered = False

    def compose(self) -> ComposeResult:
        """Compose the frame, the body in it and the line of keys."""
        with Vertical(id="frame"):
            with VerticalScroll(id="told", can_focus=False):
                yield from self.body()
            with Vertical(id="foot"):
                yield from self.foot()
        yield Line(id="keys")

    def body(self) -> ComposeResult:
        """Return what is told; it scrolls where the screen is low."""
        yield from ()

    def foot(self) -> ComposeResult:
        """Return what is asked; it is always in view."""
        yield from ()

    def on_mount(self) -> None:
        """Start taking keys once all of this has been painted."""
        self.call_after_refresh(self._seen)

    def on_resize(self) -> None:
        """Leave what is told the room that what is asked does not need."""
        self.call_after_refresh(self._share)

    def _share(self) -> None:
        foot = self.query_one("#foot")
        self.query_one("#told").styles.max_height = max(3, self.size.height - FRAME_LINES - foot.outer_size.height)

    def _seen(self) -> None:
        self._takes_keys_at = time.monotonic() + self.SEEN_SECONDS
        self.app.gate.let_through()
        if self.SEEN_SECONDS:
            self.set_timer(self.SEEN_SECONDS, self._show_keys)
        else:
            self._show_keys()

    def _show_keys(self) -> None:
        self.query_one("#keys", Line).show(keys(self.KEYS))

    def takes(self, event: events.Event) -> bool:
        """Return whether ``event`` is meant for this dialog: it is younger than its first picture."""
        return event.time >= self._takes_keys_at

    def action_turn(self, how: str) -> None:
        """Scroll what is told."""
        getattr(self.query_one("#told"), f"action_{how}")()

    def dismiss(self, result: Answer | None = None) -> AwaitComplete:
        """Answer, once: a second key typed in the same moment would close the screen below."""
        if self._answered:
            return AwaitComplete()
        self._answered = True
        return super().dismiss(result)

    def action_cancel(self) -> None:
        """Leave without an answer."""
        self.dismiss(None)
