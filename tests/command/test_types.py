"""The catalogue and the IAM policy, as the command line prints them."""

from __future__ import annotations

import re

import yaml

from console.aws.operations import iam_actions
from console.resources.registry import catalogue
from tests.command.running import Run


def test_every_type_is_a_line(run: Run) -> None:
    head, *lines = run("types").out.decode().splitlines()
    assert head.split()[0] == "TYPE"
    assert [line.split()[0] for line in lines] == list(catalogue())


def test_one_type_has_its_columns_actions_and_iam_actions(run: Run) -> None:
    found = run("types", "instances", "-o", "json").json
    assert found["type"] == "ec2.instances"
    assert {column["id"] for column in found["columns"]} == {c.id for c in catalogue()["ec2.instances"].columns}
    risks = {action["id"]: action["risk"] for action in found["actions"]}
    assert risks == {"start": "write", "stop": "write", "reboot": "write", "terminate": "destroy"}
    assert "ec2:DescribeInstances" in found["iam_actions"]
    assert yaml.safe_load(run("types", "instances").out) == found


def test_the_whole_catalogue_as_json(run: Run) -> None:
    assert [each["type"] for each in run("types", "-o", "json").json["types"]] == list(catalogue())


def test_an_unknown_type_is_told_with_the_nearest(run: Run) -> None:
    ended = run("types", "sqs.queue")
    assert (ended.code, ended.out) == (2, b"")
    assert "Nearest: sqs.queues" in ended.error


def test_the_policy_is_an_iam_policy(run: Run) -> None:
    policy = run("iam-policy", "--write").json
    assert policy["Version"] == "2012-10-17"
    for statement in policy["Statement"]:
        assert statement.keys() == {"Sid", "Effect", "Action", "Resource"}
        assert statement["Effect"] == "Allow"
        assert re.fullmatch("[A-Za-z0-9]+", statement["Sid"])
        assert statement["Action"] == sorted(set(statement["Action"]))
        assert all(re.fullmatch("[a-z0-9-]+:[A-Za-z0-9]+", action) for action in statement["Action"])


def test_without_write_the_policy_changes_nothing(run: Run) -> None:
    allowed = {action for part in run("iam-policy").json["Statement"] for action in part["Action"]}
    writing = {action for part in run("--write", "iam-policy").json["Statement"] for action in part["Action"]}
    written = {
        name
        for resource in catalogue().values()
        for action in resource.actions
        for name in iam_actions(resource.service, action.operation)
    }
    assert not allowed & written
    worked = {"sqs:SendMessage", "sqs:DeleteMessage", "sqs:StartMessageMoveTask", "sqs:CancelMessageMoveTask"}
    assert writing - allowed == written | worked | {"s3:PutObject"}


def test_the_policy_allows_every_read_that_a_type_declares(run: Run) -> None:
    allowed = {action for part in run("iam-policy").json["Statement"] for action in part["Action"]}
    declared = {name for each in run("types", "-o", "json").json["types"] for name in each["iam_actions"]}
    assert declared <= allowed
