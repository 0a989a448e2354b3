"""Jobs undone from the screen's side over a real SQS back end: sent again once, from the copies, and told as it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from console.text.faults import AwsError
from console.workbench.journal import Kind, Standing
from tests.support.sqsfaults import SqsBackend
from tests.worker.beside import REASON, Beside, at, facts, spools


@pytest.fixture
def backend(orders: SqsBackend) -> SqsBackend:
    """An account with a dead-letter queue of thirty letters."""
    letters = [
        {
            "body": json.dumps({"n": n}), "source": "orders", "receives": 4,
            "attributes": {"B": {"DataType": "Binary", "BinaryValue": bytes([n, 0, 255])}},
        }
        for n in range(30)
    ]  # fmt: skip
    orders.put("orders-dlq", letters)
    return orders


async def test_a_delete_is_undone_byte_for_byte_and_once(backend: SqsBackend, desk: Beside) -> None:
    before = backend.contents("orders-dlq")
    ids = await desk.held(30)
    assert await desk.queue.undos() == ()
    ended = await desk.done(Kind.DELETE, ids[:20])
    assert ended.account
    assert len(backend.messages("orders-dlq")) == 10
    (found,) = await desk.queue.undos()
    assert (found.job, found.kind, found.to, set(found.ids), found.why_not) == (
        ended.account.order.id, Kind.DELETE, "", set(ids[:20]), "",
    )  # fmt: skip
    intent = await desk.queue.intend_undo(found.job)
    told = facts(intent)
    assert "Messages: 20\n" in told
    assert "From: the copies on this machine\nTo: orders-dlq" in told
    assert "new message ids" in told
    assert "receive counts that start at 1" in told
    assert "Stays" not in told
    assert backend.counts()["SendMessageBatch"] == 0, "nothing is sent unconfirmed"
    unconfirmed = await desk.queue.undo(intent, reason=REASON, confirmed="")
    assert "not confirmed" in unconfirmed.refusal
    undone = await desk.undone(intent)
    assert undone.account
    assert undone.account.counts()[Standing.DONE] == 20
    assert desk.steps()[-1].through == 20
    assert "already used" in (await desk.undone(intent)).refusal or backend.counts()["SendMessageBatch"] == 2
    await desk.queue.close()
    assert backend.contents("orders-dlq") == before
    assert {one.id for one in backend.messages("orders-dlq")}.isdisjoint(ids[:20])


async def test_what_was_undone_cannot_be_undone_again(desk: Beside) -> None:
    ids = await desk.held(10)
    await desk.done(Kind.DELETE, ids)
    (found,) = await desk.queue.undos()
    first, second = await desk.queue.intend_undo(found.job), await desk.queue.intend_undo(found.job)
    await desk.undone(first)
    assert "meanwhile" in (await desk.undone(second)).refusal, "another plan of the same does not double them"
    (found,) = await desk.queue.undos()
    assert "has sent it again: done" in found.why_not
    with pytest.raises(AwsError, match="has sent it again"):
        await desk.queue.intend_undo(found.job)


async def test_of_a_resend_the_copies_stay_where_they_are_and_edits_are_not_kept(
    backend: SqsBackend, desk: Beside
) -> None:
    before = backend.contents("orders-dlq")
    ids = await desk.held(30)
    await desk.done(Kind.RESEND, ids, edited={ids[0]: '{"edited": true}'})
    sent = backend.contents("orders")
    assert backend.bodies("orders")['{"edited": true}'] == 1
    (found,) = await desk.queue.undos()
    assert (found.kind, found.to) == (Kind.RESEND, "orders")
    intent = await desk.queue.intend_undo(found.job)
    assert "Stays: what was sent to orders is not taken back" in facts(intent)
    undone = await desk.undone(intent)
    assert undone.account
    assert backend.contents("orders") == sent
    assert backend.contents("orders-dlq") == before, "as they were received, not as they were sent"


async def test_what_is_in_doubt_or_was_not_deleted_is_left_out(backend: SqsBackend, desk: Beside) -> None:
    ids = await desk.held(30)
    backend.fault("drop", "DeleteMessageBatch", nth=2)
    backend.fault("deny", "DeleteMessageBatch", nth=3)  # what comes after a refusal is not sent
    ended = await desk.done(Kind.DELETE, ids)
    assert ended.account
    counts = ended.account.counts()
    assert (counts[Standing.UNTOUCHED], counts[Standing.IN_DOUBT]) == (10, 10)
    (found,) = await desk.queue.undos()
    assert len(found.ids) == counts[Standing.DONE]
    assert found.left_out["it was not deleted"] == counts[Standing.UNTOUCHED]
    told = facts(await desk.queue.intend_undo(found.job))
    assert f"Not restored: {counts[Standing.UNTOUCHED]} messages: it was not deleted" in told
    assert f"Not restored: {counts[Standing.IN_DOUBT]} messages: whether it was deleted is in doubt" in told


async def test_an_undo_whose_answer_is_lost_sends_nothing_twice(backend: SqsBackend, desk: Beside) -> None:
    before = backend.bodies("orders-dlq")
    await desk.done(Kind.DELETE, await desk.held(30))
    (found,) = await desk.queue.undos()
    intent = await desk.queue.intend_undo(found.job)
    backend.fault("drop", "SendMessageBatch", nth=1)
    undone = await desk.undone(intent)
    assert undone.account
    counts = undone.account.counts()
    assert counts[Standing.IN_DOUBT] == 10
    assert counts[Standing.DONE] in (10, 20), "what was under way beside the lost answer is done"
    backend.mend()
    (found,) = await desk.queue.undos()
    assert found.left_out == {
        f"job {undone.account.order.id} has sent it again: in doubt": 10,
        f"job {undone.account.order.id} has sent it again: done": counts[Standing.DONE],
    }
    sent = backend.bodies("orders-dlq")
    assert sent.total() == 10 + counts[Standing.DONE]
    assert sent <= before


async def test_another_session_finds_the_job_and_another_queue_does_not(backend: SqsBackend, desk: Beside) -> None:
    await desk.done(Kind.DELETE, await desk.held(30))
    await desk.queue.close()
    async with at(backend, "orders") as other:
        assert await other.queue.undos() == ()
    async with at(backend, "orders-dlq") as later:
        (found,) = await later.queue.undos()
        assert (await later.undone(await later.queue.intend_undo(found.job))).account
    assert len(backend.messages("orders-dlq")) == 30


async def test_copies_that_are_gone_are_told(backend: SqsBackend, desk: Beside, home: Path) -> None:
    await desk.done(Kind.DELETE, await desk.held(10))
    await desk.queue.close()
    for spool in spools(home):
        spool.unlink()
    async with at(backend, "orders-dlq") as later:
        (found,) = await later.queue.undos()
        with pytest.raises(AwsError, match="its messages cannot be read"):
            await later.queue.intend_undo(found.job)
        with pytest.raises(AwsError, match="there is no job nobody"):
            await later.queue.intend_undo("nobody")
