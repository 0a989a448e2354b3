"""A queue drained from the screen's side over a real SQS back end: nothing is deleted that is not in the file."""

from __future__ import annotations

import asyncio
import json
import stat
import threading
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from console.text.faults import AwsError
from console.workbench import work
from console.workbench.intents import Intent
from console.workbench.journal import Journal, Standing
from console.workbench.work import Ended
from tests.support.sqsfaults import SqsBackend
from tests.worker.beside import REASON, Beside, at, facts

LETTERS = 230
ODD = "\u2028 \U0001f600 é \x09 <tag>"


@pytest.fixture
def backend(orders: SqsBackend) -> SqsBackend:
    """An account with a dead-letter queue of many letters."""
    orders.put("orders-dlq", [{"body": json.dumps({"n": n}) + ODD, "source": "orders"} for n in range(LETTERS)])
    return orders


async def drained(desk: Beside, intent: Intent) -> Ended:
    return await desk.queue.drain(intent, reason=REASON, confirmed="orders-dlq")


def bodies(file: Path) -> Counter[str]:
    return Counter(json.loads(line)["body"] for line in file.read_text(encoding="ascii").splitlines())


def recorded(home: Path) -> list[tuple[str, str]]:
    """Return the (action or phase, outcome) of each line of the audit log."""
    (log,) = home.rglob("audit*.jsonl")
    lines = [json.loads(line) for line in log.read_text(encoding="ascii").splitlines()]
    return [(line["phase"], line.get("outcome", "")) for line in lines]


async def test_the_plan_tells_what_is_uncertain_and_receives_nothing(
    backend: SqsBackend, desk: Beside, tmp_path: Path
) -> None:
    await desk.held(10)
    backend.forget()
    intent = await desk.queue.intend_drain(str(tmp_path / "out.jsonl"))
    told = facts(intent)
    assert f"Messages: about {LETTERS} as SQS counts: roughly" in told
    assert "Held: 10 messages of them" in told
    assert "what arrives while it receives may be drained too; what arrives after that stays" in told
    assert f"File: {tmp_path}/out.jsonl: new" in told
    assert "Not drained" not in told
    assert "Groups" not in told
    assert "At most" not in told
    assert "Against it" not in told, "what is in flight here is no consumer's"
    assert not backend.counts()["ReceiveMessage"]
    assert intent.plan.confirmation.expected == "orders-dlq"
    assert not (tmp_path / "out.jsonl").exists()


async def test_all_is_in_the_file_before_it_is_deleted_and_can_be_undone(
    backend: SqsBackend, desk: Beside, tmp_path: Path
) -> None:
    before, file = backend.bodies("orders-dlq"), tmp_path / "out.jsonl"
    held = await desk.held(10)
    intent = await desk.queue.intend_drain(str(file))
    backend.fault("stall", "DeleteMessageBatch", nth=1)
    running = asyncio.create_task(drained(desk, intent))
    await backend.arrived("DeleteMessageBatch")
    assert bodies(file) == before, "while the first delete is on its way"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    backend.release()
    ended = await running
    assert ended.account
    assert ended.account.counts()[Standing.DONE] == LETTERS
    assert set(held) <= set(ended.account.entries)
    assert backend.messages("orders-dlq") == []
    (found,) = await desk.queue.undos()
    await desk.undone(await desk.queue.intend_undo(found.job))
    assert backend.bodies("orders-dlq") == before


async def test_what_arrives_meanwhile_is_drained_or_stays_but_is_never_lost(
    backend: SqsBackend, desk: Beside, tmp_path: Path
) -> None:
    file = tmp_path / "out.jsonl"
    intent = await desk.queue.intend_drain(str(file))
    backend.fault("stall", "ReceiveMessage", nth=5)
    running = asyncio.create_task(drained(desk, intent))
    await backend.arrived("ReceiveMessage", 5)
    backend.put("orders-dlq", ["early"])
    backend.release()
    backend.fault("stall", "DeleteMessageBatch", nth=2)
    await backend.arrived("DeleteMessageBatch", 2)
    backend.put("orders-dlq", ["late"])
    backend.release()
    await running
    left = backend.bodies("orders-dlq")
    assert left["late"] == 1
    assert (bodies(file) + left).total() == LETTERS + 2
    assert (bodies(file) + left)["early"] == 1


async def test_stopped_while_receiving_nothing_is_deleted_or_written(
    backend: SqsBackend, desk: Beside, tmp_path: Path, home: Path
) -> None:
    file = tmp_path / "out.jsonl"
    intent = await desk.queue.intend_drain(str(file))
    backend.fault("stall", "ReceiveMessage", nth=3)
    running = asyncio.create_task(drained(desk, intent))
    await backend.arrived("ReceiveMessage", 3)
    await desk.queue.control("stop")
    await desk.until(lambda _: bool(desk.steps()) and desk.steps()[-1].note == "it was stopped")
    backend.release()
    with pytest.raises(AwsError, match="Nothing was deleted: it was stopped while it was receiving"):
        await running
    assert not file.exists()
    assert not backend.counts()["DeleteMessageBatch"]
    assert recorded(home) == [("intent", ""), ("outcome", "refused")]
    assert await desk.queue.undos() == ()
    await desk.queue.close()
    assert {one.state for one in backend.messages("orders-dlq")} == {"visible"}


