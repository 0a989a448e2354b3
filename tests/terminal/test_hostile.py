"""Names and bodies that attack: whatever is looked at, only text reaches the terminal, and nothing of it is obeyed."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from console.demo.process import DemoAccount
from tests.command import answers
from tests.command.service import serving
from tests.demo.conftest import Admin
from tests.support.faulty import Answer
from tests.support.terminal import Terminal
from tests.terminal.escapes import after_start, foreign
from tests.terminal.program import HIGH, LOW, Program, surroundings

CLICK = "[@click=app.quit]click me[/]"


@pytest.fixture(scope="module")
def hostile() -> Iterator[DemoAccount]:
    """One account that attacks, for the tests of this module; no long poll waits."""
    with DemoAccount.start(hostile=True, eager=True) as running:
        yield running
        assert Admin(running.endpoint_url).mistakes() == []


@contextmanager
def opened(account: DemoAccount, home: Path, *words: str, size: tuple[int, int] = HIGH) -> Iterator[Program]:
    """cloudtop at the account that attacks; what it wrote is judged at the end."""
    with Program(account, home, size, words) as program:
        yield program
        assert program.alive()
        harmless(program, program.copied())


def harmless(program: Terminal, copied: list[str]) -> None:
    """Fail unless all that the program wrote is its own, and what it copied is text."""
    assert foreign(after_start(program.raw()), copied) == []
    for text in copied:
        assert not [mark for mark in text if unicodedata.category(mark) in ("Cc", "Cf") and mark != "\n"]


def documents(program: Program) -> None:
    """Look at YAML and JSON of the row under the cursor, from top to end, and come back."""
    for key in ("y", "J"):
        program.press(key)
        program.wait_for("n N next")
        program.press("pgdn", "G", "right", "left", "g")
        program.back("enter open")


def actions(program: Program) -> None:
    """Look at the menus and a plan of the row under the cursor, copy its calls, and come back."""
    program.opens("c", "cloudtop command")
    program.press("down", "down", "enter")
    program.wait_for("clipboard")
    program.plan("Stop")
    before = len(program.copied())
    program.press("e")
    program.wait_until(lambda _: len(program.copied()) > before)
    program.press("y")
    program.wait_for("YAML · ")
    program.back("─ Stop 1")
    program.back("Nothing was sent")


def test_instances(hostile: DemoAccount, home: Path) -> None:
    with opened(hostile, home) as program:
        program.ready()
        program.only("10.20.6")
        program.wait_for(r"10 of 27")
        program.wait_for("BEL|U\\+009B|<U\\+202E>")
        for _ in range(9):
            program.press("j")
        program.press("g")
        for word, name in (("click", CLICK), ("URGENT", "[bold red]URGENT[/bold red]"), ("31mred", "c1 <U+009B>31m")):
            program.only(word)
            program.wait_until(lambda _, name=name: name in program.cursor_line())
            program.wait_for(r"read \d\d:\d\d:\d\d UTC")
            documents(program)
            actions(program)


def test_markup_is_text_also_under_the_mouse(hostile: DemoAccount, home: Path) -> None:
    with opened(hostile, home) as program:
        program.ready()
        program.only("click")
        program.wait_until(lambda _: CLICK in program.cursor_line())
        program.wait_for(r"Name +\[@click=app\.quit\]click me\[/\]")
        program.click("click me[/]")
        program.click("[@click=app.quit]")
        program.plan("Stop")
        program.click("click me[/]")
        program.back("Nothing was sent")
        program.opens("c", "Copy")
        program.click("Name                     [")
        program.wait_for("Name: sent to the terminal's clipboard")
        assert program.copied()[-1] == CLICK
        program.press("y")
        program.wait_for("YAML · ")
        program.press("/")
        program.wait_for("^ +search")
        program.send("click=app")
        program.wait_for("1 found")
        program.press("enter")
        program.click(CLICK)
        program.back("enter open")


def test_keys_bodies_versions_and_urls(hostile: DemoAccount, home: Path) -> None:
    with opened(hostile, home, "s3://hostile") as program:
        program.wait_for("S3 objects by prefix hostile.*as of")
        program.press("G")
        program.wait_for("<ESC>|<BEL>")
        for name in ("clear", "device", "C:", "Zalgo"):
            program.only(name)
            program.wait_until(lambda _, name=name: name in program.cursor_line())
            program.press("p")
            program.wait_for("n N next")
            program.press("G", "right", "left")
            program.back("enter open")
            documents(program)
            program.opens("u", "whoever has the address")
            program.press("enter")
            program.wait_for("c copies it")
            program.press("u", "c")
            program.wait_for("sent to the terminal")
            program.back("enter open")
            program.press("V")
            program.wait_for("S3 object versions .*as of")
            program.back("S3 objects by prefix .*as of")


def test_queues_and_messages(hostile: DemoAccount, home: Path) -> None:
    with opened(hostile, home) as program:
        program.ready().pane("3", "SQS queues")
        program.only("name=hostile")
        program.wait_for("1 of 20")
        documents(program)
        program.press("enter")
        program.wait_for("Nothing was received")
        program.opens("n", "Receive messages")
        program.press("tab", "tab", "tab", "enter")
        program.wait_for(r"Sample 16 of about 16 +16 held")
        program.wait_for("<ESC>")
        program.press(*"jjjjjjjjjjjjjjj", "enter")
        program.wait_for("SENT +RECEIVES")
        program.press("enter")
        program.wait_for("esc back +/ search")
        program.press("esc")
        program.back("GROUP")
        program.back("enter open")
        program.opens(":", "a type, id, ARN")
        program.send("sqs.messages hostile")
        program.press("enter")
        program.dialog("Receive")
        program.press("tab", "enter")
        program.wait_for(r"hostile +\d+ · a sample, as of")
        program.wait_for("<ESC>")
        documents(program)
        program.press(*"jjjjjjjjjjjjjjj")
        documents(program)
        program.opens("c", "cloudtop command")
        program.press("esc")
        program.wait_for("enter open")


def test_alarms_and_metrics(hostile: DemoAccount, home: Path) -> None:
    with opened(hostile, home) as program:
        program.ready().pane("4", "CloudWatch alarms")
        for name in ("clipboard", "device", "click", "bidi"):
            program.only(name)
            program.wait_for(r"[12] of 42")
            program.wait_for(r"read \d\d:\d\d:\d\d UTC")
            documents(program)
            program.press("m")
            program.wait_for("\\[ \\] range")
            program.back("enter open")
            if "v related" in program.text().partition("─ y YAML")[0]:
                program.press("v")
                program.wait_for("esc cancel|EC2 instances|SQS queues")
                program.back("CloudWatch alarms")
                program.wait_for("enter open")
        program.pane("4", "CloudWatch namespaces")
        program.press("G")
        program.only("hostile")
        program.press("enter")
        program.wait_for("CloudWatch metrics .*as of")
        program.press("m")
        program.wait_for("\\[ \\] range")
        program.back("enter open")


def test_roles(hostile: DemoAccount, home: Path) -> None:
    with opened(hostile, home) as program:
        program.ready().pane("5", "IAM roles")
        program.only("hostile-")
        for _ in range(16):
            program.press("j")
        for number in ("00", "03", "06", "09"):
            program.only(f"hostile-{number}")
            program.wait_until(lambda _, number=number: number in program.cursor_line())
            program.wait_for(r"read \d\d:\d\d:\d\d UTC")
            documents(program)


@pytest.mark.parametrize("size", [LOW, (200, 50)])
def test_every_pane_at_other_sizes(hostile: DemoAccount, home: Path, size: tuple[int, int]) -> None:
    with opened(hostile, home, size=size) as program:
        program.ready()
        for key, title in (("2", "S3 buckets"), ("3", "SQS queues"), ("4", "CloudWatch alarms"), ("5", "IAM roles")):
            program.pane(key, title)
            program.press("G", "pgup")
            if size == LOW:
                program.press("d")
            program.wait_for("─ y YAML")
            if size == LOW:
                program.press("esc")
                program.wait_gone("─ y YAML")


def test_what_the_endpoint_says(home: Path) -> None:
    text = "no \x9b31m \u202e [@click=app.quit]x[/] [/] &#x9d;52;c;eA==&#x9c; &#x2066;"

    def choose(request: str) -> Answer:
        if "Action=GetCallerIdentity" in request:
            return answers.identity()
        return answers.ec2_refusal("UnauthorizedOperation", text)

    keys = {"AWS_ACCESS_KEY_ID": "AKIAEXAMPLE", "AWS_SECRET_ACCESS_KEY": "secret", "AWS_REGION": "eu-west-1"}
    with serving(choose) as service:
        command = [sys.executable, "-m", "console", "--endpoint-url", service.url]
        with Terminal(command, HIGH, surroundings(home, **keys), home) as program:
            program.wait_for(r"<U\+009B>31m <U\+202E> \[@click=app.quit\]x\[/\] \[/\] <U\+009D>52")
            program.press("!")
            program.wait_for("Calls .* failed")
            harmless(program, [])
            assert program.alive()
