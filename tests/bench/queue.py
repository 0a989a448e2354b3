"""Measures working a large dead-letter queue: against a bare loop of the same calls, and how late its keys are."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from statistics import median
from typing import Any

from tests.bench.figures import Row, absolute, ratio
from tests.bench.programs import ROOT, Bench
from tests.bench.pty import Ended, Pty, settle
from tests.bench.screen import Screen
from tests.support.sqsfaults import SqsBackend, running_sqs

SHARE = 20
"""One message in so many is moved."""
PAUSE = 0.03
"""Seconds between an answer and the next key: as fast as a key repeats that is held down."""
FEWEST_KEYS = 3


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
    yield from _keys(bench, count)


def _keys(bench: Bench, count: int) -> Iterator[Row]:
    """Yield the rows of keys on the screen of the workbench."""
    rounds = [_typed(bench, count) for _ in range(bench.few_rounds)]
    leasing, rest = ([1000 * median(seconds) for seconds in which] for which in zip(*rounds, strict=True))
    name = f"key on the workbench while {count:,} messages are leased"
    yield ratio(name, "itself at rest", None, leasing, rest, "ms")
    for place, when in enumerate((name, "key on the workbench at rest")):
        yield absolute(f"slowest {when}", None, [1000 * max(seconds[place]) for seconds in rounds], "ms")


def _typed(bench: Bench, count: int) -> tuple[list[float], list[float]]:
    """Return what each key took while messages are leased on screen, and what as many took once they were."""
    with running_sqs(empty=False, letters=count) as backend, _at_queue(bench, backend) as program:
        screen = Screen(program)
        screen.wait(lambda text: "Nothing was received" in text)
        settle(program)
        program.press("n", 0.3)
        program.send(str(count).encode())
        program.press("enter")
        program.press("enter")
        program.key("enter")
        screen.wait(lambda text: "▸" in text)
        leasing: list[float] = []
        while "receiving…" in "\n".join(screen.lines()) or len(leasing) < FEWEST_KEYS:
            leasing.append(_marked(program, screen))
        settle(program)
        rest = [_marked(program, screen) for _ in leasing]
        assert f"{count:,} held" in "\n".join(screen.lines())
        program.leave()
    return leasing, rest


def _at_queue(bench: Bench, backend: SqsBackend) -> Pty:
    """Start cloudtop and open the screen of the large dead-letter queue."""
    account = backend.account
    command = [sys.executable, "-m", "console", "--endpoint-url", backend.url, backend.arn("returns-dlq")]
    keys = {"AWS_ACCESS_KEY_ID": account.access_key, "AWS_SECRET_ACCESS_KEY": account.secret_key}
    program = bench.start(command, env=bench.environment(**keys))
    Screen(program).wait(lambda text: "▸ returns-dlq" in text and "as of" in text)
    settle(program)
    program.press("enter")
    return program


def _marked(program: Pty, screen: Screen, tries: int = 3) -> float:
    """Mark the line under the cursor, or unmark it; return the seconds until the screen shows that.

    While groups come, one that is marked may leave the view as another is marked, and the count is what it was: that
    key is not counted, and another one is pressed.
    """

    def marks() -> int:
        return sum(line[1:2] == "✓" for line in screen.shown())

    screen.lines()
    before, pressed = marks(), program.key(" ")
    try:
        seconds = screen.wait(lambda _text: marks() != before, 5) - pressed
    except Ended:
        if tries == 1:
            raise
        return _marked(program, screen, tries - 1)
    program.run(PAUSE)
    return seconds


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
