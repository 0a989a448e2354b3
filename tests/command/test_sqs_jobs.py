"""``cloudtop sqs jobs``: what a job did, also one that was killed, and going on with it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from console.config.paths import queues_folder
from tests.command.queues import Shop
from tests.command.running import ROOT
from tests.support.terminal import Terminal


@contextmanager
def cloudtop(shop: Shop, *words: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run ``cloudtop sqs`` with these words in a process of its own, which ends with the block."""
    sure = [*shop.place, "--write", "--yes", "--reason", "OPS-7"]
    command = [sys.executable, "-m", "console", "sqs", *words, *sure]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.communicate()


def killed(shop: Shop, kind: str, operation: str, nth: int, *words: str) -> None:
    """Kill a command at its ``nth`` call: before it is done for ``stall``, between deed and answer for ``hold``."""
    shop.backend.fault(kind, operation, nth=nth)
    with cloudtop(shop, *words) as process:
        shop.backend.wait(operation, nth, done=kind == "hold")
        process.kill()
        process.wait()
    shop.backend.mend()


@pytest.mark.parametrize(
    ("kind", "operation"),
    [(kind, name) for kind in ("stall", "hold") for name in ("SendMessageBatch", "DeleteMessageBatch")],
)
def test_a_killed_job_is_told_exactly_and_finished(shop: Shop, kind: str, operation: str) -> None:
    shop.fill(40)
    before = Counter(message.body for message in shop.left())
    killed(shop, kind, operation, 2, "resend", shop.dead, "--all", "--max", "40", "--rate", "100")
    (listed,) = shop.sqs("jobs", "-o", "json").json["jobs"]
    assert (listed["ended"], listed["running"]) == (False, False)
    assert "; its process was ended" in shop.sqs("jobs").out.decode()
    told = shop.sqs("jobs", listed["job"], "-o", "json").json
    here, there = {one.body for one in shop.left()}, {one.body for one in shop.left(shop.source)}
    bodies = {message.id: message.body for message in shop.left()}
    for message in told["messages"]:
        if message["standing"] == "done":
            assert message["id"] not in bodies
        if message["standing"] == "untouched":
            assert bodies[message["id"]] not in there
        if message["standing"] == "copied":
            assert bodies[message["id"]] in there
    assert Counter(here | there) == before
    count = told["counts"]["untouched"]
    assert listed["remaining"] == count > 0
    shop.backend.advance(130)
    ended = shop.write("jobs", listed["job"], "--resume", "-o", "json")
    assert ended.code == 0, ended.error
    assert ended.json["counts"]["done"] == count
    doubtful = told["counts"]["in doubt"] + told["counts"]["copied"]
    every = shop.backend.bodies(shop.dead, shop.source)
    assert set(every) == set(before)
    assert sum(every.values()) - len(before) <= doubtful
    assert shop.all_given_back()
    again = shop.write("jobs", listed["job"], "--resume")
    assert (again.code, "untouched" in again.error) == (4, True)
    text = shop.sqs("jobs", listed["job"])
    assert f"then done by {ended.json['job']}" in text.out.decode()
    assert ("In doubt: look" in text.error) == bool(told["counts"]["in doubt"])


def test_in_a_fifo_queue_what_is_left_does_not_overtake_what_is_in_doubt(shop: Shop) -> None:
    dead, source = f"{shop.source}-dlq.fifo", f"{shop.source}.fifo"
    shop.backend.make(dead)
    shop.backend.make(source, dead=dead)
    bodies = ["a 0", "a 1", "a 2", "b 0", "b 1"]
    shop.backend.put(dead, [{"body": body, "group": body[0], "source": source} for body in bodies])
    killed(shop, "stall", "SendMessageBatch", 2, "resend", dead, "--all", "--rate", "50")
    (listed,) = shop.sqs("jobs", "-o", "json").json["jobs"]
    assert [listed["counts"][name] for name in ("done", "in doubt", "untouched")] == [1, 1, 3]
    assert listed["remaining"] == 2
    shop.backend.advance(130)
    ended = shop.write("jobs", listed["job"], "--resume", "-o", "json")
    assert (ended.code, ended.json["counts"]["done"]) == (0, 2), ended.error
    assert [message.body for message in shop.left(source)] == ["a 0", "b 0", "b 1"]
    again = shop.write("jobs", listed["job"], "--resume")
    assert (again.code, "would overtake one in doubt" in again.error) == (4, True)
    told = shop.sqs("jobs", listed["job"])
    assert "1 message not touched would overtake one in doubt" in told.error
    (doubtful,) = [
        one["id"]
        for one in shop.sqs("jobs", listed["job"], "-o", "json").json["messages"]
        if one["standing"] == "in doubt"
    ]
    assert shop.write("resend", dead, "--id", doubtful).code == 0
    assert shop.write("jobs", listed["job"], "--resume").code == 0
    assert [message.body for message in shop.left(source)] == ["a 0", "b 0", "b 1", "a 1", "a 2"]


