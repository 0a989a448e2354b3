"""Owns the question and the answer of pre-signing: method, life, and the address, masked until asked for.

Must not know how an address is signed.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from rich.table import Table
from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input

from console.actions.presign import Presigned
from console.config.duration import parse_duration
from console.s3.address import Place
from console.text.clean import clean
from console.text.faults import fault_of
from console.text.format import duration, timestamp
from console.ui.screens.dialog import Dialog
from console.ui.widgets.choice import Choice
from console.ui.widgets.panel import Panel
from console.ui.widgets.textfield import TextField

Sign = Callable[[bool, int, str], Awaitable[Presigned]]
"""(put, seconds, reason) → the address. Raises ``AwsError`` and what the audit log raises."""


class PresignDialog(Dialog[None]):
    """Asks for method and life, then shows the address."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "copy", show=False),
        Binding("u", "unmask", "show", show=False),
    ]
    KEYS = (("tab", "next"), ("enter", "choose"), ("c", "copy"), ("u", "unmask"), ("esc", "close"))

    def __init__(self, place: Place, sign: Sign, *, seconds: float) -> None:
        super().__init__()
        self._place = place
        self._sign = sign
        self._seconds = seconds
        self._made: Presigned | None = None
        self._told: tuple[str, str] = ("", "dim")
        self._masked = True

    def body(self) -> ComposeResult:
        """Compose the question and the room for the answer."""
        yield Panel(self._about)
        with Horizontal(classes="asked"):
            yield Panel(lambda panel: panel.painted([("Good for", "dim")]), classes="label")
            yield TextField(duration(self._seconds).replace(" ", ""), id="life", compact=True)
        with Horizontal(classes="asked"):
            yield Panel(lambda panel: panel.painted([("Reason", "dim")]), classes="label")
            yield TextField(
                id="reason", compact=True, placeholder="for the audit log; required to upload to production"
            )
        with Horizontal(id="buttons"):
            yield Choice("GET: download", id="get")
            yield Choice("PUT: upload", id="put")
            yield Choice("Close", id="no")
        yield Panel(self._answer, id="answer")

    def on_mount(self) -> None:
        """Name the frame and start on GET."""
        self.query_one("#frame").border_title = Text("Pre-signed URL", end="")
        self.query_one("#get").focus()

    @on(Input.Submitted)
    def _submitted(self) -> None:
        self.query_one("#get").focus()

    @on(Choice.Chosen)
    async def _chosen(self, event: Choice.Chosen) -> None:
        if event.choice.id == "no":
            self.dismiss(None)
            return
        self._made = None
        try:
            seconds = parse_duration(self.query_one("#life", Input).value)
            reason = self.query_one("#reason", Input).value
            self._made = await self._sign(event.choice.id == "put", int(seconds), reason)
            self._told = ("c copies it, u shows it", "dim")
        except ValueError as error:
            self._told = (clean(error), "bad")
        except Exception as error:  # whatever refused it is told here, in its own words
            self._told = (fault_of(error).sentence(), "bad")
        self.query_one("#answer", Panel).refresh(layout=True)

    def action_copy(self) -> None:
        """Send the address to the terminal's clipboard."""
        if self._made:
            self.app.copy_to_clipboard(self._made.url)
            self._told = ("sent to the terminal's clipboard", "accent")
            self.query_one("#answer", Panel).refresh(layout=True)

    def action_unmask(self) -> None:
        """Show the whole address, or hide its secret part again."""
        self._masked = not self._masked
        self.query_one("#answer", Panel).refresh(layout=True)

    def _about(self, panel: Panel) -> Table:
        table = panel.table(2, 12)
        place = clean(f"s3://{self._place.bucket}/{self._place.key}")
        table.add_row(panel.cell([("Object", "dim")]), panel.cell([(place, "strong")]))
        words = "whoever has the address can use it until it ends; it cannot be called back"
        table.add_row(panel.cell([("Mind", "dim")]), panel.cell([(words, "warn")]))
        return table

    def _answer(self, panel: Panel) -> Text:
        text = Text()
        if self._made:
            ends = f"ends {timestamp(self._made.expires_at)} UTC"
            shorter = f", {self._made.shortened_by}" if self._made.shortened_by else ""
            text.append_text(panel.painted([(self._address(), "accent"), (f"\n{ends}{shorter}\n", "text")]))
        return text.append_text(panel.painted([self._told]))

    def _address(self) -> str:
        url = clean(self._made.url, 100_000) if self._made else ""
        return f"{url.partition('?')[0]}?…masked" if self._masked else url
