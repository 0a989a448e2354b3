"""Owns writing the rows shown into a file: the question and the file. Must not know where rows come from."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Input

from console.command.output import json_text
from console.command.printing import exported, exported_csv
from console.resources.model import ResourceType
from console.store.rows import Row
from console.ui.screens.dialog import Dialog
from console.ui.widgets.choice import Choice
from console.ui.widgets.panel import Panel
from console.ui.widgets.textfield import TextField
from console.workbench.keeping import open_new_file

FORMS = {"csv": "CSV", "json": "JSON"}


@dataclass(frozen=True, slots=True)
class Export:
    """What to write and where."""

    path: str
    form: str


class ExportDialog(Dialog[Export]):
    """Asks for a file name and a form."""

    KEYS = (("tab", "next"), ("enter", "choose"), ("esc", "cancel"))

    def __init__(self, type_name: str) -> None:
        super().__init__()
        stamp = datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
        self._proposed = f"cloudtop-{type_name}-{stamp}"

    def body(self) -> ComposeResult:
        """Compose the file name and the forms."""
        with Horizontal(classes="asked"):
            yield Panel(lambda panel: panel.painted([("File", "dim")]), classes="label")
            yield TextField(self._proposed, id="path", compact=True)
        yield Panel(lambda panel: panel.painted([("Values as shown, unsafe characters made visible.", "dim")]))
        with Horizontal(id="buttons"):
            for form, title in FORMS.items():
                yield Choice(title, id=form)
            yield Choice("Cancel", id="no")

    def on_mount(self) -> None:
        """Name the frame and start on the first form."""
        self.query_one("#frame").border_title = Text("Export the rows shown", end="")
        self.set_focus(self.query_one("#csv"))

    @on(Input.Submitted)
    def _named(self) -> None:
        self.set_focus(self.query_one("#csv"))

    @on(Choice.Chosen)
    def _chosen(self, event: Choice.Chosen) -> None:
        form = event.choice.id or "no"
        path = self.query_one("#path", Input).value.strip()
        if form == "no" or not path:
            self.dismiss(None)
        else:
            self.dismiss(Export(path if path.endswith(f".{form}") else f"{path}.{form}", form))


def write(path: Path, form: str, resource: ResourceType, rows: Sequence[Row], *, complete: bool) -> Path:
    """Write ``rows`` into a new file that only its owner can read. Raises ``OSError``, also when it exists."""
    text = exported_csv(resource, rows) if form == "csv" else _json(resource, rows, complete)
    path = path.expanduser()
    with os.fdopen(open_new_file(path), "w", encoding="utf-8") as file:
        file.write(text)
    return path.absolute()


def _json(resource: ResourceType, rows: Sequence[Row], complete: bool) -> str:
    told = [exported(resource, row) for row in rows]
    return json_text({"type": resource.name, "rows": told, "count": len(told), "complete": complete}) + "\n"
