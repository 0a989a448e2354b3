"""Measures doing nothing: what is written, how often it wakes, what CPU it takes between two readings."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.figures import Row, absolute
from tests.bench.loading import loaded_cloudtop
from tests.bench.process import usage
from tests.bench.programs import Bench


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the rows of idling."""
    found = [_round(bench) for _ in range(bench.few_rounds)]
    for place, (name, unit) in enumerate((("bytes", "bytes/s"), ("wake-ups", "a second"), ("CPU", "ms/s"))):
        yield absolute(f"idle between polls, {name}", 0.0, [figures[place] for figures in found], unit)


def _round(bench: Bench) -> tuple[float, float, float]:
    with loaded_cloudtop(bench, bench.server(bench.few), detail=True) as program:
        program.run(bench.seconds / 2)
        before, written = usage(program.pid), program.written
        program.run(bench.seconds)
        after = usage(program.pid)
        return (
            (program.written - written) / bench.seconds,
            (after.wakeups - before.wakeups) / bench.seconds,
            1000 * (after.cpu - before.cpu) / bench.seconds,
        )
