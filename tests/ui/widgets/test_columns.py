"""Which columns fit and how wide each is."""

from __future__ import annotations

import random

import pytest

from console.resources.model import Column, Kind
from console.resources.registry import catalogue
from console.ui.widgets.columns import GAP, NARROWEST, lay_out, titled
from tests.store.machines import COLUMNS


def nothing(_item: object) -> None:
    return None


def column(number: int, width: int = 10, rank: int = 5, kind: Kind = Kind.NUMBER) -> Column:
    return Column(f"c{number}", f"C{number}", nothing, width, kind, rank=rank)


def taken(widths: list[int]) -> int:
    return sum(widths) + GAP * (len(widths) - 1)


@pytest.mark.parametrize("seed", range(40))
def test_whatever_the_columns_they_fit_do_not_overlap_and_keep_their_order(seed: int) -> None:
    chance = random.Random(seed)
    columns = [
        column(number, chance.randrange(3, 30), chance.choice((1, 2, 3, 5)), chance.choice(list(Kind)))
        for number in range(chance.randrange(1, 14))
    ]
    needs = {number: chance.randrange(1, 60) for number in range(len(columns)) if chance.random() < 0.9}
    for width in range(60, 201, 7):
        slots = lay_out(columns, needs, width)
        assert [slot.index for slot in slots] == sorted(slot.index for slot in slots)
        assert taken([slot.width for slot in slots]) <= width
        assert all(slot.width >= 1 for slot in slots)
        at = 0
        for slot in slots:
            assert slot.start == at
            at += slot.width + GAP


@pytest.mark.parametrize("name", sorted(catalogue()))
@pytest.mark.parametrize("width", [1, 10, 40, 57, 60, 77, 80, 117, 200, 500])
def test_what_must_stay_stays_in_every_type_at_every_width(name: str, width: int) -> None:
    columns = catalogue()[name].columns
    shown = {slot.index for slot in lay_out(columns, dict.fromkeys(range(len(columns)), 90), width)}
    assert {index for index, entry in enumerate(columns) if entry.rank == 0} <= shown


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_type_shows_something_worth_reading_on_the_narrowest_screen(name: str) -> None:
    columns = catalogue()[name].columns
    slots = lay_out(columns, {index: len(entry.title) for index, entry in enumerate(columns)}, 57)
    assert taken([slot.width for slot in slots]) <= 57
    assert len(slots) >= min(3, len(columns))


def test_the_least_important_gives_way_first_and_of_equals_the_last() -> None:
    columns = [column(0, rank=0), column(1, rank=9), column(2, rank=3), column(3, rank=3)]
    needs = dict.fromkeys(range(4), 10)
    kept = {width: [slot.index for slot in lay_out(columns, needs, width)] for width in (46, 45, 34, 33, 22, 21)}
    assert kept == {46: [0, 1, 2, 3], 45: [0, 2, 3], 34: [0, 2, 3], 33: [0, 2], 22: [0, 2], 21: [0]}


def test_a_column_takes_what_it_needs_and_what_is_left_goes_to_what_was_cut() -> None:
    columns = [column(0, 10, 0, Kind.TEXT), column(1, 10, 1), column(2, 10, 1, Kind.TEXT)]
    slots = lay_out(columns, {0: 4, 1: 3, 2: 40}, 80)
    assert [slot.width for slot in slots] == [4, 3, 40]
    slots = lay_out(columns, {0: 40, 1: 3, 2: 40}, 60)
    assert [slot.width for slot in slots] == [40, 3, 13], "the most important one first"


def test_words_shrink_before_a_number_that_matters_is_left_out() -> None:
    columns = [column(0, 30, 0, Kind.TEXT), column(1, 8, 2)]
    slots = lay_out(columns, {0: 30, 1: 8}, 26)
    assert [(slot.index, slot.width) for slot in slots] == [(0, 16), (1, 8)]


def test_what_matters_is_shown_whole_before_anything_else_is_shown() -> None:
    columns = [column(0, 30, 0, Kind.TEXT), column(1, 8, 5)]
    slots = lay_out(columns, {0: 30, 1: 8}, 32)
    assert [(slot.index, slot.width) for slot in slots] == [(0, 30)]


def test_what_must_stay_is_cut_where_there_is_no_room_at_all() -> None:
    columns = [column(0, 30, 0), column(1, 30, 0)]
    slots = lay_out(columns, {0: 30, 1: 30}, 5)
    assert [slot.width for slot in slots] == [NARROWEST, NARROWEST]


def test_no_columns_are_no_slots() -> None:
    assert lay_out((), {}, 80) == ()


def test_what_is_not_known_to_need_less_has_its_declared_width() -> None:
    assert [slot.width for slot in lay_out(COLUMNS[:2], {}, 80)] == [20, 12]


@pytest.mark.parametrize("width", range(60, 201, 3))
def test_the_arrow_has_room_where_it_costs_no_column(width: int) -> None:
    plain = titled(COLUMNS, {}, "", width)
    assert plain == {index: len(entry.title) for index, entry in enumerate(COLUMNS)}
    for index, entry in enumerate(COLUMNS):
        wide = titled(COLUMNS, plain, entry.id, width)
        assert len(lay_out(COLUMNS, wide, width)) == len(lay_out(COLUMNS, plain, width))
        assert wide[index] in (plain[index], plain[index] + 2)
    assert titled(COLUMNS, {0: 50}, "name", 200)[0] == 50
    assert titled(COLUMNS, {}, "cpu", 200)[5] == len("CPU") + 2


def test_a_steady_column_keeps_those_to_its_right_in_place_with_spare_room_alone() -> None:
    steady = Column("ip", "IP", nothing, 15, Kind.TEXT, rank=2, steady=True)
    columns = (steady, column(1, rank=0), column(2, rank=9))
    wide = [lay_out(columns, {0: need, 1: 10, 2: 10}, 60) for need in (2, 9, 15)]
    assert wide[0] == wide[1] == wide[2]
    assert wide[0][0].width == 15
    narrow = lay_out(columns, {0: 9, 1: 10, 2: 10}, 9 + GAP + 10 + GAP + 10)
    assert [slot.width for slot in narrow] == [9, 10, 10], "no other gives way for what may come"
