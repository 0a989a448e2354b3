"""Where the operator is, and the way back."""

from __future__ import annotations

from console.store.query import Query
from console.ui.place import Place, Trail
from tests.ui.fakes import SCOPE


def place(name: str, **how: str) -> Place:
    return Place(Query(SCOPE, name), **how)


def test_before_the_first_place_there_is_nowhere_to_be_and_nothing_behind() -> None:
    trail = Trail()
    trail.remember(filter="x", row_id="y")
    assert (trail.here, trail.back()) == (None, None)


def test_back_leads_the_way_one_came_and_ends_at_the_first() -> None:
    trail = Trail()
    for name in ("a", "b", "c"):
        trail.go(place(name))
    assert [trail.back(), trail.back(), trail.back()] == [place("b"), place("a"), None]
    assert trail.here == place("a")


def test_a_place_is_found_as_it_was_left() -> None:
    trail = Trail()
    trail.go(place("a", text="web-1"))
    trail.remember(filter="dead", row_id="i-1")
    trail.go(place("b"))
    assert trail.back() == place("a", filter="dead", row_id="i-1"), "what was looked for is not looked for again"


def test_going_to_where_one_is_leaves_no_step() -> None:
    trail = Trail()
    trail.go(place("a"))
    trail.go(place("b"))
    trail.go(place("b", text="web-1"))
    assert trail.here == place("b", text="web-1")
    assert trail.back() == place("a")


def test_the_same_list_by_another_filter_is_another_place() -> None:
    trail = Trail()
    trail.go(place("a"))
    trail.go(place("a", filter="x"))
    assert trail.back() == place("a")
