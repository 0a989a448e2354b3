"""Terminals that are too small, that grow, and those that are none."""

from __future__ import annotations

import re

import pytest

from tests.terminal.conftest import Open


def test_a_small_terminal_gets_a_sentence_and_the_list_comes_back_when_it_grows(start: Open) -> None:
    program = start(size=(59, 20))
    program.wait_for(r"cloudtop needs 60×20; this terminal is 59×20")
    program.wait_gone("Connecting")
    program.resize((60, 20))
    program.ready()
    program.wait_gone("cloudtop needs")
    before = program.cursor_on("web-eu1-02")
    program.resize((80, 19))
    program.wait_for(r"this terminal is 80×19")
    program.wait_gone("web-eu1")
    program.resize((80, 24))
    program.wait_gone("cloudtop needs")
    program.wait_until(lambda _: "web-eu1-02" in program.cursor_line())
    assert "web-eu1-02" in before


def test_a_dialog_is_no_way_around_it(start: Open) -> None:
    program = start(size=(50, 12))
    program.wait_for("cloudtop needs")
    program.press("q")
    assert program.wait_exit() == 0


@pytest.mark.parametrize("size", [(60, 20), (80, 24), (120, 32), (200, 60)])
def test_every_line_fits(start: Open, size: tuple[int, int]) -> None:
    program = start(size=size).ready()
    program.wait_for(r"3 SQS ●4")
    lines = program.screen()
    assert len(lines) == size[1]
    assert re.search(r"READ-ONLY", lines[0])
    assert "q quit" in lines[-1] or lines[-1].endswith("…")


@pytest.mark.parametrize("environment", [{"TERM": "dumb"}, {"TERM": ""}])
def test_a_terminal_that_can_do_nothing_gets_a_sentence(start: Open, environment: dict[str, str]) -> None:
    program = start(**environment)
    assert program.wait_exit() == 2
    assert b"\x1b" not in program.raw()
    assert "TERM is" in program.text()
