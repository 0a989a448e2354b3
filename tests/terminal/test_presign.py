"""Pre-signed URLs: masked until asked for, on the clipboard when copied, and true."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.parse
import urllib.request

import pytest

from tests.demo.conftest import Admin
from tests.terminal.conftest import Open
from tests.terminal.program import HIGH, LOW, Program

OBJECT = "s3://northwind-assets/robots.txt"


def opened(start: Open, *words: str, size: tuple[int, int] = LOW) -> Program:
    """Return cloudtop at the object."""
    program = start(OBJECT, *words, size=size)
    program.wait_until(lambda _: "robots.txt" in program.cursor_line())
    return program


def ask_for(program: Program, life: str) -> None:
    """Ask for a URL that is good for ``life``."""
    program.opens("u", "Good for")
    program.press("shift+tab", "shift+tab", *["backspace"] * 3)
    program.wait_for(r"Good for[ │]*$")
    program.send(life)
    program.wait_for(rf"Good for +{re.escape(life)}\b")
    program.press("tab", "tab", "enter")


def put(program: Program) -> None:
    """Ask for a URL to upload with, and say why."""
    program.press("shift+tab")
    program.send("CHG-9")
    program.wait_for("Reason +CHG-9")
    program.press("tab", "tab", "enter")


def signature(url: str) -> str:
    """Return the part of a pre-signed URL that is the key."""
    return urllib.parse.parse_qs(urllib.parse.urlsplit(url).query)["X-Amz-Signature"][0]


def ask(url: str, method: str = "GET", body: bytes | None = None) -> bytes:
    """Use the URL as a stranger would."""
    with urllib.request.urlopen(urllib.request.Request(url, body, method=method), timeout=30) as answer:
        return bytes(answer.read())


@pytest.mark.parametrize("size", [LOW, HIGH])
def test_a_url_is_masked_copied_and_works(start: Open, admin: Admin, size: tuple[int, int]) -> None:
    program = opened(start, size=size)
    program.opens("u", "whoever has the address can use it")
    program.press("enter")
    program.wait_for("c copies it, u shows it")
    program.wait_for("masked")
    before = len(program.raw())
    program.press("c")
    program.wait_for("sent to the terminal's clipboard")
    (url,) = program.copied()
    assert signature(url).encode() not in program.raw()
    assert "X-Amz-Credential" not in program.text()
    assert b"robots.txt" in ask(url)
    assert len(program.raw()) > before

    program.press("u")
    program.wait_until(lambda _: signature(url)[:20] in re.sub(r"[\s│]", "", program.text()))
    program.press("u")
    program.wait_until(lambda _: signature(url)[:20] not in re.sub(r"[\s│]", "", program.text()))
    logged = program.audit_file.read_text()
    assert json.loads(logged.splitlines()[0])["phase"] == "intent"
    assert signature(url) not in logged
    program.press("esc")
    program.wait_gone("Pre-signed URL")


def test_putting_needs_unlocked_writes(start: Open, admin: Admin) -> None:
    program = opened(start)
    program.opens("u", "PUT: upload")
    put(program)
    program.wait_for("read-only")
    program.press("c")
    program.press("esc")
    program.wait_gone("Pre-signed URL")
    assert program.copied() == []
    program.unlock()
    program.opens("u", "PUT: upload")
    put(program)
    program.wait_for("c copies it")
    program.press("c")
    program.wait_for("sent to the terminal's clipboard")
    (url,) = program.copied()
    ask(url, "PUT", b"changed")
    program.press("shift+tab", "enter")
    program.wait_for("c copies it")
    program.press("c")
    program.wait_until(lambda _: len(program.copied()) == 2)
    assert ask(program.copied()[1]) == b"changed"
    for name in (signature(url), signature(program.copied()[1])):
        assert name.encode() not in program.raw()


@pytest.mark.parametrize(("life", "told"), [("8d", "7"), ("0", "0"), ("soon", "soon"), ("-1h", "-1h")])
def test_a_life_that_cannot_be_is_told(start: Open, life: str, told: str) -> None:
    program = opened(start)
    ask_for(program, life)
    program.wait_until(lambda _: "copies it" not in program.text() and told in program.text())
    assert program.copied() == []


def test_the_url_ends_when_it_says(start: Open, admin: Admin) -> None:
    program = opened(start)
    ask_for(program, "1m")
    program.wait_for("c copies it")
    program.press("c")
    program.wait_for("sent to the terminal's clipboard")
    (url,) = program.copied()
    assert "X-Amz-Expires=60&" in url
    ask(url)
    admin.advance(61)
    with pytest.raises(urllib.error.HTTPError, match="403"):
        ask(url)
