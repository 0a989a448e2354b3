"""The queue that is open, from the screen to a real SQS back end and back: nothing is received unasked or kept."""

from __future__ import annotations

import asyncio
import base64
import json
import socket
import stat
from collections import Counter
from pathlib import Path

import pytest

from console.config.paths import queues_folder
from console.text.faults import AwsError, FaultKind
from console.workbench.intents import ACTIONS, Wish
from console.workbench.journal import Kind, Standing
from console.workbench.spool import Origin, Spool
from console.worker.place import OwnProcess
from tests.support.sqsfaults import SqsBackend
from tests.worker.beside import HOLD, REASON, Beside, at, ids_of, spools

MAKES = 3


@pytest.fixture
def backend(orders: SqsBackend) -> SqsBackend:
    """An account with a dead-letter queue of 150 letters of three makes."""
    letters = [{"body": json.dumps({"type": f"Make{n % MAKES}", "n": n}), "source": "orders"} for n in range(150)]
    orders.put("orders-dlq", letters)
    return orders


def states(backend: SqsBackend, name: str = "orders-dlq") -> Counter[str]:
    return Counter(message.state for message in backend.messages(name))


async def test_opening_and_looking_receive_nothing(backend: SqsBackend, desk: Beside) -> None:
    state = await desk.queue.look()
    assert state.health.name == "orders-dlq"
    assert state.health.takes_dead_letters
    assert await desk.queue.terms(10, HOLD)
    counts = backend.counts()
    assert counts["GetQueueAttributes"]
    assert not counts["ReceiveMessage"]
    assert not counts["ChangeMessageVisibilityBatch"]
    assert states(backend) == {"visible": 150}


async def test_from_groups_over_a_message_to_a_job(backend: SqsBackend, anywhere: Beside) -> None:
    queue = anywhere.queue
    sample = await queue.take(120, HOLD)
    assert (sample.received, sample.held, sample.known, sample.taking) == (120, 120, 150, False)
    assert [group.signature.title for group in sample.groups] == ["Make0", "Make1", "Make2"]
    assert anywhere.samples()[-1] == sample
    ids = ids_of(sample)
    rows = await queue.rows(ids)
    assert [row.id for row in rows] == ids
    assert {row.group for row in rows} == {group.signature.id for group in sample.groups}
    assert all(json.loads(row.preview)["type"].startswith("Make") and row.receives == 1 for row in rows)
    assert json.loads(await queue.body(ids[0]))["type"] == "Make0"
    assert (await queue.read(ids[0])).is_json
    assert {line.mark for line in await queue.difference(ids[0], ids[1])} == {"=", "-", "+"}
    assert set(await queue.search("make1")) == set(sample.groups[1].ids)

    intent = await queue.intend(Wish(Kind.RESEND, tuple(ids[:100])))
    assert intent.plan.action is ACTIONS[Kind.RESEND]
    anywhere.told.clear()
    ended = await queue.carry_out(intent, reason=REASON, confirmed=intent.plan.confirmation.expected)
    assert ended.account, ended.sentence()
    assert ended.account.counts()[Standing.DONE] == 100
    assert anywhere.steps()[-1].through == 100
    left = anywhere.samples()[-1]
    assert set(ids_of(left)) == set(ids[100:])
    assert left.held == 20
    assert (len(backend.messages("orders")), len(backend.messages("orders-dlq"))) == (100, 50)
    again = await queue.carry_out(intent, reason=REASON, confirmed="yes")
    assert again.account is None
    assert "already used" in again.refusal
    assert await queue.close() == ()
    assert states(backend) == {"visible": 50}


