"""Messages are counted by signature, each once, without keeping what they say."""

from __future__ import annotations

import tracemalloc

import pytest

from console.sqs.groups import Groups
from console.sqs.message import Message
from console.sqs.signature import parse_key


def a_message(number: int, body: str, sent: int | None = None, receives: int = 1) -> Message:
    system = {"ApproximateReceiveCount": str(receives)} | ({} if sent is None else {"SentTimestamp": str(sent * 1_000)})
    return Message(f"id-{number}", body, "", system, {}, "", "handle", 0.0, 0.0)


def some() -> Groups:
    groups = Groups()
    for number, (kind, sent, receives) in enumerate([("a", 30, 4), ("b", 10, 1), ("a", 20, 9), ("a", 40, 6)]):
        groups.add(a_message(number, f'{{"type":"{kind}"}}', sent, receives))
    return groups


def test_groups_tell_counts_times_and_receives() -> None:
    first, second = some().groups()
    assert (first.signature.title, first.count, first.share) == ("a", 3, 0.75)
    assert (first.first_sent, first.last_sent) == (20.0, 40.0)
    assert (first.receives_min, first.receives_max) == (4, 9)
    assert first.ids == ("id-0", "id-2", "id-3")
    assert (second.signature.title, second.count, second.ids) == ("b", 1, ("id-1",))


def test_the_shares_are_one_together() -> None:
    assert sum(group.share for group in some().groups()) == 1
    assert Groups().groups() == ()


def test_a_message_that_comes_twice_counts_once_and_its_receives_are_the_newest() -> None:
    groups = some()
    groups.add(a_message(0, '{"type":"a"}', 30, 12))
    first = groups.groups()[0]
    assert (first.count, first.receives_max, len(first.ids)) == (3, 12, 3)


def test_a_message_that_came_back_otherwise_stays_in_its_group() -> None:
    groups = some()
    assert groups.add(a_message(0, '{"type":"new"}', 30)).title == "a"
    assert [group.signature.title for group in groups.groups()] == ["a", "b"]


def test_messages_that_tell_no_time_have_none() -> None:
    groups = Groups()
    groups.add(a_message(1, "words"))
    assert (groups.groups()[0].first_sent, groups.groups()[0].last_sent) == (None, None)


def test_the_key_of_the_user_makes_the_groups() -> None:
    groups = Groups(parse_key("shop"))
    for number in range(6):
        groups.add(a_message(number, f'{{"type":"x","shop":{number % 2}}}'))
    assert [group.signature.title for group in groups.groups()] == ["shop = 0", "shop = 1"]


def test_a_group_is_found_by_the_start_of_its_id() -> None:
    groups = some()
    wanted = groups.groups()[1]
    assert groups.find(wanted.signature.id) == wanted
    assert groups.find(f" {wanted.signature.id[:6].upper()} ") == wanted


@pytest.mark.parametrize("text", ["", "  ", "zz", "\x1b[2J", "x" * 100_000])
def test_no_group_is_said_in_clean_words(text: str) -> None:
    with pytest.raises(LookupError, match="no group starts with") as refused:
        some().find(text)
    assert len(str(refused.value)) < 100
    assert "\x1b" not in str(refused.value)


def test_a_start_of_several_is_refused() -> None:
    groups = Groups()
    for number in range(40):  # sixteen first digits: two must share one
        groups.add(a_message(number, f'{{"type":"{"k" * (number + 1)}"}}'))
    starts = [group.signature.id[0] for group in groups.groups()]
    shared = next(start for start in starts if starts.count(start) > 1)
    with pytest.raises(LookupError, match=r"\d+ groups start with"):
        groups.find(shared)


def test_bodies_are_not_kept() -> None:
    groups = Groups()
    tracemalloc.start()
    try:
        for number in range(200):
            groups.add(a_message(number, f'{{"type":"big","note":"{number}{"x" * 100_000}"}}'))
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert groups.groups()[0].count == 200
    assert kept < 2_000_000


def test_ten_thousand_of_twelve_kinds_are_twelve_groups() -> None:
    groups = Groups()
    for number in range(10_000):
        groups.add(a_message(number, f'{{"type":"kind-{"abcdefghijkl"[number % 12]}","id":{number}}}', number))
    assert len(groups.groups()) == 12
    assert sum(group.count for group in groups.groups()) == 10_000
