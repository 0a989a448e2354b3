"""Which operation a request means, with botocore writing the requests."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.awsrequest import prepare_request_dict
from botocore.config import Config
from botocore.session import Session

from console.demo.wire.messages import Request
from console.demo.wire.operations import asked

BUCKET = {"Bucket": "b"}
OBJECT = {"Bucket": "b", "Key": "a/b c"}
CALLS = [
    ("s3", "ListBuckets", {}),
    ("s3", "HeadBucket", BUCKET),
    ("s3", "GetBucketLocation", BUCKET),
    ("s3", "ListObjects", BUCKET),
    ("s3", "ListObjectsV2", BUCKET),
    ("s3", "ListObjectVersions", BUCKET),
    ("s3", "GetBucketVersioning", BUCKET),
    ("s3", "GetBucketEncryption", BUCKET),
    ("s3", "GetPublicAccessBlock", BUCKET),
    ("s3", "GetBucketPolicyStatus", BUCKET),
    ("s3", "GetBucketTagging", BUCKET),
    ("s3", "GetObjectTagging", OBJECT),
    ("s3", "HeadObject", OBJECT),
    ("s3", "GetObject", {**OBJECT, "VersionId": "v"}),
    ("s3", "PutObject", OBJECT),
    ("s3", "DeleteObject", OBJECT),
    ("s3", "CreateBucket", BUCKET),
    ("s3", "CopyObject", {**OBJECT, "CopySource": "b/c"}),
    ("s3", "UploadPart", {**OBJECT, "PartNumber": 1, "UploadId": "u"}),
    ("s3", "ListParts", {**OBJECT, "UploadId": "u"}),
    ("ec2", "DescribeInstances", {"MaxResults": 5}),
    ("autoscaling", "DescribeAutoScalingGroups", {}),
    ("elbv2", "DescribeTargetGroups", {}),
    ("iam", "ListRoles", {}),
    ("sts", "GetCallerIdentity", {}),
    ("sqs", "ListQueues", {}),
    ("cloudwatch", "DescribeAlarms", {}),
    ("cloudtrail", "LookupEvents", {}),
    ("logs", "DescribeLogGroups", {}),
]


def written(service: str, operation: str, parameters: dict[str, Any]) -> Request:
    """Return the request that botocore writes, before it is signed."""
    client = Session().create_client(
        service,
        "eu-west-1",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(s3={"addressing_style": "path"}),
    )
    model = client.meta.service_model.operation_model(operation)
    parts = client._convert_to_request_dict(parameters, model, "http://127.0.0.1:1")
    prepare_request_dict(parts, "http://127.0.0.1:1")
    body = parts["body"]
    if isinstance(body, dict):
        body = "&".join(f"{name}={value}" for name, value in body.items()).encode()
    headers = {name.lower(): str(value) for name, value in parts["headers"].items()}
    path, _, query = parts["url"].removeprefix("http://127.0.0.1:1").partition("?")
    return Request(parts["method"], path, query, headers, body if isinstance(body, bytes) else b"")


@pytest.mark.parametrize(("service", "operation", "parameters"), CALLS)
def test_what_botocore_writes_is_understood(service: str, operation: str, parameters: dict[str, Any]) -> None:
    assert asked(written(service, operation, parameters), service).operation == operation


def test_the_protocols() -> None:
    cbor = {"smithy-protocol": "rpc-v2-cbor"}
    for request, service, expected in (
        (Request("POST", "/", "", {}, b"Action=DescribeRegions"), "ec2", "ec2"),
        (Request("POST", "/", "", {}, b"Action=ListRoles"), "iam", "query"),
        (Request("GET", "/", "Action=ListRoles", {}), "iam", "query"),
        (Request("POST", "/", "", {"x-amz-target": "AmazonSQS.ListQueues"}), "sqs", "json"),
        (Request("POST", "/service/G/operation/ListMetrics", "", cbor), "cloudwatch", "cbor"),
        (Request("GET", "/", "", {}), "s3", "rest-xml"),
        (Request("GET", "/2015-03-31/functions", "", {}), "lambda", "rest-json"),
    ):
        assert asked(request, service).protocol == expected


def test_what_no_operation_fits() -> None:
    assert asked(Request("PATCH", "/b/k", "", {}), "s3").operation == ""
    assert asked(Request("POST", "/", "", {}, b"\xff\xfe"), "ec2").operation == ""
