"""Which rows are shown and in which order, against a naive sort and filter."""

from __future__ import annotations

import random
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from console.resources.model import SEVERITY, Kind, Missing, Tone, Value
from console.store import order, packing, sieve
from console.store import view as module
from console.store.delta import Delta
from console.store.delta import delta_of as fresh_delta_of
from console.store.filter import FilterInvalid, compile_filter
from console.store.rows import Row
from console.store.said import haystack
from console.store.view import View
from tests.store.deltas import delta_of
from tests.store.machines import COLUMNS, NOW, any_row, machines, row

FILTERS = ("", "web", "-web", "state=running", "cpu>3", "size<=1024 web", "count!=1", "name~e", "zones=a")


def set_order(view: View, column_id: str, descending: bool, now: float) -> None:
    """Order by a column, at once."""
    view.want_order(column_id, descending)
    for _ in view.arranging(now):
        pass


def sortable(value: Value, column: int) -> Any:
    """Return (is a text, what a value is sorted by), None where nothing is known."""
    if isinstance(value, tuple) and COLUMNS[column].kind is Kind.SPARK:
        value = next((part for part in value[::-1] if part is not None), None)
    if value is None or isinstance(value, Missing):
        return None
    if isinstance(value, datetime):
        return False, NOW - value.timestamp()
    if isinstance(value, tuple):
        value = ", ".join(str(part) for part in value)
    return (True, value.casefold()) if isinstance(value, str) else (False, value)


def naive(rows: list[Row], text: str, sort: str, descending: bool, problems_first: bool) -> list[str]:
    """Return the ids in the order wanted; ``rows`` are in the order of their arrival."""
    column = [entry.id for entry in COLUMNS].index(sort)
    matches = compile_filter(machines(), text)
    shown = [entry for entry in rows if matches(entry, NOW)]
    known = [entry for entry in shown if sortable(entry.values[column], column) is not None]
    known.sort(key=lambda entry: sortable(entry.values[column], column), reverse=descending)
    if descending:  # equal ones keep the order in which they arrived: sort() keeps it when reversed too
        known = sorted(known, key=lambda entry: sortable(entry.values[column], column), reverse=True)
    found = known + [entry for entry in shown if sortable(entry.values[column], column) is None]
    if problems_first:
        found.sort(key=lambda entry: SEVERITY.get(entry.problem, 3))
    return [entry.id for entry in found]


def shown(view: View) -> list[str]:
    return [row.id for row in view.between(0, len(view))]


class Walk:
    """One view and the rows it should hold, changed at random."""

    def __init__(self, seed: int, sort: str) -> None:
        self.chance = random.Random(seed)
        self.view = View(machines(sort=sort))
        self.rows: dict[str, Row] = {}
        self.text = ""

    @property
    def own_order(self) -> bool:
        return self.view.resource.sort == ("-" if self.view.descending else "") + self.view.sort

    def step(self) -> None:
        roll = self.chance.random()
        if roll < 0.7:
            self.view.apply(self.delta(), NOW)
        elif roll < 0.85:
            self.text = self.chance.choice(FILTERS)
            self.view.set_filter(self.text, NOW)
        else:
            set_order(self.view, self.chance.choice(COLUMNS).id, self.chance.random() < 0.5, NOW)

    def delta(self) -> Delta:
        few = self.chance.random() < 0.7
        removed = self.chance.sample(sorted(self.rows), min(len(self.rows), self.chance.randrange(2 if few else 9)))
        ids = {f"i-{self.chance.randrange(60)}" for _ in range(self.chance.randrange(4 if few else 40))}
        changed = [any_row(self.chance, id_) for id_ in sorted(ids)]
        for id_ in removed:
            del self.rows[id_]
        for entry in changed:
            self.rows[entry.id] = entry  # a known one keeps its place
        return delta_of(tuple(changed), (*removed, "never seen"))

    def check(self) -> None:
        view = self.view
        wanted = naive(list(self.rows.values()), self.text, view.sort, view.descending, self.own_order)
        assert shown(view) == wanted
        assert len(view) == len(wanted)
        assert [view.index(id_) for id_ in wanted] == list(range(len(wanted)))
        assert all(view.index(id_) is None for id_ in self.rows.keys() - set(wanted))
        assert view.loaded == len(self.rows)
        assert all(view.get(id_) == entry for id_, entry in self.rows.items())
        assert view.get("never seen") is None


