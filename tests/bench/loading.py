"""Owns bringing each program to the point where it is measured: loaded and quiet. Must not measure."""

from __future__ import annotations

import re

from tests.bench.programs import HIGH, Bench, Replay, comparator
from tests.bench.pty import AT_REST, Pty, settle
from tests.bench.screen import Screen

FIRST_NAME = rb"api-0000000"
CONNECTING = rb"Connecting"


def complete(count: int) -> re.Pattern[str]:
    """Return the pattern of cloudtop's line above a list that is read to its end."""
    return re.compile(rf"EC2 instances +{count:,} .*as of \d")


def loaded_cloudtop(
    bench: Bench, server: Replay, size: tuple[int, int] = HIGH, *, detail: bool = False, **environment: str
) -> Pty:
    """Return cloudtop with every instance of ``server`` read, and quiet; without ``detail`` the list alone."""
    program = bench.start(bench.cloudtop(server), size, env=bench.environment(**environment))
    return bring(program, server.instances, detail=detail)


def bring(program: Pty, count: int, *, detail: bool = False, at_rest: float = AT_REST) -> Pty:
    """Bring a started cloudtop to the end of its list, and return it."""
    Screen(program).wait(complete(count).search, 400)
    settle(program, 400, at_rest=at_rest)  # what a hundred thousand rows say beside their list is read for a minute
    if not detail and program.size[1] >= HIGH[1]:
        program.press("d", program.calm)
    return program


def loaded_datatable(bench: Bench, count: int, size: tuple[int, int] = HIGH, *, every_column: bool = False) -> Pty:
    """Return the DataTable app with ``count`` instances, quiet."""
    program = bench.start(comparator("datatable", str(count), "all" if every_column else str(size[0])), size)
    program.until_seen(FIRST_NAME, 120)
    settle(program, 120)
    return program


def loaded_curses(bench: Bench, count: int, size: tuple[int, int] = HIGH) -> Pty:
    """Return the curses table with ``count`` instances, quiet."""
    program = bench.start(comparator("cursestable", str(count), str(size[0])), size)
    program.until_seen(FIRST_NAME, 30)
    program.quiet(0.3)
    return program


def warm(program: Pty, pages: int) -> None:
    """Look at the first pages once, so that what is read for rows in view is there; return to the top."""
    for _ in range(pages):
        program.press("pgdn", program.calm, 0.2)
    settle(program)
    program.press("home")
    settle(program)
