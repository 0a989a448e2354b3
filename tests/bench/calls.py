"""Measures what watching costs in API calls, counted at the server. It takes as long as it says."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack

from tests.bench.figures import Row, absolute, ratio
from tests.bench.programs import Bench, Replay, comparator
from tests.bench.pty import Pty

PANES = ("1", "2", "3", "4", "5")


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the rows of API calls."""
    seconds = bench.minutes * 60 * bench.scale
    with ExitStack() as stack:
        servers = [Replay(*bench.watched) for _ in range(3)]
        for server in servers:
            stack.callback(server.stop)
        ours, one_pane = (_opened(bench, server, stack) for server in servers[:2])
        naive = _naive(bench, servers[2], seconds, stack)
        one_pane.key("3")
        _visit(ours, one_pane, seconds)
        naive.wait(60)
        counts = [float(sum(server.calls().values())) for server in servers]
    instances, queues = bench.watched
    name = f"API calls, five panes open for {bench.minutes:g} minutes, {instances} instances, {queues} queues"
    yield ratio(name, "naive poll-everything loop", 0.10, counts[:1], counts[2:], "calls")
    yield absolute(f"{name}, all that time on the queues", None, counts[1:2], "calls")


def _opened(bench: Bench, server: Replay, stack: ExitStack) -> Pty:
    config = bench.home / "fast.yaml"
    config.write_text(f"poll: {{scale: {bench.scale}}}\n", encoding="utf-8")
    command = bench.cloudtop(server, "--config", str(config), still=False)
    program = stack.enter_context(bench.start(command))
    program.until_seen(b"api-0000000")
    return program


def _visit(ours: Pty, other: Pty, seconds: float) -> None:
    """Look at each pane for the same time; ``other`` is read meanwhile and left alone."""
    for pane in PANES:
        ours.key(pane)
        until = time.monotonic() + seconds / len(PANES)
        while time.monotonic() < until:
            ours.run(0.05)
            other.run(0.05)


def _naive(bench: Bench, server: Replay, seconds: float, stack: ExitStack) -> subprocess.Popen[bytes]:
    words = (server.url, str(seconds), str(bench.scale))
    process = subprocess.Popen(comparator("pollall", *words), env=bench.environment(), cwd=os.fspath(bench.home))
    stack.callback(process.wait)
    stack.callback(process.kill)
    return process
