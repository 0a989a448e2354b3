"""What differs between two messages is shown, what is the same is folded, and no difference goes untold."""

from __future__ import annotations

import json
import random
import unicodedata

import pytest

from console.sqs.difference import Line, difference
from console.sqs.message import Attribute, Message


def a_message(body: object, group: str = "", /, **attributes: str) -> Message:
    text = body if isinstance(body, str) else json.dumps(body)
    kinds = {name: Attribute("String", value) for name, value in attributes.items()}
    system = {"SentTimestamp": str(len(text)), **({"MessageGroupId": group} if group else {})}
    return Message(str(len(text)), text, "", system, kinds, "", "handle", 0.0, 0.0)


def marked(lines: tuple[Line, ...], mark: str) -> list[str]:
    return [line.text.strip() for line in lines if line.mark == mark]


def test_the_keys_that_differ_are_shown_whatever_their_order() -> None:
    lines = difference(a_message('{"b":1,"a":"x"}'), a_message('{"a":"y","b":1}'))
    assert [(line.mark, line.text) for line in lines] == [
        ("=", "{"), ("-", '  "a": "x",'), ("+", '  "a": "y",'), ("=", '  "b": 1'), ("=", "}"),
    ]  # fmt: skip


def test_messages_that_say_the_same_do_not_differ() -> None:
    assert difference(a_message({"a": 1}, "g", K="v"), a_message({"a": 1}, "g", K="v")) == ()


def test_attributes_and_groups_are_compared() -> None:
    lines = difference(a_message("x", "g", K="v"), a_message("x", "h", K="w", L="n"))
    assert marked(lines, "-") == ["group: g", "attribute K (String): v"]
    assert marked(lines, "+") == ["group: h", "attribute K (String): w", "attribute L (String): n"]


def test_text_is_compared_by_line_and_what_is_the_same_is_folded() -> None:
    one = [f"line {number}" for number in range(100)]
    other = [*one[:50], "new", *one[50:]]
    assert [(line.mark, line.text) for line in difference(a_message("\n".join(one)), a_message("\n".join(other)))] == [
        ("…", "47 lines the same"), ("=", "line 47"), ("=", "line 48"), ("=", "line 49"), ("+", "new"),
        ("=", "line 50"), ("=", "line 51"), ("=", "line 52"), ("…", "47 lines the same"),
    ]  # fmt: skip


def test_one_line_more_at_the_start_and_one_other_at_the_end_are_two_changes() -> None:
    one = [f"line {number}" for number in range(1_500)]
    lines = difference(a_message("\n".join([*one, "end"])), a_message("\n".join(["start", *one, "END"])))
    assert (marked(lines, "-"), marked(lines, "+")) == (["end"], ["start", "END"])


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ('{"a":1}', '{"a": 1}', "the same JSON, written differently: from character 6 on"),
        ('{"a":1,"a":1}', '{"a":1}', "the same JSON, written differently: from character 7 on"),
        ("a\r\nb", "a\nb", "the bodies differ: from character 2 on"),
        ("\x1b", "<ESC>", "the bodies differ: from character 1 on"),
    ],
)
def test_a_difference_that_no_line_shows_is_told(one: str, other: str, told: str) -> None:
    assert difference(a_message(one), a_message(other)) == (Line("…", told),)


def test_attributes_that_only_look_the_same_are_told() -> None:
    assert difference(a_message("x", K="\x07"), a_message("x", K="<BEL>")) == (
        Line("…", "the attributes differ where they are not shown"),
    )


def test_values_that_differ_where_they_are_cut_differ() -> None:
    one = a_message({"note": "x" * 300_000 + "1", "a": 1}, K="y" * 5_000 + "1")
    other = a_message({"note": "x" * 300_000 + "2", "a": 2}, K="y" * 5_000 + "2")
    lines = difference(one, other)
    assert [text.split(":")[0] for text in marked(lines, "-")] == ["attribute K (String)", '"a"', '"note"']


def test_what_is_not_compared_is_told() -> None:
    lines = difference(a_message("x\n" * 5_000 + "1"), a_message("x\n" * 5_000 + "2"))
    assert [line.text for line in lines] == [
        "3,001 more lines not compared",
        "the bodies differ: from character 10,001 on",
    ]


def test_two_of_a_mebibyte_are_compared_within_bounds() -> None:
    dice = random.Random(1)
    one, other = ("\n".join(str(dice.randrange(90)) for _ in range(350_000)) for _ in range(2))
    lines = difference(a_message(one), a_message(other))
    assert any(line.mark == "-" for line in lines)
    assert len(lines) <= 4_001


@pytest.mark.parametrize(
    "body", ["\x1b[2J\u202e\n\x07", "\ud800", '{"\\u001b":"\\ud800\\u202e"}', "[" * 300_000, "\x00" * 9]
)
def test_only_harmless_text_comes_out(body: str) -> None:
    lines = difference(a_message(body, "\x1bg", K="\u202e"), a_message("x", "\x07", K="\x9b31m"))
    assert marked(lines, "-")
    assert marked(lines, "+")
    for line in lines:
        assert all(one == " " or unicodedata.category(one)[0] not in "CZ" for one in line.text)
