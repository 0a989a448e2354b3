"""``cloudtop sqs redrive``: SQS's own move task, planned, started, told and cancelled."""

from __future__ import annotations

import json

import pytest

from console.config.paths import audit_file
from tests.command.queues import Shop

START, CANCEL = "StartMessageMoveTask", "CancelMessageMoveTask"


def test_a_task_is_started_told_and_runs_by_itself(shop: Shop) -> None:
    shop.fill(40)
    ended = shop.write("redrive", shop.dead, "--rate", "20", "-o", "json")
    assert ended.code == 0, ended.error
    assert ended.json["outcome"] == "done"
    assert [(task["status"], task["rate"]) for task in ended.json["tasks"]] == [("RUNNING", 20)]
    shop.backend.advance(10)
    status = shop.sqs("redrive", shop.dead, "--status")
    assert (status.code, "completed: 40 of 40 moved" in status.out.decode()) == (0, True)
    assert len(shop.left(shop.source)) == 40
    assert shop.backend.counts()["ReceiveMessage"] == 0
    phases = [json.loads(line)["phase"] for line in audit_file().read_text().splitlines()]
    assert phases == ["intent", "outcome"]


def test_a_task_is_cancelled_and_nothing_moves_back(shop: Shop) -> None:
    shop.fill(40)
    assert shop.write("redrive", shop.dead, "--rate", "1", "--to", shop.other).code == 0
    shop.backend.advance(5)
    second = shop.write("redrive", shop.dead)
    assert (second.code, "running" in second.error) == (4, True)
    ended = shop.write("redrive", shop.dead, "--cancel")
    assert ended.code == 0, ended.error
    assert "cancel" in ended.out.decode()
    moved = len(shop.left(shop.other))
    assert 0 < moved < 40
    again = shop.write("redrive", shop.dead, "--cancel")
    assert (again.code, "no move task" in again.error) == (4, True)


def test_a_plan_starts_nothing(shop: Shop) -> None:
    shop.fill(5)
    ended = shop.sqs("redrive", shop.dead, "--plan", "-o", "json")
    assert ended.code == 0
    assert ended.json["calls"][0]["parameters"] == {
        "SourceArn": shop.backend.arn(shop.dead), "MaxNumberOfMessagesPerSecond": 10,
    }  # fmt: skip
    assert "each back to its own source" in json.dumps(ended.json["facts"])
    refused = shop.sqs("redrive", shop.other, "--plan", "-o", "json")
    assert refused.code == 4
    assert "dead-letter queue" in refused.json["refused"][0]["why"]
    assert shop.backend.counts()[START] == 0
    assert not audit_file().exists()


def test_a_lost_answer_is_looked_up_and_not_repeated(shop: Shop) -> None:
    shop.fill(5)
    shop.backend.fault("drop", START)
    ended = shop.write("redrive", shop.dead, "-o", "json")
    assert (ended.code, ended.json["outcome"]) == (3, "unknown")
    assert [task["running"] for task in ended.json["tasks"]] == [True]
    assert shop.backend.counts()[START] == 1


def test_an_answer_without_a_handle_is_no_success(shop: Shop) -> None:
    shop.fill(5)
    shop.backend.fault("garble", START)
    ended = shop.write("redrive", shop.dead, "-o", "json")
    assert (ended.code, ended.json["outcome"]) == (3, "unknown")


def test_a_start_that_never_arrived_is_told_as_not_listed(shop: Shop) -> None:
    shop.fill(5)
    shop.backend.fault("lost", START)
    ended = shop.write("redrive", shop.dead)
    assert ended.code == 3
    assert "No new task is listed" in ended.error


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        ((), 4, "--write"),
        (("--write",), 2, "no terminal"),
        (("--rate", "501"), 2, "1 to 500"),
        (("--status", "--cancel"), 2, "--status"),
        (("--to", "nobody", "--write", "--yes", "--reason", "x"), 1, "no queue nobody"),
        (("--cancel", "--write", "--yes", "--reason", "x"), 4, "no move task"),
        (("--write", "--yes", "--reason", "x", "-r", "eu-central-1"), 2, "one region"),
    ],
)
def test_mistakes_start_nothing(shop: Shop, words: tuple[str, ...], code: int, told: str) -> None:
    shop.fill(1)
    ended = shop.sqs("redrive", shop.dead, *words)
    assert (ended.code, ended.out) == (code, b""), ended.error
    assert told in ended.error
    assert shop.backend.counts()[START] == 0
