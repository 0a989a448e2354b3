"""Labels and values under each other, whatever they say and however narrow it is."""

from __future__ import annotations

import random

import pytest
from rich.cells import cell_len

from console.ui.widgets.facts import GAP, LABEL, Fact, Facts, folded
from tests.ui.conftest import resize, settle
from tests.ui.stage import Stage, lines_of

WORDS = ("a", "bb", "longer", "日本語", "x" * 30, "", "é", "👩‍👩", "-")


@pytest.mark.parametrize("seed", range(200))
def test_a_folded_text_says_everything_and_fits(seed: int) -> None:
    chance = random.Random(seed)
    text = "".join(chance.choice(WORDS) + chance.choice((" ", "  ", "\n", "")) for _ in range(chance.randrange(1, 20)))
    width = chance.randrange(4, 40)
    lines = folded(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert max(map(cell_len, lines)) <= width
    assert len(lines) >= text.count("\n") + 1


def test_words_stay_whole_where_they_can() -> None:
    assert folded("one two three", 8) == ["one two", "three"]
    assert folded("one\ntwo", 8) == ["one", "two"]
    assert folded("eleven cells", 6) == ["eleven", "cells"]


async def test_values_wrap_beside_their_labels_and_scroll() -> None:
    app = Stage(Facts(id="facts"))
    async with app.run_test(size=(40, 4)) as pilot:
        facts = app.query_one(Facts)
        facts.show(
            [Fact((" Name", "dim"), [("one two three four five six", "text")]), Fact((" B", "dim"), [("x", "bad")])]
        )
        await settle(pilot)
        shown = [line.rstrip() for line in lines_of(facts)]
        assert shown == [
            " Name".ljust(LABEL + GAP) + "one two three four",
            " " * (LABEL + GAP) + "five six",
            " B".ljust(LABEL + GAP) + "x",
            "",
        ]
        facts.show([Fact((f"{number}", "dim"), [("x", "text")]) for number in range(9)])
        await settle(pilot)
        facts.action_scroll_end()
        await settle(pilot)
        assert [line.split()[0] for line in lines_of(facts)] == ["5", "6", "7", "8"]
        await resize(pilot, 30, 3)
        facts.show([Fact(("", "dim"), [("reading… " * 9, "dim")])])
        await settle(pilot)
        assert lines_of(facts)[0].startswith(" reading… reading…")
        assert facts.scroll_offset.y == 0
