"""Owns a large account at a moto server, filled once for all agreement tests; must not know cloudtop.

Enough of everything that each list has more than one page, and names that no list should trip over.
"""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from botocore.config import Config

from tests.support.moto import ACCESS_KEY, ACCOUNT, SECRET_KEY

REGION = "us-east-1"
INSTANCES, KEYS, ROLES, QUEUES, ALARMS, METRICS = 1_200, 2_500, 150, 1_100, 130, 600
BUCKET, PREFIX = "agreement-data", "logs/2026 November/"
ODD_NAMES = ("ünïcode-☁", "right\u202eleft", "a\u200bb", "tab\tline\nend", "  spaces  ", "🙂" * 60)
ODD_KEYS = ("a b+c", "per%20cent", "ünï☁", "quote'\"&<>", "dots/../x", "trailing/", "//", "tab\tend", "🙂")
_TRUSTS: tuple[dict[str, Any], ...] = (
    {"Service": "ec2.amazonaws.com"},
    {"AWS": "*"},
    {"AWS": [f"arn:aws:iam::{ACCOUNT}:root", "arn:aws:iam::210987654321:role/other"]},
    {"Federated": "cognito-identity.amazonaws.com"},
)


def client(url: str, service: str) -> Any:
    """Return a boto3 client of the server."""
    config = Config(retries={"total_max_attempts": 1}, max_pool_connections=8, s3={"addressing_style": "path"})
    return boto3.client(
        service,
        region_name=REGION,
        endpoint_url=url,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        config=config,
    )


def fill(url: str) -> None:
    """Make the account."""
    for part in (_instances, _objects, _roles, _queues, _alarms, _metrics):
        part(url)


def _instances(url: str) -> None:
    ec2 = client(url, "ec2")
    image = ec2.describe_images()["Images"][0]["ImageId"]
    each = INSTANCES // 3
    for number, kind in enumerate(("t3.micro", "m5.large", "c5.xlarge")):
        tags = [{"Key": "Name", "Value": f"web-{number}"}, {"Key": "team", "Value": "ops"}] if number else []
        specification = [{"ResourceType": "instance", "Tags": tags}] if tags else []
        ids = [
            instance["InstanceId"]
            for instance in ec2.run_instances(
                ImageId=image, MinCount=each, MaxCount=each, InstanceType=kind, TagSpecifications=specification
            )["Instances"]
        ]
        for id_, name in zip(ids, ODD_NAMES, strict=False):
            ec2.create_tags(Resources=[id_], Tags=[{"Key": "Name", "Value": name}])
        ec2.stop_instances(InstanceIds=ids[10:20])
        ec2.terminate_instances(InstanceIds=ids[20:25])
        if not number:
            _cpu(url, ids[:3])


def _cpu(url: str, ids: list[str]) -> None:
    moment = datetime.now(UTC) - timedelta(minutes=12)
    for number, id_ in enumerate(ids):
        data = {
            "MetricName": "CPUUtilization",
            "Dimensions": [{"Name": "InstanceId", "Value": id_}],
            "Timestamp": moment,
            "Value": 12.5 + number,
        }
        client(url, "cloudwatch").put_metric_data(Namespace="AWS/EC2", MetricData=[data])


def _objects(url: str) -> None:
    s3 = client(url, "s3")
    s3.create_bucket(Bucket=BUCKET)
    for number in range(30):
        s3.create_bucket(Bucket=f"agreement-{number:02}")
    s3.put_bucket_versioning(Bucket="agreement-00", VersioningConfiguration={"Status": "Enabled"})
    s3.put_bucket_versioning(Bucket="agreement-01", VersioningConfiguration={"Status": "Suspended"})
    for body in (b"first", b"second"):
        s3.put_object(Bucket="agreement-00", Key="kept/a b", Body=body)
    s3.put_object(Bucket="agreement-00", Key="kept/gone", Body=b"")
    s3.delete_object(Bucket="agreement-00", Key="kept/gone")
    keys = [f"{PREFIX}{number:05}.log" for number in range(KEYS - len(ODD_KEYS))] + [PREFIX + key for key in ODD_KEYS]

    def put(number: int, key: str) -> None:
        kind = "GLACIER" if number % 50 == 0 else "STANDARD"
        s3.put_object(Bucket=BUCKET, Key=key, Body=b"x" * (number % 97), StorageClass=kind)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put, range(len(keys)), keys))
    s3.put_object(Bucket=BUCKET, Key="elsewhere", Body=b"")


def _roles(url: str) -> None:
    iam = client(url, "iam")
    for number in range(ROLES):
        trust = {
            "Version": "2012-10-17",
            "Statement": [{"Effect": "Allow", "Principal": _TRUSTS[number % len(_TRUSTS)], "Action": "sts:AssumeRole"}],
        }
        iam.create_role(
            RoleName=f"role-{number:03}",
            Path="/" if number % 2 else "/service/team/",
            AssumeRolePolicyDocument=json.dumps(trust),
            Description=ODD_NAMES[0] if number == 0 else f"role number {number}",
            MaxSessionDuration=3600 + 60 * number,
        )


def _queues(url: str) -> None:
    sqs = client(url, "sqs")
    dead = sqs.create_queue(QueueName="orders-dead")["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders-dead"
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 7})
    sqs.create_queue(QueueName="orders", Attributes={"RedrivePolicy": redrive, "VisibilityTimeout": "45"})
    sqs.create_queue(QueueName="orders.fifo", Attributes={"FifoQueue": "true"})
    sqs.create_queue(QueueName="sealed", Attributes={"KmsMasterKeyId": "alias/aws/sqs"})
    for number in range(3):
        sqs.send_message(QueueUrl=dead, MessageBody=f"message {number}")
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda n: sqs.create_queue(QueueName=f"queue-{n:04}"), range(QUEUES - 4)))


def _alarms(url: str) -> None:
    cloudwatch = client(url, "cloudwatch")
    for number in range(ALARMS):
        cloudwatch.put_metric_alarm(
            AlarmName=f"alarm-{number:03}" if number else f"alarm {ODD_NAMES[0]}",
            Namespace="AWS/EC2" if number % 2 else "AWS/SQS",
            MetricName="CPUUtilization" if number % 2 else "ApproximateNumberOfMessagesVisible",
            Dimensions=[{"Name": "InstanceId" if number % 2 else "QueueName", "Value": f"thing-{number}"}],
            Statistic="Average",
            Period=60 * (1 + number % 5),
            EvaluationPeriods=1 + number % 3,
            Threshold=number / 4,
            ComparisonOperator="GreaterThanThreshold",
            ActionsEnabled=number % 3 == 0,
        )
    for number, state in ((1, "ALARM"), (2, "OK"), (3, "INSUFFICIENT_DATA")):
        cloudwatch.set_alarm_state(AlarmName=f"alarm-{number:03}", StateValue=state, StateReason="it was set")


def _metrics(url: str) -> None:
    cloudwatch = client(url, "cloudwatch")
    moment = datetime.now(UTC) - timedelta(minutes=10)
    data = [
        {
            "MetricName": f"metric-{number % 20}",
            "Dimensions": [{"Name": "Host", "Value": f"host {number}"}, {"Name": "Zone", "Value": "ü"}],
            "Timestamp": moment,
            "Value": float(number),
        }
        for number in range(METRICS)
    ]
    for first in range(0, METRICS, 100):
        cloudwatch.put_metric_data(Namespace="Agreement/Test", MetricData=data[first : first + 100])
