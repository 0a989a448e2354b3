"""A bare application in the product's colours that holds one widget. Knows no session."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from textual.app import App, ComposeResult
from textual.widget import Widget

import console
from console.config.data import load_theme
from console.ui.theme import TOKENS, make_theme

STYLES = Path(console.__file__).parent / "ui" / "console.tcss"


class Stage(App[object]):
    """Shows ``widgets`` as the product would."""

    CSS_PATH = STYLES
    ENABLE_COMMAND_PALETTE = False

    def __init__(self, *widgets: Widget, theme: str = "night") -> None:
        super().__init__()
        self.animation_level = "none"
        self._held = widgets
        self.register_theme(make_theme(theme, load_theme(theme)))
        self.theme = theme

    def compose(self) -> ComposeResult:
        """Compose what it was given."""
        yield from self._held

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return what the style sheet needs before the theme is on."""
        return {f"t-{token}": "ansi_default" for token in TOKENS}


def lines_of(widget: Widget) -> list[str]:
    """Return what a widget shows, line by line."""
    return [widget.render_line(y).text for y in range(widget.size.height)]


def screen_text(app: App[Any]) -> str:
    """Return what is on the whole screen."""
    return "\n".join(strip.text for strip in app.screen._compositor.render_strips())