async def test_nothing_is_done_while_writes_are_locked(backend: SqsBackend) -> None:
    async with at(backend, "orders-dlq", write=False) as desk:
        ids = ids_of(await desk.queue.take(10, HOLD))
        intent = await desk.queue.intend(Wish(Kind.DELETE, tuple(ids)))
        ended = await desk.queue.carry_out(intent, reason=REASON, confirmed="orders-dlq")
        assert ended.account is None
        assert "read-only" in ended.refusal
        plan = await desk.queue.plan_move("", 10)
        assert "read-only" in await desk.queue.start_move(plan, reason=REASON, confirmed="yes")
        counts = backend.counts()
        assert not counts["DeleteMessageBatch"]
        assert not counts["StartMessageMoveTask"]
        await desk.session.close()
        assert states(backend) == {"visible": 150}


@pytest.mark.parametrize("how", ["close", "open", "session", "release"])
async def test_everything_is_given_back(backend: SqsBackend, desk: Beside, how: str) -> None:
    await desk.queue.take(40, HOLD)
    assert states(backend)["in flight"] == 40
    if how == "close":
        assert await desk.queue.close() == ()
        with pytest.raises(AwsError, match="No queue is open"):
            await desk.queue.look()
    elif how == "open":
        await desk.queue.open(desk.session.scope, backend.queue("orders"))
    elif how == "session":
        await desk.session.close()
    else:
        sample = await desk.queue.release(None)
        assert (sample.held, sample.groups) == (0, ())
        assert len(ids_of(await desk.queue.take(150, HOLD))) == 150, "what was given back comes again"
        await desk.queue.close()
    assert states(backend) == {"visible": 150}


async def test_some_are_given_back_and_come_again(desk: Beside) -> None:
    ids = ids_of(await desk.queue.take(150, HOLD))
    left = await desk.queue.release(ids[:10])
    assert set(ids_of(left)) == set(ids[10:])
    assert all(group.share == pytest.approx(group.count / 140) for group in left.groups)
    again = await desk.queue.take(10, HOLD)
    assert set(ids_of(again)) == set(ids)
    assert {row.receives for row in await desk.queue.rows(ids[10:20])} == {1}


async def test_a_killed_screen_leaves_nothing_hidden(backend: SqsBackend) -> None:
    async with at(backend, "orders-dlq", make=OwnProcess) as desk:
        await desk.queue.take(60, HOLD)
        assert states(backend)["in flight"] == 60
        place = desk.worker._place
        assert isinstance(place, OwnProcess)
        place.end.shutdown(socket.SHUT_RDWR)  # as the kernel does when the screen is killed
        async with asyncio.timeout(30):
            while place.alive():  # noqa: ASYNC110 a process tells nobody that it has ended
                await asyncio.sleep(0.01)
        assert states(backend) == {"visible": 150}


async def test_a_screen_killed_during_a_job_leaves_each_message_in_one_place(backend: SqsBackend) -> None:
    async with at(backend, "orders-dlq", make=OwnProcess) as desk:
        ids = ids_of(await desk.queue.take(100, HOLD))
        intent = await desk.queue.intend(Wish(Kind.RESEND, tuple(ids), rate=20))
        running = asyncio.create_task(desk.queue.carry_out(intent, reason=REASON, confirmed="yes"))
        await backend.arrived("DeleteMessageBatch", 1, done=True)
        place = desk.worker._place
        assert isinstance(place, OwnProcess)
        place.end.shutdown(socket.SHUT_RDWR)
        with pytest.raises(AwsError, match="ended"):
            await running
        async with asyncio.timeout(30):
            while place.alive():  # noqa: ASYNC110 a process tells nobody that it has ended
                await asyncio.sleep(0.01)
        assert states(backend).keys() == {"visible"}
        assert sum(backend.bodies("orders", "orders-dlq").values()) == 150
        assert set(backend.bodies("orders", "orders-dlq").values()) == {1}
        assert 0 < len(backend.messages("orders")) < 100


