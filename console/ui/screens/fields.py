"""Owns asking for a few words with the facts they rest on; must not know what they are for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.table import Table
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from console.ui.screens.dialog import Dialog
from console.ui.widgets.choice import Choice
from console.ui.widgets.panel import Panel
from console.ui.widgets.textfield import TextField


@dataclass(frozen=True, slots=True)
class Field:
    """One thing to type: what it is called, what stands there at first, and an example."""

    title: str
    value: str = ""
    example: str = ""


class Fields(Dialog[tuple[str, ...]]):
    """Fields above Cancel and a verb. Answers what was typed into each. ``facts`` are (title, words, token)."""

    KEYS = (("tab", "next"), ("enter", "next, choose"), ("esc", "cancel"))

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        verb: str,
        facts: Sequence[tuple[str, str, str]] = (),
        *,
        danger: bool = False,
    ) -> None:
        super().__init__()
        self._title = title
        self._fields = tuple(fields)
        self._verb = verb
        self._told = tuple(facts)
        self.set_class(danger, "danger")

    def body(self) -> ComposeResult:
        """Compose the facts."""
        if self._told:
            yield Panel(self._facts)

    def foot(self) -> ComposeResult:
        """Compose the fields and the buttons."""
        for number, field in enumerate(self._fields):
            with Horizontal(classes="asked"):
                yield Panel(_label(field.title), classes="label")
                yield TextField(field.value, placeholder=field.example, id=f"field{number}", compact=True)
        with Horizontal(id="buttons"):
            yield Choice("Cancel", id="no")
            yield Choice(self._verb, id="yes")

    def on_mount(self) -> None:
        """Name the frame and start in the first field."""
        self.query_one("#frame").border_title = Text(self._title, end="")
        self.query_one("#field0").focus()

    @on(Input.Submitted)
    def _next(self) -> None:
        self.focus_next("Input, #yes")

    @on(Choice.Chosen)
    def _chosen(self, event: Choice.Chosen) -> None:
        typed = tuple(field.value.strip() for field in self.query("#foot Input").results(Input))
        self.dismiss(typed if event.choice.id == "yes" else None)

    def _facts(self, panel: Panel) -> Table:
        table = panel.table(2, 12)
        for title, words, token in self._told:
            table.add_row(panel.cell([(title, "dim")]), panel.cell([(words, token)]))
        return table


def _label(title: str):  # type: ignore[no-untyped-def]
    return lambda panel: panel.painted([(title, "dim")])
