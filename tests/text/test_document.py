"""Documents as lines of YAML and JSON, which have to read back as the same document."""

from __future__ import annotations

import json
import math
import random
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml

from console.text.clean import clean, clean_document
from console.text.document import json_lines, line_text, plain_lines, yaml_lines

KINDS = {"key", "text", "number", "mark", "plain"}
TEXTS = (
    "", " ", "plain", "two words", " lead", "trail ", "yes", "No", "on", "OFF", "true", "False", "null",
    "~", "Null", "y",
    "n", "1", "-1", "0x1f", "0o17", "017", "1_000", "1.5", "1e5", ".5", "+.inf", ".nan", "1:30", "190:20:30",
    "2026-11-21", "2026-11-21 04:24:03", "2026-11-21T04:24:03Z", "-", "- a", "--- a", "...", "?", "? a",
    ":", "a: b", "a:",
    "#", "a # b", "a #b", "{", "}", "{}", "[", "]", "[]", "[@click=app.quit]x[/]", "a, b", "&anchor",
    "*alias", "!tag",
    "|", ">", ">-", "%dir", "@at", "`tick`", "'", '"', "it's", '"quoted"', "back\\slash", "=", "<<",
    "ünïcödé", "名前", "e\u0301",
    "🚀", "a\u00a0b", "\x1b[31mred", "\u202eabc", "line\nbreak", "tab\tbed", "\x85nel", "\u2028sep",
    "\ufeffbom", "\x7f",
    "\ud800", "\u200bzero", "arn:aws:iam::123456789012:role/x", "s3://bucket/key", "a" * 900, "0", "-0",
    "00", "0b1", "1e-5",
    "12e03", "0.1.2", "10.0.0.1", "i-0abc", "1 GiB", "é: è", "key:value", "- ", "#comment", "-.inf",
    "!!str x", "=a", "~a",
)  # fmt: skip
NUMBERS = (0, 1, -1, 10**20, 1.5, -0.0, 1e16, 1e22, 1e-7, 1.5e300, -2.5e-10, 123456.789, True, False, None)
MOMENT = datetime(2026, 11, 21, 4, 24, 3, 250_000, tzinfo=UTC)


def make(chance: random.Random, depth: int = 4) -> Any:
    """Return a random document as AWS's answers are after cleaning."""
    roll = chance.random()
    if depth and roll < 0.35:
        return {make_key(chance): make(chance, depth - 1) for _ in range(chance.randrange(5))}
    if depth and roll < 0.6:
        return [make(chance, depth - 1) for _ in range(chance.randrange(4))]
    if roll < 0.65:
        return chance.choice(({}, []))
    return chance.choice((chance.choice(TEXTS), chance.choice(NUMBERS), MOMENT))


def make_key(chance: random.Random) -> str:
    return chance.choice(TEXTS) or "key"


def expected(document: Any) -> Any:
    """Return what a reader gets: moments as text."""
    if isinstance(document, dict):
        return {key: expected(value) for key, value in document.items()}
    if isinstance(document, list):
        return [expected(value) for value in document]
    return "2026-11-21T04:24:03.250000Z" if document == MOMENT else document


def text_of(lines: list[Any]) -> str:
    return "\n".join(line_text(line) for line in lines)


@pytest.mark.parametrize("seed", range(60))
def test_what_is_shown_reads_back_as_the_same_document(seed: int) -> None:
    chance = random.Random(seed)
    document = clean_document({make_key(chance): make(chance) for _ in range(6)})
    yaml_text, json_text = text_of(yaml_lines(document)), text_of(json_lines(document))
    assert yaml.safe_load(yaml_text) == expected(document), yaml_text
    assert json.loads(json_text) == expected(document), json_text


@pytest.mark.parametrize("text", TEXTS, ids=ascii)
def test_every_text_stays_the_text_it_is(text: str) -> None:
    told = clean(text)
    for document in ({"k": told}, {told: "v"}, {"k": [told]}, {"k": [{told: 1}]}, {"k": [[told]]}, [told], told):
        assert yaml.safe_load(text_of(yaml_lines(document))) == document
        assert json.loads(text_of(json_lines(document))) == document


@pytest.mark.parametrize("number", NUMBERS, ids=repr)
def test_every_number_stays_the_number_it_is(number: Any) -> None:
    for lines, read in ((yaml_lines, yaml.safe_load), (json_lines, json.loads)):
        found = read(text_of(lines({"n": number})))["n"]
        assert (found, type(found)) == (number, type(number))


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_what_is_no_number_is_said_without_breaking_the_document(number: float) -> None:
    found = yaml.safe_load(text_of(yaml_lines([number])))[0]
    assert isinstance(found, float)
    assert repr(found) == repr(number)
    assert json.loads(text_of(json_lines([number])), parse_constant=pytest.fail) == [str(number)]


@pytest.mark.parametrize(
    "document", [{}, [], {"a": {}}, {"a": []}, [[]], [{}], [[], [[]]], {"a": [{"b": {}}]}, None, "", 5]
)
def test_empty_ones_are_shown_as_such(document: Any) -> None:
    assert yaml.safe_load(text_of(yaml_lines(document))) == document
    assert json.loads(text_of(json_lines(document))) == document


def test_yaml_reads_as_a_person_writes_it() -> None:
    document = {"Name": "web-1", "Tags": [{"Key": "env", "Value": "prod"}, {"Key": "no"}], "Nested": {"Empty": []}}
    assert text_of(yaml_lines(document)).split("\n") == [
        "Name: web-1",
        "Tags:",
        "- Key: env",
        "  Value: prod",
        '- Key: "no"',
        "Nested:",
        "  Empty: []",
    ]


def test_json_is_what_json_itself_indents() -> None:
    document = {"Name": "web-1", "Tags": [{"Key": "env"}, 1, None], "Nested": {"Empty": [], "é": True}}
    assert text_of(json_lines(document)) == json.dumps(document, indent=2, ensure_ascii=False)


def test_pieces_are_of_known_kinds_and_tell_a_number_from_a_text_that_looks_like_one() -> None:
    lines = [*yaml_lines({"a": [1, "1", MOMENT]}), *json_lines({"a": [1, "1", MOMENT]})]
    pieces = [piece for line in lines for piece in line]
    assert {kind for _, kind in pieces} <= KINDS
    assert ("1", "number") in pieces
    assert ('"1"', "text") in pieces


def test_no_piece_holds_what_could_move_a_cursor() -> None:
    document = clean_document({text: [text] for text in TEXTS})
    for line in [*yaml_lines(document), *json_lines(document)]:
        assert line_text(line).isprintable()


def test_plain_lines_are_left_alone() -> None:
    assert plain_lines(["a: b", ""]) == [(("a: b", "plain"),), (("", "plain"),)]
