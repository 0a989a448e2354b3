"""The command line in a real terminal: widths, questions, keys typed too early."""

from __future__ import annotations

import json
import signal
import sys
import threading

import pytest
from rich.cells import cell_len

from console.config.paths import audit_file
from tests.command import answers
from tests.command.conftest import Account
from tests.command.running import ROOT, at, credentials
from tests.command.service import serving
from tests.support.faulty import Answer
from tests.support.terminal import Terminal


def terminal(*words: str, size: tuple[int, int] = (100, 60), **environment: str) -> Terminal:
    command = [sys.executable, "-m", "console", *words]
    return Terminal(command, size, {**credentials(), **environment}, ROOT)


def test_a_table_stays_within_the_terminal_and_names_what_it_left_out(account: Account) -> None:
    with terminal("ls", "ec2", *account.options, size=(60, 30)) as seen:
        assert seen.wait_exit() == 0
        lines = seen.raw().decode().splitlines()
        assert all(cell_len(line) <= 60 for line in lines[:4])
        assert "NAME" in lines[0]
        assert "No room for: " in seen.raw().decode()
        assert "IMAGE" not in lines[0]


def test_the_doctors_words_are_folded(account: Account) -> None:
    with terminal("doctor", *account.options, size=(60, 40)) as seen:
        assert seen.wait_exit() == 0
        lines = seen.raw().decode().splitlines()
        assert all(cell_len(line) <= 60 for line in lines)
        assert any(line.startswith(" " * 10) for line in lines)


@pytest.mark.parametrize(("typed", "code", "state"), [("no", 4, "running"), ("yes", 0, "stopped")])
def test_a_reversible_write_asks_once(account: Account, typed: str, code: int, state: str) -> None:
    with terminal("do", "ec2", "stop", account.instances[2], "--write", *account.options) as seen:
        seen.wait_for("Type yes to go on")
        assert "StopInstances" in seen.text()
        seen.send(f"{typed}\n")
        assert seen.wait_exit() == code
    assert account.states()[account.instances[2]] == state


@pytest.mark.parametrize(("typed", "code", "left"), [("yes", 4, 2), ("orders-dlq", 0, 0)])
def test_what_destroys_asks_for_the_name(account: Account, typed: str, code: int, left: int) -> None:
    with terminal("do", "sqs", "purge", "orders-dlq", "--write", *account.options) as seen:
        seen.wait_for("Type orders-dlq to go on")
        seen.send(f"{typed}\n")
        assert seen.wait_exit() == code
    assert account.waiting(account.dead) == left


def test_what_was_typed_before_the_question_is_no_answer(account: Account) -> None:
    with terminal("do", "ec2", "stop", account.instances[0], "--write", *account.options) as seen:
        seen.send("yes\n")
        seen.wait_for("Type yes to go on")
        seen.press("ctrl+c")
        assert seen.wait_exit() == 130
        assert "Traceback" not in seen.text()
    assert account.states()[account.instances[0]] == "running"


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)])
def test_a_signal_ends_it_quietly(number: signal.Signals, code: int) -> None:
    asked, leave = threading.Event(), threading.Event()

    def choose(_request: str) -> Answer | None:
        asked.set()
        leave.wait(30)
        return None

    with serving(choose) as service:
        with terminal("ls", "ec2", *at(service.url)) as seen:
            assert asked.wait(30)
            seen.kill(number)
            assert seen.wait_exit() == code
            assert seen.raw().replace(b"^C", b"") == b""
        leave.set()


def test_a_dumb_terminal_gets_a_sentence() -> None:
    for environment in ({"TERM": "dumb"}, {"TERM": ""}):
        with terminal(**environment) as seen:
            assert seen.wait_exit() == 2
            assert "TERM is" in seen.text()
            assert seen.raw().count(b"\n") <= 2
            assert b"\x1b" not in seen.raw()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_write_that_is_interrupted_is_told_and_recorded_as_unknown(number: signal.Signals, code: int) -> None:
    sent, leave = threading.Event(), threading.Event()

    def choose(request: str) -> Answer | None:
        if "Action=GetCallerIdentity" in request:
            return answers.identity()
        if "Action=StopInstances" in request:
            sent.set()
            leave.wait(30)
            return None
        return answers.instances(["i-1"]) if "Action=DescribeInstances" in request else answers.refusal("AccessDenied")

    with serving(choose) as service:
        with terminal(
            "do", "ec2", "stop", "i-1", "--yes", "--reason", "x", "--write", *at(service.url), size=(150, 20)
        ) as seen:
            assert sent.wait(30)
            seen.kill(number)
            assert seen.wait_exit() == code
            assert "cloudtop audit" in seen.text()
            assert "Traceback" not in seen.text()
        leave.set()
    lines = [json.loads(line) for line in audit_file().read_text().splitlines()]
    assert [(line["phase"], line.get("outcome")) for line in lines] == [("intent", None), ("outcome", "unknown")]