async def test_who_stops_waiting_stops_receiving_and_nothing_that_came_is_lost(
    backend: SqsBackend, desk: Beside
) -> None:
    backend.fault("stall", "ReceiveMessage")
    taking = asyncio.create_task(desk.queue.take(150, HOLD))
    await backend.arrived("ReceiveMessage", 8)
    taking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await taking
    await desk.queue.control("stop")  # heard after the cancellation
    backend.release()
    await desk.until(lambda _: bool(desk.samples()) and not desk.samples()[-1].taking)
    assert len(ids_of(desk.samples()[-1])) == desk.samples()[-1].held == 80
    assert backend.counts()["ReceiveMessage"] == 8
    backend.mend()
    assert (await desk.queue.take(70, HOLD)).held == 150


async def test_who_stops_waiting_stops_the_job(backend: SqsBackend, desk: Beside) -> None:
    ids = ids_of(await desk.queue.take(100, HOLD))
    intent = await desk.queue.intend(Wish(Kind.DELETE, tuple(ids), rate=10))
    running = asyncio.create_task(desk.queue.carry_out(intent, reason=REASON, confirmed="orders-dlq"))
    await backend.arrived("DeleteMessageBatch", 1, done=True)
    with pytest.raises(AwsError, match="a job is under way"):
        await desk.queue.release(None)
    assert "another job" in (await desk.queue.carry_out(intent, reason=REASON, confirmed="orders-dlq")).refusal
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    await desk.until(lambda _: desk.samples()[-1].held < 100)
    assert desk.samples()[-1].held > 0
    await desk.queue.close()
    left = len(backend.messages("orders-dlq"))
    assert 50 < left < 150
    assert states(backend) == {"visible": left}


async def test_closing_lets_the_step_end_that_was_begun(backend: SqsBackend, desk: Beside) -> None:
    ids = ids_of(await desk.queue.take(100, HOLD))
    intent = await desk.queue.intend(Wish(Kind.DELETE, tuple(ids), rate=10))
    running = asyncio.create_task(desk.queue.carry_out(intent, reason=REASON, confirmed="orders-dlq"))
    await backend.arrived("DeleteMessageBatch", 1, done=True)
    assert await desk.queue.close() == ()
    ended = await running
    assert ended.account
    assert desk.steps()[-1].note == "the queue was closed"
    left = 150 - ended.account.counts()[Standing.DONE]
    assert left < 150
    assert states(backend) == {"visible": left}


async def test_a_job_is_paused_goes_on_and_is_stopped(backend: SqsBackend, desk: Beside) -> None:
    ids = ids_of(await desk.queue.take(100, HOLD))
    intent = await desk.queue.intend(Wish(Kind.DELETE, tuple(ids), rate=100))
    await desk.queue.control("pause")  # there is nothing to pause
    with pytest.raises(AwsError, match="dance"):
        await desk.queue.control("dance")
    running = asyncio.create_task(desk.queue.carry_out(intent, reason=REASON, confirmed="orders-dlq"))
    await backend.arrived("DeleteMessageBatch", 1, done=True)
    await desk.queue.control("pause")
    await desk.queue.control("go on")
    await desk.queue.control("pause")
    await desk.queue.control("stop")
    ended = await running
    assert ended.account
    gone = ended.account.counts()[Standing.DONE]
    assert 0 < gone < 100
    assert len(ids_of(desk.samples()[-1])) == 100 - gone
    assert desk.steps()[-1].note == "it was stopped"


