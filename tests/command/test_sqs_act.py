"""``cloudtop sqs resend`` and ``delete``, and ``restore``: what is done, told and recorded."""

from __future__ import annotations

import json
import time
from types import SimpleNamespace
from typing import Any

import pytest

from console.config.paths import audit_file, config_file, queues_folder
from tests.command.queues import Shop

WRITES = ("SendMessageBatch", "DeleteMessageBatch", "SendMessage", "DeleteMessage")


def written(shop: Shop) -> int:
    return sum(shop.backend.counts()[name] for name in WRITES)


def audited() -> list[dict[str, Any]]:
    return [json.loads(line) for line in audit_file().read_text().splitlines()]


def test_all_are_sent_to_where_they_came_from_and_deleted(shop: Shop) -> None:
    shop.fill(25)
    before = shop.backend.contents(shop.dead)
    ended = shop.write("resend", shop.dead, "--all")
    assert ended.code == 0, ended.error
    assert b"25 done" in ended.out
    assert shop.backend.contents(shop.source) == before
    assert shop.left() == []
    lines = audited()
    assert [(line["phase"], line.get("reason"), line.get("outcome")) for line in lines] == [
        ("intent", "OPS-7", None), ("outcome", None, "done"),
    ]  # fmt: skip


@pytest.mark.parametrize("after", ["ReceiveMessage", "SendMessageBatch"])
def test_what_may_be_written_does_not_run_out_in_the_middle(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, after: str
) -> None:
    """However long receiving takes, or sending: the clock jumps by a day after the first call of it."""
    shop.fill(25)

    def uptime(clock: int) -> float:
        return time.clock_gettime(clock) + (86_400 if shop.backend.counts()[after] else 0)

    monkeypatch.setattr("console.aws.guard.time", SimpleNamespace(clock_gettime=uptime, CLOCK_MONOTONIC=1))
    ended = shop.write("resend", shop.dead, "--all")
    assert ended.code == 0, ended.error
    assert b"25 done" in ended.out


def test_one_group_is_sent_elsewhere(shop: Shop) -> None:
    ids = shop.fill(10)
    groups = shop.sqs("group", shop.dead, "-o", "json").json["groups"]
    signature = next(group["signature"] for group in groups if group["title"] == "Timeout")
    ended = shop.write("resend", shop.dead, "--group", signature[:6], "--to", shop.other, "-o", "json")
    assert ended.code == 0, ended.error
    assert ended.json["counts"] == {"done": 5, "copied": 0, "in doubt": 0, "untouched": 0}
    assert [message["id"] for message in ended.json["messages"]] == ids[::2]
    assert {message.id for message in shop.left()} == set(ids[1::2])
    assert shop.all_given_back()
    assert len(shop.left(shop.other)) == 5
    assert {message["new_id"] for message in ended.json["messages"]} == {one.id for one in shop.left(shop.other)}


def test_some_ids_are_sent_and_the_one_that_is_not_there_is_told(shop: Shop) -> None:
    ids = shop.fill(6)
    nobody = "00000000-0000-4000-8000-000000000000"
    ended = shop.write("resend", shop.dead, "--id", ids[1], ids[4], nobody, "-o", "json")
    assert ended.code == 3
    assert ended.json["not_received"] == [nobody]
    assert json.loads(ended.error)["error"]["exit"] == 3
    assert {message.body for message in shop.left(shop.source)} == {"letter 1", "letter 4"}
    assert len(shop.left()) == 4
    assert shop.all_given_back()
    assert shop.write("resend", shop.dead, "--id", nobody).code == 1


def test_deleted_messages_are_sent_again_once(shop: Shop) -> None:
    shop.fill(12)
    before = shop.backend.contents(shop.dead)
    ended = shop.write("delete", shop.dead, "--all", "-o", "json")
    assert ended.code == 0, ended.error
    assert shop.left() == []
    job = ended.json["job"]
    plan = shop.sqs("restore", job, "--plan", "-o", "json")
    assert (plan.code, plan.json["facts"][0]["text"]) == (0, "12")
    assert shop.left() == []
    ended = shop.write("restore", job[:18])
    assert ended.code == 0, ended.error
    assert shop.backend.contents(shop.dead) == before
    again = shop.write("restore", job)
    assert again.code == 4
    assert "has sent it again: done" in again.error
    assert len(shop.left()) == 12


