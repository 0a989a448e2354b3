"""The list of operations, against botocore's models."""

from __future__ import annotations

import pytest
from botocore.loaders import Loader

from console.aws.operations import EFFECTS, Effect, iam_actions, is_sent_once


@pytest.mark.parametrize("service", sorted({service for service, _ in EFFECTS}))
def test_every_listed_operation_exists(service):
    known = Loader().load_service_model(service, "service-2")["operations"]
    listed = {operation for named, operation in EFFECTS if named == service}
    assert listed <= known.keys()


def test_nothing_that_changes_things_is_listed_as_a_read():
    reading = ("Describe", "List", "Get", "Head", "Lookup")
    for (_, operation), effect in EFFECTS.items():
        assert operation.startswith(reading) or effect is not Effect.READ, operation


def test_what_changes_things_or_counts_against_a_message_is_sent_once():
    once = {name for name in EFFECTS if is_sent_once(*name)}
    assert once == {
        ("ec2", "StartInstances"), ("ec2", "StopInstances"), ("ec2", "RebootInstances"), ("ec2", "TerminateInstances"),
        ("s3", "PutObject"), ("sqs", "PurgeQueue"), ("sqs", "ReceiveMessage"),
        ("sqs", "SendMessageBatch"), ("sqs", "DeleteMessageBatch"),
        ("sqs", "StartMessageMoveTask"), ("sqs", "CancelMessageMoveTask"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("service", "operation", "actions"),
    [
        ("ec2", "DescribeInstances", ("ec2:DescribeInstances",)),
        ("elbv2", "DescribeTargetHealth", ("elasticloadbalancing:DescribeTargetHealth",)),
        ("s3", "ListBuckets", ("s3:ListAllMyBuckets",)),
        ("s3", "HeadObject", ("s3:GetObject", "s3:GetObjectVersion")),
        ("sqs", "ChangeMessageVisibilityBatch", ("sqs:ChangeMessageVisibility",)),
    ],
)
def test_iam_actions(service, operation, actions):
    assert iam_actions(service, operation) == actions
