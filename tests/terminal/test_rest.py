"""The part that calls AWS ends while nothing is asked of it, or is killed: the screen stays and goes on."""

from __future__ import annotations

import os
import re
import signal
from pathlib import Path

import pytest

from tests.bench.process import family
from tests.demo.conftest import Admin
from tests.terminal.conftest import Open
from tests.terminal.program import Program

pytestmark = pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="children are looked up in /proc")


@pytest.fixture
def resting(start: Open, home: Path) -> Program:
    """cloudtop, whose AWS side ends a second after its lists are read, which nothing reads again unasked."""
    settings = home / "resting.yaml"
    settings.write_text("poll: {scale: off, rest: 1s}\n")
    program = start("--config", str(settings), size=(120, 40)).ready()
    program.wait_for("SQS ●4")
    return program


def workers(program: Program) -> list[int]:
    """Return the processes beside the screen's."""
    return family(program.pid)[1:]


def ended(program: Program) -> None:
    """Return once there is none."""
    program.wait_until(lambda _: not workers(program), 60)


def test_it_ends_by_itself_and_the_next_key_that_needs_it_begins_it_again(resting: Program, admin: Admin) -> None:
    ended(resting)
    assert "web-eu1-04" in resting.text()
    admin.clear()
    resting.press("r")
    resting.wait_until(lambda _: {"sts:GetCallerIdentity", "ec2:DescribeInstances"} <= admin.counts().keys(), 60)
    resting.wait_for(r"EC2 instances  17 · as of \d", 60)
    resting.wait_for("SQS ●4")
    assert b"Traceback" not in resting.raw()
    ended(resting)
    resting.press("y")
    resting.wait_for("Hypervisor: xen", 60)
    resting.back("EC2 instances  17")
    resting.press("q")
    assert resting.wait_exit() == 0


def test_a_session_that_has_expired_meanwhile_is_told_and_what_was_read_stays(resting: Program, admin: Admin) -> None:
    ended(resting)
    admin.fault("expired", service="sts")
    resting.press("r")
    resting.wait_until(lambda _: re.search("expired|Sign in", resting.notice()), 60)
    assert "web-eu1-04" in resting.text()
    admin.clear()
    resting.press("r")
    resting.wait_until(lambda _: not re.search("expired|Sign in", resting.notice()), 60)
    resting.wait_for(r"EC2 instances  17 · as of \d", 60)


def test_one_that_is_killed_is_told_and_r_opens_the_account_again(start: Open) -> None:
    program = start(size=(120, 40)).ready()
    program.wait_for("SQS ●4")
    for worker in workers(program):
        os.kill(worker, signal.SIGKILL)
    program.wait_for("The part of cloudtop that calls AWS ended.*r opens the account again", 60)
    assert "web-eu1-04" in program.text()
    program.press("r")
    program.wait_gone("opens the account again", 60)
    program.wait_for(r"EC2 instances  17 · as of \d", 60)
    program.wait_gone("STALE", 60)
    program.press("q")
    assert program.wait_exit() == 0
