"""Which columns a list shows, as widths and what is seen in it change."""

from __future__ import annotations

import pytest
from rich.style import Style

from console.resources.registry import catalogue
from console.ui.widgets.fitting import Fitting


def test_the_arrow_gets_its_room_as_soon_as_that_costs_no_column() -> None:
    columns = catalogue()["sqs.queues"].columns
    index = next(at for at, column in enumerate(columns) if column.id == "visible")
    enough = len(columns[index].title) + 2

    def wide(fitting: Fitting) -> int:
        return next(slot.width for slot in fitting.slots if slot.index == index)

    tight = [width for width in range(60, 140) if wide(Fitting(columns, _plain, "visible", width)) < enough]
    assert tight, "somewhere it would cost a column"
    for width in tight:
        fitting = Fitting(columns, _plain, "visible", width)
        fitting.fit(200)
        assert wide(fitting) == enough


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_a_screen_that_was_wide_for_a_while_shows_the_same_columns_as_before(name: str) -> None:
    columns = catalogue()[name].columns
    for column in columns:
        for width in range(60, 150, 10):
            fitting = Fitting(columns, _plain, column.id, width)
            before = fitting.slots
            fitting.fit(200)
            fitting.fit(width)
            assert fitting.slots == before


def _plain(_token: str) -> Style:
    return Style()
