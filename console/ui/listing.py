"""Owns the list on screen: which query it is, what its readings said, what to say about it. Must not know AWS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from console.resources.model import ResourceType, Tone
from console.resources.registry import catalogue
from console.session import Session
from console.store.delta import Delta, Known
from console.store.query import Query
from console.text.clean import clean
from console.text.faults import CREDENTIAL_KINDS, Fault, FaultKind
from console.text.format import duration, plural
from console.ui.lines import Counts
from console.ui.place import Place
from console.ui.widgets.grid import Grid

Post = Callable[[Query, Delta], object]
"""Carries a delta from the worker's thread to the screen."""


class Listing:
    """Shows one query at a time in the grid. What arrives for another one is late and dropped."""

    def __init__(self, grid: Grid, post: Post) -> None:
        self._grid = grid
        self._post = post
        self._session: Session | None = None
        self._latest = Delta()
        self._filter_problem = ""
        self._wanted = ""
        self.query: Query | None = None
        self.connecting = True

    @property
    def resource(self) -> ResourceType | None:
        """The type on screen."""
        return catalogue()[self.query.type] if self.query else None

    @property
    def reading(self) -> bool:
        """Whether more of the list is on its way."""
        return self._latest.reading

    @property
    def arriving(self) -> bool:
        """Whether its first rows are on their way."""
        return self._latest.reading and not self._latest.read_at and not self._grid.view.loaded

    async def open(self, session: Session, place: Place) -> None:
        """Show ``place``; the list that was open is left."""
        left = (self._session, self.query)
        self._session, self.query = session, place.query  # at once: keys typed meanwhile are meant for this list
        reads = catalogue()[place.query.type].terms is None
        self._latest, self._filter_problem, self._wanted = Delta(reading=reads), "", place.row_id
        self._grid.show(catalogue()[place.query.type])
        self.filter(place.filter)
        self._say()

        def told(delta: Delta) -> None:
            self._post(place.query, delta)

        await self._leave(*left)
        await session.lists.watch(place.query, told, lambda: self._known(place.query))

    def _known(self, query: Query) -> Known | None:
        """Return what is shown of a list; None where it is not the one that is open."""
        return self._grid.view.known(self._latest) if query == self.query else None

    async def close(self) -> None:
        """Stop reading what is open."""
        query, self.query = self.query, None
        await self._leave(self._session, query)

    @staticmethod
    async def _leave(session: Session | None, query: Query | None) -> None:
        if session and query:
            await session.lists.leave(query)

    def take(self, query: Query, delta: Delta) -> bool:
        """Show what changed; return False for what came too late."""
        if query != self.query:
            return False
        self._grid.apply(delta)
        self._latest = replace(delta, changed=(), removed=(), words={})
        if self._wanted and self._grid.move_to(self._wanted):
            self._wanted = ""
        self._say()
        return True

    def want(self, row_id: str) -> None:
        """Put the cursor on a row, as soon as it is there."""
        self._wanted = "" if self._grid.move_to(row_id) else row_id

    def filter(self, text: str) -> None:
        """Show only what ``text`` says; a malformed one is told in the counts."""
        self._filter_problem = self._grid.filter(text)
        self._say()

    async def refresh(self, *, changed: bool = False) -> None:
        """Read everything again now, in any case from its beginning where something was ``changed``."""
        if self._session and self.query:
            await self._session.lists.refresh(self.query, changed=changed)

    def read_on(self) -> None:
        """Read on in a list that waits at its page budget."""
        if self._session and self.query and not self._latest.reading and not self._latest.complete:
            self._session.lists.more(self.query)

    def see(self, ids: tuple[str, ...]) -> None:
        """Tell the readers which rows are in view."""
        if self._session and self.query:
            self._session.lists.see(self.query, ids)
        self._say()

    def counts(self) -> Counts:
        """Return what the line above the list says."""
        resource, view, latest = self.resource, self._grid.view, self._latest
        if resource is None:
            return Counts("Connecting…" if self.connecting else "Not connected", silent=True)
        sample = resource.terms is not None
        return Counts(
            resource.title,
            _inside(self.query.parent if self.query else ""),
            view.shown,
            view.loaded,
            len(self._grid.marked_rows()),
            complete=latest.complete,
            reading=latest.reading,
            waiting=bool(view.loaded) and not (latest.complete or latest.reading or latest.faults or sample),
            sample=sample,
            read_at=latest.read_at,
            stale=bool(latest.faults) and bool(latest.read_at) and not latest.complete,
            filter=view.filter,
            filter_problem=self._filter_problem,
            order=_order(resource, view.sort, view.descending),
        )

    def complaint(self) -> tuple[str, Tone] | None:
        """Return what went wrong in the last reading, in one line; None when nothing did."""
        faults = self._latest.faults
        if not faults:
            return None
        more = f" (and {plural(len(faults) - 1, 'other')})" if len(faults) > 1 else ""
        again = f" Next try in {duration(self._latest.retry_in)}." if self._latest.retry_in else ""
        tone = Tone.BAD if not self._latest.complete else Tone.WARN
        return f"{faults[0].sentence()}{more}{again}", tone

    def _say(self) -> None:
        """Tell in the empty list why it is empty."""
        resource, view = self.resource, self._grid.view
        if resource is None:
            return
        if self._latest.faults and not view.loaded:
            self._grid.message(_next_key(self._latest.faults[0]), Tone.BAD)
        elif view.loaded and not view.shown:
            self._grid.message("Nothing here matches the filter. esc clears it.", Tone.DIM)
        elif self._latest.reading or not (self._latest.read_at or resource.terms):
            self._grid.message(f"Reading {resource.title}…", Tone.DIM)
        elif resource.terms and not self._latest.read_at:
            self._grid.message("Nothing was received. r asks what it costs and receives.", Tone.DIM)
        else:
            where = f"in {self.query.scope.region}" if self.query else ""
            self._grid.message(f"There are no {resource.title} {where}. R goes to another region.", Tone.DIM)


def _inside(parent: str) -> str:
    """Return what a list is inside of, as a person calls it: a queue by its name, not its URL."""
    return clean(parent.rsplit("/", 1)[-1] if parent.startswith(("http://", "https://")) else parent, 60)


def _order(resource: ResourceType, column_id: str, descending: bool) -> str:
    if not column_id:
        return ""
    return f"{resource.column(column_id).title} {'↓' if descending else '↑'}"


def _next_key(fault: Fault) -> str:
    keys = {
        FaultKind.DENIED: "P goes to another profile.",
        FaultKind.NOT_FOUND: "esc goes back.",
        FaultKind.UNSUPPORTED: "R goes to another region.",
    }
    key = "P goes to another profile." if fault.kind in CREDENTIAL_KINDS else keys.get(fault.kind, "r tries again.")
    return f"{fault.sentence()}\n{key}"
