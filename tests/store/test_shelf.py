"""Rows at their seats are what was put there, whether they are packed by now or not."""

from __future__ import annotations

from random import Random

import pytest

from console.store import shelf as module
from console.store.rows import Row
from console.store.shelf import Shelf
from tests.store.machines import COLUMNS, any_row


@pytest.mark.parametrize("recent", [0, 3, 40])
def test_any_walk_keeps_what_was_put(recent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RECENT", recent)
    chance, shelf, plain = Random(recent), Shelf(), list[Row | None]()
    for step in range(3000):
        seat = chance.randrange(len(plain) + 1) if len(plain) < 60 else chance.randrange(len(plain))
        if seat == len(plain):
            plain.append(None)
        plain[seat] = any_row(chance, f"i-{step}") if chance.random() < 0.8 else None
        shelf.put(seat, plain[seat])
        if chance.random() < 0.02:
            kept = [seat for seat, row in enumerate(plain) if row is not None]
            chance.shuffle(kept)
            shelf.close_up(kept)
            plain = [plain[seat] for seat in kept]
        assert sum(isinstance(entry, Row) for entry in shelf.entries) <= recent
    assert [shelf.row(seat) for seat in range(len(shelf))] == plain
    assert any(isinstance(entry, str) for entry in shelf.entries) == (recent < 40)


def test_a_row_in_view_is_the_same_object_again_and_again() -> None:
    chance, shelf = Random(1), Shelf()
    for seat in range(module.RECENT + 9):
        shelf.put(seat, any_row(chance, f"i-{seat}"))
    assert isinstance(shelf.entries[0], str)
    assert shelf.shown(0) is shelf.shown(0)
    assert shelf.shown(module.RECENT) is shelf.shown(module.RECENT)


@pytest.mark.parametrize("recent", [0, 100])
def test_what_is_sorted_by_is_read_without_the_rest(recent: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "RECENT", recent)
    chance, shelf = Random(2), Shelf()
    rows = [any_row(chance, f"i-{seat}") for seat in range(50)]
    for seat, row in enumerate(rows):
        shelf.put(seat, row)
    for column in (None, *range(len(COLUMNS))):
        found = [shelf.sorted_by(column)(entry) for entry in shelf.entries if entry is not None]
        assert found == [(row.problem, None if column is None else row.values[column]) for row in rows]
