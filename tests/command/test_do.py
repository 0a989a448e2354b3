"""``cloudtop do`` on an account in moto, and on servers that fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml

from console.config.paths import audit_file, config_file
from tests.command import answers
from tests.command.conftest import Account
from tests.command.running import Ended, Run, at
from tests.command.service import Service, serving
from tests.support.faulty import Answer, FaultyServer


@pytest.mark.parametrize(
    "words",
    [
        ("do", "ec2", "stop", "i-1"),
        ("do", "ec2", "terminate", "i-1", "--yes", "--reason", "x"),
        ("do", "sqs", "purge", "orders", "--yes"),
        ("presign", "s3://things/x", "--put"),
    ],
)
def test_locked_nothing_is_sent(run: Run, server: FaultyServer, words: tuple[str, ...]) -> None:
    ended = run(*words, *at(server.url))
    assert (ended.code, ended.out) == (4, b"")
    assert "--write" in ended.error
    assert server.requests == []
    assert not Path(audit_file()).exists()


def test_the_configuration_forbids_writes(run: Run, server: FaultyServer) -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text("writes:\n  allow: false\n")
    ended = run("do", "ec2", "stop", "i-1", "--write", "--yes", "--reason", "x", *at(server.url))
    assert ended.code == 4
    assert "writes.allow" in ended.error
    assert server.requests == []


def test_a_plan_is_printed_and_nothing_is_changed(run: Run, account: Account) -> None:
    before = account.states()
    ended = run("do", "ec2", "stop", *account.instances[:2], "--plan", "-o", "json", *account.options)
    assert ended.code == 0
    plan = ended.json
    assert plan["calls"] == [
        {"service": "ec2", "operation": "StopInstances", "parameters": {"InstanceIds": account.instances[:2]}}
    ]
    assert plan["action"]["risk"] == "write"
    assert plan["where"]["account"] == "123456789012"
    assert plan["facts"]
    readable = yaml.safe_load(run("do", "ec2", "stop", account.instances[0], "--plan", *account.options).out)
    assert readable["commands"][0].startswith("aws ec2 stop-instances")
    assert account.states() == before


def test_an_instance_is_stopped_and_started_again(run: Run, account: Account) -> None:
    target = account.instances[0]
    stopped = run("do", "ec2", "stop", target, "--yes", "--reason", "OPS-7", "--write", *account.options)
    assert stopped.code == 0, stopped.error
    assert "done" in stopped.out.decode()
    assert account.states()[target] == "stopped"
    lines = [json.loads(line) for line in Path(audit_file()).read_text().splitlines()]
    assert [(line["phase"], line.get("reason")) for line in lines] == [("intent", "OPS-7"), ("outcome", None)]
    again = run("do", "ec2", "stop", target, "--yes", "--write", *account.options)
    assert (again.code, "it is stopped" in again.error) == (4, True)
    mixed = run("do", "ec2", "start", target, account.instances[1], "--yes", "--write", "-o", "json", *account.options)
    assert mixed.code == 3
    assert [result["outcome"] for result in mixed.json["targets"]] == ["done"]
    assert [refused["id"] for refused in mixed.json["refused"]] == [account.instances[1]]
    assert account.states()[target] == "running"


def test_a_queue_is_purged_by_its_name(run: Run, account: Account) -> None:
    assert account.waiting(account.queue) == 1
    ended = run("do", "sqs.queues", "purge", "orders", "--yes", "--reason", "x", "--write", "-o", "json",
                *account.options)  # fmt: skip
    assert (ended.code, ended.json["outcome"]) == (0, "done")
    assert account.waiting(account.queue) == 0
    assert account.waiting(account.dead) == 2


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("ec2", "stop", "i-0123456789abcdef0", "--yes"), 1, "i-0123456789abcdef0"),
        (("sqs", "purge", "nobody", "--yes"), 1, "nobody"),
        (("ec2", "stpo", "i-1", "--yes"), 2, "Nearest: stop"),
        (("s3", "delete", "things", "--yes"), 2, "no actions"),
        (("ecx", "stop", "i-1", "--yes"), 2, "no type"),
        (("ec2", "stop", "--yes"), 2, "ID"),
        (("ec2", "stop", "i-1"), 2, "no terminal"),
        (("ec2", "stop", "i-1", "--yes", "--plan"), 2, "--plan"),
        (("ec2", "stop", "i-1", "--yes", "-r", "us-east-1"), 2, "one region"),
        (("ec2", "stop", "i-1", "--yes", "-p", "nobody"), 5, "nobody"),
    ],
)
def test_mistakes_change_nothing(run: Run, account: Account, words: tuple[str, ...], code: int, told: str) -> None:
    before = account.states()
    ended = run("do", *words, "--write", *account.options)
    assert (ended.code, ended.out) == (code, b"")
    assert told in ended.error
    assert account.states() == before
    assert not Path(audit_file()).exists()


def test_one_unknown_id_among_several_stops_all(run: Run, account: Account) -> None:
    words = ("do", "ec2", "stop", account.instances[1], "i-0123456789abcdef0", "--yes", "--reason", "x", "--write")
    assert run(*words, *account.options).code == 1
    assert account.states()[account.instances[1]] == "running"


def test_production_asks_for_a_reason(run: Run, account: Account) -> None:
    config_file().parent.mkdir(parents=True)
    config_file().write_text("production:\n  accounts: ['123456789012']\n")
    words = ("do", "ec2", "stop", account.instances[1], "--yes", "--write")
    ended = run(*words, *account.options)
    assert (ended.code, "reason" in ended.error) == (4, True)
    put = run("presign", "s3://things/x", "--put", "--write", *account.options)
    assert (put.code, "reason" in put.error) == (4, True)
    assert account.states()[account.instances[1]] == "running"


def test_an_account_whose_alias_says_production_is_production(run: Run, account: Account) -> None:
    account.client("iam").create_account_alias(AccountAlias="shop-production")
    words = ("do", "ec2", "stop", account.instances[2], "--yes", "--write")
    try:
        ended = run(*words, *account.options)
    finally:
        account.client("iam").delete_account_alias(AccountAlias="shop-production")
    assert (ended.code, "reason" in ended.error) == (4, True)
    assert account.states()[account.instances[2]] == "running"


def _stop(run: Run, end: Answer | None, *ids: str, reason: str = "x") -> tuple[Ended, Service]:
    """Stop running instances where ``StopInstances`` alone ends as told."""

    def choose(request: str) -> Answer | None:
        if "Action=GetCallerIdentity" in request:
            return answers.identity()
        if "Action=StopInstances" in request:
            return end
        found = [id_ for id_ in ids if id_ in request] or ids
        return answers.instances(found) if "Action=DescribeInstances" in request else answers.refusal("AccessDenied")

    with serving(choose) as service:
        ended = run("do", "ec2", "stop", *ids, "--yes", "--reason", reason, "--write", "-o", "json", *at(service.url))
    return ended, service


def test_a_lost_answer_is_told_as_unknown_and_nothing_is_sent_twice(run: Run) -> None:
    ended, service = _stop(run, None, "i-1")
    assert ended.code == 1, ended.error
    assert ended.json["outcome"] == "unknown"
    assert "may have happened" in ended.json["targets"][0]["why"]
    assert "unknown" in ended.error
    assert service.asked("Action=StopInstances") == 1


def test_a_refusal_is_told_as_failed(run: Run) -> None:
    ended, service = _stop(run, answers.ec2_refusal("UnauthorizedOperation", "not you"), "i-1")
    assert (ended.code, ended.json["outcome"]) == (1, "failed")
    assert "not you" in ended.json["targets"][0]["why"]
    assert service.asked("Action=StopInstances") == 1


def test_some_done_and_some_not_is_partial(run: Run) -> None:
    ended, _ = _stop(run, answers.stopping(["i-1"]), "i-1", "i-2")
    assert ended.code == 3
    assert {result["id"]: result["outcome"] for result in ended.json["targets"]} == {"i-1": "done", "i-2": "unknown"}


def test_credentials_that_end_before_the_write_are_credentials(run: Run) -> None:
    ended, _ = _stop(run, answers.ec2_refusal("RequestExpired"), "i-1")
    assert (ended.code, ended.json["outcome"]) == (5, "failed")


def test_an_account_that_cannot_be_told_from_production_asks_for_a_reason(run: Run) -> None:
    ended, service = _stop(run, None, "i-1", reason="")
    assert (ended.code, "reason" in ended.error) == (4, True)
    assert service.asked("Action=StopInstances") == 0
