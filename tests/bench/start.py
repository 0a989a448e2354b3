"""Measures starting: exec to the first paint, to the first row, to all rows; bytes until then."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tests.bench.figures import Row, ratio
from tests.bench.loading import CONNECTING, FIRST_NAME, complete, loaded_datatable
from tests.bench.programs import Bench, aws, comparator
from tests.bench.pty import run_piped
from tests.bench.screen import Screen

DESCRIBE = ("ec2", "describe-instances", "--page-size", "1000", "--output", "json")
Figures = dict[str, list[float]]


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the rows of starting."""
    yield from _first_paint(bench)
    yield from _first_row(bench)
    yield from _all_rows(bench)
    yield _bytes(bench)


def interleaved(rounds: int, warm_ups: int, figures: dict[str, Callable[[], float]]) -> Figures:
    """Take each figure once a round, one after the other; the rounds that warm up are dropped."""
    found: Figures = {name: [] for name in figures}
    for _ in range(rounds + warm_ups):
        for name, take in figures.items():
            found[name].append(take())
    return {name: taken[warm_ups:] for name, taken in found.items()}


def _seen(bench: Bench, command: list[str], pattern: bytes) -> float:
    with bench.start(command) as program:
        return program.until_seen(pattern) - program.started


def _first_paint(bench: Bench) -> Iterator[Row]:
    server = bench.server(bench.few)
    figures = {
        "ours": lambda: _seen(bench, bench.cloudtop(server), CONNECTING),
        "hello": lambda: _seen(bench, comparator("hello"), rb"hello, terminal"),
    }
    if command := aws("--version"):
        figures["aws"] = lambda: run_piped(command, bench.environment(), str(bench.home)).seconds
    found = interleaved(bench.rounds * 2 - 1, bench.warm_ups, figures)
    yield ratio("exec → first interactive paint", "minimal Textual app", 1.15, found["ours"], found["hello"], "s")
    if "aws" in found:
        yield ratio("exec → first interactive paint", "aws --version", 0.70, found["ours"], found["aws"], "s")


def _first_row(bench: Bench) -> Iterator[Row]:
    server = bench.server(bench.few)
    environment, home = bench.environment(), str(bench.home)
    figures = {
        "ours": lambda: _seen(bench, bench.cloudtop(server, still=False), FIRST_NAME),
        "boto3": lambda: run_piped(comparator("boto3script", server.url), environment, home).first,
    }
    if command := aws("--endpoint-url", server.url, *DESCRIBE):
        figures["aws"] = lambda: run_piped(command, environment, home).first
    found = interleaved(bench.rounds, bench.warm_ups, figures)
    name = f"exec → first row, {bench.few:,} instances"
    if "aws" in found:
        yield ratio(name, "aws ec2 describe-instances", 0.45, found["ours"], found["aws"], "s")
    yield ratio(name, "boto3 script", 0.60, found["ours"], found["boto3"], "s")


def _all_rows(bench: Bench) -> Iterator[Row]:
    server = bench.server(bench.many)

    def ours() -> float:
        with bench.start(bench.cloudtop(server, still=False)) as program:
            return Screen(program).wait(complete(bench.many).search, 120) - program.started

    if command := aws("--endpoint-url", server.url, *DESCRIBE):
        environment, home = bench.environment(), str(bench.home)
        theirs = lambda: run_piped(command, environment, home).seconds  # noqa: E731
        found = interleaved(bench.few_rounds, 0, {"ours": ours, "aws": theirs})
        yield ratio(f"exec → all {bench.many:,} rows", "AWS CLI", 0.25, found["ours"], found["aws"], "s")


def _bytes(bench: Bench) -> Row:
    server = bench.server(bench.many)

    def ours() -> float:
        with bench.start(bench.cloudtop(server)) as program:
            Screen(program).wait(complete(bench.many).search, 120)
            program.quiet()
            return program.written

    def theirs() -> float:
        with loaded_datatable(bench, bench.many) as program:
            return program.written

    found = interleaved(bench.few_rounds, 0, {"ours": ours, "theirs": theirs})
    return ratio(f"start bytes, {bench.many:,} rows", "DataTable app", 0.08, found["ours"], found["theirs"], "bytes")
