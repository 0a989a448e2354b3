"""Every list against a second opinion: what the AWS CLI says of the same account, row by row and field by field.

The account is moto's, filled with more than a page of everything.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from console.resources.registry import catalogue
from tests.agreement.account import (
    ALARMS,
    BUCKET,
    INSTANCES,
    KEYS,
    METRICS,
    ODD_KEYS,
    ODD_NAMES,
    PREFIX,
    QUEUES,
    REGION,
    ROLES,
    fill,
)
from tests.support.awscli import aws_json
from tests.support.moto import ACCESS_KEY, ACCOUNT, SECRET_KEY, running_moto
from tests.support.source import ROOT

pytestmark = pytest.mark.long

Row = dict[str, Any]
List = Callable[..., dict[str, Row]]


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with running_moto() as address:
        fill(address)
        yield address


@pytest.fixture(scope="module")
def listed(url: str) -> List:
    """A way to list a type once with cloudtop: rows under their ids, all of them, without a fault."""

    @cache
    def call(type_name: str, *options: str) -> dict[str, Row]:
        command = [sys.executable, "-m", "console", "ls", type_name, "-o", "json", "-r", REGION, "--endpoint-url", url]
        keys = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(
            [*command, *options],
            cwd=Path(os.environ["HOME"]),
            capture_output=True,
            text=True,
            timeout=120,
            env={**os.environ, **keys},
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert not done.stderr
        answer = json.loads(done.stdout)
        rows = {row["id"]: row for row in answer["rows"]}
        assert answer["complete"]
        assert answer["errors"] == []
        assert answer["count"] == len(answer["rows"]) == len(rows)
        assert not [row["id"] for row in rows.values() if row["unknown"]]
        return rows

    return call


def differences(rows: dict[str, Row], expected: dict[str, Row]) -> list[str]:
    """Return what cloudtop says otherwise than the CLI; moments are compared as moments."""
    found = [f"{id_}: only in cloudtop" for id_ in rows.keys() - expected.keys()]
    found += [f"{id_}: only in the CLI" for id_ in expected.keys() - rows.keys()]
    for id_ in rows.keys() & expected.keys():
        for name, value in expected[id_].items():
            if _plain(rows[id_][name]) != _plain(value):
                found.append(f"{id_} {name}: {rows[id_][name]!r}, the CLI says {value!r}")
    return found


def _plain(value: Any) -> Any:
    try:
        return datetime.fromisoformat(value) if isinstance(value, str) and value[:2] == "20" else value
    except ValueError:
        return value


def moment(said: str | float) -> str:
    """Return a moment as ISO 8601; for some services the CLI gives seconds since the epoch."""
    return said if isinstance(said, str) else datetime.fromtimestamp(said, UTC).isoformat()


def tag(item: Row, key: str) -> str | None:
    return next((part["Value"] for part in item.get("Tags", []) if part["Key"] == key), None)


def test_instances(url: str, listed: List) -> None:
    answer = aws_json(url, "ec2", "describe-instances")
    expected = {
        item["InstanceId"]: {
            "arn": f"arn:aws:ec2:{REGION}:{ACCOUNT}:instance/{item['InstanceId']}",
            "account": ACCOUNT,
            "region": REGION,
            "name": tag(item, "Name"),
            "instance_id": item["InstanceId"],
            "state": item["State"]["Name"],
            "instance_type": item["InstanceType"],
            "availability_zone": item["Placement"]["AvailabilityZone"],
            "private_ip_address": item.get("PrivateIpAddress"),
            "public_ip_address": item.get("PublicIpAddress"),
            "launch_time": item["LaunchTime"],
            "vpc_id": item.get("VpcId"),
            "subnet_id": item.get("SubnetId"),
            "image_id": item["ImageId"],
        }
        for reservation in answer["Reservations"]
        for item in reservation["Instances"]
    }
    assert len(expected) == INSTANCES
    assert {row["state"] for row in expected.values()} == {"running", "stopped", "terminated"}
    assert {row["name"] for row in expected.values()} >= {None, *ODD_NAMES}
    assert not differences(listed("ec2.instances"), expected)


def test_status_checks(url: str, listed: List) -> None:
    answer = aws_json(url, "ec2", "describe-instance-status")
    expected: dict[str, Row] = {id_: {"status_checks": None} for id_ in listed("ec2.instances")}
    for status in answer["InstanceStatuses"]:
        checks = [status[name]["Status"] for name in ("InstanceStatus", "SystemStatus", "AttachedEbsStatus")
                  if name in status]  # fmt: skip
        assert set(checks) == {"ok"}
        expected[status["InstanceId"]] = {"status_checks": f"{len(checks)}/{len(checks)} ok"}
    assert len(answer["InstanceStatuses"]) > 1_000
    assert not differences(listed("ec2.instances"), expected)


def test_cpu(url: str, listed: List) -> None:
    measured = {row["id"]: row["cpu"] for row in listed("ec2.instances").values() if row["cpu"] is not None}
    assert sorted(measured.values()) == [12.5, 13.5, 14.5]
    id_ = next(iter(measured))
    answer = aws_json(
        url, "cloudwatch", "get-metric-statistics", "--namespace", "AWS/EC2", "--metric-name", "CPUUtilization",
        "--dimensions", f"Name=InstanceId,Value={id_}", "--period", "3600", "--statistics", "Average",
        "--start-time", "2020-01-01T00:00:00Z", "--end-time", "2099-01-01T00:00:00Z",
    )  # fmt: skip
    assert [point["Average"] for point in answer["Datapoints"]] == [measured[id_]]


def test_buckets(url: str, listed: List) -> None:
    versioning = {
        name: (aws_json(url, "s3api", "get-bucket-versioning", "--bucket", name) or {}).get("Status", "never enabled")
        for name in ("agreement-00", "agreement-01", "agreement-02")
    }
    expected = {
        item["Name"]: {
            "name": item["Name"],
            "arn": f"arn:aws:s3:::{item['Name']}",
            "creation_date": item["CreationDate"],
            "bucket_region": item.get("BucketRegion"),
            "versioning": versioning.get(item["Name"], "never enabled").lower(),
        }
        for item in aws_json(url, "s3api", "list-buckets")["Buckets"]
    }
    assert sorted(set(versioning.values())) == ["Enabled", "Suspended", "never enabled"]
    assert not differences(listed("s3.buckets"), expected)


def test_objects(url: str, listed: List) -> None:
    answer = aws_json(url, "s3api", "list-objects-v2", "--bucket", BUCKET, "--prefix", PREFIX)
    expected = {
        item["Key"]: {
            "key": item["Key"],
            "arn": f"arn:aws:s3:::{BUCKET}/{item['Key']}",
            "size": item["Size"],
            "last_modified": item["LastModified"],
            "storage_class": item["StorageClass"],
            "etag": item["ETag"],
        }
        for item in answer["Contents"]
    }
    assert len(expected) == KEYS
    assert expected.keys() >= {PREFIX + key for key in ODD_KEYS}
    assert not differences(listed("s3.objects", "--in", f"{BUCKET}/{PREFIX}"), expected)


def test_one_level_of_objects(url: str, listed: List) -> None:
    answer = aws_json(
        url, "s3api", "list-objects-v2", "--bucket", BUCKET, "--prefix", PREFIX, "--delimiter", "/",
    )  # fmt: skip
    expected = {item["Key"]: {"size": item["Size"], "type": "object"} for item in answer["Contents"]}
    expected |= {item["Prefix"]: {"size": None, "type": "prefix"} for item in answer["CommonPrefixes"]}
    assert answer["CommonPrefixes"]
    assert not differences(listed("s3.prefixes", "--in", f"{BUCKET}/{PREFIX}"), expected)


def test_versions(url: str, listed: List) -> None:
    answer = aws_json(url, "s3api", "list-object-versions", "--bucket", "agreement-00", "--prefix", "kept/")
    markers = [{**item, "kind": "delete marker", "StorageClass": None} for item in answer["DeleteMarkers"]]
    expected = {
        f"{item['Key']}?versionId={item['VersionId']}": {
            "key": item["Key"],
            "version_id": item["VersionId"],
            "type": item.get("kind", "version"),
            "is_latest": item["IsLatest"],
            "size": item.get("Size"),
            "last_modified": item["LastModified"],
            "storage_class": item["StorageClass"],
            "etag": item.get("ETag"),
        }
        for item in [*answer["Versions"], *markers]
    }
    assert len(expected) == 4
    assert len(markers) == 1
    assert not differences(listed("s3.versions", "--in", "agreement-00/kept/"), expected)


def test_queues(url: str, listed: List) -> None:
    urls = aws_json(url, "sqs", "list-queues", "--page-size", "1000")["QueueUrls"]
    assert len(urls) == QUEUES
    names = {address: address.rsplit("/", 1)[-1] for address in urls}
    expected: dict[str, Row] = {
        address: {
            "name": name,
            "arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}",
            "type": "FIFO" if name.endswith(".fifo") else "standard",
        }
        for address, name in names.items()
    }
    for address, name in names.items():
        if name in ("orders", "orders-dead", "orders.fifo", "sealed", "queue-0000"):
            expected[address] |= attributes(url, address)
    dead = next(address for address, name in names.items() if name == "orders-dead")
    sources = aws_json(url, "sqs", "list-dead-letter-source-queues", "--queue-url", dead)["queueUrls"]
    expected[dead]["sources"] = [names[address] for address in sources]
    assert expected[dead]["sources"] == ["orders"]
    assert expected[dead]["visible"] == 3
    assert not differences(listed("sqs.queues"), expected)


def attributes(url: str, queue: str) -> Row:
    """Return what the CLI says of one queue, under cloudtop's names."""
    said = aws_json(url, "sqs", "get-queue-attributes", "--queue-url", queue, "--attribute-names", "All")["Attributes"]
    redrive = json.loads(said.get("RedrivePolicy", "{}"))
    sealed = "SQS-managed" if said.get("SqsManagedSseEnabled") == "true" else "none"
    return {
        "visible": int(said["ApproximateNumberOfMessages"]),
        "in_flight": int(said["ApproximateNumberOfMessagesNotVisible"]),
        "delayed": int(said["ApproximateNumberOfMessagesDelayed"]),
        "retention": int(said["MessageRetentionPeriod"]),
        "visibility_timeout": int(said["VisibilityTimeout"]),
        "max_receive_count": redrive.get("maxReceiveCount"),
        "dead_letter_queue": redrive["deadLetterTargetArn"].rsplit(":", 1)[-1] if redrive else None,
        "encryption": f"KMS {said['KmsMasterKeyId']}" if "KmsMasterKeyId" in said else sealed,
    }


