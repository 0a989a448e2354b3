"""Bad weather: one clear message, the last good rows stay and are called stale, and it goes on when it clears up."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from console.demo.process import DemoAccount
from tests.demo.conftest import Admin
from tests.support.moto import free_port
from tests.support.terminal import Terminal
from tests.terminal.conftest import Open
from tests.terminal.program import LOW, Program, surroundings

WORDS = {
    "expired": "expired|Sign in",
    "deny": "denied|not allowed",
    "throttle": "throttled",
    "unavailable": "unavailable|ServiceUnavailable",
    "lost": "DescribeInstances",
    "cut": "DescribeInstances",
}


def test_a_list_that_cannot_be_read_again(start: Open, admin: Admin) -> None:
    program = start(size=(120, 24)).ready()
    program.wait_for("SQS ●4")
    for kind, words in WORDS.items():
        admin.fault(kind, service="ec2", operation="DescribeInstances")
        program.press("r")
        program.wait_for(r"STALE, read .* ago", 60)
        program.wait_until(lambda _, words=words: re.search(words, program.notice()), 60)
        assert "web-eu1-04" in program.text(), kind
        assert "EC2 instances  17" in program.text(), kind
        admin.clear()
        program.press("r")
        program.wait_for(r"EC2 instances  17 · as of \d", 60)
        program.wait_gone("STALE")
        program.wait_until(lambda _, words=words: not re.search(words, program.notice()))
    assert b"Traceback" not in program.raw()


@pytest.mark.long
def test_a_service_that_asks_to_go_slower_is_told_only_while_it_is(start: Open, admin: Admin) -> None:
    program = start(size=(140, 40), module="tests.terminal.forgiven").ready()
    assert "slowed" not in program.text()
    admin.fault("throttle", service="sqs", operation="GetQueueAttributes", times=4)
    program.pane("3", "SQS queues")
    program.wait_for(r"SQS slowed ×\d+ .*calls/min", 60)
    assert "EC2 slowed" not in program.text()
    admin.clear()
    program.wait_gone("slowed", 120)
    program.press("q")
    assert program.wait_exit() == 0


def test_a_list_read_by_half_and_an_endpoint_that_goes_away(home: Path) -> None:
    with DemoAccount.start(scale=1200) as account:
        Admin(account.endpoint_url).fault("cut", service="ec2", operation="DescribeInstances", first=2)
        program = Program(account, home, LOW)
        try:
            program.wait_for(r"EC2 instances  1,000\+", 60)
            program.wait_until(lambda _: "DescribeInstances" in program.notice(), 60)
            assert "as of" not in program.screen()[2]
            program.admin.clear()
            program.press("r")
            program.wait_for(r"EC2 instances  1,200 · as of", 60)
            account.stop()
            program.press("r")
            program.wait_for(r"STALE, read .* ago", 60)
            assert "cannot be reached" in program.text()
            assert "web-eu1-0" in program.text()
            program.press("y")
            program.wait_until(lambda _: "cannot be reached" in program.notice())
            program.press("2")
            program.wait_for("ListBuckets: the endpoint cannot be reached", 60)
            program.wait_for("r tries again")
            program.press("esc")
            program.wait_for("web-eu1-0")
            program.press("q")
            assert program.wait_exit() == 0
            assert b"Traceback" not in program.raw()
        finally:
            program.close()


def ended(home: Path, *words: str, **environment: str | None) -> Terminal:
    """Return a cloudtop that has ended, at no account at all."""
    with Terminal([sys.executable, "-m", "console", *words], LOW, surroundings(home, **environment), home) as program:
        program.code = program.wait_exit(60)
        return program


KEYS = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "not-a-secret"}


@pytest.mark.parametrize(
    ("words", "environment", "code", "told"),
    [
        (("-r", "eu-west-1"), {}, 5, "credentials"),
        (("-p", "nobody"), {}, 5, "nobody"),
        (("-r", "eu-west-9"), KEYS, 2, "There is no region eu-west-9.*Nearest: eu-west-"),
        (("--config", "mine.yaml"), KEYS, 2, r"mine\.yaml:1.*(regoins|regions)"),
        (("--endpoint-url", "nonsense", "-r", "eu-west-1"), KEYS, 2, "nonsense is no endpoint"),
        (("no-such-view",), KEYS, 2, "neither a command nor a view"),
    ],
    ids=["no credentials", "unknown profile", "unknown region", "malformed config", "no endpoint", "no view"],
)
def test_what_cannot_start(
    home: Path, words: tuple[str, ...], environment: dict[str, str], code: int, told: str
) -> None:
    (home / "mine.yaml").write_text("regoins: [eu-west-1]\n")
    program = ended(home, *words, **environment)
    said = program.raw().decode().rpartition("\x1b[?1049l")[2]
    said = re.sub(r"\x1b\[[0-?]*[a-zA-Z]", "", said).replace("\r", "").strip()
    assert program.code == code, said
    assert re.search(told, said), said
    assert said.count("\n") == 0
    assert "Traceback" not in said
    assert program.restored


def test_an_endpoint_that_is_not_there(home: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "console", "--endpoint-url", url, "-r", "eu-west-1"]
    with Terminal(command, LOW, surroundings(home, **KEYS), home) as program:
        program.wait_for("cannot be reached", 60)
        program.wait_for("q leaves")
        program.press("2", "y", "a", ":", "/", "esc")
        assert program.alive()
        program.press("ctrl+c")
        program.wait_exit()
        assert b"Traceback" not in program.raw()


@pytest.mark.parametrize(("input_", "output"), [("terminal", "pipe"), ("pipe", "terminal")])
def test_a_pipe_never_opens_the_full_screen(home: Path, input_: str, output: str) -> None:
    redirected = "| cat" if output == "pipe" else "< /dev/null"
    command = ["sh", "-c", f'"{sys.executable}" -m console --demo {redirected}; echo done']
    with Terminal(command, LOW, surroundings(home), home) as program:
        program.wait_for("^done")
        assert b"\x1b" not in program.raw()
        assert "not both a terminal" in program.text().replace("\n", "")
