"""The least that a Textual app can be: one line of text. A comparator for starting and for memory."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Hello(App[None]):
    """Shows one line."""

    def compose(self) -> ComposeResult:
        """Compose the line."""
        yield Static("hello, terminal")


if __name__ == "__main__":
    Hello().run()
