"""A message is found by the words in it, however they are written."""

from __future__ import annotations

import pytest

from console.sqs.message import Attribute, Message
from console.sqs.search import Needle

FOUND = Message(
    "0f1e-id", '{"name":"Stra\\u00dfe","note":"caf\\u00c9 \\ud83d\\ude00","raw":"Grün"}', "", {},
    {"Shop": Attribute("String", "Amsterdam"), "Raw": Attribute("Binary", b"\xffhello\x00")}, "", "handle", 0.0, 0.0,
)  # fmt: skip


@pytest.mark.parametrize(
    "words",
    [
        "name",
        "NAME note",
        "note NAME",
        "amster",
        "hello",
        "0f1e",
        "grün",
        "STRASSE",
        "café",
        "😀",
        "strasse AMSTERDAM",
        "",
    ],
)
def test_it_is_found(words: str) -> None:
    assert Needle.compile(words).matches(FOUND)


@pytest.mark.parametrize("words", ["nam3", "name gone", "Shop", "na me x", "name.*note", "handle", "hello\x00there"])
def test_it_is_not_found(words: str) -> None:
    assert not Needle.compile(words).matches(FOUND)


@pytest.mark.parametrize(
    "body", ["", "\ud800", "\\ud800", "\\u", "\\u12", "\\u" * 500_000, "\\ud800" * 150_000, "\x1b\x00", "[" * 1_000_000]
)
def test_any_body_can_be_searched(body: str) -> None:
    message = Message("id", body, "", {}, {"b": Attribute("Binary", bytes(range(256)))}, "", "handle", 0.0, 0.0)
    assert not Needle.compile("words that are not there").matches(message)
    assert Needle.compile("id").matches(message)


def test_a_word_that_is_said_twice_is_looked_for_once() -> None:
    assert Needle.compile(" Paid  PAID\tnow ").words == ("paid", "now")
