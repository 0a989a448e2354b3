"""Measures a refresh that changes one row in a hundred: CPU and bytes, from the rows in hand to the quiet screen."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from statistics import median

from tests.bench.figures import Row, ratio
from tests.bench.loading import bring, loaded_datatable
from tests.bench.process import usage
from tests.bench.programs import Bench
from tests.bench.pty import Pty, settle

TIMES = 5
_SILENCE = 0.15
_LONGEST = 20.0


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the rows of refreshing."""
    yield from _at(bench, bench.many, 0.10, bench.few_rounds)
    yield from _at(bench, bench.most, 0.03, 1)


def _at(bench: Bench, count: int, target: float, rounds: int) -> Iterator[Row]:
    server = bench.server(count)
    found = []
    for _ in range(rounds):
        with bring(bench.start(bench.inside(server, clock=False)), count) as program:
            ours = _changes(program, makes=True)
        with loaded_datatable(bench, count) as program:
            found.append((ours, _changes(program, makes=False)))
    cpu = [[1000 * figures[0] for figures in pair] for pair in found]
    size = [[figures[1] for figures in pair] for pair in found]
    name = f"1% of {count:,} rows refreshed"
    yield ratio(f"CPU, {name}", "DataTable app", target, *map(list, zip(*cpu, strict=True)), "ms")
    yield ratio(f"bytes, {name}", "DataTable app", 0.01, *map(list, zip(*size, strict=True)), "bytes")


def _changes(program: Pty, *, makes: bool) -> tuple[float, float]:
    """Return the medians of (CPU seconds, bytes) of a change."""
    cpu, size = [], []
    for _ in range(TIMES):
        if makes:
            program.signal(signal.SIGUSR1)
            settle(program)
        before, written = usage(program.pid).cpu, program.written
        program.signal(signal.SIGUSR2)
        program.until(lambda: program.written > written, _LONGEST)  # noqa: B023  # done before the next turn
        program.quiet(_SILENCE)
        cpu.append(usage(program.pid).cpu - before)
        size.append(program.written - written)
    return median(cpu), median(size)
