"""Measures memory, the whole family of processes: at rest, when what speaks to AWS has ended, and while it works."""

from __future__ import annotations

import time
from collections.abc import Iterator

from tests.bench.figures import Row, ratio
from tests.bench.loading import loaded_cloudtop, loaded_datatable
from tests.bench.process import family, memory
from tests.bench.programs import Bench, aws, comparator
from tests.bench.pty import run_piped, settle
from tests.bench.start import DESCRIBE, Figures, interleaved

RESTS_WITHIN = 120.0
"""Seconds in which the AWS side ends once nothing is asked of it; twice what it takes."""


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the rows of memory."""
    yield from _few(bench)
    yield from _against_table(bench, bench.many, 0.6, bench.few_rounds)
    yield from _against_table(bench, bench.most, 0.45, 1)


def _ours(bench: Bench, count: int) -> tuple[float, float]:
    """Return the megabytes (while both processes are there, at rest) with a list that is read again only when asked."""
    with loaded_cloudtop(bench, bench.server(count), detail=True) as program:
        working = memory(program.pid)
        until = time.monotonic() + RESTS_WITHIN
        while len(family(program.pid)) > 1 and time.monotonic() < until:
            program.quiet(bench.calm)
        return working, memory(program.pid)


def _in_one(bench: Bench) -> float:
    with loaded_cloudtop(bench, bench.server(bench.few), detail=True, CLOUDTOP_ONE_PROCESS="1") as program:
        return memory(program.pid)


def _few(bench: Bench) -> Iterator[Row]:
    def hello() -> float:
        with bench.start(comparator("hello")) as program:
            program.until_seen(rb"hello, terminal")
            settle(program)
            return memory(program.pid)

    working: list[float] = []

    def rests() -> float:
        at_work, at_rest = _ours(bench, bench.few)
        working.append(at_work)
        return at_rest

    _in_one(bench)  # the very first start makes the cache of service models, and needs more
    figures = {"rest": rests, "one": lambda: _in_one(bench), "hello": hello}
    if command := aws("--endpoint-url", bench.server(bench.few).url, *DESCRIBE):
        figures["aws"] = lambda: run_piped(command, bench.environment(), str(bench.home)).peak
    found = {**interleaved(bench.few_rounds, 0, figures), "working": working}
    for how, kind in (("at rest", "rest"), ("while at work", "working"), ("in one process", "one")):
        yield from _against_both(f"memory {how}, {bench.few:,} instances", kind, found)


def _against_both(name: str, kind: str, found: Figures) -> Iterator[Row]:
    aimed = kind == "rest"
    if "aws" in found:
        yield ratio(name, "AWS CLI's peak", 0.60 if aimed else None, found[kind], found["aws"], "MB")
    yield ratio(name, "minimal Textual app", 1.7 if aimed else None, found[kind], found["hello"], "MB")


def _against_table(bench: Bench, count: int, target: float, rounds: int) -> Iterator[Row]:
    def theirs() -> float:
        with loaded_datatable(bench, count, every_column=True) as program:
            return memory(program.pid)

    ours = [_ours(bench, count) for _ in range(rounds)]
    table = [theirs() for _ in range(rounds)]
    yield ratio(f"memory at rest, {count:,} rows", "DataTable app", target, [rest for _, rest in ours], table, "MB")
    yield ratio(f"memory while at work, {count:,} rows", "DataTable app", None, [busy for busy, _ in ours], table, "MB")
