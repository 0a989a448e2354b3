"""What is wrong with a queue: each known misconfiguration is said, and only where it is one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from console.resources.model import Tone
from console.sqs.access import Access
from console.sqs.findings import findings, loss_sentence, retention_risk
from console.sqs.health import Health, Loss, Neighbour, Settings, read_health
from console.sqs.mappings import LambdaConsumer
from console.sqs.moves import MoveTask
from console.sqs.trend import Trend, window_at
from console.text.faults import FaultKind
from tests.support.queuereader import open_queues
from tests.support.reader import DENIED
from tests.support.sqsfaults import SqsBackend, running_sqs

NOW = 1_795_260_000.0
DAY = 86_400
WELL = Settings("arn:aws:sqs:eu-west-1:1:orders", 5, 0, 0, 4 * DAY, 30, "SQS-managed", "arn:x:dead", 5, Access())
KEPT = Neighbour("dead", replace(WELL, retention=14 * DAY, dead_letter_arn="", max_receives=None))


def minutes(values: list[float]) -> tuple[tuple[float, float], ...]:
    return tuple((NOW - 60 * (len(values) - index), value) for index, value in enumerate(values))


def trend(deleted: list[float], age: float = 60.0) -> Trend:
    return Trend(window_at(NOW), minutes([5.0] * 60), (), (), minutes(deleted), minutes([age]))


HEALTHY = Health("https://x/1/orders", NOW, WELL, trend([4.0] * 60), KEPT, (), (), (), (), NOW)
DEAD = replace(HEALTHY, url="https://x/1/dead", settings=KEPT.settings, dead_letter_queue=None,
               sources=(Neighbour("orders", WELL),))  # fmt: skip


def said(health: Health) -> str:
    return "; ".join(f"[{found.tone}] {found.sentence}" for found in findings(health))


@pytest.mark.parametrize("health", [HEALTHY, DEAD], ids=["a queue", "a dead-letter queue"])
def test_what_is_well_has_no_findings(health):
    assert findings(health) == ()


@pytest.mark.parametrize("part", ["settings", "dead_letter_queue", "sources", "moves", "consumers", "misled_alarms"])
def test_what_is_unknown_is_no_finding(part):
    assert findings(replace(HEALTHY, **{part: DENIED})) == ()


def test_nothing_known_is_no_finding():
    unknown = Trend(window_at(NOW), DENIED, DENIED, DENIED, DENIED, DENIED)
    assert findings(Health("u", NOW, DENIED, unknown, DENIED, DENIED, DENIED, DENIED, DENIED, NOW)) == ()


def test_no_dead_letter_queue():
    assert "[warn] it has no dead-letter queue" in said(replace(HEALTHY, dead_letter_queue=None))


def test_a_dead_letter_queue_needs_none_of_its_own():
    assert "no dead-letter queue" not in said(DEAD)
    assert "no dead-letter queue" not in said(replace(DEAD, sources=DENIED))


def test_a_dead_letter_queue_of_services_needs_none_either():
    for name in ("lambda-dlq", "Orders_DeadLetter", "x-dead-letters"):
        assert findings(replace(HEALTHY, url=f"https://x/1/{name}", dead_letter_queue=None)) == ()


def test_a_dead_letter_queue_that_is_gone():
    gone = Neighbour("dead", replace(DENIED, kind=FaultKind.NOT_FOUND))
    assert "[bad] its dead-letter queue dead does not exist" in said(replace(HEALTHY, dead_letter_queue=gone))
    assert findings(replace(HEALTHY, dead_letter_queue=Neighbour("dead", DENIED))) == ()


def test_a_consumer_of_dead_letters():
    busy = LambdaConsumer("f", "Enabled", 10, "")
    assert "[warn] f (Enabled) consumes this dead-letter queue" in said(replace(DEAD, consumers=(busy,)))
    assert findings(replace(DEAD, consumers=(replace(busy, state="Disabled"),))) == ()
    assert findings(replace(HEALTHY, consumers=(busy,))) == ()


def test_one_receive():
    assert "maxReceiveCount is 1" in said(replace(HEALTHY, settings=replace(WELL, max_receives=1)))
    assert "maxReceiveCount" not in said(replace(HEALTHY, settings=replace(WELL, max_receives=2)))


@pytest.mark.parametrize(("dead", "wrong"), [(3 * DAY, True), (4 * DAY, True), (4 * DAY + 1, False), (None, False)])
def test_retention_not_longer_than_the_sources(dead, wrong):
    target = Neighbour("dead", replace(WELL, retention=dead))
    assert ("in dead, dead letters are kept" in said(replace(HEALTHY, dead_letter_queue=target))) is wrong
    seen_from_there = replace(DEAD, settings=replace(WELL, retention=dead, max_receives=None))
    assert ("from orders, dead letters are kept" in said(seen_from_there)) is wrong


def test_why_retention_matters_is_said():
    target = Neighbour("dead", replace(WELL, retention=DAY))
    assert "keeps the time a message was first sent" in said(replace(HEALTHY, dead_letter_queue=target))
    assert retention_risk(4 * DAY, DAY, fifo=True) == ""


def test_a_consumer_that_stopped_and_its_mapping():
    idle = LambdaConsumer("sync", "Disabled", 10, "USER_INITIATED")
    health = replace(HEALTHY, trend=trend([4.0] * 35 + [0.0] * 25), consumers=(idle,))
    assert "[bad] consumer stopped 25m ago; event source mapping of sync (Disabled)" in said(health)
    assert "consumer stopped" not in said(replace(health, sources=(Neighbour("orders", WELL),)))
    assert "[warn] consumer stopped 25m ago; event" in said(replace(health, sources=DENIED))


def test_a_first_loss_within_a_day():
    assert "[bad] the first message is lost in 23h" in said(replace(HEALTHY, trend=trend([4.0], 3 * DAY + 3600)))
    assert "lost" not in said(replace(HEALTHY, trend=trend([4.0], 2.9 * DAY)))
    assert "[warn] the first message is lost in 4d 12h at the latest, and could be in 12h" in said(
        replace(DEAD, trend=trend([], 9.5 * DAY))
    )


@pytest.mark.parametrize(
    ("loss", "text"),
    [
        (Loss(-5, -5), "messages are being lost to retention now"),
        (Loss(7200, 7200), "the first message is lost in 2h"),
        (Loss(-3600, 7200), "could be at any time"),
    ],
)
def test_a_loss_in_words(loss, text):
    assert text in loss_sentence(loss)


def test_a_public_policy():
    assert "[bad] its policy lets anyone in" in said(
        replace(HEALTHY, settings=replace(WELL, access=Access(("anyone",))))
    )
    limited = Access(("anyone with aws:SourceArn arn:x",))
    assert findings(replace(HEALTHY, settings=replace(WELL, access=limited))) == ()
    assert findings(replace(HEALTHY, settings=replace(WELL, access=DENIED))) == ()


def test_an_alarm_that_is_misled():
    assert "alarm sent watches NumberOfMessagesSent" in said(replace(DEAD, misled_alarms=("sent",)))


def test_only_the_newest_task_counts_as_failed():
    failed = MoveTask("", "FAILED", "", None, 2, 14, "CouldNotDetermineMessageSource", None)
    done = MoveTask("", "COMPLETED", "", None, 14, 14, "", None)
    assert "the last move task out of it failed: a message does not say" in said(replace(DEAD, moves=(failed, done)))
    assert findings(replace(DEAD, moves=(done, failed))) == ()


def test_the_worst_comes_first():
    health = replace(
        HEALTHY, dead_letter_queue=None, settings=replace(WELL, max_receives=1, access=Access(("anyone",)))
    )
    tones = [found.tone for found in findings(health)]
    assert tones == [Tone.BAD, Tone.WARN, Tone.WARN]


@pytest.fixture(scope="module")
def backend() -> Iterator[SqsBackend]:
    with running_sqs(empty=False) as running:
        yield running


@pytest.fixture
async def demo(backend: SqsBackend) -> AsyncIterator[Callable[[str], Any]]:
    async with open_queues(backend) as (reader, _write):

        async def read(name: str) -> str:
            return said(await read_health(reader, backend.queue(name), lambda: datetime.now(UTC).timestamp()))

        yield read


@pytest.mark.parametrize(
    ("queue", "texts"),
    [
        ("email-outbound", ["maxReceiveCount is 1"]),
        ("webhooks-out", ["in webhooks-out-dlq, dead letters are kept 4d"]),
        ("webhooks-out-dlq", ["from webhooks-out, dead letters are kept 4d", "the last move task out of it failed"]),
        ("thumbnails", ["no dead-letter queue"]),
        ("inventory-sync", ["consumer stopped 2", "inventory-sync (Disabled)", "no dead-letter queue"]),
        ("invoices-dlq", ["alarm invoices-dlq-arrivals"]),
        ("orders", []),
        ("orders-dlq", []),
        ("payments.fifo", []),
        ("payments-dlq.fifo", []),
        ("invoices", []),
    ],
)
async def test_what_is_wrong_in_the_demo_is_found_and_nothing_else(demo, queue, texts):
    found = await demo(queue)
    for text in texts:
        assert text in found
    assert found.count("[") == len([text for text in texts if "Disabled" not in text])