def test_what_was_resent_is_sent_back_and_its_copy_stays(shop: Shop) -> None:
    shop.fill(2)
    before = shop.backend.contents(shop.dead)
    job = shop.write("resend", shop.dead, "--all", "-o", "json").json["job"]
    plan = shop.sqs("restore", job, "--plan", "-o", "json")
    told = {fact["title"]: fact["text"] for fact in plan.json["facts"]}
    assert told["Stays"].startswith(f"what was sent to {shop.source} is not taken back")
    assert "receive counts that start at 1" in told["New"]
    restored = shop.write("restore", job, "-o", "json")
    assert restored.code == 0, restored.error
    assert shop.backend.contents(shop.dead) == before
    assert len(shop.left(shop.source)) == 2
    ended = shop.write("restore", restored.json["job"])
    assert (ended.code, ended.out) == (4, b"")
    assert "it took nothing from its queue" in ended.error


def test_a_deleted_message_is_restored_to_the_byte(shop: Shop) -> None:
    body = "line\r\n\t\u202e😀 " + "x" * 200_000
    attributes = {"B": {"DataType": "Binary", "BinaryValue": b"\0\x01\xff"}}
    shop.put([{"body": body, "attributes": attributes, "trace": "Root=1-5759e988-bd862e3fe1be46a994272793"}])
    before = shop.left()[0]
    job = shop.write("delete", shop.dead, "--all", "-o", "json").json["job"]
    assert shop.write("restore", job, "--to", shop.other).code == 0
    after = shop.left(shop.other)[0]
    assert (after.body, after.attributes, after.trace) == (before.body, before.attributes, before.trace)


@pytest.mark.parametrize("command", ["resend", "delete"])
def test_a_plan_does_nothing(shop: Shop, command: str) -> None:
    shop.fill(3)
    for more in (("--all",), ("--id", "a", "b"), ("--group", "abc")):
        ended = shop.sqs(command, shop.dead, *more, "--plan", "-o", "json")
        assert ended.code == 0, ended.error
        assert ended.json["calls"][-1] == "DeleteMessageBatch"
    assert shop.backend.counts()["ReceiveMessage"] == written(shop) == 0
    assert not audit_file().exists()
    assert not queues_folder().exists()
    text = shop.sqs(command, shop.dead, "--all", "--plan").out.decode()
    assert "Receives up to 10,000 messages" in text


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("resend", "--all"), 4, "--write"),
        (("resend", "--all", "--write"), 2, "no terminal"),
        (("resend", "--all", "--write", "--yes", "--plan"), 2, "--plan"),
        (("resend", "--write", "--yes"), 2, "--all"),
        (("resend", "--all", "--id", "x", "--write", "--yes"), 2, "--all"),
        (("resend", "--all", "--by", "x", "--write", "--yes", "--reason", "x"), 2, "--group"),
        (("resend", "--all", "--rate", "0", "--write", "--yes"), 2, "--rate"),
        (("resend", "--all", "--to", "nobody", "--write", "--yes", "--reason", "x"), 1, "no queue nobody"),
        (("delete", "--all"), 4, "--write"),
        (("delete", "--all", "--write"), 2, "no terminal"),
    ],
)
def test_mistakes_receive_nothing(shop: Shop, words: tuple[str, ...], code: int, told: str) -> None:
    shop.fill(1)
    ended = shop.sqs(words[0], shop.dead, *words[1:])
    assert (ended.code, ended.out) == (code, b""), ended.error
    assert told in ended.error
    assert shop.backend.counts()["ReceiveMessage"] == written(shop) == 0


def test_the_configuration_forbids_and_production_wants_a_reason(shop: Shop) -> None:
    shop.fill(1)
    config_file().parent.mkdir(parents=True)
    config_file().write_text("writes:\n  allow: false\n")
    ended = shop.write("delete", shop.dead, "--all")
    assert (ended.code, "writes.allow" in ended.error) == (4, True)
    config_file().write_text("production:\n  accounts: ['418250713366']\n")
    ended = shop.sqs("delete", shop.dead, "--all", "--write", "--yes")
    assert (ended.code, "reason is required" in ended.error) == (4, True)
    assert shop.backend.counts()["ReceiveMessage"] == 0
    assert shop.write("delete", shop.dead, "--all").code == 0


def test_a_queue_in_use_is_not_worked_unless_one_insists(shop: Shop) -> None:
    shop.backend.put(shop.source, ["in use"])
    assert shop.write("delete", shop.source, "--all").code == 4
    assert shop.backend.counts()["ReceiveMessage"] == 0
    assert shop.write("delete", shop.source, "--all", "--anyway").code == 0


def test_half_a_batch_that_fails_is_partly_done(shop: Shop) -> None:
    shop.fill(10)
    shop.backend.fault("partial", "DeleteMessageBatch")
    ended = shop.write("resend", shop.dead, "--all")
    assert ended.code == 3
    lines = ended.out.decode().splitlines()
    assert "5 done" in lines[0]
    assert len([line for line in lines if line.startswith("  in doubt")]) == 5
    assert len(shop.left(shop.source)) == 10
    assert audited()[-1]["outcome"] == "unknown"


