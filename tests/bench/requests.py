"""Measures what one signed request costs: CPU by cloudtop's gateway against aiobotocore as it comes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from tests.bench.figures import Row, ratio
from tests.bench.programs import Bench, comparator
from tests.bench.pty import run_piped
from tests.bench.start import interleaved

QUEUES = 500


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the row of requests."""
    server = bench.server(bench.few, QUEUES)
    count = str(max(100, bench.keys * 40))

    def cost(command: list[str]) -> float:
        return float(json.loads(run_piped(command, bench.environment(), str(bench.home)).output)["seconds"]) * 1e6

    figures = {
        "ours": lambda: cost([sys.executable, "-m", "tests.bench.through", server.url, count]),
        "theirs": lambda: cost(comparator("stockrequests", server.url, count)),
    }
    found = interleaved(bench.rounds, bench.warm_ups, figures)
    yield ratio("CPU per signed request", "stock aiobotocore", 0.80, found["ours"], found["theirs"], "µs")
