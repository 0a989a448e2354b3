"""The language of filters: what a term keeps, and what is said of one that cannot be used."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from console.resources.model import Missing, Tone, Value
from console.store.filter import FilterInvalid, compile_filter
from tests.store.machines import COLUMNS, NOW, machines, row


def keeps(text: str, **values: Value) -> bool:
    return compile_filter(machines(), text)(row("i-0abc", Tone.NONE, **values), NOW)


def ago(seconds: float) -> datetime:
    return datetime.fromtimestamp(NOW - seconds, UTC)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("", True), ("   ", True), ("web", True), ("WEB", True), ("web 0ABC", True), ("web missing", False),
        ("-web", False), ("-missing", True), ("-", True), ("web-01", True), ("–", False), ("running", True),
        ("zone-b", True), ("7", True), ("arn:", False),
    ],
)  # fmt: skip
def test_words_are_looked_for_in_everything_a_row_says(text: str, kept: bool) -> None:
    assert keeps(text, name="web-01", state="running", zones=("zone-a", "zone-b"), count=7, age=ago(60)) is kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("name=web", False), ("name=Web-01", True), ("name!=web-01", False), ("name!=web", True), ("name~B-0", True),
        ("name~xyz", False), ("NAME=web-01", True), ("instance=i-0abc", True), ("LONGEST_WAIT=1m", False),
        ("state=running", True), ("state!=running", False), ("count=1,000", True), ("cpu=80%", True),
        ("public=yes", True), ("public!=no", True), ("age=5m", True),
    ],
)  # fmt: skip
def test_a_column_is_compared_as_it_is_read_in_any_case(text: str, kept: bool) -> None:
    given: dict[str, Value] = {
        "name": "web-01",
        "state": "running",
        "count": 1000,
        "cpu": 80.0,
        "public": True,
        "age": ago(300),
    }
    assert keeps(text, wait=61, **given) is kept


@pytest.mark.parametrize(
    ("text", "below", "above"),
    [
        ("count>80", 80, 81), ("count<80", 80, 79), ("count>=80", 79.9, 80), ("count<=80", 81, 80),
        ("count>-3", -3, -2.9), ("count>1_000", 1000, 1001), ("count>1,000.5", 1000.5, 1000.6),
        ("count>5m", 5_000_000, 5_000_001), ("count>5k", 5000, 5001), ("cpu>80%", 80.0, 80.1), ("cpu>80", 80.0, 81.0),
        ("size>2GiB", 2 * 2**30, 2 * 2**30 + 1), ("size>2gb", 2 * 10**9, 2 * 10**9 + 1), ("size>1KiB", 1024, 1025),
        ("size>1k", 1000, 1001), ("size>3M", 3_000_000, 3_000_001), ("size>1TiB", 2**40, 2**40 + 1),
        ("wait>5m", 300, 301), ("wait>1h", 3600, 3601), ("wait>90s", 90, 91), ("wait>1w", 604_800, 604_801),
    ],
)  # fmt: skip
def test_numbers_have_units(text: str, below: Value, above: Value) -> None:
    column = text.partition(">")[0].partition("<")[0]
    assert not keeps(text, **{column: below})
    assert keeps(text, **{column: above})


@pytest.mark.parametrize(("text", "kept"), [("age>5m", True), ("age<5m", False), ("age<7m", True), ("age>=1d", False)])
def test_a_moment_is_compared_by_its_age(text: str, kept: bool) -> None:
    assert keeps(text, age=ago(360)) is kept


def test_the_age_is_that_of_the_asking() -> None:
    old = compile_filter(machines(), "age>5m")
    entry = row(age=ago(0))
    assert (old(entry, NOW + 299), old(entry, NOW + 301)) == (False, True)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("zones=a", True), ("zones=b", True), ("zones=c", False), ("zones!=c", True), ("zones!=a", False),
        ("zones=a,", False), ("zones~a", True), ("zones>1", True), ("zones>2", False),
        ("load>2", True), ("load>3", False),
    ],
)  # fmt: skip
def test_a_list_is_what_any_of_it_is_and_samples_are_the_newest(text: str, kept: bool) -> None:
    assert keeps(text, zones=("a", "b"), load=(9.0, None, 2.5, None)) is kept


@pytest.mark.parametrize("unknown", [Missing.UNKNOWN, Missing.PENDING])
@pytest.mark.parametrize("text", ["cpu=5", "cpu!=5", "cpu>0", "cpu<0", "cpu>=0", "cpu<=0", "cpu~5", "cpu="])
def test_what_is_not_known_is_neither_equal_nor_different(text: str, unknown: Missing) -> None:
    assert not keeps(text, cpu=unknown)


def test_nothing_is_different_from_something_and_no_number() -> None:
    assert keeps("name!=web", name=None)
    assert keeps("name=", name=None)
    assert not keeps("cpu<5", cpu=None)


@pytest.mark.parametrize("text", ["nmae=x", "web nmae>3", "_x~y", "owner!="])
def test_a_column_that_is_not_there_is_answered_with_those_that_are(text: str) -> None:
    with pytest.raises(FilterInvalid) as raised:
        compile_filter(machines(), text)
    assert all(column.id in str(raised.value) for column in COLUMNS)


@pytest.mark.parametrize(
    "text", ["cpu>", "cpu>much", "cpu>5x", "size>2GB2", "cpu<=-", "age>>5", "cpu>1e999x", "cpu>--1"]
)
def test_what_is_no_number_is_said_to_be_none(text: str) -> None:
    with pytest.raises(FilterInvalid, match="is no number such as 80, 5m or 2GiB"):
        compile_filter(machines(), text)


def test_what_is_said_of_a_filter_is_harmless_and_short() -> None:
    for text in ("cpu>\x1b[2J" + "9" * 500, "x" * 500 + "=1"):
        with pytest.raises(FilterInvalid) as raised:
            compile_filter(machines(), text)
        assert "\x1b" not in str(raised.value)
        assert len(str(raised.value)) < 200


@pytest.mark.parametrize(
    "text", ["http://host/path?x", "arn:aws:sqs:eu-west-1:1:q", "[@click=app.quit]", "a.b=c", "-a=b", "%", "=", ">5"]
)
def test_what_does_not_begin_with_a_name_is_a_word(text: str) -> None:
    assert not compile_filter(machines(), text).tests
    assert keeps(text, name=text) is not text.startswith("-")


@pytest.mark.parametrize(
    ("text", "wider", "narrower"),
    [
        ("web", "", True), ("web-0", "web", True), ("a-web", "web", True), ("web x", "x web", True),
        ("web -x", "web", True),
        ("we", "web", False), ("web", "web x", False), ("-ab", "-a", False), ("-a b", "-a", True), ("-a", "a", False),
        ("web cpu>3", "web", True), ("web cpu>3", "cpu>3", False), ("age>5m", "age>5m", False),
    ],
)  # fmt: skip
def test_a_filter_knows_when_it_keeps_no_more_than_another(text: str, wider: str, narrower: bool) -> None:
    assert compile_filter(machines(), text).narrows(compile_filter(machines(), wider)) is narrower
