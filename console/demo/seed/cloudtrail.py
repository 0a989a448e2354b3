"""Owns what people and programs did in the account around the release and the stop of a machine; knows no requests."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from console.demo.account import ACCOUNT_ID, REGION, Account
from console.demo.seed import hostile, story
from console.demo.services.cloudtrail import Event, Trail
from console.demo.wire import timestamps

_RELEASED = story.RELEASE_AGE.total_seconds() / 60
_STOPPED = story.STOPPED_AGE.total_seconds() / 60
_CLI = "aws-cli/2.31.8 md/awscrt#0.27.6 ua/2.1 os/linux#6.8 lang/python#3.13"
_PROVIDER = "terraform-provider-aws/6.14.1 (+https://registry.terraform.io/providers/hashicorp/aws)"
_BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0"
_READS = ("Describe", "Get", "List", "Lookup", "Decrypt", "ConsoleLogin", "AssumeRole", "Head")
_FAILING, _STOPPED_ID = story.instance_id(story.FAILING), story.instance_id(story.STOPPED)
_INSTANCE, _GROUP, _QUEUE = "AWS::EC2::Instance", "AWS::AutoScaling::AutoScalingGroup", "AWS::SQS::Queue"


@dataclass(frozen=True, slots=True)
class _Who:
    """Somebody's session in a role, or a service."""

    role: str
    session: str
    address: str
    agent: str

    @property
    def key(self) -> str:
        """The session's access key."""
        return "" if not self.role else f"ASIA{Random(self.session).getrandbits(64):016X}"

    def identity(self) -> dict[str, Any]:
        """Return the session as a record tells it."""
        if not self.role:
            return {"type": "AWSService", "invokedBy": self.address}
        return {
            "type": "AssumedRole",
            "principalId": f"AROADEMO{self.role[:8].upper()}:{self.session}",
            "arn": f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/{self.role}/{self.session}",
            "accountId": ACCOUNT_ID,
            "accessKeyId": self.key,
        }


_RELEASE = _Who(story.DEPLOY_ROLE, "shop-release-2026.11.3", "192.0.2.77", _CLI)
_TERRAFORM = _Who("terraform", "shop-release-2026.11.3", "192.0.2.77", _PROVIDER)
_ON_CALL = _Who("OnCallEngineer", "m.okafor", "203.0.113.40", _BROWSER)
_EARLIER = _Who("OnCallEngineer", "j.lindqvist", "203.0.113.52", _CLI)
_CONTRACTOR = _Who("contractor", "t.weiss", "198.51.100.9", _BROWSER)
_DEVELOPER = _Who("developer", "a.moreau", "203.0.113.61", _CLI)
_PARTNER = _Who("partner-analytics", "nightly-export", "198.51.100.200", "Boto3/1.40.21")
_WORKER = _Who(story.WORKER_ROLE, story.instance_id(story.WORKERS[0]), "10.20.20.10", "Boto3/1.40.21")
_SCALING = _Who("", "", "autoscaling.amazonaws.com", "autoscaling.amazonaws.com")
_SIGN_IN = _Who("", "", "sts.amazonaws.com", "signin.amazonaws.com")


@dataclass(frozen=True, slots=True)
class _Plan:
    """One call, so many minutes ago."""

    minutes: float
    who: _Who
    service: str
    name: str
    parameters: Mapping[str, Any] = field(default_factory=dict)
    resources: tuple[tuple[str, str], ...] = ()
    error: str = ""
    message: str = ""
    answer: Mapping[str, Any] | None = None


def seed(account: Account) -> None:
    """Fill the account's event history."""
    random = Random("trail")
    plans = [*_release(), *_stop(), *_answering(), *_daily()]
    if account.hostile:
        plans += _hostile()
    account.state(Trail).events += [_event(account, plan, random) for plan in plans]


def _event(account: Account, plan: _Plan, random: Random) -> Event:
    identity = str(uuid.UUID(int=random.getrandbits(128), version=4))
    at = account.started - timedelta(minutes=plan.minutes)
    read_only = plan.name.startswith(_READS)
    document: dict[str, Any] = {
        "eventVersion": "1.11",
        "userIdentity": plan.who.identity(),
        "eventTime": timestamps.iso(at.replace(microsecond=0)).replace(".000", ""),
        "eventSource": f"{plan.service}.amazonaws.com",
        "eventName": plan.name,
        "awsRegion": REGION,
        "sourceIPAddress": plan.who.address,
        "userAgent": plan.who.agent,
        "requestParameters": dict(plan.parameters) or None,
        "responseElements": plan.answer,
        "requestID": str(uuid.UUID(int=random.getrandbits(128), version=4)),
        "eventID": identity,
        "readOnly": read_only,
        "eventType": "AwsApiCall" if plan.who.role else "AwsServiceEvent",
        "managementEvent": True,
        "recipientAccountId": ACCOUNT_ID,
        "eventCategory": "Management",
    }
    if plan.error:
        document |= {"errorCode": plan.error, "errorMessage": plan.message}
    return Event(
        identity, plan.name, document["eventSource"], at, plan.who.session, plan.who.key, read_only, plan.resources,
        document,
    )  # fmt: skip


