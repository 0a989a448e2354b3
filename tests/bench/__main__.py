"""Owns the benchmark's command line: what is measured, how often, and where the figures go.

``python -m tests.bench [--rounds N] [--only NAME] [--short] [--json FILE]``
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.bench import calls, idle, keys, link, memory, order, queue, refresh, requests, stall, start
from tests.bench.figures import Row, as_json, table
from tests.bench.process import has_kernel_figures
from tests.bench.programs import LOW, Bench
from tests.bench.pty import Ended

GROUPS: dict[str, Callable[[Bench], Iterator[Row]]] = {
    "start": start.measure,
    "memory": memory.measure,
    "keys": keys.measure,
    "refresh": refresh.measure,
    "idle": idle.measure,
    "stall": stall.measure,
    "link": link.measure,
    "order": order.measure,
    "requests": requests.measure,
    "calls": calls.measure,
    "queue": queue.measure,
}


def short() -> Bench:
    """Return a benchmark of small lists that only shows that every figure can be taken."""
    return Bench(
        rounds=1, warm_ups=0, few=60, many=200, most=400, keys=4, seconds=0.6, minutes=0.2, scale=0.2, calm=0.15,
        sizes=(LOW,), watched=(60, 30), rest="1s",
    )  # fmt: skip


def main(words: list[str]) -> int:
    """Measure what is asked for and print the table."""
    asked = _parser().parse_args(words)
    if not has_kernel_figures():
        print("The benchmark reads /proc, which this machine has not.", file=sys.stderr)
        return 1
    rows: list[Row] = []
    broken: list[str] = []
    began = time.time()
    with short() if asked.short else Bench(rounds=asked.rounds) as bench:
        for name in asked.only or GROUPS:
            found, problem = _group(bench, name)
            rows += found
            broken += [problem] if problem else []
    if len(asked.only or GROUPS) > 1:
        print(table(rows))
    if asked.json:
        about = {"began": began, "seconds": time.time() - began, "python": platform.python_version()}
        Path(asked.json).write_text(as_json(rows, **about, cores=os.cpu_count()), encoding="utf-8")
    print("\n".join(broken), file=sys.stderr)
    return 1 if broken else 0


def _group(bench: Bench, name: str) -> tuple[list[Row], str]:
    """Measure one group and print it; return its rows and what stood in the way of others, empty for nothing."""
    rows: list[Row] = []
    problem, began = "", time.monotonic()
    try:
        for row in GROUPS[name](bench):
            rows.append(row)
            print(f"  {row.quantity}: {row.measured:.3g}", file=sys.stderr, flush=True)
    except Ended as error:
        problem = f"{name} broke off: {error}"
    print(f"{name}, {time.monotonic() - began:.0f} s\n{table(rows)}\n{problem}", flush=True)
    return rows, problem


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure cloudtop against others.")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="how often what is quick is measured")
    parser.add_argument("--only", action="append", choices=sorted(GROUPS), help="one group; may be repeated")
    parser.add_argument("--short", action="store_true", help="small lists, one round: shows that it runs")
    parser.add_argument("--json", metavar="FILE", help="write the figures there too")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
