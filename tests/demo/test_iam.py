"""IAM as the demo answers it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
from botocore.exceptions import ClientError

from console.demo.account import Account, Call
from console.demo.process import DemoAccount
from console.demo.seed import iam as seeded
from console.demo.seed import story
from console.demo.services.iam import OPERATIONS
from console.demo.wire.messages import Request
from console.iam import roles, trust
from tests.demo.conftest import Admin, Clients, connect


@pytest.fixture
def iam(client: Clients) -> Any:
    """A client of the seeded account."""
    return client("iam")


@pytest.fixture
def listed(iam: Any) -> dict[str, Any]:
    """The roles as the list shows them, by name."""
    pages = iam.get_paginator("list_roles").paginate()
    return {role["RoleName"]: role for page in pages for role in page["Roles"]}


def code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def test_roles_come_once_each_whatever_the_page(iam: Any, listed: dict[str, Any]) -> None:
    pages = list(iam.get_paginator("list_roles").paginate(PaginationConfig={"PageSize": 6}))
    assert len(pages) == -(-len(listed) // 6)
    assert [role["RoleName"] for page in pages for role in page["Roles"]] == list(listed)
    assert len(listed) >= 25


def test_the_list_leaves_out_what_iam_leaves_out(iam: Any, listed: dict[str, Any]) -> None:
    assert not [role for role in listed.values() if role.keys() & {"RoleLastUsed", "PermissionsBoundary", "Tags"}]
    role = iam.get_role(RoleName="deploy")["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith(":policy/deploy-boundary")
    assert role["Tags"] == [{"Key": "team", "Value": "platform"}]


def test_roles_below_a_path(iam: Any) -> None:
    found = iam.list_roles(PathPrefix="/aws-service-role/")["Roles"]
    assert len(found) == 3
    assert all(role["Arn"].split("/")[1] == "aws-service-role" for role in found)


def test_a_page_of_more_than_a_thousand_is_refused(iam: Any) -> None:
    with pytest.raises(ClientError) as refused:
        iam.list_roles(MaxItems=1000, Marker="nonsense")
    assert code(refused) == "ValidationError"


def test_a_roles_last_use(iam: Any) -> None:
    now = datetime.now(UTC)

    def used(name: str) -> dict[str, Any]:
        found: dict[str, Any] = iam.get_role(RoleName=name)["Role"]["RoleLastUsed"]
        return found

    assert used("disaster-recovery") == {}
    assert now - used("catalogue-importer")["LastUsedDate"] > timedelta(days=399)
    assert now - used(story.WEB_ROLE)["LastUsedDate"] < timedelta(minutes=30)
    assert used("break-glass-admin")["Region"] == "us-east-1"


def test_policies_can_be_followed_to_their_text(iam: Any, listed: dict[str, Any]) -> None:
    attached = 0
    for name in listed:
        for policy in iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]:
            version = iam.get_policy(PolicyArn=policy["PolicyArn"])["Policy"]["DefaultVersionId"]
            found = iam.get_policy_version(PolicyArn=policy["PolicyArn"], VersionId=version)["PolicyVersion"]
            assert found["IsDefaultVersion"] is True
            assert found["Document"]["Statement"]
            attached += 1
        for inline in iam.list_role_policies(RoleName=name)["PolicyNames"]:
            assert iam.get_role_policy(RoleName=name, PolicyName=inline)["PolicyDocument"]["Statement"]
    assert attached > 15


def test_a_policy_counts_its_roles_and_keeps_its_older_texts(iam: Any) -> None:
    arn = next(
        policy["PolicyArn"]
        for policy in iam.list_attached_role_policies(RoleName="deploy")["AttachedPolicies"]
        if policy["PolicyName"] == "northwind-deploy"
    )
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (policy["DefaultVersionId"], policy["AttachmentCount"], policy["Path"]) == ("v2", 2, "/")
    old = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
    assert old["IsDefaultVersion"] is False
    boundary = iam.get_policy(PolicyArn=arn.replace("northwind-deploy", "deploy-boundary"))["Policy"]
    assert (boundary["AttachmentCount"], boundary["PermissionsBoundaryUsageCount"]) == (0, 1)


def test_documents_travel_url_encoded() -> None:
    account = Account()
    seeded.seed(account)
    request = Request("POST", "/", "", {})
    role = OPERATIONS["GetRole"](Call(account, {"RoleName": "deploy"}, request, ""))["Role"]  # type: ignore[index]
    raw = role["AssumeRolePolicyDocument"]
    assert raw.startswith("%7B%22Version%22")
    assert json.loads(unquote(raw))["Statement"]


def test_instance_profiles(iam: Any) -> None:
    found = iam.list_instance_profiles_for_role(RoleName=story.WEB_ROLE)["InstanceProfiles"]
    assert [profile["InstanceProfileName"] for profile in found] == [story.WEB_ROLE]
    profile = iam.get_instance_profile(InstanceProfileName="bastion")["InstanceProfile"]
    assert [role["RoleName"] for role in profile["Roles"]] == ["bastion"]
    assert iam.list_instance_profiles_for_role(RoleName="deploy")["InstanceProfiles"] == []


def test_the_machines_profiles_are_there(client: Clients, iam: Any) -> None:
    reservations = client("ec2").describe_instances()["Reservations"]
    arns = {one["IamInstanceProfile"]["Arn"] for found in reservations for one in found["Instances"]}
    for arn in arns:
        assert iam.get_instance_profile(InstanceProfileName=arn.rpartition("/")[2])["InstanceProfile"]["Arn"] == arn


def test_what_is_not_there(iam: Any) -> None:
    own = iam.get_role(RoleName="deploy")["Role"]["Arn"].replace("role/deploy", "policy/none")
    calls = (
        lambda: iam.get_role(RoleName="none"),
        lambda: iam.get_role_policy(RoleName="deploy", PolicyName="none"),
        lambda: iam.get_policy(PolicyArn=own),
        lambda: iam.get_policy_version(PolicyArn=own.replace("none", "orders-queues"), VersionId="v9"),
        lambda: iam.get_instance_profile(InstanceProfileName="none"),
        lambda: iam.list_role_policies(RoleName="none"),
    )
    for call in calls:
        with pytest.raises(ClientError) as refused:
            call()
        assert (code(refused), refused.value.response["ResponseMetadata"]["HTTPStatusCode"]) == ("NoSuchEntity", 404)


def test_the_account_has_an_alias(iam: Any) -> None:
    assert iam.list_account_aliases()["AccountAliases"] == ["northwind-production"]


def test_a_review_finds_what_is_wrong(iam: Any, listed: dict[str, Any]) -> None:
    flags = {name: roles.risks(role) for name, role in listed.items()}
    assert flags["partner-analytics"] == ["other account, no external id"]
    assert flags["auditor"] == []
    assert flags["org-logging"] == ["anyone, by conditions"]
    assert flags["deploy-preview"] == ["any repository's workflow"]
    assert flags["deploy"] == []
    temporary = iam.get_role_policy(RoleName="legacy-cron", PolicyName="temporary")["PolicyDocument"]
    assert trust.policy_risks(temporary) == ["full administrator"]
    denied = iam.get_role_policy(RoleName="contractor", PolicyName="limits")["PolicyDocument"]["Statement"]
    assert {statement["Effect"] for statement in denied} == {"Deny"}


@pytest.fixture(scope="module")
def attacked() -> Iterator[Any]:
    """A client of an account whose names and texts attack."""
    with DemoAccount.start(hostile=True) as account:
        yield connect(account, "iam")
        assert Admin(account.endpoint_url).mistakes() == []


def test_hostile_roles_can_be_read(attacked: Any) -> None:
    found = [role for page in attacked.get_paginator("list_roles").paginate() for role in page["Roles"]]
    texts = [text for role in found for text in roles.trust(role)]
    assert any("\x1b]52;" in text for text in texts)
    assert "nobody" in texts
    for role in found:
        described = attacked.get_role(RoleName=role["RoleName"])["Role"]
        assert described["Arn"] == role["Arn"]
        for name in attacked.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]:
            attacked.get_role_policy(RoleName=role["RoleName"], PolicyName=name)