def _group(name: str) -> tuple[tuple[str, str], ...]:
    return ((_GROUP, name),)


def _instances(*ids: str) -> tuple[tuple[str, str], ...]:
    return tuple((_INSTANCE, id_) for id_ in ids)


def _queue_url(name: str) -> str:
    return f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT_ID}/{name}"


def _release() -> Iterator[_Plan]:
    """Yield the release: infrastructure first, then the setting that broke orders, then the new version."""
    role = f"arn:aws:iam::{ACCOUNT_ID}:role"
    yield _Plan(
        _RELEASED + 5, _SIGN_IN, "sts", "AssumeRoleWithWebIdentity",
        {"roleArn": f"{role}/deploy", "roleSessionName": _RELEASE.session}, (("AWS::IAM::Role", f"{role}/deploy"),),
    )  # fmt: skip
    yield _Plan(
        _RELEASED + 4, _RELEASE, "sts", "AssumeRole",
        {"roleArn": f"{role}/terraform", "roleSessionName": _TERRAFORM.session},
        (("AWS::IAM::Role", f"{role}/terraform"),),
    )  # fmt: skip
    for number, (service, name) in enumerate(
        (("ec2", "DescribeInstances"), ("sqs", "GetQueueAttributes"), ("s3", "GetBucketVersioning"),
         ("autoscaling", "DescribeAutoScalingGroups"), ("elasticloadbalancing", "DescribeTargetGroups"))
    ):  # fmt: skip
        yield _Plan(_RELEASED + 3.8 - number / 10, _TERRAFORM, service, name)
    yield _Plan(
        _RELEASED + 3.1, _TERRAFORM, "sqs", "SetQueueAttributes",
        {"queueUrl": _queue_url(story.ORDERS), "attributes": {"VisibilityTimeout": "20"}},
        ((_QUEUE, _queue_url(story.ORDERS)),),
    )  # fmt: skip
    gateway = "/northwind/orders/payment-gateway"
    yield _Plan(
        _RELEASED + 0.6, _RELEASE, "ssm", "PutParameter",
        {"name": gateway, "type": "String", "overwrite": True, "value": "HIDDEN_DUE_TO_SECURITY_REASONS"},
        (("AWS::SSM::Parameter", gateway),), answer={"version": 7, "tier": "Standard"},
    )  # fmt: skip
    yield _Plan(
        _RELEASED, _RELEASE, "ssm", "SendCommand",
        {"documentName": "northwind-install", "targets": [{"key": "tag:service", "values": ["worker"]}],
         "parameters": "HIDDEN_DUE_TO_SECURITY_REASONS", "comment": "orders-worker 2026.11.3"},
        _instances(*(story.instance_id(name) for name in story.WORKERS)),
    )  # fmt: skip
    yield _Plan(
        _RELEASED - 0.7, _RELEASE, "ssm", "SendCommand",
        {"documentName": "northwind-install", "targets": [{"key": "tag:service", "values": ["web"]}],
         "comment": "web 2026.11.3"},
        _instances(*(story.instance_id(name) for name in story.WEB if name != story.STOPPED)),
    )  # fmt: skip
    for number in range(4):
        yield _Plan(_RELEASED - 0.9 - number / 4, _RELEASE, "ssm", "GetCommandInvocation")


def _stop() -> Iterator[_Plan]:
    """Yield how a machine was taken out and stopped."""
    group = {"autoScalingGroupName": story.WEB_GROUP}
    yield _Plan(_STOPPED + 31, _SIGN_IN, "sts", "AssumeRoleWithSAML", {"roleSessionName": _EARLIER.session})
    yield _Plan(_STOPPED + 24, _EARLIER, "ec2", "DescribeInstanceStatus", {}, _instances(_STOPPED_ID))
    yield _Plan(
        _STOPPED + 19, _EARLIER, "ec2", "RebootInstances", {"instancesSet": {"items": [{"instanceId": _STOPPED_ID}]}},
        _instances(_STOPPED_ID),
    )  # fmt: skip
    yield _Plan(_STOPPED + 8, _EARLIER, "ec2", "GetConsoleOutput", {"instanceId": _STOPPED_ID}, _instances(_STOPPED_ID))
    yield _Plan(
        _STOPPED + 4, _EARLIER, "autoscaling", "EnterStandby",
        group | {"instanceIds": [_STOPPED_ID], "shouldDecrementDesiredCapacity": True},
        (*_group(story.WEB_GROUP), *_instances(_STOPPED_ID)),
    )  # fmt: skip
    yield _Plan(
        _STOPPED + 1, _EARLIER, "ec2", "StopInstances", {"instancesSet": {"items": [{"instanceId": _STOPPED_ID}]}},
        _instances(_STOPPED_ID), "Client.UnauthorizedOperation", "You are not authorized to perform this operation.",
    )  # fmt: skip
    state = {"currentState": {"code": 64, "name": "stopping"}, "previousState": {"code": 16, "name": "running"}}
    yield _Plan(
        _STOPPED, _EARLIER, "ec2", "StopInstances", {"instancesSet": {"items": [{"instanceId": _STOPPED_ID}]}},
        _instances(_STOPPED_ID), answer={"instancesSet": {"items": [{"instanceId": _STOPPED_ID, **state}]}},
    )  # fmt: skip
    yield _Plan(
        _STOPPED - 6, _EARLIER, "ec2", "CreateTags",
        {"resourcesSet": {"items": [{"resourceId": _STOPPED_ID}]},
         "tagSet": {"items": [{"key": "note", "value": "kernel panics, see OPS-4412"}]}},
        _instances(_STOPPED_ID),
    )  # fmt: skip


