"""``cloudtop sqs resend --canary``: a few first, and the others only where none of them comes back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import pytest

from console.workbench import bounce, watch
from tests.command.queues import Shop
from tests.command.running import ROOT


@pytest.fixture
def shop(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Shop:
    """A shop whose counts need no time to settle."""
    for module in (bounce, watch):
        monkeypatch.setattr(module, "SETTLE", 0.0)
    monkeypatch.setattr(watch, "SHORTEST_PAUSE", 0.02)
    return shop


def gives_up(shop: Shop, timeout: int, receives: int = 1) -> None:
    """Let the source give messages up after so many receives of so many seconds."""
    policy = {"deadLetterTargetArn": shop.backend.arn(shop.dead), "maxReceiveCount": receives}
    attributes = {"VisibilityTimeout": str(timeout), "RedrivePolicy": json.dumps(policy)}
    shop.backend.sqs.set_queue_attributes(QueueUrl=shop.backend.queue(shop.source), Attributes=attributes)


def consumed(shop: Shop) -> None:
    """Let a consumer be at work on the source: it holds a message of its own."""
    shop.backend.put(shop.source, ["another"])
    received = shop.backend.sqs.receive_message(QueueUrl=shop.backend.queue(shop.source), VisibilityTimeout=3600)
    assert received["Messages"]


@contextmanager
def refused(shop: Shop) -> Iterator[Future[None]]:
    """Let a consumer receive what comes to the source and delete nothing of it, until it is dead again."""

    def consume() -> None:
        shop.backend.wait("SendMessageBatch", 1, done=True)
        source = shop.backend.queue(shop.source)
        got = shop.backend.sqs.receive_message(QueueUrl=source, MaxNumberOfMessages=10, VisibilityTimeout=1)
        assert len(got["Messages"]) == 3
        shop.backend.advance(2)
        assert "Messages" not in shop.backend.sqs.receive_message(QueueUrl=source)

    with ThreadPoolExecutor(1) as pool:
        yield pool.submit(consume)


def test_the_others_follow_where_none_comes_back(shop: Shop) -> None:
    gives_up(shop, 0)
    consumed(shop)
    shop.fill(20)
    before = shop.backend.contents(shop.dead)
    shop.backend.forget()
    ended = shop.write("resend", shop.dead, "--all", "--canary", "3", "-o", "json")
    assert ended.code == 0, ended.error
    assert shop.left() == []
    assert before <= shop.backend.contents(shop.source)
    told = ended.json
    assert told["counts"]["done"] == 17
    assert (told["canary"]["verdict"], told["canary"]["sent"]) == ("none came back", 3)
    assert told["canary"]["taken"] == "some"
    first = told["canary"]["account"]
    assert first["counts"]["done"] == 3
    assert {one["id"] for one in first["messages"]}.isdisjoint(one["id"] for one in told["messages"])
    sent = [operation for operation, _, _ in shop.backend.calls() if operation == "SendMessageBatch"]
    assert len(sent) == 3  # three messages, ten and seven


def test_it_is_told_in_words_what_goes_first_and_what_follows(shop: Shop) -> None:
    gives_up(shop, 0)
    consumed(shop)
    shop.fill(5)
    ended = shop.write("resend", shop.dead, "--all", "--canary", "2")
    assert ended.code == 0, ended.error
    assert [line.split(": ")[-1] for line in ended.out.decode().splitlines()] == ["2 done", "3 done"]
    assert "Canary: 2 messages sent, watched for 0s: " in ended.error
    assert "none came back, consumers take from" in ended.error
    shop.fill(3)
    lines = [
        json.loads(line)
        for line in shop.write("resend", shop.dead, "--all", "--canary", "1", "-o", "jsonl").out.splitlines()
    ]
    assert [line["standing"] for line in lines] == ["done"] * 3
    assert len({line["job"] for line in lines}) == 2


def test_nothing_follows_what_came_back(shop: Shop) -> None:
    gives_up(shop, 20)
    shop.fill(20)
    before = shop.backend.contents(shop.dead)
    shop.backend.forget()
    with refused(shop) as consumer:
        ended = shop.write("resend", shop.dead, "--all", "--canary", "3", "-o", "json")
        consumer.result(timeout=30)
    assert ended.code == 3, ended.error
    assert (ended.json["canary"]["verdict"], ended.json["canary"]["new_dead_letters"]) == ("may be back", 3)
    assert ended.json["counts"]["done"] == 3
    assert "The other 17 were not sent: 3 sent " in json.loads(ended.error)["error"]["why"]
    assert shop.backend.counts()["SendMessageBatch"] == 1
    assert shop.backend.contents(shop.dead) == before
    assert shop.all_given_back()


def test_what_nobody_takes_proves_nothing(shop: Shop) -> None:
    gives_up(shop, 0)
    shop.fill(5)
    ended = shop.write("resend", shop.dead, "--all", "--canary", "2")
    assert ended.code == 3
    assert "The other 3 were not sent: 2 sent 0s ago, none came back, nobody has taken any" in ended.error
    assert "see whether a consumer runs" in ended.error
    assert len(shop.left(shop.source)) == 2
    assert shop.all_given_back()


def test_the_last_ones_are_watched_too(shop: Shop) -> None:
    gives_up(shop, 0)
    consumed(shop)
    shop.fill(2)
    ended = shop.write("resend", shop.dead, "--all", "--canary", "10", "-o", "json")
    assert (ended.code, ended.json["counts"]["done"], ended.json["canary"]["sent"]) == (0, 2, 2)


def test_nothing_follows_what_did_not_arrive(shop: Shop) -> None:
    gives_up(shop, 0)
    consumed(shop)
    shop.fill(8)
    shop.backend.fault("partial", "SendMessageBatch", nth=1)
    ended = shop.write("resend", shop.dead, "--all", "--canary", "4")
    assert ended.code == 3
    assert "The other 4 were not sent: not all that went first arrived" in ended.error
    assert shop.backend.counts()["SendMessageBatch"] == 1


def test_what_went_first_is_told_where_the_others_cannot_follow(shop: Shop) -> None:
    gives_up(shop, 0)
    consumed(shop)
    shop.fill(8)
    shop.backend.forget()
    shop.backend.fault("deny", "SendMessageBatch", first=2)
    ended = shop.write("resend", shop.dead, "--all", "--canary", "4", "-o", "json")
    assert ended.code == 1
    assert ended.json["counts"]["untouched"] == 4
    assert ended.json["canary"]["account"]["counts"]["done"] == 4
    assert shop.all_given_back()


def test_where_nothing_can_come_back_nothing_is_sent(shop: Shop) -> None:
    shop.fill(3)
    ended = shop.write("resend", shop.dead, "--all", "--canary", "1", "--to", shop.other)
    assert (ended.code, ended.out) == (4, b"")
    assert f"{shop.other} has no dead-letter queue" in ended.error
    assert "Leave out --canary" in ended.error
    assert shop.backend.counts()["SendMessageBatch"] == 0
    assert shop.all_given_back()


def test_interrupted_while_they_are_watched_the_others_are_given_back(shop: Shop) -> None:
    ids = shop.fill(10)
    words = [sys.executable, "-m", "console", "sqs", "resend", shop.dead, "--all", "--max", "10", "--canary", "3"]
    sure = [*shop.place, "--write", "--yes", "--reason", "OPS-7"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    process = subprocess.Popen([*words, *sure], cwd=ROOT, env=os.environ, **pipes)  # type: ignore[call-overload]
    try:
        assert process.stderr
        assert process.stderr.readline().startswith(b"Canary: 3 messages sent, watched for 2m 30s")
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, out) == (130, b"")
    assert b"Stopped after the canary. " in error
    assert b": 3 done" in error
    assert b"Stopped; 7 messages given back" in error
    assert b"Traceback" not in error
    assert {message.id for message in shop.left()} == set(ids[3:])
    assert shop.all_given_back()


def test_a_plan_says_how_long_they_would_be_watched(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounce, "SETTLE", 60.0)
    gives_up(shop, 20, 3)
    shop.fill(3)
    shop.backend.forget()
    told = shop.sqs("resend", shop.dead, "--all", "--canary", "2", "--plan", "-o", "json").json["canary"]
    assert (told["first"], told["watched_seconds"]) == (2, 120)
    assert told["watched"] == f"watched for 2m: {shop.source} gives a message up after 3 receives of 20s"
    told = shop.sqs("resend", shop.dead, "--all", "--canary", "2", "--to", shop.other, "--plan", "-o", "json").json
    assert told["canary"]["watched_seconds"] == 0
    shop.backend.make(f"{shop.dead}-second", dead=shop.dead)
    told = shop.sqs("resend", shop.dead, "--all", "--canary", "2", "--plan", "-o", "json").json["canary"]
    assert told["watched_seconds"] is None
    assert shop.backend.counts()["ReceiveMessage"] == shop.backend.counts()["SendMessageBatch"] == 0


@pytest.mark.parametrize("number", ["0", "101", "x", "-1"])
def test_how_many_must_be_a_few(shop: Shop, number: str) -> None:
    ended = shop.sqs("resend", shop.dead, "--all", "--canary", number)
    assert (ended.code, "from 1 to 100" in ended.error or "--canary" in ended.error) == (2, True)
