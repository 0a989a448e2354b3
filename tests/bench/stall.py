"""Measures the longest time the loop is held while a long list loads."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.figures import Row, absolute
from tests.bench.loading import CONNECTING, complete
from tests.bench.programs import Bench
from tests.bench.screen import Screen

LOADED = 1.0
"""Seconds in which nothing is written once the list is there."""


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the row of stalls."""
    figures = [1000 * _round(bench) for _ in range(bench.rounds)]
    yield absolute(f"longest stall of the loop while {bench.many:,} instances load", 20.0, figures, "ms")


def _round(bench: Bench) -> float:
    with bench.start(bench.inside(bench.server(bench.many), clock=True)) as program:
        since = program.until_seen(CONNECTING)
        program.quiet(LOADED, 200)  # an emulator that ran beside it would take the processor from what is measured
        until = Screen(program).wait(complete(bench.many).search, 200)
        program.leave()
    return held(bench.lags(), since, until)


def held(lags: list[tuple[float, float]], since: float, until: float) -> float:
    """Return the longest time the loop was held that began between two moments."""
    return max((lag for moment, lag in lags if since <= moment <= until), default=0.0)
