"""Measures working a large dead-letter queue against a bare loop of the same calls, both in the same run."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any

from tests.bench.figures import Row, absolute, ratio
from tests.bench.programs import ROOT, Bench
from tests.support.sqsfaults import running_sqs

SHARE = 20
"""One message in so many is moved."""


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the rows of the queue workbench."""
    count, moved = bench.many, bench.many // SHARE
    found: dict[str, list[dict[str, Any]]] = {"ours": [], "bare": []}
    for _ in range(bench.few_rounds):
        for way, figures in found.items():
            figures.append(_sitting(bench, way, count, moved))
    loop = "bare loop of the same calls"

    def rates(way: str, name: str, messages: int) -> list[float]:
        return [messages / figures[name] for figures in found[way]]

    name = f"selective redrive, messages/s, {moved:,} of {count:,}"
    yield ratio(name, loop, None, rates("ours", "move", moved), rates("bare", "move", moved), "messages/s")
    name = f"lease, spool and group, messages/s, {count:,}"
    yield ratio(name, loop, None, rates("ours", "take", count), rates("bare", "take", count), "messages/s")
    name = f"give back, messages/s, {count - moved:,}"
    rest = count - moved
    yield ratio(name, loop, None, rates("ours", "leave", rest), rates("bare", "leave", rest), "messages/s")
    ours = found["ours"]
    yield absolute(f"memory for {count:,} held messages", None, [figures["memory"] for figures in ours], "MB")
    gaps = [figures["gap"] * 1000 for figures in ours]
    yield absolute(f"longest stall of the loop while {count:,} messages are worked", None, gaps, "ms")


def _sitting(bench: Bench, way: str, count: int, moved: int) -> dict[str, Any]:
    with running_sqs(empty=False, letters=count) as backend, tempfile.TemporaryDirectory(dir=bench.home) as folder:
        account = backend.account
        queues = backend.queue("returns-dlq"), backend.queue("returns")
        words = [way, backend.url, account.access_key, account.secret_key, *queues, str(count), str(moved), folder]
        ended = subprocess.run(
            [sys.executable, "-m", "tests.workbench.sitting", *words],
            cwd=ROOT, env=bench.environment(), check=True, capture_output=True, text=True,
        )  # fmt: skip
    figures: dict[str, Any] = json.loads(ended.stdout)
    assert (figures["messages"], figures["done"]) == (count, moved), figures
    assert not figures.get("unreleased")
    return figures