def _answering() -> Iterator[_Plan]:
    """Yield what the person on call did when the alarms went off."""
    yield _Plan(33, _SIGN_IN, "sts", "AssumeRoleWithSAML", {"roleSessionName": _ON_CALL.session})
    reads = (
        ("monitoring", "DescribeAlarms"), ("monitoring", "DescribeAlarmHistory"),
        ("elasticloadbalancing", "DescribeTargetHealth"), ("ec2", "DescribeInstances"),
        ("sqs", "ListQueues"), ("autoscaling", "DescribeScalingActivities"),
    )  # fmt: skip
    for number, (service, name) in enumerate(reads):
        yield _Plan(32.4 - number / 3, _ON_CALL, service, name)
    yield _Plan(30.2, _ON_CALL, "ec2", "DescribeInstanceStatus", {}, _instances(_FAILING))
    yield _Plan(
        29, _ON_CALL, "autoscaling", "SuspendProcesses",
        {"autoScalingGroupName": story.WEB_GROUP, "scalingProcesses": ["ReplaceUnhealthy"]}, _group(story.WEB_GROUP),
    )  # fmt: skip
    yield _Plan(
        27.5, _ON_CALL, "monitoring", "DisableAlarmActions", {"alarmNames": [f"{story.FAILING}-status-check"]},
        (("AWS::CloudWatch::Alarm", f"{story.FAILING}-status-check"),),
    )  # fmt: skip
    yield _Plan(
        26, _ON_CALL, "ssm", "StartSession", {"target": _FAILING}, _instances(_FAILING), "TargetNotConnected",
        f"{_FAILING} is not connected.",
    )  # fmt: skip
    yield _Plan(25, _ON_CALL, "ec2", "GetConsoleOutput", {"instanceId": _FAILING}, _instances(_FAILING))
    yield _Plan(
        21, _ON_CALL, "sqs", "GetQueueAttributes", {"queueUrl": _queue_url(story.ORDERS_DLQ)},
        ((_QUEUE, _queue_url(story.ORDERS_DLQ)),),
    )  # fmt: skip
    yield _Plan(12, _ON_CALL, "ssm", "GetParameterHistory", {"name": "/northwind/orders/payment-gateway"})


def _daily() -> Iterator[_Plan]:
    """Yield what happens on any day."""
    for hours in range(1, 7):
        yield _Plan(hours * 60 + 3, _WORKER, "kms", "Decrypt", {"encryptionAlgorithm": "SYMMETRIC_DEFAULT"})
    yield _Plan(55, _SIGN_IN, "sts", "AssumeRoleWithSAML", {"roleSessionName": _DEVELOPER.session})
    yield _Plan(54, _DEVELOPER, "sts", "GetCallerIdentity")
    yield _Plan(53, _DEVELOPER, "s3", "ListBuckets")
    yield _Plan(
        52, _DEVELOPER, "iam", "CreateUser", {"userName": "test"}, (), "AccessDenied",
        "User is not authorized to perform: iam:CreateUser with an explicit deny in a permissions boundary",
    )  # fmt: skip
    for name in ("GetBucketAcl", "GetBucketPolicy", "PutBucketPolicy"):
        bucket = "northwind-orders-archive"
        yield _Plan(
            5 * 24 * 60, _CONTRACTOR, "s3", name, {"bucketName": bucket}, (("AWS::S3::Bucket", bucket),),
            "AccessDenied", "Access Denied",
        )  # fmt: skip
    yield _Plan(3 * 24 * 60 + 12, _PARTNER, "s3", "ListBuckets", error="AccessDenied", message="Access Denied")
    workers = _group(story.WORKER_GROUP)
    yield _Plan(2 * 24 * 60 + 70, _SCALING, "ec2", "RunInstances", {}, _instances(story.instance_id(story.WORKERS[3])))
    yield _Plan(2 * 24 * 60 + 71, _SCALING, "autoscaling", "StartInstanceRefresh", {}, workers)


def _hostile() -> Iterator[_Plan]:
    for number, text in enumerate(hostile.RAW):
        who = _Who("developer", text[:64], "203.0.113.66", text)
        yield _Plan(number + 1, who, "ec2", f"Stop{text}"[:60], {"note": text}, ((_INSTANCE, text),), text[:40], text)