async def test_paused_while_receiving_it_waits_and_goes_on(backend: SqsBackend, desk: Beside, tmp_path: Path) -> None:
    intent = await desk.queue.intend_drain(str(tmp_path / "out.jsonl"))
    backend.fault("stall", "ReceiveMessage", nth=3)
    running = asyncio.create_task(drained(desk, intent))
    await backend.arrived("ReceiveMessage", 3)
    await desk.queue.control("pause")
    backend.release()
    await desk.until(lambda _: bool(desk.steps()) and desk.steps()[-1].paused)
    told = desk.steps()[-1]
    assert (told.through, "nothing is deleted before all of it is in the file" in told.note) == (0, True)
    assert not backend.counts()["DeleteMessageBatch"]
    await desk.queue.control("go on")
    ended = await running
    assert ended.account
    assert ended.account.counts()[Standing.DONE] == LETTERS


async def test_a_stop_between_the_file_and_the_first_delete_is_heeded(
    backend: SqsBackend, desk: Beside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    beginning, going = threading.Event(), threading.Event()

    def journal(*given: Any) -> Journal:
        beginning.set()
        assert going.wait(30)
        return Journal(*given)

    monkeypatch.setattr(work, "Journal", journal)
    intent = await desk.queue.intend_drain(str(tmp_path / "out.jsonl"))
    running = asyncio.create_task(drained(desk, intent))
    assert await asyncio.to_thread(beginning.wait, 30)
    await desk.queue.control("stop")
    going.set()
    ended = await running
    assert ended.account
    assert ended.account.counts()[Standing.UNTOUCHED] >= LETTERS // 2
    assert bodies(tmp_path / "out.jsonl").total() == LETTERS
    gone = ended.account.counts()[Standing.DONE]
    await desk.queue.close()
    assert len(backend.messages("orders-dlq")) == LETTERS - gone


async def test_a_screen_that_is_left_meanwhile_deletes_nothing(
    backend: SqsBackend, desk: Beside, tmp_path: Path
) -> None:
    intent = await desk.queue.intend_drain(str(tmp_path / "out.jsonl"))
    backend.fault("stall", "ReceiveMessage", nth=12)
    running = asyncio.create_task(drained(desk, intent))
    await backend.arrived("ReceiveMessage", 12)
    closing = asyncio.create_task(desk.queue.close())
    backend.release()
    assert await closing == ()
    assert (await running).account is None
    assert not backend.counts()["DeleteMessageBatch"]
    assert {one.state for one in backend.messages("orders-dlq")} == {"visible"}


async def test_a_file_that_cannot_be_written_is_refused_before_anything_is_received(
    backend: SqsBackend, desk: Beside, tmp_path: Path
) -> None:
    (tmp_path / "there.jsonl").write_text("mine")
    for name, why in (("there.jsonl", "there already"), ("no/where.jsonl", "no such folder")):
        with pytest.raises(AwsError, match=why):
            await desk.queue.intend_drain(str(tmp_path / name))
    intent = await desk.queue.intend_drain(str(tmp_path / "late.jsonl"))
    (tmp_path / "late.jsonl").write_text("mine")
    with pytest.raises(AwsError, match=r"Nothing was deleted: .*cannot be written"):
        await drained(desk, intent)
    assert (tmp_path / "late.jsonl").read_text() == "mine"
    assert not backend.counts()["DeleteMessageBatch"]


async def test_what_cannot_be_received_stays_and_what_is_confirmed_is_asked_for(
    backend: SqsBackend, desk: Beside, tmp_path: Path
) -> None:
    intent = await desk.queue.intend_drain(str(tmp_path / "out.jsonl"))
    unconfirmed = await desk.queue.drain(intent, reason=REASON, confirmed="yes")
    assert "not confirmed" in unconfirmed.refusal
    assert not backend.counts()["ReceiveMessage"]
    backend.fault("deny", "ReceiveMessage")
    with pytest.raises(AwsError, match=r"not allowed|[Dd]enied"):
        await drained(desk, intent)
    backend.mend()
    again = await drained(desk, intent)
    assert "already used" in again.refusal
    assert len(backend.messages("orders-dlq")) == LETTERS


async def test_in_flight_delayed_and_groups_are_told(backend: SqsBackend, tmp_path: Path) -> None:
    backend.make("jobs-dlq.fifo")
    backend.make("jobs.fifo", dead="jobs-dlq.fifo")
    backend.put("jobs-dlq.fifo", [{"body": str(n), "group": "g", "source": "jobs.fifo"} for n in range(15)])
    backend.sqs.receive_message(QueueUrl=backend.queue("jobs-dlq.fifo"), MaxNumberOfMessages=1, VisibilityTimeout=600)
    async with at(backend, "jobs-dlq.fifo") as desk:
        told = facts(await desk.queue.intend_drain(str(tmp_path / "out.jsonl")))
        assert "Messages: about 14 as SQS counts" in told
        assert "Not drained: about 1 in flight elsewhere and about 0 delayed" in told
        assert "Groups: SQS hides a group's later messages" in told