def test_a_send_that_is_denied_does_nothing(shop: Shop) -> None:
    shop.fill(4)
    shop.backend.fault("deny", "SendMessageBatch")
    ended = shop.write("resend", shop.dead, "--all", "-o", "json")
    assert ended.code == 1
    assert ended.json["counts"]["untouched"] == 4
    assert len(shop.left()) == 4
    assert shop.all_given_back()


def test_a_lost_answer_is_in_doubt_and_nothing_is_repeated(shop: Shop) -> None:
    shop.fill(10)
    shop.backend.fault("drop", "SendMessageBatch")
    ended = shop.write("resend", shop.dead, "--all", "-o", "json")
    assert ended.code == 3
    assert ended.json["counts"]["in doubt"] == 10
    assert len(shop.left(shop.source)) == 10
    assert shop.backend.counts()["SendMessageBatch"] == 1


def test_messages_without_a_source_need_a_destination(shop: Shop) -> None:
    shop.backend.make(f"{shop.dead}-of-two", dead=shop.dead)
    shop.backend.put(shop.dead, ["no source"])
    ended = shop.write("resend", shop.dead, "--all")
    assert (ended.code, "Name the queue" in ended.error) == (4, True)
    assert shop.all_given_back()
    assert shop.write("resend", shop.dead, "--all", "--to", shop.other).code == 0


def test_an_unknown_group_names_those_there_are(shop: Shop) -> None:
    shop.fill(2)
    ended = shop.write("delete", shop.dead, "--group", "ffffffffff")
    assert (ended.code, ended.out) == (1, b"")
    assert "There are: " in ended.error
    assert shop.all_given_back()
    assert written(shop) == 0


def test_a_fifo_queue_keeps_the_order_of_its_groups(shop: Shop) -> None:
    dead, source = f"{shop.dead}.fifo", f"{shop.source}.fifo"
    shop.backend.make(dead)
    shop.backend.make(source, dead=dead)
    letters = [{"body": f"{at}", "group": f"g{at % 2}", "deduplication": f"{at}", "source": source} for at in range(8)]
    shop.backend.put(dead, letters)
    ended = shop.write("resend", dead, "--all", "-o", "json")
    assert ended.code == 0, ended.error
    moved = shop.left(source)
    for group in ("g0", "g1"):
        bodies = [message.body for message in moved if message.group == group]
        assert bodies == sorted(bodies)
        assert len(bodies) == 4


def test_a_message_for_a_whole_queue_that_is_more_than_asked_for(shop: Shop) -> None:
    shop.fill(8)
    ended = shop.write("resend", shop.dead, "--all", "--max", "5")
    assert ended.code == 0, ended.error
    assert "about 3 more" in ended.error
    assert len(shop.left()) == 3


def test_credentials_that_end_before_anything_is_sent_are_credentials(shop: Shop) -> None:
    shop.fill(4)
    shop.backend.fault("expired", "SendMessageBatch")
    ended = shop.write("resend", shop.dead, "--all", "-o", "json")
    assert ended.code == 5
    assert json.loads(ended.error)["error"]["kind"] == "expired"
    assert ended.json["counts"]["untouched"] == 4
    text = shop.write("delete", shop.dead, "--all")
    assert text.code == 0, "they end for sending only"


def test_credentials_that_end_after_something_was_sent_leave_it_partly_done(shop: Shop) -> None:
    shop.fill(24)
    shop.backend.fault("expired", "SendMessageBatch", first=2)
    ended = shop.write("resend", shop.dead, "--all", "-o", "json")
    assert ended.code == 3
    assert ended.json["counts"]["done"] == 10


def test_what_is_denied_before_anything_is_sent_is_told_as_that(shop: Shop) -> None:
    shop.fill(4)
    shop.backend.fault("deny", "DeleteMessageBatch")
    ended = shop.write("delete", shop.dead, "--all", "-o", "json")
    assert ended.code == 1
    assert json.loads(ended.error)["error"]["kind"] == "denied"
    assert "denied" in shop.write("delete", shop.dead, "--all").error.lower()


def test_credentials_that_cannot_be_checked_are_credentials(shop: Shop) -> None:
    shop.fill(4)
    shop.backend.fault("expired", "GetCallerIdentity", service="sts", first=2)
    ended = shop.write("delete", shop.dead, "--all", "-o", "json")
    assert ended.code == 5
    assert "could not be checked" in ended.error
    assert len(shop.left()) == 4
