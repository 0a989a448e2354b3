"""Looking at a queue's messages: never unasked, always given back."""

from __future__ import annotations

import pytest

from tests.demo.conftest import Admin
from tests.terminal.conftest import Open
from tests.terminal.program import HIGH, LOW, Program

RECEIVE, RELEASE = "sqs:ReceiveMessage", "sqs:ChangeMessageVisibilityBatch"


def peek(program: Program, queue: str, pattern: str) -> None:
    """Ask for the list of a queue's messages, and wait for what is asked back."""
    program.opens(":", "a type, id, ARN")
    program.send(f"sqs.messages {queue}")
    program.press("enter")
    program.dialog(pattern)


@pytest.mark.parametrize("size", [LOW, HIGH])
def test_messages_are_received_only_when_asked_for_and_given_back(
    start: Open, admin: Admin, size: tuple[int, int]
) -> None:
    program = start(size=size).ready()
    program.pane("3", "SQS queues")
    program.wait_until(lambda _: "orders-dlq" in program.cursor_line())
    before = admin.counts()["sqs:GetQueueAttributes"]
    program.press("r")
    program.wait_until(lambda _: admin.counts()["sqs:GetQueueAttributes"] > before)
    assert RECEIVE not in admin.counts()

    peek(program, "orders-dlq", "Look at messages")
    program.press("enter")  # on Cancel, where the question begins
    program.wait_gone("Look at messages")
    assert RECEIVE not in admin.counts()

    peek(program, "orders-dlq", "Receive a sample")
    program.press("tab", "enter")
    program.wait_for(r"SQS messages \(a sample\) orders-dlq +50 · a sample, as of \d")
    program.wait_for("OrderPlaced")
    received = admin.counts()[RECEIVE]
    assert received >= 5
    assert admin.counts()[RELEASE] == 5

    program.pane("1", "EC2 instances")
    program.back(r"SQS messages \(a sample\) orders-dlq +50 · a sample, as of \d")
    program.opens("r", "Look at messages")
    program.press("esc")
    program.wait_gone("Look at messages")
    assert admin.counts()[RECEIVE] == received


def test_a_queue_in_use_is_advised_against(start: Open, admin: Admin) -> None:
    program = start().ready()
    peek(program, "orders", "Against it +it has a redrive policy")
    program.wait_for("Receive anyway")
    program.press("esc")
    program.wait_gone("Receive anyway")
    assert RECEIVE not in admin.counts()


def test_the_prompt_asks_too(start: Open, admin: Admin) -> None:
    program = start().ready()
    program.opens(":", "a type, id, ARN")
    program.send("sqs.messages invoices-dlq")
    program.press("enter")
    program.dialog("Receive a sample")
    assert RECEIVE not in admin.counts()
    program.press("esc")
    program.wait_for("EC2 instances")
    assert RECEIVE not in admin.counts()
