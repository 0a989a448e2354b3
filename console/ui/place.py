"""Owns where the operator is and the way back; must not know widgets or AWS."""

from __future__ import annotations

from dataclasses import dataclass, replace

from console.store.query import Query


@dataclass(frozen=True, slots=True)
class Place:
    """One list as it was left: its filter, its order, and the row the cursor was on."""

    query: Query
    filter: str = ""
    row_id: str = ""
    text: str = ""
    """A resource still to be found in it, as a person wrote it."""


class Trail:
    """The places visited, the present one last. The first one is where ``back`` ends."""

    def __init__(self) -> None:
        self._places: list[Place] = []

    @property
    def here(self) -> Place | None:
        """The present place; None before the first."""
        return self._places[-1] if self._places else None

    def go(self, place: Place) -> None:
        """Go to a place; the present one is remembered."""
        if self.here is None or self.here.query != place.query or self.here.filter != place.filter:
            self._places.append(place)
        else:
            self._places[-1] = place

    def remember(self, *, filter: str, row_id: str) -> None:
        """Note how the present place looks, to find it so again."""
        if self._places:
            self._places[-1] = replace(self._places[-1], filter=filter, row_id=row_id, text="")

    def back(self) -> Place | None:
        """Leave the present place and return the one before it; None when there is none."""
        if len(self._places) < 2:
            return None
        self._places.pop()
        return self._places[-1]
