"""Measures memory at rest, the whole family of processes."""

from __future__ import annotations

from collections.abc import Iterator

from tests.bench.figures import Row, ratio
from tests.bench.loading import loaded_cloudtop, loaded_datatable
from tests.bench.process import memory
from tests.bench.programs import Bench, aws, comparator
from tests.bench.pty import run_piped, settle
from tests.bench.start import DESCRIBE, interleaved


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the rows of memory."""
    yield from _at_rest(bench)
    yield _against_table(bench, bench.many, 0.6, bench.few_rounds)
    yield _against_table(bench, bench.most, 0.45, 1)


def _ours(bench: Bench, count: int, **environment: str) -> float:
    with loaded_cloudtop(bench, bench.server(count), detail=True, **environment) as program:
        return memory(program.pid)


def _at_rest(bench: Bench) -> Iterator[Row]:
    def hello() -> float:
        with bench.start(comparator("hello")) as program:
            program.until_seen(rb"hello, terminal")
            settle(program)
            return memory(program.pid)

    _ours(bench, bench.few)  # the very first start makes the cache of service models, and needs more
    figures = {
        "ours": lambda: _ours(bench, bench.few),
        "one": lambda: _ours(bench, bench.few, CLOUDTOP_ONE_PROCESS="1"),
        "hello": hello,
    }
    if command := aws("--endpoint-url", bench.server(bench.few).url, *DESCRIBE):
        figures["aws"] = lambda: run_piped(command, bench.environment(), str(bench.home)).peak
    found = interleaved(bench.few_rounds, 0, figures)
    name = f"memory at rest, {bench.few:,} instances"
    if "aws" in found:
        yield ratio(name, "AWS CLI's peak", 0.60, found["ours"], found["aws"], "MB")
    yield ratio(name, "minimal Textual app", 1.7, found["ours"], found["hello"], "MB")
    name = f"{name}, in one process"
    if "aws" in found:
        yield ratio(name, "AWS CLI's peak", 0.60, found["one"], found["aws"], "MB")
    yield ratio(name, "minimal Textual app", 1.7, found["one"], found["hello"], "MB")


def _against_table(bench: Bench, count: int, target: float, rounds: int) -> Row:
    def theirs() -> float:
        with loaded_datatable(bench, count, every_column=True) as program:
            return memory(program.pid)

    ours = [_ours(bench, count) for _ in range(rounds)]
    return ratio(f"memory, {count:,} rows", "DataTable app", target, ours, [theirs() for _ in range(rounds)], "MB")
