"""What comes out of a packing is what went in, whatever it was."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone
from random import Random

import pytest

from console.resources.model import EarlierCount, Missing, Tone, Value
from console.store.packing import Packing, Unpacking, id_of
from console.store.rows import WORDS_KEPT, Row
from console.store.said import haystack, said

VALUES: tuple[Value, ...] = (
    "", " ", "api-1", "\x1f", "a\x1fb", "\x00", "\x001", "\x01\x02\x03", "日本", "\ud800", "\n", '"', "\\u001f",
    0, 1, EarlierCount(1), EarlierCount(2**70), True, False, 1.0, -1, 2**70, 0.1, math.inf, 1e-300, None,
    Missing.PENDING, Missing.UNKNOWN,
    (), ("a", "b\x1f"), (1.0, None, 2.5), (None,), ("1", 1.0),
    datetime(2026, 9, 1, 10, 20, 30, tzinfo=UTC), datetime(2026, 9, 1, 10, 20, 30, 123456),
    datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=-7))),
)  # fmt: skip
IDS = ("i-1", "", "\x1f", "\x00", "arn:aws:x:::y\x1fz", "ключ")


def a_row(random: Random, width: int) -> Row:
    row_id = random.choice(IDS)
    arn = random.choice(("", f"arn:aws:ec2:::instance/{row_id}", "arn:aws:other\x1f", row_id))
    values = tuple(random.choice(VALUES) for _ in range(width))
    return Row(row_id, arn, random.choice(("1", "2")), random.choice(("", "eu")), values, random.choice(list(Tone)))


def exactly(row: Row) -> tuple[object, ...]:
    return (row, [(type(value), repr(value)) for value in row.values])


@pytest.mark.parametrize("filled", [False, True], ids=["with room for words", "with no room for words"])
def test_any_row_comes_back_as_it_was(filled: bool) -> None:
    random, packing = Random(7), Packing()
    if filled:
        for number in range(WORDS_KEPT + 1):
            packing.pack(Row(str(number), "", "", "", tuple(f"word {number}" for _ in range(9))))
    for _ in range(5000):
        row = a_row(random, random.randrange(9))
        assert exactly(packing.unpack(packing.pack(row))) == exactly(row)


def test_what_was_packed_early_is_still_read_late() -> None:
    random, packing = Random(8), Packing()
    rows = [a_row(random, 4) for _ in range(3000)]
    packed = [packing.pack(row) for row in rows]
    assert [exactly(packing.unpack(text)) for text in packed] == [exactly(row) for row in rows]


def test_one_value_and_the_problem_are_taken_out_of_a_row() -> None:
    random, packing = Random(9), Packing()
    for _ in range(2000):
        row = a_row(random, 6)
        column = random.randrange(6)
        problem, value = packing.taken_out(column)(packing.pack(row))
        assert (problem, type(value), repr(value)) == (
            row.problem,
            type(row.values[column]),
            repr(row.values[column]),
        )


def test_a_word_of_many_rows_takes_less_room_than_it_says() -> None:
    packing = Packing()
    long = "a state that is much longer than its number"
    packed = [packing.pack(Row(f"i-{number}", f"arn:i-{number}", "1", "eu", (long,))) for number in range(1000)]
    assert max(map(len, packed)) < len(long)


def test_a_reader_that_learns_the_words_reads_what_another_packed() -> None:
    random, packing, unpacking, known = Random(11), Packing(), Unpacking(), 0
    for _ in range(300):
        rows = [a_row(random, 4) for _ in range(random.randrange(9))]
        packed = [packing.pack(row) for row in rows]
        news = packing.words(known)
        known += len(news)
        unpacking.learn(news)
        assert [exactly(unpacking.unpack(text)) for text in packed] == [exactly(row) for row in rows]
        assert [id_of(text) for text in packed] == [row.id for row in rows]
    assert packing.words().keys() == unpacking._meant.keys()


def test_every_packing_is_another_one() -> None:
    assert len({Packing().id for _ in range(100)}) == 100


def test_what_is_looked_for_in_a_packed_row_is_what_is_looked_for_in_the_row() -> None:
    random, packing = Random(12), Packing()
    for _ in range(3000):
        row = a_row(random, 6)
        assert packing.text(packing.pack(row)) == haystack(row.id, map(said, row.values))


def test_the_different_values_of_rows_are_those_of_their_columns() -> None:
    random, packing = Random(13), Packing()
    for count in (1, 2, 50):
        rows = [a_row(random, 5) for _ in range(count)]
        found = packing.different([packing.pack(row) for row in rows])
        columns = zip(*[row.values for row in rows], strict=True)
        wanted = [{(type(value), repr(value)) for value in values} for values in columns]
        assert [{(type(value), repr(value)) for value in values} for values in found] == wanted
