"""Measures scrolling over a slow line: how long after the last key the list stands still."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from tests.bench.figures import Row, absolute
from tests.bench.loading import bring, warm
from tests.bench.programs import HIGH, Bench, comparator
from tests.bench.pty import Pty, settle
from tests.bench.screen import Lines, Screen

RATE = 32_000
"""Bytes a second that the line carries."""
HERTZ = 30
_LONGEST = 40.0
_TICK = 600
"""More bytes than a clock writes in a second."""


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the rows of the slow line."""
    ours = [_settled(bench, lambda: _cloudtop(bench)) for _ in range(bench.few_rounds)]
    name = "30 Hz scrolling over 32 kB/s, settled after the last key"
    yield absolute(name, 0.3, ours, "s")
    yield absolute(f"{name}, DataTable app", None, [_settled(bench, lambda: _datatable(bench))], "s")


def _cloudtop(bench: Bench) -> Pty:
    program = bring(bench.start(bench.cloudtop(bench.server(bench.few)), HIGH, RATE), bench.few)
    warm(program, int(HERTZ * bench.seconds) // 30 + 2)
    return program


def _datatable(bench: Bench) -> Pty:
    program = bench.start(comparator("datatable", str(bench.few), str(HIGH[0])), HIGH, RATE)
    program.until_seen(rb"api-0000000")
    settle(program)
    return program


def _settled(bench: Bench, load: Callable[[], Pty]) -> float:
    with load() as program:
        screen = Screen(program)
        screen.lines()
        last = _scroll(program, int(HERTZ * bench.seconds))
        _read_out(program)
        return max(0.0, screen.settled(_list) - last)


def _scroll(program: Pty, count: int) -> float:
    """Press down ``count`` times at 30 Hz, reading as the line allows; return the moment of the last key."""
    begun = time.monotonic()
    for number in range(count):
        pressed = program.key("down")
        program.run(begun + (number + 1) / HERTZ - time.monotonic())
    return pressed


def _read_out(program: Pty) -> None:
    """Read until hardly anything comes any more; a clock may still tick."""
    until = time.monotonic() + _LONGEST
    while time.monotonic() < until:
        written = program.written
        program.run(1.0)
        if program.written - written < _TICK:
            return


def _list(lines: Lines) -> Lines:
    """Return the lines that hold rows, without the lines around the list, which tell the time."""
    return lines[3:-3]
