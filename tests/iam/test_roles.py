"""Roles, their policies and their last use."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from console.iam import roles
from console.resources.model import Missing, Tone
from tests.support.reader import DENIED, FakeReader

ADMIN = {"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]}
DENYING = {"Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*"}}
TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}
ROLE = {
    "RoleName": "web",
    "Arn": "arn:aws:iam::123456789012:role/web",
    "AssumeRolePolicyDocument": quote(json.dumps(TRUST)),
    "RoleLastUsed": {"LastUsedDate": datetime(2026, 11, 1, tzinfo=UTC), "Region": "eu-west-1"},
}


def account(**changes: Any) -> FakeReader:
    return FakeReader(
        {
            "GetRole": {"Role": ROLE},
            "ListAttachedRolePolicies": [
                {"AttachedPolicies": [{"PolicyName": "Admin", "PolicyArn": "arn:a"}]},
                {"AttachedPolicies": [{"PolicyName": "Other", "PolicyArn": "arn:o"}]},
            ],
            "GetPolicy": {"Policy": {"DefaultVersionId": "v7"}},
            "GetPolicyVersion": {"PolicyVersion": {"Document": quote(json.dumps(ADMIN))}},
            "ListRolePolicies": [{"PolicyNames": ["inline"]}],
            "GetRolePolicy": {"PolicyDocument": DENYING},
            "ListInstanceProfilesForRole": [{"InstanceProfiles": [{"InstanceProfileName": "web-profile"}]}],
            **changes,
        }
    )


async def test_a_detail_holds_every_policy_in_its_default_version():
    reader = account()
    document = await roles.describe(reader, "web", "")
    assert document["role"]["AssumeRolePolicyDocument"] == TRUST
    assert [policy["name"] for policy in document["attached_policies"]] == ["Admin", "Other"]
    assert document["attached_policies"][0]["document"] == ADMIN
    assert ("GetPolicyVersion", {"PolicyArn": "arn:a", "VersionId": "v7"}) in reader.asked
    assert roles.policy_names("inline_policies")(document) == ("inline (denies)",)
    assert roles.profile_names(document) == ("web-profile",)
    assert roles.all_risks(document) == ("Admin: full administrator", "Other: full administrator")


async def test_one_policy_that_is_denied_is_named_as_such():
    reader = account(
        GetPolicy=lambda given: DENIED if given["PolicyArn"] == "arn:o" else {"Policy": {"DefaultVersionId": "v"}}
    )
    document = await roles.describe(reader, "web", "")
    assert roles.policy_names("attached_policies")(document) == ("Admin", "Other (not readable)")
    assert roles.all_risks(document) == ("Admin: full administrator", "Other: not readable")


async def test_lists_that_are_denied_are_unknown_and_count_as_a_risk():
    denied = dict.fromkeys(("ListAttachedRolePolicies", "ListRolePolicies", "ListInstanceProfilesForRole"), DENIED)
    document = await roles.describe(account(**denied), "web", "")
    assert roles.policy_names("attached_policies")(document) is Missing.UNKNOWN
    assert roles.profile_names(document) is Missing.UNKNOWN
    assert roles.all_risks(document) == ("attached policies not readable", "inline policies not readable")


async def test_last_use_is_read_role_by_role():
    reader = account(
        GetRole=lambda given: DENIED if given["RoleName"] == "b" else {"Role": {} if given["RoleName"] == "c" else ROLE}
    )
    read = {name: found async for name, found in roles.read_last_used(reader, ["a", "b", "c"])}
    assert read["a"] == {"last_used": datetime(2026, 11, 1, tzinfo=UTC), "last_used_region": "eu-west-1"}
    assert read["b"] is DENIED
    assert read["c"] == {"last_used": None, "last_used_region": None}


async def test_roles_are_listed_to_the_end():
    reader = FakeReader({"ListRoles": [{"Roles": [ROLE]}, {"Roles": []}, {}]})
    assert [len(batch) async for batch in roles.fetch_roles(reader, "")] == [1, 0, 0]


def test_a_row_in_words():
    assert roles.trust(ROLE) == ["service ec2"]
    assert roles.risks(ROLE) == []
    assert roles.account_of(ROLE) == "123456789012"
    assert roles.account_of({"Arn": "odd"}) == ""


def test_how_bad_a_row_is():
    assert roles.problem({"risks": ()}) is Tone.NONE
    assert roles.problem({"risks": Missing.UNKNOWN}) is Tone.NONE
    assert roles.problem({"risks": ("NotPrincipal",)}) is Tone.WARN
    assert roles.problem({"risks": ("anyone can assume it",)}) is Tone.BAD
