"""Which rows a filter keeps: told all at once in short steps, or for a few seats."""

from __future__ import annotations

import pytest

from console.resources.registry import catalogue
from console.store import sieve as module
from console.store.filter import compile_filter
from console.store.order import no_seats
from console.store.shelf import Shelf
from console.store.sieve import Sieve, passing
from tests.store.deltas import PACKING
from tests.ui.fakes import row_of

TYPE = catalogue()["ec2.instances"]
NAMES = [f"{'web' if number % 3 else 'db'}-{number:02}" for number in range(30)]


@pytest.fixture
def shelf() -> Shelf:
    """Thirty machines, of which the seat of the fifth is empty."""
    found = Shelf()
    rows = [row_of("ec2.instances", name, name=name, state="running") for name in NAMES]
    packed = [PACKING.pack(row) for row in rows]
    found.learn(PACKING.id, PACKING.words())
    found.take(packed)
    found.leave([NAMES[4]])
    return found


@pytest.mark.parametrize("text", ["web", "-web", "web 1", "state=running -db", "state=stopped", ""])
def test_steps_and_single_seats_tell_the_same(text: str, shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STEP", 7)
    wanted, stepped, noted = compile_filter(TYPE, text), bytearray(30), bytearray(b"\x01" * 30)
    steps = list(Sieve(shelf).testing(wanted, shelf.entries, stepped, 0.0))
    Sieve(shelf).note(wanted, range(30), noted, 0.0)
    assert stepped == noted
    assert not noted[4], "nothing is there to keep"
    assert steps == [False] * 5


def test_only_what_it_is_told_to_look_among_is_looked_at(shelf: Shelf) -> None:
    passes = bytearray(30)
    among = bytearray(number in (1, 2, 3) for number in range(30))
    assert list(Sieve(shelf).testing(compile_filter(TYPE, "web"), among, passes, 0.0))
    assert [seat for seat in range(30) if passes[seat]] == [1, 2]


def test_what_passes_keeps_its_order() -> None:
    assert passing(no_seats([3, 0, 2, 1]), bytearray([1, 0, 1, 1])) == [3, 0, 2]
