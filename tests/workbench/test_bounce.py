"""Whether messages that were sent first come back: told by counts alone, never more certain than they are."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.text.faults import AwsError, Fault, FaultKind
from console.workbench.bounce import LONGEST, SETTLE, Depth, Sighting, Taken, Takers, Tally, Verdict, Way, way_of
from console.workbench.journal import Account, Entry, Kind, Order, Standing, Step
from console.workbench.watch import PATIENCE, Before, Watch, read_before, read_way
from tests.support.reader import FakeReader
from tests.support.virtual import run

DEAD, SOURCE = "https://sqs/1/orders-dlq", "https://sqs/1/orders"
ARN = "arn:aws:sqs:eu-west-1:1:orders-dlq"
LOST = Fault(FaultKind.UNREACHABLE, "Reading the queue", "the answer was lost")
THROTTLED = Fault(FaultKind.THROTTLED, "Reading the queue", "too many calls", code="RequestThrottled")


def policy(receives: object = 3, arn: str = ARN) -> dict[str, str]:
    return {"RedrivePolicy": json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": receives})}


WAY = way_of(DEAD, SOURCE, ARN, {**policy(), "VisibilityTimeout": "20", "DelaySeconds": "5"})
"""Five seconds and three receives of twenty."""


def attributes(visible: int, in_flight: int = 0, delayed: int = 0) -> dict[str, Any]:
    counts = {"": visible, "NotVisible": in_flight, "Delayed": delayed}
    return {"Attributes": {f"ApproximateNumberOfMessages{name}": str(count) for name, count in counts.items()}}


def account(done: int = 3, **others: int) -> Account:
    """Return a job of so many messages that are done, and others: ``copied``, ``doubtful``, ``untouched``."""
    steps = [Step.DONE] * done
    for name, step in (("copied", Step.KEPT), ("doubtful", Step.LOST), ("untouched", Step.NOT_SENT)):
        steps += [step] * others.get(name, 0)
    entries = {f"m-{n}": Entry(f"m-{n}", step, new_id="" if step is Step.LOST else "n") for n, step in enumerate(steps)}
    order = Order("job-1", Kind.RESEND, "1", "eu-west-1", DEAD, SOURCE, tuple(entries), "", 1.0, "ana", "", 1.0)
    return Account(order, entries, True, Path())


class Queues:
    """Answers of the two queues, by the second; the last one stays."""

    def __init__(self, dead: dict[float, Any], source: dict[float, Any] | None = None) -> None:
        self.depths = {DEAD: dead, SOURCE: source or {0: attributes(0)}}
        self.reader = FakeReader({"GetQueueAttributes": self._answer})
        self.began = 0.0

    def _answer(self, parameters: dict[str, Any]) -> Any:
        since = asyncio.get_running_loop().time() - self.began
        depths = self.depths[parameters["QueueUrl"]]
        return depths[max(second for second in depths if second <= since)]

    def watch(
        self, before: int | None = 340, way: Way = WAY, told: Account | None = None, fills: float = 0.0
    ) -> list[Sighting]:
        """Watch to the end, ``before`` messages having been there, and return all that was told."""
        known = Before(way, None if before is None else Depth(before, 0, 0), fills)
        return run(self._watch(known, told or account()))

    async def _watch(self, known: Before, told: Account) -> list[Sighting]:
        loop, seen = asyncio.get_running_loop(), list[Sighting]()
        self.began = loop.time()
        watch = Watch(self.reader, known, told, tell=seen.append, clock=loop.time)
        assert await watch.run() == seen[-1]
        return seen


def ended(seen: Sequence[Sighting]) -> tuple[Verdict, int | None, float]:
    """Return how it ended, and after how many seconds."""
    assert [one.over for one in seen] == [False] * (len(seen) - 1) + [True]
    return seen[-1].verdict, seen[-1].new, round(seen[-1].at - seen[-1].sent_at)


def test_how_long_is_derived_from_the_source() -> None:
    assert (WAY.takes, WAY.seconds) == (65, 65 + SETTLE)
    assert WAY.sentence() == "watched for 2m 5s: orders gives a message up after 3 receives of 20s, 5s later"
    long = way_of(DEAD, SOURCE, ARN, {**policy("5"), "VisibilityTimeout": "3600"})
    assert (long.takes, long.seconds) == (18_000, LONGEST)
    assert long.sentence().endswith(
        "watched for 15m: orders gives a message up after 5 receives of 1h. That may take 5h"
    )
    assert way_of(DEAD, SOURCE, ARN, {**policy(), "VisibilityTimeout": "0"}).seconds == SETTLE


@pytest.mark.parametrize(
    ("found", "why"),
    [
        ({}, "orders has no dead-letter queue, so nothing comes back from it"),
        ({"RedrivePolicy": "nonsense"}, "orders has no dead-letter queue"),
        (policy(arn="arn:aws:sqs:eu-west-1:1:other-dlq"), "what fails in orders goes to other-dlq, not to orders-dlq"),
    ],
)
def test_what_cannot_come_back_is_not_watched(found: dict[str, str], why: str) -> None:
    way = way_of(DEAD, SOURCE, ARN, {**found, "VisibilityTimeout": "30"})
    assert why in way.sentence()
    assert way.seconds == 0
    queues = Queues({0: attributes(337)})
    (sighting,) = queues.watch(way=way)
    assert sighting.verdict is Verdict.IMPOSSIBLE
    assert why in sighting.sentence(sighting.at)
    assert queues.reader.asked == []


def test_none_comes_back() -> None:
    queues = Queues({0: attributes(290, 47)}, {0: attributes(3), 10: attributes(0, 3), 30: attributes(0)})
    seen = queues.watch()
    assert ended(seen) == (Verdict.QUIET, 0, 125)
    assert seen[-1].taken is Taken.ALL
    assert not seen[-1].speaks_against
    assert seen[0].sentence(seen[0].sent_at + 40) == (
        "3 sent 40s ago, not known yet whether any came back, watching 1m 25s more, "
        "nobody has taken any from orders, 3 wait there"
    )
    assert seen[1].sentence(seen[1].at).startswith("3 sent 3s ago, none came back yet, watching 2m 1s more")
    assert seen[-1].sentence(seen[-1].at) == "3 sent 2m 5s ago, none came back, none waits in orders"
    assert {operation for operation, _ in queues.reader.asked} == {"GetQueueAttributes"}
    assert 60 < len(queues.reader.asked) < 100


def test_none_by_the_end_of_the_longest_watch_is_no_end() -> None:
    way = way_of(DEAD, SOURCE, ARN, {**policy(), "VisibilityTimeout": "3600"})
    seen = Queues({0: attributes(337)}).watch(way=way)
    assert ended(seen) == (Verdict.QUIET, 0, LONGEST)
    assert seen[-1].early
    assert "none came back by then, it may take 3h" in seen[-1].sentence(0)
    assert seen[-1].advice() == "They may come back still"
    in_time = Queues({0: attributes(337)}).watch()[-1]
    assert not in_time.early
    assert in_time.advice() == "Nothing speaks against the rest"


def test_some_come_back_and_it_is_seen_to_the_end() -> None:
    seen = Queues({0: attributes(337), 62: attributes(337, 2)}).watch()
    assert ended(seen) == (Verdict.RETURNED, 2, 125)
    assert next(one.at - one.sent_at for one in seen if one.new) < 70
    assert "about 2 new dead letters, 2 of these at most" in seen[-1].sentence(0)
    assert seen[-1].speaks_against
    assert "among the new ones" in seen[-1].advice()


def test_it_is_over_at_once_when_all_may_be_back() -> None:
    verdict, new, seconds = ended(Queues({0: attributes(337), 31: attributes(340)}).watch())
    assert (verdict, new) == (Verdict.RETURNED, 3)
    assert seconds < 40


def test_others_that_fail_anew_are_not_said_to_be_ours() -> None:
    seen = Queues({0: attributes(337), 20: attributes(347)}).watch()
    assert seen[-1].new == 10
    assert "about 10 new dead letters, 3 of these at most" in seen[-1].sentence(0)


def test_a_queue_that_fills_anyhow_is_watched_to_the_end() -> None:
    filling = {second: attributes(337 + second // 7) for second in range(0, 200, 7)}
    assert ended(Queues(filling).watch())[2] < 40
    seen = Queues(filling).watch(fills=60 / 7)
    assert ended(seen) == (Verdict.RETURNED, pytest.approx(17, abs=1), 125)
    assert "3 of these at most, the queue filled by 8.6 a minute before" in seen[-1].sentence(0)
    assert seen[-1].speaks_against


def test_those_that_were_received_again_are_certain() -> None:
    sighting = replace(Queues({0: attributes(337)}).watch()[-1], again=2)
    assert "2 of these received again: they came back" in sighting.sentence(0)
    assert sighting.speaks_against
    assert "why these failed" in sighting.advice()


def test_what_was_not_deleted_may_come_back_and_did_not_leave() -> None:
    told = account(2, copied=1, doubtful=1, untouched=1)
    assert told.counts()[Standing.COPIED] == 1
    seen = Queues({0: attributes(338), 30: attributes(341)}).watch(told=told)
    assert (seen[-1].sent, seen[-1].new, seen[-1].astray) == (3, 3, 3)
    assert ended(Queues({0: attributes(338)}).watch(told=told))[:2] == (Verdict.QUIET, 0)
    quiet = Queues({0: attributes(338)}).watch(told=told)[-1]
    assert quiet.speaks_against
    assert "none came back, 3 did not go for certain" in quiet.sentence(0)
    assert "what became of those" in quiet.advice()


@pytest.mark.parametrize("before", [340, None])
def test_counts_that_are_late_neither_hide_anything_nor_make_it_up(before: int | None) -> None:
    late = {0: attributes(340), 50: attributes(337)}
    assert ended(Queues(late).watch(before)) == (Verdict.QUIET, 0, 125)
    assert ended(Queues({**late, 90: attributes(340)}).watch(before))[:2] == (Verdict.RETURNED, 3)


def test_what_was_back_before_it_was_ever_seen_to_be_gone_is_found_once_counts_have_settled() -> None:
    verdict, new, seconds = ended(Queues({0: attributes(340)}).watch())
    assert (verdict, new) == (Verdict.RETURNED, 3)
    assert SETTLE <= seconds < SETTLE + 5


@pytest.mark.parametrize("wrong", [attributes(0), attributes(900)])
@pytest.mark.parametrize("second", [0, 30, 124])
def test_one_count_that_does_not_fit_is_no_proof(wrong: Any, second: int) -> None:
    seen = Queues({0: attributes(337), second: wrong, second + 3: attributes(337)}).watch()
    assert (seen[-1].verdict, seen[-1].new) == (Verdict.QUIET, 0)


@pytest.mark.parametrize("fault", [LOST, THROTTLED, {}, {"Attributes": {"ApproximateNumberOfMessages": "x"}}])
def test_answers_that_fail_meanwhile_change_nothing(fault: Any) -> None:
    seen = Queues({0: attributes(337), 20: fault, 50: attributes(337), 62: fault, 70: attributes(339)}).watch()
    assert ended(seen) == (Verdict.RETURNED, 2, 125)
    failing = next(one for one in seen if one.why)
    assert not failing.over
    assert failing.new == 0
    assert failing.why in failing.sentence(0)


@pytest.mark.parametrize("fault", [LOST, THROTTLED, {}])
def test_without_an_answer_in_the_end_nothing_is_said_to_be_known(fault: Any) -> None:
    queues = Queues({0: attributes(337), 20: fault})
    seen = queues.watch()
    assert ended(seen)[::2] == (Verdict.UNKNOWN, pytest.approx(125 + PATIENCE, abs=5))
    assert seen[-1].why in seen[-1].sentence(0)
    assert seen[-1].speaks_against
    late = Queues({0: attributes(337), 20: fault, 140: attributes(337)}).watch()
    assert ended(late)[:2] == (Verdict.QUIET, 0)
    assert ended(Queues({0: fault}).watch())[:2] == (Verdict.UNKNOWN, None)


def test_a_source_that_does_not_answer_leaves_open_whether_they_were_taken() -> None:
    seen = Queues({0: attributes(337)}, {0: THROTTLED}).watch()
    assert (seen[-1].verdict, seen[-1].taken) == (Verdict.QUIET, Taken.UNKNOWN)


def test_what_nobody_takes_proves_nothing() -> None:
    seen = Queues({0: attributes(337)}, {0: attributes(186), 5: attributes(189)}).watch()
    assert (seen[-1].verdict, seen[-1].taken, seen[-1].speaks_against) == (Verdict.UNTAKEN, Taken.NONE, True)
    assert "nobody has taken any from orders, 189 wait there" in seen[-1].sentence(0)
    assert "proves nothing" in seen[-1].advice()


def test_it_is_stopped_while_an_answer_is_awaited() -> None:
    async def stopping() -> Sighting:
        began = asyncio.Event()

        class Slow(FakeReader):
            async def call(self, *_asked: Any) -> dict[str, Any]:
                began.set()
                return await asyncio.Event().wait()  # type: ignore[return-value]

        loop = asyncio.get_running_loop()
        watch = Watch(Slow({}), Before(WAY, None), account(), clock=loop.time)
        running = asyncio.create_task(watch.run())
        await began.wait()
        watch.stop("it was \x1b[31mstopped")
        watch.stop("later")
        return await running

    sighting = run(stopping())
    assert (sighting.verdict, sighting.new) == (Verdict.STOPPED, None)
    assert sighting.why == "it was <ESC>[31mstopped"
    assert "not known whether any came back" in sighting.sentence(0)


def test_a_tally_takes_the_least_and_the_most_of_two() -> None:
    tally = Tally(10)
    for depth in (12, 12):
        tally.add(depth, settled=False)
    assert tally.new == 0
    for depth in (9, 8, 8, 11, 11):
        tally.add(depth)
    assert tally.new == 3
    assert tally.certain
    tally.add(12)
    assert not tally.certain


@pytest.mark.parametrize(
    ("depths", "taken"),
    [
        ([], Taken.UNKNOWN),
        ([Depth(3, 0, 0)], Taken.NONE),
        ([Depth(3, 1, 0)], Taken.SOME),
        ([Depth(3, 0, 0), Depth(1, 0, 1)], Taken.SOME),
        ([Depth(3, 0, 0), Depth(0, 3, 0)], Taken.ALL),
    ],
)
def test_takers(depths: list[Depth], taken: Taken) -> None:
    takers = Takers()
    for depth in depths:
        takers.add(depth)
    assert takers.taken is taken


HERE = {"Attributes": {"QueueArn": ARN}}
THERE = {"Attributes": {"QueueArn": "a", "VisibilityTimeout": "20", **policy()}}


def reader(dead: Any = HERE, source: Any = THERE) -> FakeReader:
    """Return a reader of the two queues."""
    return FakeReader({"GetQueueAttributes": lambda asked: {DEAD: dead, SOURCE: source}[asked["QueueUrl"]]})


async def test_the_way_is_read_from_both_queues() -> None:
    assert await read_way(reader(), DEAD, SOURCE) == Way(DEAD, SOURCE, 20, 3)
    for failing in (reader(dead={}), reader(source={"Attributes": policy()}), reader(dead=THROTTLED)):
        with pytest.raises(AwsError):
            await read_way(failing, DEAD, SOURCE)


async def test_the_depth_before_may_stay_unknown() -> None:
    assert await read_before(reader(dead=attributes(3, 4, 5)), WAY) == Before(WAY, Depth(3, 4, 5))
    assert await read_before(reader(dead=LOST), WAY) == Before(WAY, None)
    assert await read_before(reader(dead={}), WAY) == Before(WAY, None)
