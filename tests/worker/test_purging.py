"""Purging over a real SQS back end: what a plan says, that one may be asked for in 60 s, and what is not done yet."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from console.actions.outcome import Outcome
from console.actions.plan import Plan
from console.actions.report import Report
from console.resources.model import Fact
from console.resources.registry import catalogue
from console.session import Session
from console.store.rows import project
from tests.support.sqsfaults import SqsBackend
from tests.worker.beside import REASON, Beside, account, at


@pytest.fixture
def backend(home: object, monkeypatch: pytest.MonkeyPatch) -> Iterator[SqsBackend]:
    """An account with two queues of letters."""
    assert home
    with account(monkeypatch) as started:
        for name in ("orders-dlq", "other"):
            started.make(name)
            started.put(name, [str(n) for n in range(30)])
        yield started


async def planned(session: Session, backend: SqsBackend, name: str = "orders-dlq") -> Plan:
    row = project(catalogue()["sqs.queues"], {"QueueUrl": backend.queue(name)}, session.scope)
    return await session.plan(session.query("sqs.queues"), "purge", [row])


async def done(session: Session, plan: Plan) -> Report:
    expected = plan.confirmation.expected
    return await session.carry_out(session.query("sqs.queues"), plan, reason=REASON, confirmed=expected)


def waiting(plan: Plan) -> Fact | None:
    found = [fact for fact in plan.facts if fact.begins]
    assert len(found) < 2
    return found[0] if found else None


async def test_after_a_purge_the_next_one_says_when_it_can_be_asked_for(backend: SqsBackend, desk: Beside) -> None:
    first = await planned(desk.session, backend)
    assert waiting(first) is None
    assert "about 30 visible, 0 in flight, 0 delayed: all lost" in [fact.text for fact in first.facts]
    before = time.time()
    assert (await done(desk.session, first)).outcome is Outcome.DONE
    after = time.time()
    fact = waiting(await planned(desk.session, backend))
    assert fact
    assert before + 60 < fact.begins <= after + 61
    assert fact.said(fact.begins - 42) == "another purge of this queue can be asked for in 42s"
    assert fact.said(fact.begins) == "another purge of this queue can be asked for now"
    assert waiting(await planned(desk.session, backend, "other")) is None
    (settling,) = desk.session.settling
    assert before + 60 <= settling.until <= after + 61
    assert settling.name == "orders-dlq"
    assert settling.sentence(settling.until - 36.5) == "SQS deletes for up to 60 s: 37s left"


async def test_another_session_knows_of_it_too(backend: SqsBackend, desk: Beside) -> None:
    await done(desk.session, await planned(desk.session, backend))
    async with at(backend, "orders-dlq") as later:
        assert waiting(await planned(later.session, backend))
        assert later.session.settling == ()


async def test_a_purge_of_someone_else_is_known_once_sqs_says_so(backend: SqsBackend, desk: Beside) -> None:
    backend.sqs.purge_queue(QueueUrl=backend.queue("orders-dlq"))
    plan = await planned(desk.session, backend)
    assert waiting(plan) is None
    before = time.time()
    report = await done(desk.session, plan)
    assert report.outcome is Outcome.FAILED
    fact = waiting(await planned(desk.session, backend))
    assert fact
    assert fact.begins > before + 60, "it is not known when the other one was asked for"
    assert len(desk.session.settling) == 1, "SQS is deleting still"


async def test_asking_too_soon_does_not_make_it_later(backend: SqsBackend, desk: Beside) -> None:
    await done(desk.session, await planned(desk.session, backend))
    before = waiting(await planned(desk.session, backend))
    assert (await done(desk.session, await planned(desk.session, backend))).outcome is Outcome.FAILED
    assert waiting(await planned(desk.session, backend)) == before


async def test_a_lost_answer_counts_as_asked_and_a_refusal_does_not(backend: SqsBackend, desk: Beside) -> None:
    backend.fault("deny", "PurgeQueue", nth=1)
    assert (await done(desk.session, await planned(desk.session, backend))).outcome is Outcome.FAILED
    assert waiting(await planned(desk.session, backend)) is None
    assert desk.session.settling == ()
    backend.fault("drop", "PurgeQueue", nth=1)
    assert (await done(desk.session, await planned(desk.session, backend))).outcome is Outcome.UNKNOWN
    assert waiting(await planned(desk.session, backend))
    assert len(desk.session.settling) == 1


async def test_a_queue_that_grows_meanwhile_is_purged_all_the_same(backend: SqsBackend, desk: Beside) -> None:
    plan = await planned(desk.session, backend)
    backend.put("orders-dlq", ["one more"])
    assert (await done(desk.session, plan)).outcome is Outcome.DONE
    assert backend.messages("orders-dlq") == []
