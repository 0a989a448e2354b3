"""When each row's costly columns are due."""

from __future__ import annotations

from console.store.schedule import CHUNK, Schedule
from tests.store.scripted import Filling

FAST = Filling("slow", period=10).enrichment
SLOW = Filling("other", period=100, rest=True).enrichment


class Rows(Schedule):
    """A schedule and the rows that there are."""

    def __init__(self, *ids: str) -> None:
        self.there: set[str] = set()
        super().__init__([FAST, SLOW], self.there)
        self.add(*ids)

    def add(self, *ids: str) -> None:
        self.there.update(ids)
        super().add(*ids)

    def forget(self, row_id: str) -> None:
        self.there.discard(row_id)
        super().forget(row_id)


def take_all(made: Schedule, visible: list[str], now: float) -> list[tuple[str, list[str]]]:
    taken = []
    while work := made.take(visible, now):
        taken.append((work[0].columns[0], work[1]))
    return taken


def test_rows_in_view_come_first_then_the_others_of_what_reads_them() -> None:
    assert take_all(Rows("a", "b", "c"), ["b"], 0) == [("slow", ["b"]), ("other", ["b"]), ("other", ["a", "c"])]


def test_what_was_taken_is_due_one_period_later() -> None:
    made = Rows("a")
    take_all(made, ["a"], 5)
    assert made.next_due(["a"]) == 15
    assert take_all(made, ["a"], 14.9) == []
    assert take_all(made, ["a"], 15) == [("slow", ["a"])]
    assert take_all(made, ["a"], 105) == [("slow", ["a"]), ("other", ["a"])]


def test_a_known_row_keeps_its_moment() -> None:
    made = Rows("a")
    take_all(made, ["a"], 0)
    made.add("a")
    assert take_all(made, ["a"], 1) == []


def test_a_row_that_is_gone_is_never_taken() -> None:
    made = Rows("a", "b")
    made.forget("a")
    assert take_all(made, ["a"], 1000) == [("other", ["b"])]


def test_a_row_that_came_back_is_due_at_once_and_once() -> None:
    made = Rows("a")
    take_all(made, ["a"], 0)
    made.forget("a")
    made.add("a")
    assert take_all(made, ["a"], 1) == [("slow", ["a"]), ("other", ["a"])]


def test_refreshing_makes_everything_due_once() -> None:
    made = Rows("a", "b")
    take_all(made, ["a"], 0)
    made.all_due()
    assert take_all(made, ["a"], 1) == [("slow", ["a"]), ("other", ["a"]), ("other", ["b"])]


def test_a_round_takes_no_more_than_a_chunk() -> None:
    ids = [f"row-{number}" for number in range(CHUNK + 1)]
    made = Rows(*ids)
    assert [len(taken) for _, taken in take_all(made, ids, 0)] == [CHUNK, 1, CHUNK, 1]


def test_nothing_is_due_where_there_is_nothing() -> None:
    assert Schedule([], ["a"]).take(["a"], 0) is None
    assert Schedule([], ["a"]).next_due(["a"]) is None
    assert Rows().next_due(["unknown"]) is None


def test_the_next_moment_is_that_of_what_would_be_taken() -> None:
    """Waking before anything can be taken, over and over, would be a busy loop."""
    made = Rows("a", "b", "c")
    now = 0.0
    for _ in range(50):
        take_all(made, ["a"], now)
        made.forget("b")
        moment = made.next_due(["a"])
        assert moment is not None
        assert moment > now
        now = moment
    assert now >= 400


def test_rows_that_were_never_in_view_cost_nothing_where_only_those_are_read() -> None:
    made = Rows(*(str(number) for number in range(1000)))
    take_all(made, ["5"], 0)
    assert [len(due) for due in made._due] == [1, 1000]
    assert max(len(ids) for _, ids in made._rest[1]) <= CHUNK
