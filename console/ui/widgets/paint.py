"""Owns the styles that text is painted with, by token; must not know what the text says.

The styles themselves are in ``console.tcss``, so that a theme decides them in one place.
"""

from __future__ import annotations

from typing import ClassVar

from rich.style import Style
from rich.text import Text
from textual.widget import Widget

from console.ui.lines import Spans

TOKENS = (
    "text", "strong", "dim", "line", "accent", "accent-strong", "ok", "warn", "bad", "unknown", "none",
    "brand", "alert", "caution", "key", "tab", "tab-strong", "tab-bad", "tab-warn", "input",
    "head", "sorted", "row", "cursor", "marked", "bad-strong",
)  # fmt: skip


class Painted(Widget):
    """A widget that paints spans. Subclasses list it before ``Widget``."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {f"paint--{token}" for token in TOKENS}
    ALLOW_SELECT = False

    def painted(self, spans: Spans) -> Text:
        """Return ``spans`` as one line of styled text; nothing in them is read as markup."""
        text = Text(no_wrap=True, end="")
        for words, token in spans:
            text.append(words, self.token_style(token))
        return text

    def token_style(self, token: str) -> Style:
        """Return the style of ``token``."""
        style: Style = self.get_component_rich_style(f"paint--{token}", partial=True)
        return style
