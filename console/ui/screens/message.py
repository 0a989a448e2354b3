"""Owns the full-screen reading of one message, and the way from there to its payload. Must not know how it is read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from textual.binding import Binding, BindingType

from console.ui.screens.document import DocumentScreen


class MessageScreen(DocumentScreen):
    """A message that points to S3: its payload can be asked for."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("f", "fetch", "payload", show=False)]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (("f", "payload from S3"), *DocumentScreen.KEYS)

    def __init__(self, title: str, lines: Sequence[Any], fetch: Callable[[], None]) -> None:
        """``fetch`` is called once this screen is left for it."""
        super().__init__(title, lines)
        self._fetch = fetch

    def action_fetch(self) -> None:
        """Leave, and ask for the payload."""
        self.dismiss(None)
        self._fetch()
