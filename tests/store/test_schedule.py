"""When each row's costly columns are due."""

from __future__ import annotations

import pytest

from console.resources.model import Enrichment
from console.store.schedule import GAP, NEW, Schedule
from tests.store.scripted import Filling

FAST = Filling("slow", period=10).enrichment
SLOW = Filling("other", period=20, rest=100).enrichment
UNSEEN = Filling("other", period=100, rest=100, unseen=True).enrichment
BATCH = SLOW.batch


class Rows(Schedule):
    """A schedule and the rows that there are."""

    def __init__(self, enrichment: Enrichment, *ids: str) -> None:
        self.there: dict[str, None] = {}
        super().__init__(enrichment, self.there)
        self.come(*ids)

    def come(self, *ids: str, now: float = 0.0) -> None:
        self.there.update(dict.fromkeys(ids))
        self.add(ids, now)

    def forget(self, row_id: str) -> None:
        self.there.pop(row_id, None)
        super().forget(row_id)


def all_rest(made: Schedule, visible: list[str], now: float, stretch: float = 1.0) -> list[str]:
    taken = []
    while ids := made.rest(visible, now, stretch):
        taken += ids
    return taken


def test_rows_in_view_are_read_apart_from_the_others_and_each_once() -> None:
    made = Rows(SLOW, "a", "b", "c")
    assert made.in_view(["b", "b"], 0) == ["b"]
    assert all_rest(made, ["b"], 0) == ["a", "c"]
    assert made.in_view(["b"], 0) == all_rest(made, ["b"], 0) == []


def test_what_is_read_only_in_view_leaves_the_others() -> None:
    made = Rows(FAST, "a", "b")
    assert all_rest(made, ["a"], 1e9) == []
    assert made.next_rest() is None
    assert made.in_view(["a"], 0) == ["a"]


def test_what_was_taken_is_due_one_period_later() -> None:
    made = Rows(FAST, "a")
    assert made.in_view(["a"], 5) == ["a"]
    assert made.next_in_view(["a"]) == 15
    assert made.in_view(["a"], 14.9) == []
    assert made.in_view(["a"], 15) == ["a"]


def test_rows_out_of_view_have_a_period_of_their_own() -> None:
    made = Rows(SLOW, "a")
    assert all_rest(made, [], 5) == ["a"]
    assert made.next_rest() == 105
    assert all_rest(made, [], 104.9) == []
    assert made.in_view(["a"], 25) == ["a"], "and once it is in view it has the other one"
    assert all_rest(made, [], 124.9) == []
    assert all_rest(made, [], 125) == ["a"]


def test_waits_are_stretched() -> None:
    made = Rows(SLOW, "a", "b")
    assert made.in_view(["a"], 0, 4) == ["a"]
    assert all_rest(made, ["a"], 0, 4) == ["b"]
    assert made.next_in_view(["a"], 4) == 80
    assert made.next_rest(4) == 400
    assert made.in_view(["a"], 79, 4) == all_rest(made, ["a"], 399, 4) == []
    assert made.in_view(["a"], 79, 2) == ["a"], "and are short again at once"
    assert all_rest(made, ["a"], 399, 2) == ["b"]


def test_a_row_in_view_does_not_wait_for_its_turn_among_the_others() -> None:
    made = Rows(SLOW, "a", "b")
    assert all_rest(made, [], 0) == ["a", "b"]
    assert made.in_view(["a"], 1) == ["a"]
    assert made.in_view(["a"], 2) == []
    made.answered(["b"])
    assert made.in_view(["b"], 3) == []


def test_a_row_that_was_in_view_when_it_was_due_is_read_once_it_is_not() -> None:
    made = Rows(SLOW, "a", "b")
    assert all_rest(made, ["a"], 0) == ["b"]
    assert all_rest(made, ["b"], 1) == ["a"]
    assert all_rest(made, [], 2) == []


def test_what_only_keeps_up_is_not_due_at_first_nor_in_view_nor_by_asking() -> None:
    made = Rows(UNSEEN)
    made.come("a", "b", now=50)
    assert made.in_view(["a"], 1000) == []
    assert made.next_in_view(["a"]) is None
    assert all_rest(made, ["a"], 149.9) == []
    made.all_due()
    assert all_rest(made, ["a"], 149.9) == []
    assert all_rest(made, ["a"], 150) == ["b"]
    assert all_rest(made, [], 151) == [], "it was in view a moment ago"
    assert all_rest(made, [], 250) == ["a", "b"]


