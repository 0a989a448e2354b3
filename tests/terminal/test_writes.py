"""Writes, from the first key to the line in the audit log: not while locked, once when meant, never by accident."""

from __future__ import annotations

import json
from typing import Any

import pytest

from console.demo.process import DemoAccount
from tests.demo.conftest import Admin, connect
from tests.terminal.conftest import Open
from tests.terminal.program import HIGH, LOW, Program


def audited(program: Program) -> list[dict[str, Any]]:
    """Return what the audit log holds of actions."""
    if not program.audit_file.exists():
        return []
    assert program.audit_file.stat().st_mode & 0o777 == 0o600
    return [json.loads(line) for line in program.audit_file.read_text().splitlines()]


def state(account: DemoAccount, name: str) -> str:
    """Return an instance's state as the account has it."""
    found = connect(account, "ec2").describe_instances(Filters=[{"Name": "tag:Name", "Values": [name]}])
    return str(found["Reservations"][0]["Instances"][0]["State"]["Name"])


def waiting(account: DemoAccount, name: str) -> int:
    """Return how many messages a queue holds."""
    queue = connect(account, "sqs")
    url = queue.get_queue_url(QueueName=name)["QueueUrl"]
    answer = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


@pytest.mark.parametrize(("size", "name", "typed"), [(LOW, "bastion-eu1", ""), (HIGH, "web-eu1-03", "web-eu1-03")])
def test_stopping_an_instance(
    start: Open, account: DemoAccount, admin: Admin, size: tuple[int, int], name: str, typed: str
) -> None:
    program = start(size=size).ready()
    program.only(f"name={name}")
    program.plan("Stop")
    program.wait_for(r"Not allowed +the session is read-only")
    program.press("enter")  # on Cancel, where every plan begins
    program.wait_for("Nothing was sent")
    assert "StopInstances" not in str(admin.counts())
    assert (state(account, name), audited(program)) == ("running", [])

    program.unlock()
    program.plan("Stop")
    program.wait_for(rf"{name} +i-")
    program.wait_for("a reason is required here")
    program.wait_gone("Not allowed")
    program.confirm("Stop", "CHG-1 drain", typed)
    program.wait_for(r"Stop: 1 done")
    assert admin.counts()["ec2:StopInstances"] == 1
    assert state(account, name) == "stopping"
    program.wait_until(lambda _: "stopping" in program.cursor_line())
    admin.advance(300)
    program.press("r")
    program.wait_until(lambda _: "stopped" in program.cursor_line())
    assert admin.counts()["ec2:StopInstances"] == 1
    intent, outcome = audited(program)
    assert (intent["phase"], outcome["phase"], outcome["outcome"]) == ("intent", "outcome", "done")
    assert "CHG-1 drain" in json.dumps(intent)


def test_without_a_reason_nothing_can_be_confirmed_in_production(start: Open, admin: Admin) -> None:
    program = start("--write").ready()
    program.wait_for("WRITES 1")
    program.only("web-eu1-05")
    program.plan("Stop")
    program.press("shift+tab")
    program.send("web-eu1-05")
    program.press("tab", "tab", "enter")  # over Cancel, past its verb, which cannot be chosen, into the reason
    program.wait_for("Type the name +web-eu1-05")
    program.press("esc")
    program.wait_for("Nothing was sent")
    assert "ec2:StopInstances" not in admin.counts()
    program.press("w")
    program.wait_for("Writes are locked")
    program.wait_for("READ-ONLY")


def test_terminating_asks_for_the_name(start: Open, account: DemoAccount, admin: Admin) -> None:
    program = start("--write").ready()
    program.only("web-eu1-06")
    program.plan("Terminate", downs=2)
    program.press("shift+tab", "shift+tab")
    program.send("CHG-2")
    program.press("tab")
    program.send("web-eu1-0")
    program.press("enter", "tab", "enter")
    program.wait_for("─ Terminate")
    program.press("esc")
    program.wait_for("Nothing was sent")
    assert "ec2:TerminateInstances" not in admin.counts()
    assert state(account, "web-eu1-06") == "running"


@pytest.mark.parametrize(("size", "name", "held"), [(LOW, "webhooks-out-dlq", 12), (HIGH, "invoices-dlq", 3)])
def test_purging_a_queue(
    start: Open, account: DemoAccount, admin: Admin, size: tuple[int, int], name: str, held: int
) -> None:
    program = start(size=size).ready()
    program.pane("3", "SQS queues")
    program.only(f"name={name}")
    program.plan("Purge")
    program.wait_for(r"Not allowed +the session is read-only")
    program.press("esc")
    program.wait_for("Nothing was sent")
    assert "sqs:PurgeQueue" not in admin.counts()
    assert (waiting(account, name), audited(program)) == (held, [])

    program.unlock()
    program.plan("Purge")
    program.wait_for("Every message in the queue is deleted for ever")
    program.confirm("Purge", "INC-7 poisoned", name)
    program.wait_for("Purge: 1 done")
    program.wait_for(r"SQS deletes for up to 60 s: \d+s left, ")
    program.wait_for(rf"^▸ {name} +0 ")
    program.plan("Purge")
    program.wait_for(r"another purge of this queue can be asked for in")
    left = int(program.wait_for(r"\b(\d\d)s +│").group(1))
    program.wait_for(rf"\b{left - 2}s +│")
    program.press("esc")
    program.wait_for("Nothing was sent")
    assert admin.counts()["sqs:PurgeQueue"] == 1
    admin.advance(120)
    assert waiting(account, name) == 0
    phases = [(line["phase"], line.get("outcome")) for line in audited(program)]
    assert phases == [("intent", None), ("outcome", "done")]
    assert program.alive()


def test_what_cannot_be_audited_is_not_sent(start: Open, account: DemoAccount, admin: Admin) -> None:
    program = start("--write").ready()
    program.audit_file.parent.mkdir(parents=True, exist_ok=True)
    program.audit_file.mkdir()
    program.only("orders-worker-eu1-01")
    program.plan("Stop")
    program.confirm("Stop", "CHG-3", "orders-worker-eu1-01")
    program.wait_for("outcome: refused\n why: .The audit log ")
    assert "ec2:StopInstances" not in admin.counts()
    assert state(account, "orders-worker-eu1-01") == "running"


def test_keys_typed_before_a_dialog_was_seen_confirm_nothing(start: Open, account: DemoAccount, admin: Admin) -> None:
    program = start("--write").ready()
    program.wait_for("SQS ●")
    program.only("web-eu1-08")
    enter, tab, back = "\r", "\t", "\x1b[Z"
    program.send(f"a{enter}{back}CHG-4{tab}{tab}{enter}")
    program.dialog("EC2 instance ─|plan is .* old")
    program.send(f"{enter}{back}CHG-4{tab}{tab}{enter}")
    program.dialog("plan is .* old")
    assert "CHG-4" not in program.text()
    program.press("esc")
    program.wait_for("Nothing was sent")
    assert "ec2:StopInstances" not in admin.counts()
    assert state(account, "web-eu1-08") == "running"
    assert audited(program) == []


def test_keys_typed_before_the_unlocking_was_seen_unlock_nothing(start: Open) -> None:
    program = start().ready()
    program.send("w\t\r")
    program.dialog("Unlock writes")
    assert "READ-ONLY" in program.screen()[0]
    program.press("esc")
    program.wait_gone("Unlock writes")
    assert "READ-ONLY" in program.screen()[0]