@pytest.mark.parametrize("seed", range(12))
def test_any_walk_of_deltas_filters_and_orders_agrees_with_sorting_it_all(seed: int) -> None:
    walk = Walk(seed, ("name", "-name", "cpu", "-age", "", "-load")[seed % 6] or "name")
    for _ in range(60):
        walk.step()
        walk.check()


def test_five_thousand_rows_that_change_a_few_at_a_time() -> None:
    chance = random.Random(5)
    rows = {f"i-{number}": any_row(chance, f"i-{number}") for number in range(5000)}
    view = View(machines(sort="-cpu"))
    view.apply(delta_of(tuple(rows.values())), NOW)
    for _ in range(30):
        changed = tuple(any_row(chance, f"i-{chance.randrange(5000)}") for _ in range(1))
        gone = chance.choice(sorted(rows))
        rows.update((entry.id, entry) for entry in changed)
        if gone != changed[0].id:
            rows.pop(gone)
            view.apply(delta_of(changed, (gone,)), NOW)
        else:
            view.apply(delta_of(changed), NOW)
    assert shown(view) == naive(list(rows.values()), "", "cpu", True, True)


def test_a_small_change_ranks_few_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    ranked: list[object] = []
    made = module.ranking

    def noted(*wanted: Any) -> Any:
        rank = made(*wanted)

        def note(problem: Tone, value: Value) -> Any:
            ranked.append(value)
            return rank(problem, value)

        return note

    monkeypatch.setattr(module, "ranking", noted)
    view = View(machines())
    view.apply(delta_of(tuple(row(f"i-{number:05}") for number in range(5000))), NOW)
    del ranked[:]
    view.apply(delta_of((row("i-00007", name="zzz"),), ("i-00008",)), NOW)
    assert set(ranked) == {"zzz"}
    assert view.index("i-00007") == 4998


@pytest.mark.parametrize("descending", [False, True])
def test_what_is_not_known_is_last_in_either_direction(descending: bool) -> None:
    view = View(machines())
    given: dict[str, Value] = {
        "a": 5.0,
        "b": Missing.UNKNOWN,
        "c": 1.0,
        "d": None,
        "e": Missing.PENDING,
        "f": float("nan"),
    }
    view.apply(delta_of(tuple(row(id_, cpu=value) for id_, value in given.items())), NOW)
    set_order(view, "cpu", descending, NOW)
    assert shown(view) == [*("ac" if descending else "ca"), *"bdef"]


def test_problems_come_first_only_in_the_order_of_the_type() -> None:
    view = View(machines())
    tones = {"a": Tone.NONE, "b": Tone.BAD, "c": Tone.UNKNOWN, "d": Tone.WARN, "e": Tone.OK, "f": Tone.BAD}
    view.apply(delta_of(tuple(row(id_, tone) for id_, tone in tones.items())), NOW)
    assert "".join(shown(view)) == "bfdcae"
    set_order(view, "name", True, NOW)
    assert "".join(shown(view)) == "fedcba"
    set_order(view, "cpu", False, NOW)
    assert "".join(shown(view)) == "abcdef"
    set_order(view, "name", False, NOW)
    assert "".join(shown(view)) == "bfdcae"


def test_a_type_that_opens_descending_has_its_problems_first_too() -> None:
    view = View(machines(sort="-count"))
    view.apply(delta_of((row("a", count=1), row("b", count=3), row("c", Tone.BAD, count=2))), NOW)
    assert "".join(shown(view)) == "cba"


