"""Rows at their seats are what was put there."""

from __future__ import annotations

from random import Random

from console.store.packing import Packing
from console.store.rows import Row
from console.store.said import haystack, said
from console.store.shelf import UNPACKED_KEPT, Shelf
from tests.store.machines import COLUMNS, any_row


def filled(chance: Random, count: int) -> tuple[Shelf, list[Row]]:
    """Return a shelf and the rows on it."""
    shelf, packing = Shelf(), Packing()
    rows = [any_row(chance, f"i-{seat}") for seat in range(count)]
    for seat, row in enumerate(rows):
        shelf.put(seat, packing.pack(row))
    shelf.learn(packing.id, packing.words())
    return shelf, rows


def test_any_walk_keeps_what_was_put() -> None:
    chance, shelf, packing, plain = Random(5), Shelf(), Packing(), list[Row | None]()
    for step in range(3000):
        seat = chance.randrange(len(plain) + 1) if len(plain) < 60 else chance.randrange(len(plain))
        if seat == len(plain):
            plain.append(None)
        plain[seat] = row = any_row(chance, f"i-{step}") if chance.random() < 0.8 else None
        shelf.put(seat, None if row is None else packing.pack(row))
        if chance.random() < 0.02:
            kept = [seat for seat, row in enumerate(plain) if row is not None]
            chance.shuffle(kept)
            shelf.close_up(kept)
            plain = [plain[seat] for seat in kept]
    shelf.learn(packing.id, packing.words())
    assert [shelf.row(seat) for seat in range(len(shelf))] == plain


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
    shelf.put(7, None)
    shelf.read_texts(range(30))
    texts = [haystack(row.id, map(said, row.values)) for row in rows]
    assert shelf.texts == [*texts[:7], "", *texts[8:30], *[""] * 20]
    shelf.put(3, shelf.entries[4])
    assert shelf.texts[3] == "", "what changed is looked at anew"
