"""Owns the full-screen reading of a document: YAML, JSON, a preview, a list of calls. Must not know its source."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from console.text.clean import clip
from console.text.document import json_lines, plain_lines, yaml_lines
from console.text.format import plural
from console.ui.lines import keys
from console.ui.screens.styledonce import StyledOnce
from console.ui.widgets.document import Document
from console.ui.widgets.line import Line
from console.ui.widgets.textfield import TextField


class DocumentScreen(StyledOnce[None]):
    """Lines to scroll, search and copy."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "leave", "back", show=False),
        Binding("slash", "search", "search", show=False),
        Binding("n", "next(1)", "next", show=False),
        Binding("N", "next(-1)", "previous", show=False),
        Binding("c", "copy", "copy", show=False),
    ]
    KEYS: ClassVar[tuple[tuple[str, str], ...]] = (
        ("esc", "back"),
        ("/", "search"),
        ("n N", "next, previous"),
        ("c", "copy all"),
        ("← →", "sideways"),
    )
    AUTO_FOCUS = "Document"

    def __init__(self, title: str, lines: Sequence[Any], note: str = "") -> None:
        super().__init__()
        self._title = title
        self._lines = lines
        self._note = note

    @classmethod
    def yaml(cls, title: str, document: object) -> DocumentScreen:
        """Return the screen of a clean document as YAML."""
        return cls(title, yaml_lines(document), "YAML")

    @classmethod
    def json(cls, title: str, document: object) -> DocumentScreen:
        """Return the screen of a clean document as JSON."""
        return cls(title, json_lines(document), "JSON")

    @classmethod
    def text(cls, title: str, lines: Sequence[str], note: str = "") -> DocumentScreen:
        """Return the screen of clean lines."""
        return cls(title, plain_lines(lines), note)

    def compose(self) -> ComposeResult:
        """Compose title, lines, the search field and the keys."""
        yield Line(id="title")
        yield Document(id="document")
        yield TextField(id="search", compact=True, placeholder="search")
        yield Line(id="keys")

    def on_mount(self) -> None:
        """Show the lines."""
        self.query_one("#search").display = False
        self.query_one(Document).show(self._lines)
        self.query_one("#keys", Line).show(keys(self.KEYS))
        self._tell("")

    def _tell(self, words: str) -> None:
        count = plural(len(self._lines), "line")
        about = f"  {self._note} · {count}" if self._note else f"  {count}"
        title = clip(self._title, max(20, self.size.width - len(about) - len(words) - 4))
        self.query_one("#title", Line).show([(f" {title}", "strong"), (about, "dim")], [(f"{words} ", "accent")])

    def action_leave(self) -> None:
        """Go back, or out of the search field."""
        field = self.query_one("#search", Input)
        if field.has_focus:
            self._close_search()
        else:
            self.dismiss(None)

    def _close_search(self) -> None:
        self.set_focus(self.query_one(Document))  # before the field is seen to be gone: a key may follow at once
        self.query_one("#search").display = False

    def action_search(self) -> None:
        """Open the search field."""
        field = self.query_one("#search", Input)
        field.display = True
        field.focus()

    @on(Input.Changed, "#search")
    def _searched(self, event: Input.Changed) -> None:
        found = self.query_one(Document).search(event.value)
        self._tell(f"{found:,} found" if event.value else "")

    @on(Input.Submitted, "#search")
    def _submitted(self) -> None:
        self._close_search()

    def action_next(self, step: int) -> None:
        """Go to the next or previous line that holds what was searched for."""
        self.query_one(Document).step(step)

    def action_copy(self) -> None:
        """Send the whole text to the terminal's clipboard."""
        self.app.copy_to_clipboard(self.query_one(Document).text())
        self._tell("sent to the terminal's clipboard")
