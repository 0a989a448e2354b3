"""Owns the one screen with the list: it wires lines, list, detail and commands. Must not know AWS or a type."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

from rich.text import Text
from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input
from textual.worker import Worker

from console.resources.model import ResourceType, Tone
from console.session import Session
from console.store.delta import Delta
from console.store.query import Query
from console.store.rows import Row
from console.text.faults import Fault, fault_of
from console.ui import lines
from console.ui.beat import Beat
from console.ui.commands.registry import COMMANDS, command, key_line
from console.ui.inspector import Inspector
from console.ui.listing import Listing
from console.ui.navigator import Navigator
from console.ui.screens.styledonce import StyledOnce
from console.ui.settling import settling_words
from console.ui.spaced import Spaced
from console.ui.widgets.detail import DetailPane
from console.ui.widgets.grid import Grid
from console.ui.widgets.line import Line
from console.ui.widgets.panel import Panel
from console.ui.widgets.textfield import TextField

if TYPE_CHECKING:
    from console.ui.app import CloudtopApp
    from console.ui.desk import Desk

SPLIT_HEIGHT = 32
"""Lines from which on list and detail share the screen."""
COUNTS_SECONDS = 0.25
"""How far apart counts are painted while a list is read: each costs bytes, and nobody reads faster."""
SMALLEST = (60, 20)
"""Columns and lines below which nothing useful can be shown."""


class DeltaArrived(Message):
    """Rows changed; posted from the worker's thread."""

    def __init__(self, query: Query, delta: Delta) -> None:
        super().__init__()
        self.query = query
        self.delta = delta


