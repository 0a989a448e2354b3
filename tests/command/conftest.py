"""The command line in this process, an account in moto with something of everything, and an SQS that can fail."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.loaders import JSONFileLoader
from botocore.retries.standard import ExponentialBackoff

from console.__main__ import main
from tests.command.queues import Shop
from tests.command.running import REGION, Ended, Run, at, credentials
from tests.support.faulty import FaultyServer, faulty
from tests.support.moto import ACCESS_KEY, SECRET_KEY, reset
from tests.support.sqsfaults import SqsBackend, running_sqs

HOSTILE_NAME = "web [/]\u202e\x9b31m[@click=app.quit]x[/]"
HOSTILE_KEY = "a/\x1b]52;c;eA==\x07 ü+%.txt"
HOSTILE_BODY = "\x1b[2J\u202ebody"


_models: dict[str, Any] = {}
_load = JSONFileLoader.load_file


def _remembered(loader: JSONFileLoader, path: str) -> Any:
    """Read each of botocore's model files once for all tests, as one long session does."""
    if path not in _models:
        _models[path] = _load(loader, path)
    return _models[path]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Run ``cloudtop`` with these words in this process; nothing waits between tries."""
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)
    monkeypatch.setattr(JSONFileLoader, "load_file", _remembered)
    for name, value in credentials().items():
        monkeypatch.setenv(name, value)

    def cloudtop(*words: str) -> Ended:
        monkeypatch.setattr(sys, "argv", ["cloudtop", *words])
        capfdbinary.readouterr()
        code = main()
        captured = capfdbinary.readouterr()
        return Ended(int(code), captured.out, captured.err)

    return cloudtop


@pytest.fixture
def server() -> Iterator[FaultyServer]:
    """A server that answers as it is told."""
    with faulty() as running:
        yield running


@pytest.fixture(scope="module")
def backend() -> Iterator[SqsBackend]:
    """An SQS that fails as it is told, for the tests of one module; nothing waits for messages that are not there."""
    with running_sqs(eager=True) as running:
        yield running


@pytest.fixture
def shop(backend: SqsBackend, run: Run, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """A shop; the faults that a test made end with it."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", backend.account.access_key)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", backend.account.secret_key)
    backend.forget()
    yield Shop(backend, run)
    backend.mend()


@pytest.fixture
def file(home: Path) -> Path:
    """Where messages are exported to; nothing is there yet."""
    return home / "letters.jsonl"


class Account:
    """What was put into moto, and how to reach it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.options = at(url)
        self.instances: list[str] = []
        self.bucket, self.other_bucket = "things", "elsewhere"
        self.queue, self.dead = "", ""

    def client(self, service: str, region: str = REGION) -> Any:
        keys = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY}
        return boto3.client(service, endpoint_url=self.url, region_name=region, **keys)

    def fill(self) -> None:
        self._instances()
        self._objects()
        self._queues()
        self._roles()
        self._metrics()

    def states(self) -> dict[str, str]:
        reservations = self.client("ec2").describe_instances()["Reservations"]
        found = [instance for reservation in reservations for instance in reservation["Instances"]]
        return {instance["InstanceId"]: instance["State"]["Name"] for instance in found}

    def waiting(self, url: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
        return sum(int(value) for value in found.values())

    def _instances(self) -> None:
        ec2 = self.client("ec2")
        image = ec2.describe_images()["Images"][0]["ImageId"]
        tags = [{"ResourceType": "instance", "Tags": [{"Key": "Name", "Value": HOSTILE_NAME}]}]
        made = ec2.run_instances(ImageId=image, MinCount=3, MaxCount=3, InstanceType="t3.micro", TagSpecifications=tags)
        self.instances = [instance["InstanceId"] for instance in made["Instances"]]
        ec2.create_tags(Resources=self.instances[1:], Tags=[{"Key": "Name", "Value": "=cmd|' /C calc'!A0"}])

    def _objects(self) -> None:
        s3 = self.client("s3")
        s3.create_bucket(Bucket=self.bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
        elsewhere = {"LocationConstraint": "eu-central-1"}
        self.client("s3", "eu-central-1").create_bucket(Bucket=self.other_bucket, CreateBucketConfiguration=elsewhere)
        for key in ("a/1", "a/b/2", HOSTILE_KEY, "z"):
            s3.put_object(Bucket=self.bucket, Key=key, Body=b"hello")

    def _queues(self) -> None:
        sqs = self.client("sqs")
        self.dead = sqs.create_queue(QueueName="orders-dlq")["QueueUrl"]
        policy = {"deadLetterTargetArn": f"arn:aws:sqs:{REGION}:123456789012:orders-dlq", "maxReceiveCount": 3}
        attributes = {"RedrivePolicy": json.dumps(policy)}
        self.queue = sqs.create_queue(QueueName="orders", Attributes=attributes)["QueueUrl"]
        for url in (self.queue, self.dead):
            sqs.send_message(QueueUrl=url, MessageBody="plain")
        sqs.send_message(QueueUrl=self.dead, MessageBody=json.dumps({"text": HOSTILE_BODY}, ensure_ascii=False))

    def _roles(self) -> None:
        trust = {"Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}]}
        text = json.dumps({"Version": "2012-10-17", **trust})
        self.client("iam").create_role(RoleName="deployer", AssumeRolePolicyDocument=text)

    def _metrics(self) -> None:
        cloudwatch = self.client("cloudwatch")
        cloudwatch.put_metric_alarm(
            AlarmName="cpu-high", MetricName="CPUUtilization", Namespace="AWS/EC2", Statistic="Average", Period=60,
            EvaluationPeriods=2, Threshold=80.0, ComparisonOperator="GreaterThanThreshold",
        )  # fmt: skip
        cloudwatch.put_metric_data(Namespace="Shop", MetricData=[{"MetricName": "Orders", "Value": 3.0}])


@pytest.fixture(scope="module")
def account(moto_url: str) -> Account:
    """An account with something of everything, for the tests of one module."""
    reset(moto_url)
    made = Account(moto_url)
    made.fill()
    return made