async def test_an_export_is_what_was_sent_in_a_file_of_its_own(
    backend: SqsBackend, desk: Beside, tmp_path: Path
) -> None:
    body = 'line\r\n\t\x7f "\\u00e9" é \U0001f600 {"a": 1e400}'
    backend.put("orders-dlq", [{"body": body, "attributes": {"B": {"DataType": "Binary", "BinaryValue": b"\0\xff"}}}])
    sample = await desk.queue.take(200, HOLD)
    ids, path = ids_of(sample), tmp_path / "letters.jsonl"
    assert await desk.queue.export(ids, str(path)) == 151
    lines = [json.loads(line) for line in path.read_bytes().split(b"\n")[:-1]]
    assert [line["id"] for line in lines] == ids
    assert Counter(line["body"] for line in lines) == backend.bodies("orders-dlq")
    odd = next(line for line in lines if line["body"] == body)
    assert base64.b64decode(odd["attributes"]["B"]["base64"]) == b"\0\xff"
    assert "handle" not in odd
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert await desk.queue.body(odd["id"]) == body
    with pytest.raises(AwsError, match="exists"):
        await desk.queue.export(ids[:1], str(path))
    other = tmp_path / "other.jsonl"
    with pytest.raises(AwsError, match="not held"):
        await desk.queue.export([ids[0], "nobody"], str(other))
    assert not other.exists()
    assert len(path.read_bytes().splitlines()) == 151


async def test_grouping_by_something_else(desk: Beside) -> None:
    await desk.queue.take(30, HOLD)
    sample = await desk.queue.regroup("n")
    assert (sample.grouped_by, len(sample.groups)) == ("n", 30)
    more = await desk.queue.take(30, HOLD)
    assert len(more.groups) == 60
    for wrong in ("[[", "attribute:"):
        with pytest.raises(AwsError) as raised:
            await desk.queue.regroup(wrong)
        assert raised.value.fault.kind is FaultKind.INVALID
    back = await desk.queue.regroup("")
    assert (back.grouped_by, len(back.groups)) == ("", MAKES)
    assert {row.group for row in await desk.queue.rows(ids_of(back))} == {group.signature.id for group in back.groups}


async def test_an_edited_body_is_compared_and_sent(backend: SqsBackend, desk: Beside) -> None:
    message_id = ids_of(await desk.queue.take(1, HOLD))[0]
    assert {line.mark for line in await desk.queue.compare(message_id, "{}")} >= {"-"}
    for body in ("", "a\0b"):
        with pytest.raises(AwsError) as raised:
            await desk.queue.compare(message_id, body)
        assert raised.value.fault.kind is FaultKind.REFUSED
    intent = await desk.queue.intend(Wish(Kind.RESEND, (message_id,), edited={message_id: '{"n": "mended"}'}))
    ended = await desk.queue.carry_out(intent, reason=REASON, confirmed="yes")
    assert ended.account
    assert backend.bodies("orders") == {'{"n": "mended"}': 1}
    for asked in (desk.queue.body(message_id + "x"), desk.queue.read("nobody")):
        with pytest.raises(AwsError, match="not held"):
            await asked
    assert await desk.queue.rows(["nobody"]) == ()


async def test_a_move_is_planned_started_told_and_cancelled(backend: SqsBackend, anywhere: Beside) -> None:
    queue = anywhere.queue
    plan = await queue.plan_move("", 1)
    assert (plan.action.id, plan.action.title) == ("redrive", "Redrive (SQS's own task)")
    assert plan.confirmation.expected == "yes"
    assert {"Messages", "To", "Undo"} <= {fact.title for fact in plan.facts}
    assert not backend.counts()["StartMessageMoveTask"]
    assert "not confirmed" in await queue.start_move(plan, reason=REASON, confirmed="no")
    assert "1 done" in await queue.start_move(plan, reason=REASON, confirmed="yes")
    assert "already used" in await queue.start_move(plan, reason=REASON, confirmed="yes")
    assert backend.counts()["StartMessageMoveTask"] == 1
    refused = await queue.plan_move("", 1)
    assert refused.calls == ()
    assert "one at a time" in refused.refused[0][1]
    moves = (await queue.look()).health.moves
    assert isinstance(moves, tuple)
    assert moves[0].running
    assert "nothing moves back" in await queue.cancel_move(reason=REASON)
    with pytest.raises(AwsError, match="no task of orders-dlq is running"):
        await queue.cancel_move(reason=REASON)
    assert not backend.counts()["ReceiveMessage"]


