"""A dead-letter queue worked by keyboard: nothing received unasked, everything given back, resent once."""

from __future__ import annotations

import json
import os
import re
import signal
from collections import Counter
from pathlib import Path

import pytest

from tests.demo.conftest import Admin
from tests.terminal.conftest import Open
from tests.terminal.program import HIGH, LOW, Program

RECEIVE, RELEASE = "sqs:ReceiveMessage", "sqs:ChangeMessageVisibilityBatch"
SEND, DELETE = "sqs:SendMessageBatch", "sqs:DeleteMessageBatch"


def opened(program: Program) -> Program:
    """Open the workbench of the dead-letter queue that most is wrong with."""
    program.ready()
    program.pane("3", "SQS queues")
    program.wait_until(lambda _: "orders-dlq" in program.cursor_line())
    program.press("enter")
    program.wait_for(r"SQS › orders-dlq +dead-letter queue of orders")
    program.wait_for(r"\d+ visible")
    return program


def receive(program: Program) -> None:
    """Receive the sample that is offered."""
    program.opens("n", "Receive messages")
    program.press("tab", "tab", "tab", "enter")
    program.wait_for(r"Sample 50 of about \d+ +50 held")


@pytest.mark.parametrize("size", [LOW, HIGH])
def test_nothing_is_received_unasked_and_everything_is_given_back(
    start: Open, admin: Admin, size: tuple[int, int]
) -> None:
    program = opened(start(size=size))
    program.wait_for("Nothing was received")
    program.opens("n", "Receive messages")
    program.wait_for("each gains one receive")
    program.press("esc")
    program.wait_gone("Receive messages")
    assert RECEIVE not in admin.counts()
    receive(program)
    program.wait_for(r"PaymentGatewayTimeout.* +\d+")
    program.press("enter")
    program.wait_for(r"SENT +RECEIVES +SIZE +PaymentGatewayTimeout")
    program.press("esc")
    program.wait_for("GROUP +.*COUNT")
    received = admin.counts()[RECEIVE]
    program.press("esc")
    program.wait_for("SQS queues +16")
    assert admin.counts()[RECEIVE] == received
    assert admin.counts()[RELEASE] == 5


def test_a_group_is_resent_once_after_its_plan_was_confirmed(start: Open, admin: Admin) -> None:
    program = opened(start("--write", size=HIGH))
    receive(program)
    count = int(program.wait_for(r"PaymentGatewayTimeout\S* .*? (\d+)  █").group(1))
    program.opens("a", f"{count} messages")
    program.press("enter")
    program.dialog("Per second")
    program.press("tab", "tab", "enter")
    program.wait_for(rf"Messages +{count} of about \d+")
    assert SEND not in admin.counts()
    program.dialog("plan is .* old")
    program.press("shift+tab")
    program.send("ticket 7")
    program.wait_for("Reason +ticket 7")
    program.press("tab", "tab", "enter")
    program.wait_for(rf"{count} done\. Job ")
    batches = -(-count // 10)
    assert Counter(admin.counts())[SEND] == Counter(admin.counts())[DELETE] == batches
    program.wait_for(rf"{50 - count} held")


def test_a_screen_that_is_killed_gives_back_what_it_holds(start: Open, admin: Admin) -> None:
    program = opened(start(size=LOW))
    receive(program)
    os.kill(program.pid, signal.SIGKILL)
    admin.wait(RELEASE, 5)


def test_a_queue_in_use_is_advised_against(start: Open, admin: Admin) -> None:
    program = start().ready()
    program.pane("3", "SQS queues")
    program.only("name=orders")
    program.wait_for("1 of 16")
    program.press("enter")
    program.wait_for("SQS › orders ")
    program.opens("n", "Against it +it has a redrive policy")
    program.wait_for("Receive anyway")
    program.press("esc")
    program.wait_gone("Receive anyway")
    assert RECEIVE not in admin.counts()


def test_a_queue_is_drained_into_a_file_and_that_is_undone(start: Open, admin: Admin, tmp_path: Path) -> None:
    program = start("--write", size=HIGH).ready()
    program.pane("3", "SQS queues")
    program.only("name=webhooks-out-dlq")
    program.press("enter")
    program.wait_for(r"SQS › webhooks-out-dlq ")
    program.wait_for(r" 12 visible")
    program.opens("d", "File +cloudtop-drain-webhooks-out-dlq-")
    file = tmp_path.parent / "drained.jsonl"  # short enough to be seen whole
    program.send(str(file))
    program.wait_for(rf"File +{re.escape(str(file))} ")
    program.press("tab", "tab", "enter")
    program.dialog(r"Messages +about 12 as SQS counts")
    assert RECEIVE not in admin.counts()
    program.confirm("Drain", "INC-7", "webhooks-out-dlq")
    program.wait_for(r"12 done\. Job .* All that was received is in ")
    lines = file.read_text(encoding="ascii").splitlines()
    assert len({json.loads(line)["id"] for line in lines}) == 12
    program.wait_for(r" 0 visible")
    program.opens("u", r"delete, .* UTC +sends 12 messages")
    program.press("enter")
    program.dialog("plan is .* old")
    program.wait_for("receive counts that start at 1")
    program.confirm("Send again", "INC-7")
    program.wait_for(r"12 done\. Job ")
    program.wait_for(r" 12 visible")
    assert Counter(admin.counts())[SEND] == Counter(admin.counts())[DELETE] == 2
