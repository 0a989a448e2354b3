"""Owns choosing one thing from a short list; must not know what the things are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from console.ui.choice import Entry
from console.ui.screens.dialog import Dialog
from console.ui.widgets.line import Line
from console.ui.widgets.paint import Painted
from console.ui.widgets.panel import Panel
from console.ui.widgets.textfield import TextField

SEARCHABLE = 12
"""Entries from which on a field narrows the list."""


class Menu(Dialog[str]):
    """A list to choose from with arrows and enter; a long one narrows as one types. Answers the entry's id."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move('cursor_down')", "down", show=False, priority=True),
        Binding("up", "move('cursor_up')", "up", show=False, priority=True),
        Binding("pagedown", "move('page_down')", "down", show=False, priority=True),
        Binding("pageup", "move('page_up')", "up", show=False, priority=True),
    ]
    KEYS = (("↑↓", "move"), ("enter", "choose"), ("esc", "cancel"))

    def __init__(self, title: str, entries: Sequence[Entry], about: str = "") -> None:
        super().__init__()
        self._title = title
        self._entries = tuple(entries)
        self._about = about
        self._shown: tuple[Entry, ...] = ()

    def body(self) -> ComposeResult:
        """Compose what it is about, the field of a long list, and the list."""
        if self._about:
            yield Panel(lambda panel: panel.painted([(self._about, "dim")]), id="about")
        if len(self._entries) >= SEARCHABLE:
            yield TextField(id="narrow", placeholder="type to narrow", compact=True)
        yield OptionList(id="entries", markup=False, compact=True)

    def on_mount(self) -> None:
        """Name the frame and fill the list."""
        self.query_one("#frame").border_title = Text(f"{self._title}", end="")
        self._fill("")
        (self.query("#narrow").first() if self.query("#narrow") else self._list).focus()

    @property
    def _list(self) -> OptionList:
        return self.query_one(OptionList)

    def _fill(self, wanted: str) -> None:
        words = wanted.lower().split()
        self._shown = tuple(entry for entry in self._entries if _fits(entry, words))
        painter = self.query_one("#keys", Line)
        self._list.clear_options()
        self._list.add_options([Option(_words(painter, entry), disabled=bool(entry.why_not)) for entry in self._shown])
        self._list.highlighted = next((index for index, entry in enumerate(self._shown) if not entry.why_not), None)

    @on(Input.Changed)
    def _narrow(self, event: Input.Changed) -> None:
        self._fill(event.value)

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self._list.action_select()

    @on(OptionList.OptionSelected)
    def _selected(self, event: OptionList.OptionSelected) -> None:
        self.dismiss(self._shown[event.option_index].id)

    def action_move(self, how: str) -> None:
        """Move in the list wherever the focus is."""
        getattr(self._list, f"action_{how}")()


def _fits(entry: Entry, words: Sequence[str]) -> bool:
    hay = f"{entry.title} {entry.note}".lower()
    return all(word in hay for word in words)


def _words(painter: Painted, entry: Entry) -> Text:
    if entry.why_not:
        return painter.painted([(f"{entry.title:<24}", "dim"), (f" {entry.why_not}", "dim")])
    return painter.painted([(f"{entry.title:<24}", entry.tone), (f" {entry.note}", "dim")])
