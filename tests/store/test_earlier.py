"""What was shown before a filter was made narrower: kept for who takes a letter back, until a row changes."""

from __future__ import annotations

import random

import pytest

from console.store import earlier, order, sieve
from console.store import view as module
from console.store.delta import Delta
from console.store.sieve import Sieve
from console.store.view import View
from tests.store.deltas import delta_of
from tests.store.machines import NOW, machines, row
from tests.store.test_view import Walk, set_order, shown

WORDS = ("web-1", "-web -x", "e 1 running", "state=running")


@pytest.mark.parametrize("seed", range(20))
def test_letters_may_be_typed_and_taken_back_while_rows_change(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    for place, name, steps in ((module, "PICK", 6), (sieve, "STEP", 7), (order, "STEP", 5), (earlier, "DEEPEST", 3)):
        monkeypatch.setattr(place, name, steps)
    walk = Walk(seed, ("name", "-cpu")[seed % 2])
    walk.view.apply(walk.delta(), NOW)
    word, length = walk.chance.choice(WORDS), 0
    for _ in range(80):
        length = max(0, min(len(word), length + walk.chance.choice((-1, -1, 1, 1, 1, -3))))
        text = word[:length] if not word[:length].endswith("=") else ""
        walk.view.want_filter(text)
        for _ in walk.view.arranging(NOW):
            if walk.chance.random() < 0.03:
                walk.view.apply(walk.delta(), NOW)
                walk.check()
        walk.text = text
        walk.check()
        if walk.chance.random() < 0.05:
            set_order(walk.view, walk.view.sort, not walk.view.descending, NOW)
        if walk.chance.random() < 0.05:
            word = random.Random(length).choice(WORDS)


@pytest.fixture
def looked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The filters for which rows were looked at."""
    found: list[str] = []
    testing = Sieve.testing

    def noted(self: Sieve, wanted, *rest):  # type: ignore[no-untyped-def]
        found.append(wanted.text)
        return testing(self, wanted, *rest)

    monkeypatch.setattr(Sieve, "testing", noted)
    return found


def typed(*texts: str) -> View:
    """Return a list of a hundred rows for which ``texts`` were typed one after the other."""
    view = View(machines())
    view.apply(delta_of(tuple(row(f"i-{number:03}") for number in range(100))), NOW)
    for text in texts:
        view.set_filter(text, NOW)
    return view


def test_a_letter_taken_back_looks_at_no_row(looked: list[str]) -> None:
    view = typed("1", "01", "012")
    assert shown(view) == ["i-012"]
    looked.clear()
    for text, count in (("01", 11), ("1", 19), ("", 100)):
        view.set_filter(text, NOW)
        assert len(view) == count
    assert looked == []
    view.set_filter("01", NOW)
    assert (len(view), looked) == (11, ["01"])


@pytest.mark.parametrize(
    ("change", "count"),
    [(delta_of((row("i-050", name="01"),)), 12), (delta_of((), ("i-010",)), 10), (delta_of((row("i-501"),)), 12)],
    ids=["another", "one less", "one more"],
)
def test_once_a_row_changed_they_are_looked_at_again(looked: list[str], change: Delta, count: int) -> None:
    view = typed("01", "012")
    view.apply(change, NOW)
    looked.clear()
    view.set_filter("01", NOW)
    assert (len(view), looked) == (count, ["01"])


def test_a_reading_without_news_keeps_them(looked: list[str]) -> None:
    view = typed("01", "012")
    view.apply(delta_of(()), NOW)
    looked.clear()
    view.set_filter("01", NOW)
    assert (len(view), looked) == (11, [])


def test_what_time_decides_is_looked_at_again(looked: list[str]) -> None:
    typed("cpu>0", "cpu>0 01", "cpu>0")
    assert looked == ["cpu>0", "cpu>0 01", "cpu>0"]


def test_another_order_keeps_nothing(looked: list[str]) -> None:
    view = typed("01", "012")
    set_order(view, "cpu", False, NOW)
    looked.clear()
    view.set_filter("01", NOW)
    assert (len(view), looked) == (11, ["01"])