def test_equal_rows_keep_the_order_in_which_they_came() -> None:
    view = View(machines())
    view.apply(delta_of(tuple(row(id_, name="same") for id_ in "dacb")), NOW)
    assert "".join(shown(view)) == "dacb"
    view.apply(delta_of((row("a", name="same", cpu=9.0),)), NOW)
    assert "".join(shown(view)) == "dacb"
    set_order(view, "name", True, NOW)
    assert "".join(shown(view)) == "dacb"


def test_a_malformed_filter_changes_nothing() -> None:
    view = View(machines())
    view.apply(delta_of((row("a"), row("b"))), NOW)
    view.set_filter("name=a", NOW)
    with pytest.raises(FilterInvalid):
        view.set_filter("nmae=b", NOW)
    assert (shown(view), view.filter.text) == (["a"], "name=a")


@pytest.mark.parametrize("index", [-1, 2])
def test_a_place_outside_has_no_row(index: int) -> None:
    view = View(machines())
    view.apply(delta_of((row("a"), row("b"))), NOW)
    with pytest.raises(IndexError):
        view.at(index)


def test_the_text_of_a_row_is_made_once_and_again_when_the_row_changes(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def noted(row_id: str, parts: Iterable[str]) -> str:
        made.append(row_id)
        return haystack(row_id, parts)

    monkeypatch.setattr(packing, "haystack", noted)
    view = View(machines())
    view.apply(delta_of(tuple(row(f"i-{number:03}") for number in range(200))), NOW)
    assert not made, "nothing is prepared before somebody filters"
    for text in ("i", "i-", "i-1", "i-1 -9", "cpu>3"):
        view.set_filter(text, NOW)
    assert len(made) == 200
    view.set_filter("fresh", NOW)
    view.apply(delta_of((row("i-007", name="fresh"),), ("i-008",)), NOW)
    assert (made[200:], shown(view)) == (["i-007"], ["i-007"])
    view.apply(delta_of((row("i-008", name="fresh"),)), NOW)
    assert made[201:] == ["i-008"], "a row that comes back is another one"


@pytest.mark.parametrize("seed", range(12))
def test_rows_may_change_while_another_filter_or_order_is_made(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STEP", 7)
    monkeypatch.setattr(sieve, "STEP", 7)
    monkeypatch.setattr(order, "STEP", 5)
    monkeypatch.setattr(order, "RUN", 4)
    monkeypatch.setattr(module, "PICK", 6)
    walk = Walk(seed, ("name", "-cpu", "-age")[seed % 3])
    walk.view.apply(walk.delta(), NOW)
    for _ in range(25):
        text, column, descending = walk.text, walk.chance.choice(COLUMNS).id, walk.chance.random() < 0.5
        if walk.chance.random() < 0.7:
            text = walk.chance.choice((*FILTERS, f"{walk.text} w".strip()))
            walk.view.want_filter(text)
        if walk.chance.random() < 0.7:
            walk.view.want_order(column, descending)
        for _ in walk.view.arranging(NOW):
            if walk.chance.random() < 0.3:
                walk.view.apply(walk.delta(), NOW)
                walk.check()
            if walk.chance.random() < 0.02:
                break
        else:
            walk.text = text
            assert walk.view.now_shown == walk.view.wanted
        walk.view.want_filter(walk.text)
        walk.check()


def test_what_was_wanted_and_given_up_is_made_with_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order, "STEP", 10)
    view = View(machines())
    view.apply(delta_of(tuple(row(f"i-{number:03}", cpu=float(-number)) for number in range(100))), NOW)
    view.want_order("cpu", False)
    given_up = view.arranging(NOW)
    next(given_up)
    view.want_filter("i-09")
    given_up.close()
    assert (view.sort, view.filter.text, len(view)) == ("name", "", 100)
    for _ in view.arranging(NOW):
        assert len(view) == 100, "the old one stays until the new one is there"
    assert (view.sort, shown(view)) == ("cpu", [f"i-{number:03}" for number in range(99, 89, -1)])


def test_no_step_looks_at_many_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[str] = []

    def noted(row_id: str, parts: Iterable[str]) -> str:
        made.append(row_id)
        return haystack(row_id, parts)

    monkeypatch.setattr(packing, "haystack", noted)
    view = View(machines())
    view.apply(delta_of(tuple(row(f"i-{number:05}") for number in range(4000))), NOW)
    for _ in view.preparing():
        assert len(made) <= module.STEP
        del made[:]
    view.want_filter("i-00001")
    assert len(list(view.arranging(NOW))) == 4000 / module.STEP + 2, "one that picks and one that shows"
    assert not made


def test_seats_of_rows_that_went_are_given_up() -> None:
    view = View(machines())
    chance = random.Random(1)
    for turn in range(12):
        view.apply(delta_of(tuple(any_row(chance, f"{turn}-{number}") for number in range(300))), NOW)
        view.set_filter("running", NOW)
        view.apply(delta_of(removed=tuple(f"{turn - 1}-{number}" for number in range(300))), NOW)
    assert view.loaded == 300
    assert len(view._shelf) <= 600 + module.SPARE
    assert [view.index(id_) for id_ in shown(view)] == list(range(len(view)))
    view.set_filter("", NOW)
    rows = [entry for number in range(300) if (entry := view.get(f"11-{number}"))]
    assert shown(view) == naive(rows, "", "name", False, True)


@pytest.mark.parametrize("seed", range(6))
def test_rows_of_another_packing_begin_the_list_anew(seed: int) -> None:
    chance, view = random.Random(seed), View(machines(sort=("name", "-cpu", "-age")[seed % 3]))
    view.set_filter(FILTERS[seed], NOW)
    for count in (40, 0, 700, 3):
        rows = [any_row(chance, f"i-{chance.randrange(900)}") for _ in range(count)]
        view.apply(fresh_delta_of(rows), NOW)
        if not count:
            continue
        last = list({entry.id: entry for entry in rows}.values())
        assert view.loaded == len(last)
        assert shown(view) == naive(last, FILTERS[seed], view.sort, view.descending, True)
        assert [view.get(entry.id) for entry in last] == last


def test_a_delta_that_tells_of_no_rows_leaves_the_list_standing() -> None:
    view = View(machines())
    view.apply(delta_of((row("a"), row("b"))), NOW)
    view.apply(Delta(complete=True), NOW)
    assert shown(view) == ["a", "b"]


def test_a_list_may_begin_anew_while_it_is_arranged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "STEP", 10)
    monkeypatch.setattr(sieve, "STEP", 10)
    view = View(machines())
    view.apply(delta_of(tuple(row(f"i-{number:03}") for number in range(100))), NOW)
    view.want_filter("i-09")
    arranging = view.arranging(NOW)
    next(arranging)
    view.apply(fresh_delta_of((row("i-099"), row("i-500"))), NOW)
    for _ in arranging:
        pass
    assert (shown(view), view.loaded) == (["i-099"], 2)


@pytest.mark.parametrize(("text", "then"), [("age<20m", -5000.0), ("age>20m", None)])
def test_a_row_that_grew_too_old_while_the_list_was_ordered_leaves_alone(text: str, then: float | None) -> None:
    def machine(number: int, born: float) -> Row:
        return row(f"i-{number:04}", age=datetime.fromtimestamp(NOW + born, UTC))

    view = View(machines())
    view.apply(delta_of(tuple(machine(number, -1000 if "<" in text else -5000) for number in range(2000))), NOW)
    view.set_filter(text, NOW)
    view.want_order("count", False)
    changed, changed_again, others = False, False, {id_ for id_ in shown(view) if id_ != "i-0005"}
    for _ in view.arranging(NOW):
        if not changed:  # 1199.5 seconds old when the ordering began, 1200.5 a second later
            view.apply(delta_of((machine(5, -1199.5),)), NOW + 1)
            changed = True
        elif not changed_again and not view._touched:  # it was looked at meanwhile
            gone = delta_of((), ("i-0005",)) if then is None else delta_of((machine(5, then),))
            view.apply(gone, NOW + 1)
            changed_again = True
            assert others <= set(shown(view))
    assert changed_again
    assert set(shown(view)) == others
