"""The list of operations against botocore's models: each exists, is wanted by something, and has its IAM action."""

from __future__ import annotations

import ast

import pytest

from console.aws.operations import EFFECTS, Effect, iam_actions
from console.resources.model import ResourceType, Risk
from console.resources.registry import catalogue
from tests.support.source import MODULES
from tests.support.specimen import operation_model

OPERATIONS = sorted(EFFECTS)
each_operation = pytest.mark.parametrize(("service", "operation"), OPERATIONS, ids=map(".".join, OPERATIONS))

IAM_ACTIONS = {
    "autoscaling": """DescribeAutoScalingGroups DescribeAutoScalingInstances""",
    "cloudtrail": "LookupEvents",
    "cloudwatch": """DescribeAlarmHistory DescribeAlarms DescribeAlarmsForMetric GetMetricData ListMetrics""",
    "ec2": """DescribeAddresses DescribeInstanceAttribute DescribeInstanceStatus DescribeInstances DescribeRegions
        DescribeSecurityGroups DescribeVolumes RebootInstances StartInstances StopInstances TerminateInstances""",
    "elasticloadbalancing": "DescribeTargetGroups DescribeTargetHealth",
    "iam": """GetInstanceProfile GetPolicy GetPolicyVersion GetRole GetRolePolicy ListAccountAliases
        ListAttachedRolePolicies ListInstanceProfilesForRole ListRolePolicies ListRoles""",
    "s3": """GetBucketLocation GetBucketPolicyStatus GetBucketPublicAccessBlock GetBucketTagging GetBucketVersioning
        GetEncryptionConfiguration GetObject GetObjectTagging GetObjectVersion GetObjectVersionTagging
        ListAllMyBuckets ListBucket ListBucketVersions PutObject""",
    "lambda": "ListEventSourceMappings",
    "sqs": """CancelMessageMoveTask ChangeMessageVisibility DeleteMessage GetQueueAttributes GetQueueUrl
        ListDeadLetterSourceQueues ListMessageMoveTasks ListQueueTags ListQueues PurgeQueue ReceiveMessage SendMessage
        StartMessageMoveTask""",
    "sts": "GetCallerIdentity",
}
"""Actions that exist, from AWS's Service Authorization Reference; botocore does not know them."""
_SPELLED_OTHERWISE = {
    ("s3", "HeadObject"): {"s3:GetObject", "s3:GetObjectVersion"},
    ("s3", "GetObject"): {"s3:GetObject", "s3:GetObjectVersion"},
    ("s3", "GetObjectTagging"): {"s3:GetObjectTagging", "s3:GetObjectVersionTagging"},
    ("s3", "GetPublicAccessBlock"): {"s3:GetBucketPublicAccessBlock"},
    ("s3", "ListBuckets"): {"s3:ListAllMyBuckets"},
    ("sqs", "StartMessageMoveTask"): {
        "sqs:StartMessageMoveTask",
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:SendMessage",
    },
}
"""Where the action's name does not follow from the operation's, as far as cloudtop calls it."""


def wanted_by_types() -> set[tuple[str, str]]:
    """Return every operation that the catalogue declares."""
    found: set[tuple[str, str]] = set()
    for resource in catalogue().values():
        found |= {(resource.service, resource.operation), *resource.calls}
        found |= {(call.service or resource.service, call.operation) for call in resource.detail}
        found |= {call for enrichment in resource.enrich for call in enrichment.calls}
        found |= {(resource.service, action.operation) for action in resource.actions}
        found |= {call for action in resource.actions for call in action.fact_calls}
    return found


def named_in_code() -> set[str]:
    """Return every text constant of the product's code, the list itself and the demo account aside."""
    return {
        node.value
        for module in MODULES
        if module.name != "console.aws.operations" and not module.name.startswith("console.demo")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


@each_operation
def test_it_exists(service: str, operation: str) -> None:
    assert operation_model(service, operation).name == operation


def test_every_operation_is_wanted_by_something() -> None:
    wanted, named = wanted_by_types(), named_in_code()
    idle = [
        f"{service} {operation}"
        for (service, operation), effect in EFFECTS.items()
        if effect is not Effect.CREDENTIALS and (service, operation) not in wanted and operation not in named
    ]
    assert not idle, "listed and called by nothing: it widens what the guard lets through"


def test_what_the_catalogue_wants_is_listed() -> None:
    assert wanted_by_types() <= EFFECTS.keys()


@each_operation
def test_what_changes_the_world_is_not_listed_as_a_read(service: str, operation: str) -> None:
    if EFFECTS[service, operation] is Effect.READ:
        assert operation.startswith(("Describe", "List", "Get", "Head", "Lookup"))
    if EFFECTS[service, operation] is Effect.SENSITIVE:
        assert operation in ("GetObject", "ReceiveMessage", "ChangeMessageVisibilityBatch")


@each_operation
def test_its_iam_actions_exist(service: str, operation: str) -> None:
    if EFFECTS[service, operation] is Effect.CREDENTIALS:
        return  # signing in is not asked of the policy that cloudtop prints
    actions = iam_actions(service, operation)
    assert actions
    for action in actions:
        prefix, _, name = action.partition(":")
        assert name in IAM_ACTIONS[prefix].split(), action
    assert set(actions) == _SPELLED_OTHERWISE.get((service, operation), set(actions))


@pytest.mark.parametrize("resource", catalogue().values(), ids=lambda resource: resource.name)
def test_an_actions_risk_is_what_its_operation_does(resource: ResourceType) -> None:
    for action in resource.actions:
        writes = EFFECTS[resource.service, action.operation] is Effect.WRITE
        assert writes is (action.risk is not Risk.READ), "a write that needs no confirmation"
