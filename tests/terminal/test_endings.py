"""However it ends: the terminal is as before, nothing runs on, nothing secret was said."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from console.demo.process import SECRET_KEY, DemoAccount
from tests.demo.conftest import Admin, connect
from tests.support.terminal import Terminal
from tests.terminal.conftest import Open
from tests.terminal.program import HIGH, LOW, ROOT, surroundings

_MODES = (1049, 1000, 1003, 1006, 1015, 1004, 2004)
"""Alternate screen, mouse (four ways), focus, paste: set at the start, and to be reset."""


def mode(raw: bytes, number: int) -> str:
    """Return how a mode was left: ``h`` is set, ``l`` is reset."""
    return re.findall(rb"\x1b\[\?%d([hl])" % number, raw)[-1].decode()


def left_as_before(terminal: Terminal) -> None:
    """Fail unless the terminal's settings and modes are as before, and nothing was said that must not be."""
    raw = terminal.raw()
    assert terminal.restored
    assert {number: mode(raw, number) for number in _MODES} == dict.fromkeys(_MODES, "l")
    assert (mode(raw, 25), mode(raw, 7)) == ("h", "h")
    assert raw.count(b"\x1b[>25u") == raw.count(b"\x1b[<u")  # the keyboard's own protocol
    assert b"Traceback" not in raw
    assert SECRET_KEY.encode() not in raw


def said_after(raw: bytes) -> str:
    """Return what was printed after the alternate screen was left, without sequences."""
    return re.sub(r"\x1b\[[0-?]*[a-zA-Z]", "", raw[raw.rindex(b"\x1b[?1049l") :].decode()).strip()


def children(pid: int) -> list[int]:
    """Return the ids of the processes that ``pid`` started and that are not dead."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True)
    lines = [line.split() for line in listed.stdout.splitlines()]
    return [int(child) for child, parent, state in lines if int(parent) == pid and "Z" not in state]


def runs(pid: int) -> bool:
    """Return whether a process runs; one that is dead and was not asked for does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout
    return bool(state.strip()) and "Z" not in state


@contextmanager
def demo(home: Path) -> Iterator[tuple[Terminal, int]]:
    """cloudtop with the demo account, and the process id of that account."""
    command = [sys.executable, "-m", "console", "--demo"]
    with Terminal(command, LOW, surroundings(home), home) as terminal:
        terminal.wait_for(r"EC2 instances .*as of \d")
        (child,) = children(terminal.pid)
        yield terminal, child


@pytest.mark.parametrize("keys", [("q",), ("ctrl+c",), (":", "ctrl+c"), ("/", "ctrl+c")])
def test_leaving_by_key(start: Open, keys: tuple[str, ...]) -> None:
    program = start().ready()
    if keys[0] == ":":
        program.opens(":", "a type, id, ARN")
    elif keys[0] == "/":
        program.press("/")
        program.wait_for("text, state=stopped")
    program.press(keys[-1])
    assert program.wait_exit() == 0
    left_as_before(program)
    assert said_after(program.raw()) == ""


@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130), (signal.SIGQUIT, 131)],
)
def test_leaving_by_signal(home: Path, number: signal.Signals, code: int) -> None:
    with demo(home) as (program, child):
        assert runs(child)
        program.kill(number)
        assert program.wait_exit() == code
        left_as_before(program)
        assert said_after(program.raw()) == ""
        assert not runs(child)


def test_a_terminal_that_goes_away(home: Path) -> None:
    with demo(home) as (program, child):
        program.hang_up()
        assert program.wait_exit() == 129
        assert not runs(child)


def test_a_mistake_inside_ends_it_with_one_line(start: Open) -> None:
    program = start(module="tests.terminal.failing", size=HIGH).ready()
    program.press("!")
    program.wait_for(r"mistake <ESC>\]52;c;eA==<BEL> made")
    assert program.alive()
    program.press("?")
    assert program.wait_exit() == 1
    left_as_before(program)
    said = said_after(program.raw())
    assert said.startswith("cloudtop: ")
    assert "mistake <ESC>]52;c;eA==<BEL> made" in said
    assert said.count("\n") == 0
    assert b"AKIAIOSFODNN7EXAMPLE" not in program.raw()


def test_a_mistake_is_told_in_full_only_when_asked_for(start: Open) -> None:
    program = start(module="tests.terminal.failing", CLOUDTOP_DEBUG="1").ready()
    program.press("?")
    assert program.wait_exit() == 1
    said = said_after(program.raw())
    assert "failing.py" in said
    assert "AKIAIOSFODNN7EXAMPLE" not in said
    assert "\x1b" not in said


def test_suspending_gives_the_terminal_back_and_going_on_takes_it_again(account: DemoAccount, home: Path) -> None:
    shell = [sys.executable, str(ROOT / "tests" / "terminal" / "shell.py")]
    command = [*shell, sys.executable, "-m", "console", "--endpoint-url", account.endpoint_url]
    with Terminal(command, LOW, surroundings(home, **account.environment()), home) as terminal:
        terminal.wait_for(r"EC2 instances .*as of \d")
        terminal.press("ctrl+z")
        terminal.wait_raw(rb"stopped, restored")
        stopped = terminal.raw()
        assert {number: mode(stopped, number) for number in _MODES} == dict.fromkeys(_MODES, "l")
        assert mode(stopped, 25) == "h"
        terminal.send("fg\n")
        terminal.wait_until(lambda _: b"\x1b[?1049h" in terminal.raw()[len(stopped) :])
        terminal.press("2")
        terminal.wait_for("S3 buckets .*as of")
        terminal.press("q")
        terminal.wait_raw(rb"ended 0, restored")
        assert terminal.wait_exit() == 0
        left_as_before(terminal)


def test_messages_that_are_held_are_given_back(start: Open, account: DemoAccount, admin: Admin) -> None:
    program = start().ready()
    program.pane("3", "SQS queues")
    program.wait_until(lambda _: "orders-dlq" in program.cursor_line())
    admin.fault("delay", service="sqs", operation="ReceiveMessage", first=2, seconds=60)
    program.press("enter")
    program.wait_for("Nothing was received")
    program.opens("n", "Receive messages")
    program.press("tab", "tab", "tab", "enter")
    program.wait_for(r"Sample \d+ of about \d+ +receiving")
    queue = connect(account, "sqs")
    url = queue.get_queue_url(QueueName="orders-dlq")["QueueUrl"]
    in_flight = "ApproximateNumberOfMessagesNotVisible"

    def held() -> int:
        answer = queue.get_queue_attributes(QueueUrl=url, AttributeNames=[in_flight])
        return int(answer["Attributes"][in_flight])

    assert held() > 0
    program.kill(signal.SIGTERM)
    assert program.wait_exit() == 143
    assert held() == 0
    assert admin.counts()["sqs:ChangeMessageVisibilityBatch"] >= 1


def test_a_signal_in_a_dialog(start: Open) -> None:
    program = start().ready()
    program.opens("w", "Unlock writes")
    os.kill(program.pid, signal.SIGTERM)
    assert program.wait_exit() == 143
    left_as_before(program)