def test_alarms(url: str, listed: List) -> None:
    answer = aws_json(url, "cloudwatch", "describe-alarms", "--alarm-types", "MetricAlarm", "CompositeAlarm")
    expected = {
        item["AlarmName"]: {
            "arn": item["AlarmArn"],
            "name": item["AlarmName"],
            "state": item["StateValue"],
            "since": moment(item.get("StateTransitionedTimestamp", item["StateUpdatedTimestamp"])),
            "type": "metric",
            "resource": " ".join(f"{part['Name']}={part['Value']}" for part in item["Dimensions"]),
            "namespace": item["Namespace"],
            "metric_name": item["MetricName"],
            "threshold": item["Threshold"],
            "actions_enabled": item["ActionsEnabled"],
            "reason": item["StateReason"],
            "updated": moment(item["StateUpdatedTimestamp"]),
        }
        for item in answer["MetricAlarms"]
    }
    assert len(expected) == ALARMS
    rows = listed("cloudwatch.alarms")
    assert not differences(rows, expected)
    assert {rows[f"alarm-00{number}"]["state"] for number in (1, 2, 3)} == {"ALARM", "OK", "INSUFFICIENT_DATA"}
    assert rows["alarm-001"]["condition"] == "CPUUtilization Average > 0.25 for 2 of 2 × 2m"


