"""A few messages sent first over a real SQS back end: whether they come back is watched without receiving anything."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator

import pytest

from console.sqs.health import Health
from console.text.faults import AwsError
from console.workbench import bounce, watch
from console.workbench.bounce import Sighting, Verdict
from console.workbench.intents import Intent, Wish
from console.workbench.journal import Kind, Standing
from console.workbench.work import Ended
from tests.support.patience import shorten
from tests.support.sqsfaults import CUT, DENIED, DROPPED, GARBLED, LOST, THROTTLED, UNAVAILABLE, SqsBackend, Weather
from tests.worker.beside import REASON, Beside, account


@pytest.fixture
def backend(home: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqsBackend]:
    """An account with a dead-letter queue of ten letters, whose counts need no time to settle."""
    assert home
    for module in (bounce, watch):
        monkeypatch.setattr(module, "SETTLE", 0.0)
    monkeypatch.setattr(watch, "SHORTEST_PAUSE", 0.02)
    monkeypatch.setattr(watch, "LOOKS", 2000)
    shorten(monkeypatch)
    with account(monkeypatch) as started:
        started.make("orders-dlq")
        started.make("orders", dead="orders-dlq", receives=2, VisibilityTimeout="20")
        started.make("elsewhere")
        started.put("orders-dlq", [{"body": json.dumps({"n": n}), "source": "orders"} for n in range(10)])
        yield started


def gives_up_at_once(backend: SqsBackend) -> None:
    backend.sqs.set_queue_attributes(QueueUrl=backend.queue("orders"), Attributes={"VisibilityTimeout": "0"})


def consumed(backend: SqsBackend, seconds: int = 3600) -> int:
    """Let a consumer receive all that is in the source and keep it, and return how many that was."""
    count = 0
    while got := backend.sqs.receive_message(
        QueueUrl=backend.queue("orders"), MaxNumberOfMessages=10, VisibilityTimeout=seconds
    ).get("Messages"):
        count += len(got)
    return count


def refused(backend: SqsBackend) -> None:
    """Let a consumer receive all that is in the source again and again until it is dead."""
    for _ in range(2):
        assert consumed(backend, 1) == 3
        backend.advance(2)
    assert consumed(backend, 1) == 0


async def sent(desk: Beside, ids: tuple[str, ...], to: str = "") -> Ended:
    """Send messages first."""
    intent = await desk.queue.intend_canary(Wish(Kind.RESEND, ids, to), 3)
    return await desk.queue.carry_out_canary(intent, reason=REASON, confirmed=intent.plan.confirmation.expected)


def sightings(desk: Beside) -> list[Sighting]:
    return [news for news in desk.told if isinstance(news, Sighting)]


async def seen(desk: Beside, wanted: Callable[[Sighting], bool] = lambda one: one.over) -> Sighting:
    """Wait until the newest sighting is as ``wanted``."""
    await desk.until(lambda _news: bool(sightings(desk)) and wanted(sightings(desk)[-1]))
    return sightings(desk)[-1]


def watched(intent: Intent) -> str:
    (fact,) = (fact for fact in intent.plan.facts if fact.title == "Coming back")
    return f"{fact.tone.value} {fact.text}".strip()


async def test_what_comes_back_is_seen_without_receiving_and_known_for_certain_once_it_is_received(
    backend: SqsBackend, desk: Beside
) -> None:
    ids = await desk.held(10)
    backend.forget()
    ended = await sent(desk, ids[:3])
    assert ended.account
    assert ended.account.counts()[Standing.DONE] == 3
    first = await seen(desk, lambda one: one.new == 0)
    assert (first.sent, first.to, first.verdict, first.until - first.sent_at) == (3, "orders", Verdict.WATCHING, 40)
    assert backend.counts()["ReceiveMessage"] == 0
    await asyncio.to_thread(refused, backend)
    last = await seen(desk)
    assert (last.verdict, last.new, last.again) == (Verdict.RETURNED, 3, 0)
    received = backend.counts()["ReceiveMessage"]
    assert received == 5, "two times the consumer got three and found no more, and once none"
    await desk.queue.take(3, 60)
    again = await seen(desk, lambda one: one.again > 0)
    assert again.again == 3
    assert again.speaks_against


async def test_the_rest_follows_where_none_comes_back(backend: SqsBackend, desk: Beside) -> None:
    gives_up_at_once(backend)
    backend.put("orders", ["another"])
    assert consumed(backend) == 1
    ids = await desk.held(10)
    await sent(desk, ids[:3])
    last = await seen(desk)
    assert (last.verdict, last.new, last.speaks_against) == (Verdict.QUIET, 0, False)
    ended = await desk.done(Kind.RESEND, ids[3:])
    assert ended.account
    assert ended.account.counts()[Standing.DONE] == 7
    assert len(backend.messages("orders")) == 11


async def test_how_it_filled_while_nothing_was_held_is_told(
    backend: SqsBackend, desk: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    rates = iter((8.9, -40.0))
    monkeypatch.setattr(Health, "rate", lambda _health: next(rates))
    await desk.queue.look()
    ids = await desk.held(10)
    await desk.queue.look()
    await sent(desk, ids[:3])
    assert (await seen(desk, lambda one: one.new == 0)).fills == 8.9


async def test_what_is_held_meanwhile_counts_as_there(backend: SqsBackend, desk: Beside) -> None:
    ids = await desk.held(5)
    await sent(desk, ids[:3])
    await seen(desk, lambda one: one.new == 0)
    await desk.queue.take(5, 60)
    await desk.queue.release(None)
    before = len(sightings(desk))
    await desk.until(lambda _news: len(sightings(desk)) > before + 3)
    assert sightings(desk)[-1].new == 0


@pytest.mark.parametrize("how", ["key", "job"])
async def test_it_is_watched_no_longer(backend: SqsBackend, desk: Beside, how: str) -> None:
    ids = await desk.held(10)
    await sent(desk, ids[:3])
    await seen(desk, lambda one: one.new == 0)
    if how == "key":
        await desk.queue.end_canary()
    else:
        await desk.done(Kind.DELETE, ids[3:4])
    last = await seen(desk)
    assert (last.verdict, last.new) == (Verdict.STOPPED, 0)
    assert last.why == {"key": "it was stopped", "job": "another job began"}[how]


async def test_it_ends_with_the_queue_that_is_open(backend: SqsBackend, desk: Beside) -> None:
    ids = await desk.held(10)
    await sent(desk, ids[:3])
    await seen(desk, lambda one: one.new == 0)
    await desk.queue.close()
    told = len(sightings(desk))
    await desk.queue.open(desk.session.scope, backend.queue("elsewhere"))
    assert len(sightings(desk)) == told
    assert not sightings(desk)[-1].over


async def test_what_cannot_come_back_is_told_before_and_after(backend: SqsBackend, desk: Beside) -> None:
    ids = await desk.held(10)
    told = watched(await desk.queue.intend_canary(Wish(Kind.RESEND, ids), 3))
    assert told == "none watched for 40s: orders gives a message up after 2 receives of 20s"
    told = watched(await desk.queue.intend_canary(Wish(Kind.RESEND, ids, "elsewhere"), 3))
    assert told == "warn elsewhere has no dead-letter queue, so nothing comes back from it"
    await sent(desk, ids[:3], "elsewhere")
    assert (await seen(desk)).verdict is Verdict.IMPOSSIBLE


async def test_those_received_first_go_first_and_all_go_one_way(backend: SqsBackend, desk: Beside) -> None:
    ids = await desk.held(10)
    received = [message.id for message in backend.messages("orders-dlq")]
    intent = await desk.queue.intend_canary(Wish(Kind.RESEND, tuple(reversed(ids))), 4)
    assert (set(intent.order.ids), len(intent.order.ids)) == (set(received[:4]), 4)
    backend.put("orders-dlq", [{"body": "of another", "source": "elsewhere"}])
    sample = await desk.queue.take(1, 60)
    every = tuple(id_ for group in sample.groups for id_ in group.ids)
    assert len(every) == 11
    with pytest.raises(AwsError, match="they came from 2 queues"):
        await desk.queue.intend_canary(Wish(Kind.RESEND, every), 3)


async def test_nothing_is_watched_where_nothing_was_sent(backend: SqsBackend, desk: Beside) -> None:
    ids = await desk.held(10)
    backend.fault("deny", "SendMessageBatch")
    ended = await sent(desk, ids[:3])
    assert ended.account
    assert ended.account.counts()[Standing.UNTOUCHED] == 3
    intent = await desk.queue.intend(Wish(Kind.RESEND, ids[:3]))
    other = await desk.queue.carry_out_canary(intent, reason=REASON, confirmed="yes")
    assert other.account is None
    assert "not made here" in other.sentence()
    assert sightings(desk) == []


@pytest.mark.parametrize("weather", [LOST, DROPPED, CUT, GARBLED, THROTTLED, UNAVAILABLE], ids=lambda one: one.name)
async def test_looks_that_fail_are_told_and_change_nothing(backend: SqsBackend, desk: Beside, weather: Weather) -> None:
    ids = await desk.held(10)
    await sent(desk, ids[:3])
    await seen(desk, lambda one: one.new == 0)
    backend.fault(weather, "GetQueueAttributes")
    failed = await seen(desk, lambda one: bool(one.why))
    assert (failed.new, failed.verdict) == (0, Verdict.WATCHING)
    backend.mend()
    await asyncio.to_thread(refused, backend)
    assert (await seen(desk)).new == 3


async def test_without_an_answer_in_the_end_it_stays_unknown(
    backend: SqsBackend, desk: Beside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watch, "PATIENCE", 0.1)
    gives_up_at_once(backend)
    ids = await desk.held(10)
    intent = await desk.queue.intend_canary(Wish(Kind.RESEND, ids), 3)
    backend.fault(DENIED, "GetQueueAttributes")
    await desk.queue.carry_out_canary(intent, reason=REASON, confirmed="yes")
    last = await seen(desk)
    assert (last.verdict, last.new, last.speaks_against) == (Verdict.UNKNOWN, None, True)
    with pytest.raises(AwsError):
        await desk.queue.intend_canary(Wish(Kind.RESEND, ids[3:]), 3)
