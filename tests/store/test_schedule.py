"""When each row's costly columns are due."""

from __future__ import annotations

from console.store.schedule import CHUNK, Schedule
from tests.store.scripted import Filling

FAST = Filling("slow", period=10).enrichment
SLOW = Filling("other", period=100, rest=True).enrichment


def schedule(*ids: str) -> Schedule:
    made = Schedule([FAST, SLOW])
    for id_ in ids:
        made.add(id_)
    return made


def take_all(made: Schedule, visible: list[str], now: float) -> list[tuple[str, list[str]]]:
    taken = []
    while work := made.take(visible, now):
        taken.append((work[0].columns[0], work[1]))
    return taken


def test_rows_in_view_come_first_then_the_others_of_what_reads_them() -> None:
    assert take_all(schedule("a", "b", "c"), ["b"], 0) == [("slow", ["b"]), ("other", ["b"]), ("other", ["a", "c"])]


def test_what_was_taken_is_due_one_period_later() -> None:
    made = schedule("a")
    take_all(made, ["a"], 5)
    assert made.next_due(["a"]) == 15
    assert take_all(made, ["a"], 14.9) == []
    assert take_all(made, ["a"], 15) == [("slow", ["a"])]
    assert take_all(made, ["a"], 105) == [("slow", ["a"]), ("other", ["a"])]


def test_a_known_row_keeps_its_moment() -> None:
    made = schedule("a")
    take_all(made, ["a"], 0)
    made.add("a")
    assert take_all(made, ["a"], 1) == []


def test_a_row_that_is_gone_is_never_taken() -> None:
    made = schedule("a", "b")
    made.forget("a")
    assert take_all(made, ["a"], 1000) == [("other", ["b"])]


def test_a_row_that_came_back_is_due_at_once_and_once() -> None:
    made = schedule("a")
    take_all(made, ["a"], 0)
    made.forget("a")
    made.add("a")
    assert take_all(made, ["a"], 1) == [("slow", ["a"]), ("other", ["a"])]


def test_refreshing_makes_everything_due_once() -> None:
    made = schedule("a", "b")
    take_all(made, ["a"], 0)
    made.all_due()
    assert take_all(made, ["a"], 1) == [("slow", ["a"]), ("other", ["a"]), ("other", ["b"])]


def test_a_round_takes_no_more_than_a_chunk() -> None:
    ids = [f"row-{number}" for number in range(CHUNK + 1)]
    made = schedule(*ids)
    assert [len(taken) for _, taken in take_all(made, ids, 0)] == [CHUNK, 1, CHUNK, 1]


def test_nothing_is_due_where_there_is_nothing() -> None:
    assert Schedule([]).take(["a"], 0) is None
    assert Schedule([]).next_due(["a"]) is None
    assert schedule().next_due(["unknown"]) is None


def test_the_next_moment_is_that_of_what_would_be_taken() -> None:
    """Waking before anything can be taken, over and over, would be a busy loop."""
    made = schedule("a", "b", "c")
    now = 0.0
    for _ in range(50):
        take_all(made, ["a"], now)
        made.forget("b")
        moment = made.next_due(["a"])
        assert moment is not None
        assert moment > now
        now = moment
    assert now >= 400
