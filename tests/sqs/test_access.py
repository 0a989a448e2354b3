"""Whom a queue's policy lets in."""

from __future__ import annotations

import json
from typing import Any

import pytest

from console.sqs.access import Access, read_access
from console.text.faults import Fault


def access(*statements: Any) -> Access:
    found = read_access(json.dumps({"Version": "2012-10-17", "Statement": list(statements)}))
    assert isinstance(found, Access)
    return found


def allow(principal: Any, action: Any = "sqs:SendMessage", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", **more}


@pytest.mark.parametrize("policy", [None, ""])
def test_without_a_policy_nobody_else(policy):
    found = read_access(policy)
    assert found == Access()
    assert found.sentence() == "send: only by IAM in its own account; receive: only by IAM in its own account"


@pytest.mark.parametrize(
    ("action", "sends", "receives"),
    [
        ("sqs:SendMessage", True, False),
        ("SQS:sendmessage", True, False),
        ("sqs:*", True, True),
        ("*", True, True),
        ("sqs:Receive*", False, True),
        (["sqs:GetQueueUrl", "sqs:Send?essage"], True, False),
        ("sqs:GetQueueAttributes", False, False),
        ("sqs:[S]endMessage", False, False),
    ],
)
def test_actions_are_matched_as_iam_does(action, sends, receives):
    found = access(allow({"Service": "sns.amazonaws.com"}, action))
    assert (bool(found.senders), bool(found.receivers)) == (sends, receives)


def test_not_action_and_not_principal():
    found = access({"Effect": "Allow", "NotPrincipal": {"AWS": "arn:aws:iam::1:root"}, "NotAction": "sqs:SendMessage"})
    assert (found.senders, found.receivers) == ((), ("anyone",))
    assert found.public


def test_names_are_short_clean_and_each_once():
    account = {"AWS": ["arn:aws:iam::111122223333:root", "444455556666", "arn:aws:iam::1:role/a\x1b[2J"]}
    found = access(allow(account), allow(account), allow({"Service": "events.amazonaws.com"}))
    assert found.senders == (
        "account 111122223333", "account 444455556666", "arn:aws:iam::1:role/a<ESC>[2J", "events.amazonaws.com"
    )  # fmt: skip
    assert not found.public


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": ["*"]}])
def test_anyone_is_public(principal):
    assert access(allow(principal)).public


@pytest.mark.parametrize(
    ("condition", "public"),
    [
        ({"ArnEquals": {"aws:SourceArn": "arn:aws:sns:eu-west-1:1:topic"}}, False),
        ({"ForAnyValue:StringLike": {"AWS:PrincipalOrgID": ["o-1"]}}, False),
        ({"StringEquals": {"aws:SourceAccount": "123456789012"}}, False),
        ({"Bool": {"aws:SecureTransport": "true"}}, True),
        ({"StringLike": {"aws:SourceArn": "*"}}, True),
        ({"ArnLike": {"aws:SourceArn": "arn:*"}}, True),
        ({"StringNotEquals": {"aws:SourceAccount": "123456789012"}}, True),
        ({"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}}, True),
        ({"IpAddress": {"aws:SourceIp": ["10.0.0.0/8", "0.0.0.0/0"]}}, True),
        ({"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}, False),
        ({}, True),
    ],
)
def test_a_condition_counts_only_where_it_says_who(condition, public):
    assert access(allow("*", Condition=condition)).public is public


def test_many_senders_and_denials_stay_one_line():
    found = access(*(allow({"AWS": str(number) * 12}) for number in range(7)), {"Effect": "Deny", "Principal": "*",
                   "Action": "*"})  # fmt: skip
    assert found.sentence().startswith("send: account 000000000000, account 111111111111")
    assert "and 3 more" in found.sentence()
    assert found.sentence().endswith("1 statement denying something")
    assert not found.public


@pytest.mark.parametrize(
    "policy", ["{", "[]", '"x"', "7", '{"Statement": ["x"]}', '{"Statement": [7]}', "[" * 100_000,
               '{"Statement": {"Effect": "Allow", "Principal": "*", "Action": "*", "Condition": "x"}}']
)  # fmt: skip
def test_what_is_no_policy_is_unknown_and_not_harmless(policy):
    assert isinstance(read_access(policy), Fault)


def test_a_single_statement_needs_no_list():
    found = read_access(json.dumps({"Statement": allow("*", "*")}))
    assert isinstance(found, Access)
    assert found.public
