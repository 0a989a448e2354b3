"""Owns the list of AWS operations cloudtop may use and what each one does; must not know who calls it.

An operation that is not named here is refused by the guard. Which IAM actions an operation needs follows
from its name, except where AWS chose another one.
"""

from __future__ import annotations

from enum import StrEnum


class Effect(StrEnum):
    """What an operation does to the world or gives away."""

    READ = "read"
    SENSITIVE = "sensitive"  # gives away contents, or leaves a trace such as a receive count
    WRITE = "write"
    CREDENTIALS = "credentials"  # how botocore signs in


_LISTED: dict[str, dict[Effect, str]] = {
    "ec2": {
        Effect.READ: """DescribeInstances DescribeInstanceStatus DescribeVolumes DescribeSecurityGroups
            DescribeRegions DescribeInstanceAttribute DescribeAddresses""",
        Effect.WRITE: "StartInstances StopInstances RebootInstances TerminateInstances",
    },
    "autoscaling": {Effect.READ: "DescribeAutoScalingInstances"},
    "elbv2": {Effect.READ: "DescribeTargetGroups DescribeTargetHealth"},
    "s3": {
        Effect.READ: """ListBuckets HeadBucket ListObjectsV2 ListObjectVersions HeadObject
            GetBucketVersioning GetBucketEncryption GetPublicAccessBlock GetBucketPolicyStatus
            GetBucketTagging GetObjectTagging""",
        Effect.SENSITIVE: "GetObject",
        Effect.WRITE: "PutObject",
    },
    "sqs": {
        Effect.READ: """ListQueues GetQueueUrl GetQueueAttributes ListDeadLetterSourceQueues ListQueueTags
            ListMessageMoveTasks""",
        Effect.SENSITIVE: "ReceiveMessage ChangeMessageVisibilityBatch",
        Effect.WRITE: """PurgeQueue SendMessageBatch DeleteMessageBatch
            StartMessageMoveTask CancelMessageMoveTask""",
    },
    "lambda": {Effect.READ: "ListEventSourceMappings"},
    "cloudwatch": {Effect.READ: "DescribeAlarms DescribeAlarmHistory ListMetrics GetMetricData"},
    "iam": {
        Effect.READ: """ListRoles GetRole ListRolePolicies GetRolePolicy ListAttachedRolePolicies GetPolicy
            GetPolicyVersion ListInstanceProfilesForRole ListAccountAliases"""
    },
    "sts": {
        Effect.READ: "GetCallerIdentity",
        Effect.CREDENTIALS: "AssumeRole AssumeRoleWithWebIdentity",
    },
    "sso": {Effect.CREDENTIALS: "GetRoleCredentials"},
    "sso-oidc": {Effect.CREDENTIALS: "CreateToken"},
    "signin": {Effect.CREDENTIALS: "CreateOAuth2Token"},
}

_OTHER_IAM_ACTIONS: dict[tuple[str, str], tuple[str, ...]] = {
    ("s3", "ListBuckets"): ("s3:ListAllMyBuckets",),
    ("s3", "HeadBucket"): ("s3:ListBucket",),
    ("s3", "ListObjectsV2"): ("s3:ListBucket",),
    ("s3", "ListObjectVersions"): ("s3:ListBucketVersions",),
    ("s3", "HeadObject"): ("s3:GetObject", "s3:GetObjectVersion"),
    ("s3", "GetObject"): ("s3:GetObject", "s3:GetObjectVersion"),
    ("s3", "GetObjectTagging"): ("s3:GetObjectTagging", "s3:GetObjectVersionTagging"),
    ("s3", "GetBucketEncryption"): ("s3:GetEncryptionConfiguration",),
    ("s3", "GetPublicAccessBlock"): ("s3:GetBucketPublicAccessBlock",),
    ("sqs", "ChangeMessageVisibilityBatch"): ("sqs:ChangeMessageVisibility",),
    ("sqs", "SendMessageBatch"): ("sqs:SendMessage",),
    ("sqs", "DeleteMessageBatch"): ("sqs:DeleteMessage",),
    ("sqs", "StartMessageMoveTask"): (
        "sqs:StartMessageMoveTask",
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:SendMessage",
    ),
}
_IAM_PREFIX = {"elbv2": "elasticloadbalancing"}

EFFECTS: dict[tuple[str, str], Effect] = {
    (service, operation): effect
    for service, effects in _LISTED.items()
    for effect, names in effects.items()
    for operation in names.split()
}
"""(service, operation) → its effect, for every operation that may be called."""


_NOT_REPEATED = frozenset({("sqs", "ReceiveMessage")})
"""Reads that leave a trace each time: a repeated receive brings messages nearer to their dead-letter queue."""


def is_sent_once(service: str, operation: str) -> bool:
    """Return whether the operation must not be repeated after a lost answer."""
    return EFFECTS.get((service, operation)) is Effect.WRITE or (service, operation) in _NOT_REPEATED


def iam_actions(service: str, operation: str) -> tuple[str, ...]:
    """Return the IAM actions that allow ``operation``."""
    named = _OTHER_IAM_ACTIONS.get((service, operation))
    return named or (f"{_IAM_PREFIX.get(service, service)}:{operation}",)
