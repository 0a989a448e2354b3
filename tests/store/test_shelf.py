"""Rows at their seats are what was put there."""

from __future__ import annotations

from random import Random

from console.store.packing import Packing
from console.store.rows import Row
from console.store.said import haystack, said
from console.store.shelf import UNPACKED_KEPT, Shelf
from tests.store.machines import COLUMNS, any_row, row


def filled(chance: Random, count: int) -> tuple[Shelf, list[Row]]:
    """Return a shelf and the rows on it."""
    shelf, packing = Shelf(), Packing()
    rows = [any_row(chance, f"i-{seat}") for seat in range(count)]
    assert shelf.take([packing.pack(row) for row in rows]) == list(range(count))
    shelf.learn(packing.id, packing.words())
    return shelf, rows


def test_any_walk_keeps_what_was_put() -> None:
    chance, shelf, packing, plain = Random(5), Shelf(), Packing(), dict[str, Row]()
    for step in range(600):
        gone = chance.sample(sorted(plain), min(len(plain), chance.randrange(4)))
        rows = [any_row(chance, f"i-{chance.randrange(90)}") for _ in range(chance.randrange(5))]
        before = {row_id: shelf.seats[row_id] for row_id in plain}
        assert shelf.leave([*gone, "never seen"]) == [before.pop(row_id) for row_id in gone]
        shelf.take([packing.pack(row) for row in rows])
        for row_id in gone:
            del plain[row_id]
        plain.update((row.id, row) for row in rows)
        assert before.items() <= shelf.seats.items(), "a row has one seat"
        if step % 50 == 49:
            numbered = dict(shelf.seats)
            kept, numbers = shelf.close_up()
            assert kept == list(numbered.values())
            assert [numbers[seat] for seat in kept] == list(shelf.seats.values()) == list(range(len(plain)))
    shelf.learn(packing.id, packing.words())
    assert {row_id: shelf.row(seat) for row_id, seat in shelf.seats.items()} == plain
    assert sum(entry is not None for entry in shelf.entries) == len(plain)


def test_the_last_of_what_comes_at_once_counts() -> None:
    shelf, packing = Shelf(), Packing()
    rows = [row("i-1", name="first"), row("i-2"), row("i-1", name="last")]
    assert shelf.take([packing.pack(one) for one in rows]) == [0, 1, 0]
    shelf.learn(packing.id, packing.words())
    assert (shelf.row(0), len(shelf)) == (rows[2], 2)


def test_a_row_in_view_is_the_same_object_again_and_again() -> None:
    shelf, rows = filled(Random(1), UNPACKED_KEPT)
    first = [shelf.shown(seat) for seat in range(UNPACKED_KEPT)]
    assert first == rows
    assert all(shelf.shown(seat) is row for seat, row in enumerate(first))


def test_what_is_sorted_by_is_read_without_the_rest() -> None:
    shelf, rows = filled(Random(2), 50)
    for column in (None, *range(len(COLUMNS))):
        found = [shelf.sorted_by(column)(entry) for entry in shelf.entries if entry is not None]
        assert found == [(row.problem, None if column is None else row.values[column]) for row in rows]


def test_what_words_are_looked_for_in_is_that_of_the_row() -> None:
    shelf, rows = filled(Random(3), 50)
    assert shelf.leave(["i-7"]) == [7]
    shelf.read_texts(range(30))
    texts = [haystack(row.id, map(said, row.values)) for row in rows]
    assert shelf.texts == [*texts[:7], "", *texts[8:30], *[""] * 20]
    shelf.take([shelf.entries[3] or ""])
    assert shelf.texts[3] == "", "what changed is looked at anew"