def test_what_is_still_hidden_can_be_gone_on_with_later(shop: Shop) -> None:
    shop.fill(20)
    killed(shop, "stall", "SendMessageBatch", 1, "resend", shop.dead, "--all", "--max", "20", "--rate", "100")
    (listed,) = shop.sqs("jobs", "-o", "json").json["jobs"]
    assert listed["counts"]["in doubt"] == 10
    ended = shop.write("jobs", listed["job"], "--resume")
    assert (ended.code, "20 messages in flight" in ended.error) == (4, True)
    ended = shop.write("jobs", listed["job"], "--resume", "--anyway")
    assert (ended.code, ended.out) == (1, b"")
    assert "does not prove" in ended.error
    plan = shop.sqs("jobs", listed["job"], "--resume", "--plan", "--anyway", "-o", "json")
    assert (plan.code, len(plan.json["which"]["ids"])) == (0, 10)


def test_a_killed_restore_goes_on_from_the_copies(shop: Shop) -> None:
    shop.fill(30)
    before = shop.backend.contents(shop.dead)
    job = shop.write("delete", shop.dead, "--all", "-o", "json").json["job"]
    killed(shop, "stall", "SendMessageBatch", 2, "restore", job, "--rate", "50")
    restore = shop.sqs("jobs", "-o", "json").json["jobs"][0]
    assert restore["kind"] == "restore"
    ended = shop.write("jobs", restore["job"], "--resume", "-o", "json")
    assert ended.code == 0, ended.error
    assert ended.json["counts"]["done"] == restore["counts"]["untouched"]
    lost = before - shop.backend.contents(shop.dead)
    assert lost.total() == restore["counts"]["in doubt"]
    rest = shop.write("restore", job)
    assert rest.code == 4
    assert "in doubt" in rest.error


def test_a_job_that_runs_is_told_and_not_gone_on_with(shop: Shop) -> None:
    shop.fill(30)
    job = shop.write("delete", shop.dead, "--all", "-o", "json").json["job"]
    shop.backend.fault("stall", "SendMessageBatch", nth=2)
    with cloudtop(shop, "restore", job, "--rate", "50") as process:
        shop.backend.wait("SendMessageBatch", 2)
        running = shop.sqs("jobs", "-o", "json").json["jobs"][0]
        assert (running["running"], running["kind"]) == (True, "restore")
        assert "; running" in shop.sqs("jobs").out.decode()
        ended = shop.write("jobs", running["job"], "--resume")
        assert (ended.code, "still at it" in ended.error) == (4, True)
        shop.backend.mend()
        process.communicate(timeout=60)
    assert shop.sqs("jobs", running["job"], "-o", "json").json["running"] is False


def test_jobs_are_listed_and_a_damaged_journal_beside_them(shop: Shop) -> None:
    ended = shop.sqs("jobs")
    assert (ended.code, ended.out) == (0, b"")
    shop.fill(3)
    job = shop.write("delete", shop.dead, "--all", "-o", "json").json["job"]
    assert f"{job}  20" in shop.sqs("jobs").out.decode()
    (queues_folder() / "jobs" / "bad\x1b[2J.jsonl").write_text('{"cloudtop": "else"}\n')
    ended = shop.sqs("jobs")
    assert ended.code == 3
    assert f"{job}  20" in ended.out.decode()
    assert "bad<ESC>[2J.jsonl cannot be read" in ended.error
    lines = shop.sqs("jobs", "-o", "jsonl").out.splitlines()
    assert [json.loads(line)["job"] for line in lines] == [job]
    assert "3 done" in shop.sqs("jobs", job).out.decode()
    assert shop.backend.counts()["ReceiveMessage"] > 0


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("jobs", "nobody"), 1, "no job nobody"),
        (("jobs", "--resume", "--write", "--yes"), 2, "--resume needs"),
        (("jobs", "--yes"), 2, "--resume"),
        (("jobs", "nobody", "--resume"), 4, "--write"),
        (("restore", "nobody", "--write", "--yes"), 1, "no job nobody"),
        (("restore", "nobody"), 4, "--write"),
    ],
)
def test_mistakes_do_nothing(shop: Shop, words: tuple[str, ...], code: int, told: str) -> None:
    ended = shop.sqs(*words)
    assert (ended.code, ended.out) == (code, b""), ended.error
    assert told in ended.error


