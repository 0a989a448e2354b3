"""Measures what one key costs: the time until its answer is whole, and the bytes of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from statistics import median

from tests.bench.figures import Row, absolute, percentile, ratio
from tests.bench.loading import loaded_cloudtop, loaded_curses, loaded_datatable, warm
from tests.bench.programs import HIGH, Bench
from tests.bench.pty import Pty, Response

KINDS = ("in view", "scrolling", "page")
_AT_MOST = {"in view": 0.5, "scrolling": 0.25, "page": 0.15}


@dataclass
class Answers:
    """What followed the keys of one round, by kind of key."""

    by_kind: dict[str, list[Response]] = field(default_factory=dict)

    def seconds(self, kind: str) -> float:
        """Return the median time of one kind."""
        return median(answer.seconds for answer in self.by_kind[kind])

    def size(self, kind: str) -> float:
        """Return the median bytes of one kind."""
        return median(answer.size for answer in self.by_kind[kind])

    def slowest(self, kind: str) -> float:
        """Return the 95th percentile of one kind over its median."""
        return percentile([answer.seconds for answer in self.by_kind[kind]], 0.95) / self.seconds(kind)


def measure(bench: Bench) -> Iterator[Row]:
    """Yield the rows of keys."""
    for size in bench.sizes:
        yield from _against_others(bench, size)
    yield from _with_detail(bench)
    yield from _many_and_most(bench)


def take(program: Pty, count: int) -> Answers:
    """Press ``count`` keys of each kind, from the top of a list whose first pages are warm."""
    high = program.size[1]
    found = Answers()
    found.by_kind["in view"] = [program.press("down") for _ in range(min(count, high - 12))]
    for _ in range(high):
        program.press("down", 0.01)
    program.quiet(0.3)
    found.by_kind["scrolling"] = [program.press("down") for _ in range(count)]
    found.by_kind["page"] = [program.press("pgdn") for _ in range(min(count, 12))]
    return found


def _pages(program: Pty, count: int) -> int:
    return (2 * program.size[1] + count) // (program.size[1] - 8) + min(count, 12) + 2


def _ours(bench: Bench, count: int, size: tuple[int, int], *, detail: bool = False) -> Answers:
    with loaded_cloudtop(bench, bench.server(count), size, detail=detail) as program:
        warm(program, _pages(program, bench.keys) * (2 if detail else 1))
        return take(program, bench.keys)


def _tables(bench: Bench, size: tuple[int, int]) -> tuple[Answers, Answers]:
    with loaded_datatable(bench, bench.many, size) as program:
        table = take(program, bench.keys)
    with loaded_curses(bench, bench.many, size) as program:
        return table, take(program, bench.keys)


def _against_others(bench: Bench, size: tuple[int, int]) -> Iterator[Row]:
    rounds = [(_ours(bench, bench.many, size), *_tables(bench, size)) for _ in range(bench.few_rounds)]
    where = f"{size[0]}×{size[1]}"
    for kind in KINDS:
        ours = [1000 * mine.seconds(kind) for mine, _, _ in rounds]
        theirs = [1000 * table.seconds(kind) for _, table, _ in rounds]
        yield ratio(f"key {kind}, {where}", "DataTable app", _AT_MOST[kind], ours, theirs, "ms")
    for kind in KINDS:
        ours = [mine.size(kind) for mine, _, _ in rounds]
        theirs = [plain.size(kind) for _, _, plain in rounds]
        yield ratio(f"bytes per key {kind}, {where}", "curses table", 1.25, ours, theirs, "bytes")


def _with_detail(bench: Bench) -> Iterator[Row]:
    found = _ours(bench, bench.many, HIGH, detail=True)
    for kind in KINDS:
        yield absolute(f"key {kind}, with the detail beside it", None, [1000 * found.seconds(kind)], "ms")
        yield absolute(f"bytes per key {kind}, with the detail beside it", None, [found.size(kind)], "bytes")


def _many_and_most(bench: Bench) -> Iterator[Row]:
    rounds = [(_ours(bench, bench.most, HIGH), _ours(bench, bench.many, HIGH)) for _ in range(bench.few_rounds)]
    for kind in KINDS:
        name = f"key {kind} at {bench.most:,} rows"
        ours = [1000 * most.seconds(kind) for most, _ in rounds]
        theirs = [1000 * many.seconds(kind) for _, many in rounds]
        yield ratio(name, f"itself at {bench.many:,}", 1.15, ours, theirs, "ms")
        yield absolute(f"{name}, p95 over median", 2.0, [most.slowest(kind) for most, _ in rounds], "×")
