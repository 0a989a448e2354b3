"""Policy documents in plain words, and what is risky in them."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from console.iam.trust import document_of, policy_risks, trust_risks, trust_texts

HERE = "123456789012"
THERE = "999999999999"
GITHUB = f"arn:aws:iam::{HERE}:oidc-provider/token.actions.githubusercontent.com"
SUB = "token.actions.githubusercontent.com:sub"


def allow(principal: Any, condition: Any = None, effect: str = "Allow", **more: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": "sts:AssumeRole", **more}
    if principal is not None:
        statement["Principal"] = principal
    if condition is not None:
        statement["Condition"] = condition
    return {"Version": "2012-10-17", "Statement": [statement]}


def external(operator: str, value: Any) -> dict[str, Any]:
    return allow({"AWS": f"arn:aws:iam::{THERE}:root"}, {operator: {"sts:ExternalId": value}})


OUTSIDE = "other account, no external id"
ANYONE = "anyone can assume it"


@pytest.mark.parametrize(
    ("document", "texts", "risks"),
    [
        (allow({"Service": "ec2.amazonaws.com"}), ["service ec2"], []),
        (allow({"Service": ["ec2.amazonaws.com", "ssm.amazonaws.com"]}), ["service ec2", "service ssm"], []),
        (allow({"AWS": f"arn:aws:iam::{HERE}:root"}), ["this account"], []),
        (allow({"AWS": HERE}), ["this account"], []),
        (allow({"AWS": f"arn:aws:iam::{HERE}:role/ci/Deploy"}), ["role/ci/Deploy in this account"], []),
        (allow({"AWS": f"arn:aws-cn:iam::{THERE}:root"}), [f"account {THERE}"], [OUTSIDE]),
        (allow({"AWS": THERE}), [f"account {THERE}"], [OUTSIDE]),
        (allow({"AWS": f"arn:aws:iam::{THERE}:user/eve"}), [f"user/eve in account {THERE}"], [OUTSIDE]),
        (external("StringEquals", "x-1"), [f"account {THERE} with an external id"], []),
        (external("StringLike", "*"), [f"account {THERE} with an external id"], [OUTSIDE]),
        (external("StringEqualsIfExists", "x-1"), [f"account {THERE} with an external id"], [OUTSIDE]),
        (external("StringNotEquals", "x-1"), [f"account {THERE} with an external id"], [OUTSIDE]),
        (allow({"AWS": "AIDAQ3EGRXAMPLE"}), ["deleted principal AIDAQ3EGRXAMPLE"], []),
        (allow("*"), ["anyone"], [ANYONE]),
        (allow({"AWS": "*"}), ["anyone"], [ANYONE]),
        (allow({"AWS": ["arn:aws:iam::123456789012:root", "*"]}), ["this account", "anyone"], [ANYONE]),
        (allow({"AWS": "*"}, {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}),
         ["anyone with aws:PrincipalOrgID StringEquals o-1"], ["anyone, by conditions"]),
        (allow(None, NotPrincipal={"AWS": HERE}), ["everyone except this account"], ["NotPrincipal"]),
        (allow({"AWS": "*"}, effect="Deny"), ["not anyone"], []),
        (allow({"Federated": f"arn:aws:iam::{HERE}:saml-provider/Okta"}), ["federated Okta"], []),
        (allow({"Federated": GITHUB}, {"StringLike": {SUB: "repo:acme/*"}}),
         [f"federated token.actions.githubusercontent.com with {SUB} StringLike repo:acme/*"], []),
        (allow({"Federated": GITHUB}), ["federated token.actions.githubusercontent.com"],
         ["any repository's workflow"]),
        (allow({"Federated": GITHUB}, {"StringLike": {SUB.upper(): ["repo:acme/x", "repo:*"]}}), None,
         ["any repository's workflow"]),
        (allow({"CanonicalUser": "79a5"}), ["CanonicalUser 79a5"], []),
        (allow(7), ["a principal that is not analysed"], []),
        ({"Statement": []}, ["nobody"], []),
        ({}, ["nobody"], []),
        ({"Statement": allow({"Service": "ec2.amazonaws.com"})["Statement"][0]}, ["service ec2"], []),
    ],
)  # fmt: skip
@pytest.mark.parametrize("form", [dict, json.dumps, lambda document: quote(json.dumps(document))])
def test_who_may_assume_it_and_how_risky_that_is(form, document, texts, risks):
    raw = form(document)
    if texts is not None:
        assert trust_texts(raw, HERE) == texts
    assert trust_risks(raw, HERE) == risks


@pytest.mark.parametrize("raw", ["", "{", "[]", "null", None, 7])
def test_a_document_that_is_none_is_not_readable_and_never_harmless(raw):
    assert trust_texts(raw, HERE) == ["not readable"]
    assert trust_risks(raw, HERE) == ["trust not readable"]
    assert policy_risks(raw) == ["policy not readable"]
    with pytest.raises(ValueError, match=r"Expecting|not a JSON object"):
        document_of(raw)


def policy(action: Any = None, resource: Any = "*", effect: str = "Allow", **more: Any) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return {"Statement": [{name: value for name, value in statement.items() if value is not None}]}


@pytest.mark.parametrize(
    ("document", "risks"),
    [
        (policy("*"), ["full administrator"]),
        (policy("*:*"), ["full administrator"]),
        (policy(["s3:GetObject", "*"], ["arn:aws:s3:::b", "*"]), ["full administrator"]),
        (policy("iam:*"), ["all of IAM"]),
        (policy("IAM:PassRole"), ["can pass any role"]),
        (policy("iam:PassRole", "arn:aws:iam::123456789012:role/x"), []),
        (policy(["s3:*", "ec2:*"]), ["all of ec2, s3"]),
        (policy("s3:*", "arn:aws:s3:::b/*"), []),
        (policy("s3:GetObject"), []),
        (policy("*", effect="Deny"), []),
        (policy(NotAction="iam:*"), ["NotAction: not analysed"]),
        (policy("*", None, NotResource="arn:aws:s3:::b"), ["NotResource: not analysed"]),
        ({"Statement": [*policy("s3:*")["Statement"], *policy("s3:*")["Statement"]]}, ["all of s3"]),
        ({"Statement": ["odd"]}, []),
    ],
)
def test_what_a_policy_risks(document, risks):
    assert policy_risks(document) == risks