def test_metrics(url: str, listed: List) -> None:
    answer = aws_json(url, "cloudwatch", "list-metrics", "--namespace", "Agreement/Test")
    expected = sorted(
        (item["Namespace"], item["MetricName"], [f"{part['Name']}={part['Value']}" for part in item["Dimensions"]])
        for item in answer["Metrics"]
    )
    rows = listed("cloudwatch.metrics", "--in", "Agreement/Test")
    assert sorted((row["namespace"], row["metric_name"], row["dimensions"]) for row in rows.values()) == expected
    assert len(expected) == METRICS


def test_namespaces(url: str, listed: List) -> None:
    counts = Counter(item["Namespace"] for item in aws_json(url, "cloudwatch", "list-metrics")["Metrics"])
    expected = {name: {"namespace": name, "metrics": count} for name, count in counts.items()}
    assert expected.keys() >= {"Agreement/Test", "AWS/EC2"}
    assert not differences(listed("cloudwatch.namespaces"), expected)


def test_roles(url: str, listed: List) -> None:
    expected = {
        item["RoleName"]: {
            "arn": item["Arn"],
            "region": "global",
            "name": item["RoleName"],
            "path": item["Path"],
            "role_id": item["RoleId"],
            "create_date": item["CreateDate"],
            "max_session_duration": item["MaxSessionDuration"],
            "description": item.get("Description"),
        }
        for item in aws_json(url, "iam", "list-roles")["Roles"]
    }
    assert len(expected) == ROLES
    rows = listed("iam.roles")
    assert not differences(rows, expected)
    trusts = [" ".join(rows[f"role-00{number}"]["trust"]) for number in range(4)]
    for trust, words in zip(trusts, ("ec2", "anyone", "210987654321", "cognito-identity"), strict=True):
        assert words in trust
    assert [bool(rows[f"role-00{number}"]["risks"]) for number in (0, 1)] == [False, True]


def test_a_limit_cuts_and_says_so(url: str) -> None:
    keys = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}
    command = [sys.executable, "-m", "console", "ls", "iam.roles", "-o", "json", "--limit", "7", "-r", REGION]
    done = subprocess.run(
        [*command, "--endpoint-url", url], cwd=ROOT, capture_output=True, text=True, timeout=60,
        env={**os.environ, **keys}, check=False,
    )  # fmt: skip
    answer = json.loads(done.stdout)
    assert (answer["count"], answer["complete"]) == (7, False)


def test_every_type_that_lists_an_account_is_compared() -> None:
    compared = {
        "ec2.instances", "s3.buckets", "s3.objects", "s3.prefixes", "sqs.queues", "cloudwatch.alarms",
        "cloudwatch.metrics", "cloudwatch.namespaces", "iam.roles", "s3.versions",
    }  # fmt: skip
    assert catalogue().keys() - compared == {"sqs.messages"}, "messages are received, not listed"
