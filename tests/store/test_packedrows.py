"""Packed rows are rows by their ids."""

from __future__ import annotations

from random import Random

from console.resources.model import Tone
from console.store.packedrows import PackedRows
from console.store.rows import Row
from tests.store.machines import any_row


def test_any_walk_keeps_what_was_put() -> None:
    chance, rows, plain = Random(10), PackedRows(), dict[str, Row]()
    for _ in range(2000):
        row = any_row(chance, f"i-{chance.randrange(40)}")
        assert rows.put(row) == (plain.get(row.id) != row)
        plain[row.id] = row
        if chance.random() < 0.2:
            gone = chance.choice(list(plain))
            assert rows.problem(gone) == plain.pop(gone).problem
            rows.drop(gone)
            assert rows.problem(gone) is Tone.NONE
            assert rows.get(gone) is None
        assert dict(rows) == plain
        assert len(rows) == len(plain)
        assert list(rows) == list(plain)
        assert all(rows.packing.unpack(rows.packed(row_id)) == row for row_id, row in plain.items())


def test_the_same_row_again_is_nothing_new() -> None:
    chance, rows = Random(3), PackedRows()
    row = any_row(chance, "i-1")
    assert [rows.put(row), rows.put(row)] == [True, False]