class Browser(StyledOnce[None]):
    """Header, panes, counts, list, detail, keys."""

    app: CloudtopApp
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(",".join(entry.keys) or f"no_key_{entry.id}", f"command('{entry.id}')", id=entry.id, show=False)
        for entry in COMMANDS  # one without a key can be given one
    ]
    AUTO_FOCUS = "Grid"

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.session: Session | None = None
        self._complained = False
        """Whether what is told is about the last reading, and goes with it."""

    def compose(self) -> ComposeResult:
        """Compose the lines, the list and the detail."""
        yield Line(id="who")
        yield Line(id="panes")
        yield Line(id="counts")
        yield Grid(id="grid")
        yield DetailPane(id="detail")
        yield TextField(id="filter", compact=True, placeholder="text, state=stopped, cpu>80, -word")
        yield Line(id="notice")
        yield Line(id="keys")
        yield Panel(self._too_small, id="small")

    def on_mount(self) -> None:
        """Prepare the parts; the session comes later."""
        self.grid = self.query_one(Grid)
        self.pane = self.query_one(DetailPane)
        self.listing = Listing(self.grid, lambda query, delta: self.post_message(DeltaArrived(query, delta)))
        self.inspector = Inspector(self, self.pane)
        self.navigator = Navigator(self)
        self.query_one("#filter").display = self.pane.display = False
        self.grid.message("Connecting…", Tone.DIM)
        self._beat = Beat(self, self._tick)
        self.spaced = Spaced(self, COUNTS_SECONDS, self.show_lines)  # of a list that grows under the eye
        self.show_lines()

    def refused(self, fault: Fault) -> None:
        """Say why there is no session; one that was there goes on."""
        if self.session is None:
            self.listing.connecting = False
            keys = "r tries again, q leaves; cloudtop doctor looks closer."
            self.grid.message(f"{fault.sentence()}\n{keys}", Tone.BAD)
            self.show_lines()
        else:
            self.tell(fault.sentence(), Tone.BAD)

    # --- what commands use

    @property
    def resource(self) -> ResourceType:
        """The type on screen."""
        found = self.listing.resource
        if found is None:
            raise LookupError("no list is open")
        return found

    @property
    def row(self) -> Row | None:
        """The row under the cursor."""
        return self.grid.cursor_row

    def targets(self) -> list[Row]:
        """Return the marked rows, or the one under the cursor."""
        return self.grid.marked_rows() or ([self.row] if self.row else [])

    def tell(self, words: str, tone: Tone = Tone.NONE) -> None:
        """Say one line above the list; empty takes it away."""
        token = tone.value if tone is not Tone.NONE else "accent"
        self.query_one("#notice", Line).show([(f" {words}", token)])

    def attempt(self, work: Awaitable[Any], *, holds_keys: bool = False) -> Worker[None]:
        """Run ``work`` beside the screen; what goes wrong is told in one line."""

        async def guarded() -> None:
            try:
                await work
            except Exception as error:  # an operator gets words, never a traceback
                self.tell(fault_of(error).sentence(), Tone.BAD)
            finally:
                if holds_keys:
                    self.app.gate.let_through()

        return self.run_worker(guarded(), exit_on_error=False)

    def show_filter(self) -> None:
        """Open the filter field."""
        field = self.query_one("#filter", Input)
        field.value = self.grid.view.filter
        field.display = True
        field.focus()
        self.grid.prepare()

    def show_detail(self, wanted: bool | None = None) -> None:
        """Show or hide the detail; without a wish the other way round."""
        self.inspector.wanted = (not self.inspector.wanted) if wanted is None else wanted
        self.lay_out()
        self.inspector.look(self.row)

    # --- lines

    def show_lines(self) -> None:
        """Paint the lines around the list as things are now."""
        status, now = self.session.status() if self.session else None, datetime.now(UTC)
        self.query_one("#who", Line).show(*lines.who(status, now, self.size.width))
        problems = {query.type: found for query, found in status.problems.items()} if status else {}
        type_name = self.listing.query.type if self.listing.query else ""
        self.query_one("#panes", Line).show(lines.panes(type_name, problems), lines.elsewhere(self.app.slow_link))
        settling = settling_words(self.session, type_name, time.time())
        counts = replace(self.listing.counts(), settling=settling)
        order = [("sorted by ", "dim"), (f"{counts.order} ", "text")] if counts.order else []
        self.query_one("#counts", Line).show(lines.counts(counts, time.time()), order)
        self.query_one("#keys", Line).show(lines.keys(key_line(self)))
        passing = status is not None and (status.unlocked_for > 0 or bool(status.slowed))
        self._beat.keep(passing or bool(settling) or counts.stale or self.grid.shows_seconds)

    def _tick(self) -> None:
        self.grid.tick(time.time())
        self.show_lines()

    @property
    def splits(self) -> bool:
        """Whether list and detail share the screen."""
        return self.size.height >= SPLIT_HEIGHT

    @property
    def _shows_detail(self) -> bool:
        wanted = self.inspector.wanted
        row = self.row is not None or (self.splits and self.listing.arriving)  # the first finds the room made for it
        return row and (self.splits if wanted is None else wanted)

    def lay_out(self) -> None:
        """Give list and detail their room: beside each other, or one for the other on a low screen."""
        split, shown = self.splits, self._shows_detail
        self.pane.display = shown
        self.grid.display = split or not shown
        self.pane.set_class(split, "split")
        if shown and not self.grid.display:
            self.pane.focus()
        elif not self.query_one("#filter").has_focus:
            self.grid.focus()

    def _too_small(self, panel: Panel) -> Text:
        needed, here = "×".join(map(str, SMALLEST)), f"{self.size.width}×{self.size.height}"
        return panel.cell([(f"cloudtop needs {needed}; this terminal is {here}", "warn")])

    # --- events

    @on(DeltaArrived)
    def _delta(self, event: DeltaArrived) -> None:
        if not self.listing.take(event.query, event.delta):
            return
        if event.delta.complete:
            self.navigator.glance_once()
        complaint = self.listing.complaint()
        if complaint or self._complained:
            self.tell(*(complaint or ("",)))
        self._complained = complaint is not None
        if self.pane.display != self._shows_detail:
            self.lay_out()
        self.inspector.look(self.row)
        self.spaced.ask(at_once=not self.listing.reading)

    @on(Grid.CursorMoved)
    def _moved(self, event: Grid.CursorMoved) -> None:
        self.inspector.look(event.row)

    @on(Grid.ViewChanged)
    def _viewed(self, event: Grid.ViewChanged) -> None:
        self.listing.see(tuple(event.visible_ids))
        if not event.awaited:
            self.spaced.ask(at_once=not self.listing.reading)
        else:
            self.show_lines()
            self.app.show_now(self.grid, self.query_one("#counts"))

    @on(Grid.Opened)
    async def _opened(self) -> None:
        await self.action_command("open")

    @on(Input.Changed, "#filter")
    def _filtered(self, event: Input.Changed) -> None:
        self.listing.filter(event.value)
        self.show_lines()

    @on(Input.Submitted, "#filter")
    def _filter_done(self) -> None:
        self.set_focus(self.grid)  # before the field is seen to be gone: a key may follow at once
        self.query_one("#filter").display = False

    async def on_resize(self) -> None:
        """Lay out again for the new size, or say that it is too small."""
        await asyncio.sleep(0)  # the first size comes right after the first picture, and keys are heard in between
        self.set_class(self.size.width < SMALLEST[0] or self.size.height < SMALLEST[1], "small")
        self.query_one("#small").refresh()
        if self.listing.query:
            self.lay_out()

    async def action_command(self, id_: str) -> None:
        """Run one command by its id."""
        entry = command(id_)
        if self.session is None and entry.needs_session:
            if id_ == "refresh":
                self.desk.reconnect()
            return
        if entry.fits(self):
            if entry.of_row:
                self.grid.stay()
            worker = self.attempt(entry.run(self), holds_keys=entry.opens)
            if entry.opens:
                self.app.gate.hold(worker.cancel, keeps=entry.keeps_keys)
