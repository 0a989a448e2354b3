"""Owns the prompt that goes anywhere: type, id, ARN, address, profile, region. Must not know how one gets there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from console.resources.destination import completions
from console.resources.registry import catalogue
from console.text.clean import clean
from console.ui.screens.dialog import Dialog
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Panel
from console.ui.widgets.textfield import TextField


class GoTo(Dialog[str]):
    """One field with completions. Answers the text."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('cursor_down')", "down", show=False, priority=True),
        Binding("up", "move('cursor_up')", "up", show=False, priority=True),
        Binding("tab", "complete", "complete", show=False, priority=True),
    ]
    SEEN_SECONDS = 0.0
    KEYS = (("enter", "go"), ("tab", "complete"), ("↑↓", "choose"), ("esc", "cancel"))

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self._words = tuple(words)
        self._shown: list[str] = []

    def body(self) -> ComposeResult:
        """Compose the field and what it may become."""
        yield TextField(
            id="text", compact=True, placeholder="ec2 web-04 · i-0… · arn:… · s3://bucket/prefix · eu-west-1"
        )
        yield OptionList(id="entries", markup=False, compact=True)
        yield Panel(lambda panel: panel.painted([("a type, id, ARN, address, profile or region", "dim")]), id="about")

    def on_mount(self) -> None:
        """Name the frame and begin with every type."""
        self.query_one("#frame").border_title = Text("Go to", end="")
        self.query_one(Input).focus()
        self._fill("")

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def _fill(self, text: str) -> None:
        self._shown = completions(text, self._words)
        line = self.query_one("#keys", Line)
        self._list.clear_options()
        self._list.add_options(
            Option(line.painted([(f"{clean(word):<22}", "text"), (f" {_about(word)}", "dim")])) for word in self._shown
        )

    @on(Input.Changed)
    def _changed(self, event: Input.Changed) -> None:
        self._fill(event.value)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        chosen = self._list.highlighted
        self.dismiss(event.value if chosen is None else self._shown[chosen])

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._shown[event.option_index])

    def action_move(self, how: str) -> None:
        """Move in the completions; the field keeps the focus."""
        getattr(self._list, f"action_{how}")()

    def action_complete(self) -> None:
        """Take the highlighted or first completion into the field."""
        if self._shown:
            field = self.query_one(Input)
            field.value = f"{self._shown[self._list.highlighted or 0]} "
            field.cursor_position = len(field.value)


def _about(word: str) -> str:
    resource = catalogue().get(word)
    if resource is None:
        return "profile or region"
    return f"{resource.title} ({', '.join(resource.aliases)})"
