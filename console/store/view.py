"""Owns which rows are shown and in which order; must not know how a row is painted.

The order is kept while rows change: only a row that ranks differently is moved. Another filter or order is made in
short steps while the old one stays; small lists are done with at once.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace

from console.resources.model import ResourceType, Value
from console.store.delta import Delta, Known
from console.store.earlier import Arranged, Arrangement, Earlier
from console.store.filter import Filter, compile_filter
from console.store.order import STEP, Order, Seats, Steps, no_seats
from console.store.packing import Packed
from console.store.ranking import Rank, ranking
from console.store.rows import Row
from console.store.shelf import Shelf
from console.store.sieve import Sieve, passing

FEW = 4
"""More than one row in ``FEW`` that moves has everything sorted again."""
SPARE = 1000
"""Empty seats that are always allowed."""
PICK = 8192
"""Seats picked between two pauses."""
TRIES = 3
"""How often the rows to show are picked anew because some changed meanwhile; then it is done at once."""


class View:
    """The rows of one list, filtered and ordered."""

    def __init__(self, resource: ResourceType) -> None:
        self.resource = resource
        self.now_shown = Arrangement(Filter(""), resource.sort.removeprefix("-"), resource.sort.startswith("-"))
        """What the rows shown follow."""
        self.wanted = self.now_shown
        """What they will follow when ``arranging`` is through."""
        self._shelf = Shelf()
        self._sieve = Sieve(self._shelf)
        self._passes = bytearray()
        """One for each seat whose row the filter keeps."""
        self._order = _order(resource, self.now_shown, self._shelf)
        self._shown: Seats = self._order.seats
        self._earlier = Earlier()
        self._touched: set[int] | None = None
        """Seats that changed while an arrangement is made."""

    def __len__(self) -> int:
        return len(self._shown)

    @property
    def loaded(self) -> int:
        """How many rows there are, shown or not."""
        return len(self._shelf.seats)

    @property
    def filter(self) -> Filter:
        """What the rows shown follow."""
        return self.now_shown.filter

    @property
    def sort(self) -> str:
        """The column that the rows shown are sorted by."""
        return self.now_shown.sort

    @property
    def descending(self) -> bool:
        """Whether they are sorted downwards."""
        return self.now_shown.descending

    def get(self, row_id: str) -> Row | None:
        """Return a row, shown or not; None when there is none."""
        seat = self._shelf.seats.get(row_id)
        return None if seat is None else self._shelf.row(seat)

    def at(self, index: int) -> Row:
        """Return the row shown at ``index``. Raises ``IndexError``."""
        count = len(self._shown)
        if not 0 <= index < count:
            raise IndexError(index)
        return self._shelf.shown(self._shown[count - 1 - index if self.descending else index])

    def between(self, start: int, stop: int) -> list[Row]:
        """Return the rows shown from ``start`` up to ``stop``, as many as there are."""
        count = len(self._shown)
        start, stop = max(0, start), max(0, min(stop, count))
        seats = self._shown[count - stop : count - start][::-1] if self.descending else self._shown[start:stop]
        return list(map(self._shelf.shown, seats))

    def different(self, rows: Sequence[Packed]) -> list[list[Value]]:
        """Return the different values of some rows of a delta that was taken, of each column."""
        return self._shelf.different(rows)

    def known(self, delta: Delta) -> Known:
        """Return every row, shown or not, for a worker that goes on with this list; ``delta`` is the last one."""
        return self._shelf.known(delta)

    def index(self, row_id: str) -> int | None:
        """Return where a row is shown; None when it is not."""
        seat = self._shelf.seats.get(row_id)
        if seat is None or not self._passes[seat]:
            return None
        place = self._order.place(self._shown, seat)
        return len(self._shown) - 1 - place if self.descending else place

    # --- rows change

    def apply(self, delta: Delta, now: float) -> None:
        """Take what changed."""
        seats = self._take(delta)
        if seats:
            self._earlier.forget()
        if self._touched is not None:
            self._touched.update(seats)
        self._place(seats, now)
        if self._touched is None and len(self._shelf) > 2 * len(self._shelf.seats) + SPARE:
            self._close_up()

    def _take(self, delta: Delta) -> list[int]:
        """Take rows as they are now; return the seats that differ."""
        anew = delta.packing not in ("", self._shelf.packing)
        left = self._shelf.leave(tuple(self._shelf.seats) if anew else delta.removed)
        if delta.packing:
            self._shelf.learn(delta.packing, delta.words)
        seats = left + self._shelf.take(delta.changed)
        self._passes.extend(bytes(len(self._shelf) - len(self._passes)))
        return seats

    def _place(self, seats: list[int], now: float) -> None:
        """Put seats where their rows belong now, and only those that are shown."""
        moving = self._order.moving(seats, self._shelf.entries)
        were = {seat for seat in seats if self._passes[seat]} if self.filter else set()
        self._sieve.note(self.filter, seats, self._passes, now)
        if len(moving) * FEW > len(self._order.seats):
            _through(self._order.build(self._shelf.entries))
            self._show()
        elif not self.filter:
            self._order.move(moving, self._shelf.entries)
            self._show()
        else:
            now_in = {seat for seat in seats if self._passes[seat]}
            shown = self._order.left(self._shown, (were & moving) | (were - now_in))
            self._order.move(moving, self._shelf.entries)
            self._shown = self._order.entered(shown, (now_in & moving) | (now_in - were))

    def _show(self) -> None:
        """Show every seat whose row passes."""
        seats = self._order.seats
        self._shown = no_seats(passing(seats, self._passes)) if self.filter else seats

    def _close_up(self) -> None:
        """Give up the empty seats."""
        kept, numbers = self._shelf.close_up()
        self._passes = bytearray(self._passes[seat] for seat in kept)
        self._order.renumbered(kept, numbers)
        self._show()

    # --- another filter or order

    def set_filter(self, text: str, now: float) -> None:
        """Show only what ``text`` says. Raises ``FilterInvalid`` and then changes nothing."""
        self.want_filter(text)
        _through(self.arranging(now))

    def want_filter(self, text: str) -> None:
        """Have the next ``arranging`` show only what ``text`` says. Raises ``FilterInvalid`` and changes nothing."""
        self.wanted = replace(self.wanted, filter=compile_filter(self.resource, text))

    def want_order(self, column_id: str, descending: bool) -> None:
        """Have the next ``arranging`` order by a column."""
        self.wanted = replace(self.wanted, sort=column_id, descending=descending)

    def arranging(self, now: float) -> Steps:
        """Make what is wanted, with a pause every few hundred rows; what is shown changes at its end, at once.

        Rows may change in its pauses. A newer one takes the place of one that is given up.
        """
        wanted = self.wanted
        touched = self._touched = set()
        try:
            made = self._earlier.back_to(wanted) or (yield from self._making(wanted, touched, now))
            yield True
        finally:
            if self._touched is touched:
                self._touched = None
        late = bool(touched)
        self._catch_up(wanted.filter, made.order, made.passes, touched, now)
        self._earlier.leave(Arranged(self.now_shown, self._order, self._passes, self._shown), wanted)
        self.now_shown, self._passes, self._order, self._shown = wanted, made.passes, made.order, made.shown
        if late or not wanted.filter:
            self._show()

    def _making(self, wanted: Arrangement, touched: set[int], now: float) -> Generator[bool, None, Arranged]:
        before, order, passes = self.now_shown, self._order, self._passes
        if (wanted.sort, wanted.descending) != (before.sort, before.descending):
            order = _order(self.resource, wanted, self._shelf)
            yield from order.build(self._shelf.entries)
        if wanted.filter != before.filter:
            passes = bytearray(len(self._shelf))
            among = self._passes if wanted.filter.narrows(self.filter) else self._shelf.entries
            yield from self._sieve.testing(wanted.filter, among, passes, now)
        shown = yield from self._picking(wanted.filter, order, passes, touched, now)
        return Arranged(wanted, order, passes, shown)

    def _picking(
        self, wanted: Filter, order: Order, passes: bytearray, touched: set[int], now: float
    ) -> Generator[bool, None, Seats]:
        """Return the seats to show where there is a filter; once more when rows changed meanwhile, but not for ever."""
        for _ in range(TRIES):
            self._catch_up(wanted, order, passes, touched, now)
            narrower = order is self._order and wanted.narrows(self.filter)
            shown, seats = no_seats(), self._shown if narrower else order.seats
            for first in range(0, len(seats), PICK) if wanted else ():
                shown.extend(passing(seats[first : first + PICK], passes))
                yield False
            if not touched:
                break
        return shown

    def _catch_up(self, wanted: Filter, order: Order, passes: bytearray, touched: set[int], now: float) -> None:
        """Let what is being made know of the rows that changed since, and forget which those are."""
        if order is not self._order:
            order.move(touched, self._shelf.entries)
        if passes is not self._passes:  # what is shown follows those, as of the moment at which a row came
            passes.extend(bytes(len(self._shelf) - len(passes)))
            self._sieve.note(wanted, touched, passes, now)
        touched.clear()

    def preparing(self) -> Steps:
        """Make ready what words are looked for in, with a pause every few hundred rows."""
        for first in range(0, len(self._shelf), STEP):
            self._shelf.read_texts(range(first, min(first + STEP, len(self._shelf))))
            yield False


def _order(resource: ResourceType, wanted: Arrangement, shelf: Shelf) -> Order:
    return Order(_ranking(resource, wanted, shelf), wanted.descending)


def _ranking(resource: ResourceType, wanted: Arrangement, shelf: Shelf) -> Callable[[Packed], Rank]:
    rank = ranking(resource, wanted.sort, wanted.descending)
    index = next((at for at, column in enumerate(resource.columns) if column.id == wanted.sort), None)
    sorted_by = shelf.sorted_by(index)
    return lambda entry: rank(*sorted_by(entry))


def _through(steps: Steps) -> None:
    for _ in steps:
        pass
