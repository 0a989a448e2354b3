"""Measures filtering as you type and sorting over a long list: key to shown, and how long the loop is held."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.bench.figures import Row, absolute
from tests.bench.loading import bring
from tests.bench.programs import HIGH, Bench
from tests.bench.pty import Pty
from tests.bench.screen import Lines, Screen
from tests.bench.stall import held

TYPED = ("7", "2", "1", "3", *["backspace"] * 3)
"""Each leaves fewer rows than the one before, then more again."""
SORTS = 4
_WITH_CLOCK = 0.13
"""Of a processor: what a program at rest takes at most with a clock on its loop."""
_LONGEST = 20.0
_ROW = re.compile(r"\bi-[0-9a-f]{8,}")


@dataclass(frozen=True, slots=True)
class Shown:
    """One key: when it was pressed and when the list it asked for stood on the screen."""

    pressed: float
    shown: float


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the rows of filtering and sorting."""
    started = bench.start(bench.inside(bench.server(bench.most), clock=True), HIGH)
    with bring(started, bench.most, at_rest=_WITH_CLOCK) as program:
        filtered, ordered = _filtered(program), _ordered(program)
        program.leave()
    lags = bench.lags()
    rows = f"{bench.most:,} rows"
    yield absolute(f"filter as you type over {rows}, key → shown", 50.0, _milliseconds(filtered), "ms")
    yield absolute(f"filter as you type over {rows}, loop held", 20.0, _held(lags, filtered), "ms")
    yield absolute(f"sort {rows} by a column, key → shown", 300.0, _milliseconds(ordered), "ms")
    yield absolute(f"sort {rows} by a column, loop held", 20.0, _held(lags, ordered), "ms")


def _filtered(program: Pty) -> list[Shown]:
    screen = Screen(program)
    program.key("/")
    program.run(program.calm)
    found = [_press(program, screen, key) for key in TYPED]
    program.key("esc")
    _stands_still(program, screen)
    return found


def _ordered(program: Pty) -> list[Shown]:
    screen = Screen(program)
    return [_press(program, screen, ">") for _ in range(SORTS)]


def _press(program: Pty, screen: Screen, key: str) -> Shown:
    before = _list(screen.lines())
    pressed = program.key(key)
    screen.wait(lambda text: _list(text.split("\n")) != before, _LONGEST)
    return Shown(pressed, _stands_still(program, screen))


def _stands_still(program: Pty, screen: Screen) -> float:
    """Read until the list has been the same for a while; return since when. A cursor may blink meanwhile."""
    until = time.monotonic() + _LONGEST
    since, seen = screen.moment, _list(screen.shown())
    while time.monotonic() < until:
        program.run(program.calm)
        later = screen.settled(_list)
        if _list(screen.shown()) == seen:
            break
        since, seen = later, _list(screen.shown())
    return since


def _list(lines: Lines) -> Lines:
    """Return the counts and which rows are shown; what rows in view still wait for from AWS comes when it comes."""
    return [lines[2], *_ROW.findall("\n".join(lines[3:-4]))]


def _milliseconds(keys: Sequence[Shown]) -> list[float]:
    return [1000 * (key.shown - key.pressed) for key in keys]


def _held(lags: list[tuple[float, float]], keys: Sequence[Shown]) -> list[float]:
    return [1000 * held(lags, key.pressed - 0.01, key.shown) for key in keys]