def test_a_known_row_keeps_its_moment() -> None:
    made = Rows(SLOW, "a")
    assert all_rest(made, [], 0) == ["a"]
    made.come("a")
    assert all_rest(made, [], 1) == []


def test_a_row_that_is_gone_is_never_taken() -> None:
    made = Rows(SLOW, "a", "b")
    made.forget("a")
    assert made.in_view(["a"], 1000) == []
    assert all_rest(made, [], 1000) == ["b"]


def test_a_row_that_came_back_is_due_at_once_and_once() -> None:
    made = Rows(SLOW, "a")
    all_rest(made, [], 0)
    made.forget("a")
    made.come("a")
    assert all_rest(made, [], 1) == ["a"]
    assert all_rest(made, [], 1) == []


def test_refreshing_makes_everything_due_once() -> None:
    made = Rows(SLOW, "a", "b")
    made.in_view(["a"], 0)
    all_rest(made, ["a"], 0)
    made.all_due()
    assert made.in_view(["a"], 1) == ["a"]
    assert all_rest(made, ["a"], 1) == ["b"]
    assert made.in_view(["a"], 1) == all_rest(made, ["a"], 1) == []


def test_what_was_taken_and_not_read_is_taken_again() -> None:
    made = Rows(SLOW, "a", "b", "c")
    assert all_rest(made, [], 0) == ["a", "b", "c"]
    assert made.was_taken("a")
    made.forget("c")
    made.again(["a", "c"])
    made.again(["b"], 0 - 100 + 7)
    assert not made.was_taken("a")
    assert all_rest(made, [], 1) == ["a"]
    assert all_rest(made, [], 6) == []
    assert all_rest(made, [], 7) == ["b"]


@pytest.mark.parametrize("count", [1, BATCH, BATCH + 1, 3 * BATCH])
def test_a_round_takes_no_more_than_a_batch(count: int) -> None:
    ids = [f"row-{number}" for number in range(count)]
    made = Rows(SLOW, *ids)
    rounds = []
    while taken := made.rest([], 0):
        rounds.append(taken)
    assert [row for taken in rounds for row in taken] == ids
    assert max(map(len, rounds)) <= BATCH
    made = Rows(SLOW, *ids)
    assert made.in_view(ids, 0) == ids[:BATCH]


def test_nothing_is_due_where_there_is_nothing() -> None:
    made = Rows(SLOW)
    assert made.in_view(["unknown"], 0) == made.rest([], 0) == []
    assert made.next_in_view(["unknown"]) is made.next_rest() is None


def test_a_long_list_is_gone_through_slowly() -> None:
    made = Rows(SLOW, *(str(number) for number in range(1000 * BATCH)))
    all_rest(made, [], 0)
    assert made.next_rest() == 1000 * GAP


@pytest.mark.parametrize("enrichment", [FAST, SLOW, UNSEEN])
def test_the_next_moment_is_that_of_what_would_be_taken(enrichment: Enrichment) -> None:
    """Waking before anything can be taken, over and over, would be a busy loop."""
    made = Rows(enrichment, "a", "b", "c")
    now = 0.0
    for _ in range(50):
        made.in_view(["a"], now)
        all_rest(made, ["a"], now)
        made.forget("b")
        moments = [moment for moment in (made.next_in_view(["a"]), made.next_rest()) if moment is not None]
        assert min(moments) > now
        now = min(moments)
    assert now >= 400


def test_rows_that_were_never_in_view_cost_nothing_where_only_those_are_read() -> None:
    made = Rows(FAST, *(str(number) for number in range(1000)))
    made.in_view(["5"], 0)
    assert made._taken == {"5": 0}
    assert not made._rest


def test_rows_are_kept_in_batches() -> None:
    made = Rows(SLOW)
    made.come(*(str(number) for number in range(1000)))
    assert {moment for moment, _ in made._rest} == {NEW}
    assert max(len(ids) for _, ids in made._rest) <= BATCH