def test_a_job_of_another_region_is_not_gone_on_with_here(shop: Shop) -> None:
    shop.fill(2)
    job = shop.write("delete", shop.dead, "--all", "-o", "json").json["job"]
    path = queues_folder() / "jobs" / f"{job}.jsonl"
    path.write_text(path.read_text().replace('"418250713366"', '"111111111111"', 1))
    ended = shop.write("restore", job)
    assert (ended.code, "it is of 111111111111" in ended.error) == (4, True)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_interrupted_everything_is_given_back_and_the_job_is_told(shop: Shop, number: int, code: int) -> None:
    shop.fill(40)
    with cloudtop(shop, "resend", shop.dead, "--all", "--max", "40", "--rate", "2") as process:
        shop.backend.wait("DeleteMessageBatch", 1, done=True)
        process.send_signal(number)
        _, error = process.communicate(timeout=60)
    assert process.returncode == code
    (listed,) = shop.sqs("jobs", "-o", "json").json["jobs"]
    assert listed["ended"] is True
    assert listed["job"] in error.decode()
    assert "Stopped before the end" in error.decode()
    assert b"Traceback" not in error
    assert listed["counts"]["in doubt"] == 0
    assert len(shop.left()) == listed["counts"]["untouched"]
    assert shop.all_given_back()


def test_interrupted_while_receiving_everything_is_given_back(shop: Shop) -> None:
    shop.fill(40)
    shop.backend.fault("stall", "ReceiveMessage", first=2)
    with cloudtop(shop, "resend", shop.dead, "--all", "--max", "30") as process:
        shop.backend.wait("ReceiveMessage", 3)
        process.send_signal(signal.SIGTERM)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 143
    shop.backend.mend()
    assert b"cloudtop: Stopped; " in error
    assert not (queues_folder() / "jobs").exists()
    assert list((queues_folder() / "spool").iterdir()) == []
    assert len(shop.left()) == 40


def test_how_far_it_is_stands_in_one_line_on_a_terminal(shop: Shop) -> None:
    shop.fill(60)
    words = [sys.executable, "-m", "console", "sqs", "resend", shop.dead, "--all", "--max", "60", "--yes", *shop.place]
    with Terminal([*words, "--rate", "40", "--write", "--reason", "x"], (70, 12), dict(os.environ), ROOT) as seen:
        seen.wait_for("Resend: ")
        assert seen.wait_exit() == 0
        assert "60 done" in seen.text()
        assert "a second" not in seen.text()
        assert b"\x1b" not in seen.raw()


@pytest.mark.parametrize(("command", "typed", "code"), [("resend", "yes", 0), ("delete", "yes", 4), ("delete", "", 0)])
def test_a_terminal_is_asked(shop: Shop, command: str, typed: str, code: int) -> None:
    shop.fill(3)
    words = [sys.executable, "-m", "console", "sqs", command, shop.dead, "--all", "--max", "3", *shop.place]
    with Terminal([*words, "--write", "--reason", "x"], (120, 40), dict(os.environ), ROOT) as seen:
        expected = "yes" if command == "resend" else shop.dead
        seen.wait_for(f"Type {expected} to go on")
        assert "Messages: 3 of about 3" in seen.text()
        seen.send(f"{typed or expected}\n")
        assert seen.wait_exit() == code
    assert len(shop.left()) == (0 if code == 0 else 3)
    assert shop.all_given_back()


def test_a_question_that_is_interrupted_is_a_no(shop: Shop) -> None:
    shop.fill(3)
    words = [sys.executable, "-m", "console", "sqs", "delete", shop.dead, "--all", "--max", "3", *shop.place]
    with Terminal([*words, "--write", "--reason", "x"], (120, 40), dict(os.environ), ROOT) as seen:
        seen.wait_for(f"Type {shop.dead} to go on")
        assert "418250713366 eu-west-1 as arn:aws:sts::" in seen.text()
        seen.press("ctrl+c")
        assert seen.wait_exit() == 130
        assert "Stopped; 3 messages given back" in seen.text()
        assert "Traceback" not in seen.text()
    assert shop.all_given_back()
    assert len(shop.left()) == 3


def test_two_who_restore_at_once_do_not_double_anything(shop: Shop) -> None:
    shop.fill(3)
    job = shop.write("delete", shop.dead, "--all", "-o", "json").json["job"]
    words = [sys.executable, "-m", "console", "sqs", "restore", job, *shop.place, "--write", "--reason", "x"]
    with Terminal(words, (120, 40), dict(os.environ), ROOT) as seen:
        seen.wait_for("Type yes to go on")
        assert shop.write("restore", job).code == 0
        seen.send("yes\n")
        assert seen.wait_exit() == 4
        assert "another job has begun" in seen.text()
    assert len(shop.left()) == 3
