"""Owns one thing that can be chosen in a dialog; must not know what choosing it does."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget


class Choice(Widget, can_focus=True):
    """A word to choose with enter, space or a click."""

    DEFAULT_CSS = "Choice { width: auto; height: 1; }"
    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "choose", "choose", show=False),
        Binding("right,down", "app.focus_next", "next", show=False),
        Binding("left,up", "app.focus_previous", "previous", show=False),
    ]

    class Chosen(Message):
        """The choice was made."""

        def __init__(self, choice: Choice) -> None:
            super().__init__()
            self.choice = choice

        @property
        def control(self) -> Choice:
            """The choice, for ``on`` selectors."""
            return self.choice

    def __init__(self, words: str, *, id: str, disabled: bool = False) -> None:
        super().__init__(id=id, disabled=disabled)
        self._words = words

    def render(self) -> Text:
        """Return the word with room around it."""
        return Text(f" {self._words} ", no_wrap=True, end="")

    def action_choose(self) -> None:
        """Make the choice."""
        self.post_message(self.Chosen(self))

    def on_click(self, event: events.Click) -> None:
        """Choose with the mouse."""
        event.stop()
        self.action_choose()