async def test_a_lost_answer_to_a_start_is_looked_for(backend: SqsBackend, desk: Beside) -> None:
    plan = await desk.queue.plan_move("", 1)
    backend.fault("drop", "StartMessageMoveTask")
    told = await desk.queue.start_move(plan, reason=REASON, confirmed="yes")
    assert "A new task is there: running" in told
    assert backend.counts()["StartMessageMoveTask"] == 1


async def test_what_cannot_be_given_back_is_told(backend: SqsBackend, desk: Beside) -> None:
    await desk.queue.take(10, HOLD)
    backend.fault("deny", "ChangeMessageVisibilityBatch")
    left = await desk.queue.close()
    assert len(left) == 10
    assert all(one.why and one.returns_at for one in left)


async def test_a_failing_receive_is_told_and_what_came_is_kept(backend: SqsBackend, desk: Beside) -> None:
    backend.fault("deny", "ReceiveMessage", first=3)
    sample = await desk.queue.take(100, HOLD)
    assert sample.faults
    assert sample.faults[0].kind is FaultKind.DENIED
    assert sample.held == sample.received == len(ids_of(sample)) > 0


async def test_opening_a_queue_takes_away_what_a_killed_look_left(
    backend: SqsBackend, desk: Beside, home: Path
) -> None:
    path = queues_folder() / "spool" / "left.jsonl"
    Spool(path, Origin("418250713366", "eu-west-1", backend.queue("orders"), 1.0)).close()
    await desk.queue.open(desk.session.scope, backend.queue("orders-dlq"))
    assert spools(home) == []


async def test_copies_of_what_was_only_looked_at_are_not_kept(backend: SqsBackend, desk: Beside, home: Path) -> None:
    await desk.queue.take(10, HOLD)
    assert spools(home)
    await desk.queue.close()
    assert not spools(home)
    await desk.queue.open(desk.session.scope, backend.queue("orders-dlq"))
    ids = ids_of(await desk.queue.take(10, HOLD))
    intent = await desk.queue.intend(Wish(Kind.DELETE, tuple(ids)))
    await desk.queue.carry_out(intent, reason=REASON, confirmed="orders-dlq")
    await desk.queue.close()
    assert len(spools(home)) == 1, "a deleted message can be sent again"


async def test_a_disk_that_takes_nothing_stops_it_before_anything_is_sent(
    backend: SqsBackend, desk: Beside, home: Path
) -> None:
    folder = home / "state" / "cloudtop" / "queues"
    folder.mkdir(mode=0o700, parents=True)
    (folder / "spool").touch()
    with pytest.raises(AwsError, match="cannot be kept on this machine"):
        await desk.queue.take(10, HOLD)
    assert not backend.counts()["ReceiveMessage"]
    (folder / "spool").unlink()
    (folder / "jobs").touch()
    ids = ids_of(await desk.queue.take(10, HOLD))
    intent = await desk.queue.intend(Wish(Kind.RESEND, tuple(ids)))
    with pytest.raises(AwsError, match="journal cannot be written"):
        await desk.queue.carry_out(intent, reason=REASON, confirmed="yes")
    assert not backend.counts()["SendMessageBatch"]
    assert len(await desk.queue.rows(ids)) == 10
    await desk.queue.close()
    assert states(backend) == {"visible": 150}


async def test_what_is_told_comes_in_order(desk: Beside) -> None:
    await desk.queue.take(150, HOLD)
    received = [sample.received for sample in desk.samples()]
    assert received == sorted(received)
    assert received[-1] == 150
    assert [sample.taking for sample in desk.samples()] == [True] * (len(received) - 1) + [False]


async def test_nothing_is_told_of_a_queue_that_was_closed(desk: Beside) -> None:
    await desk.queue.take(30, HOLD)
    await desk.queue.close()
    count = len(desk.told)
    await desk.queue.open(desk.session.scope, (desk.samples()[-1]).queue)
    assert len(desk.told) == count
