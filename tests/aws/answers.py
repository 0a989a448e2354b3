"""Owns what AWS answers, well and badly, in each of its wire formats; must not know cloudtop."""

from __future__ import annotations

from collections.abc import Mapping

from tests.support.faulty import Answer

XML = {"Content-Type": "text/xml"}
JSON = {"Content-Type": "application/x-amz-json-1.0"}
PAGE = b"<!DOCTYPE html>\n<html><head><title>Guest network</title></head><body>Sign in</body></html>"

INSTANCES = b"""<DescribeInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r-1</requestId>
<reservationSet><item><instancesSet><item><instanceId>i-1</instanceId></item></instancesSet></item></reservationSet>
</DescribeInstancesResponse>"""
STOPPED = b"""<StopInstancesResponse xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><requestId>r-1</requestId>
<instancesSet><item><instanceId>i-1</instanceId></item></instancesSet></StopInstancesResponse>"""
ROLES = b"""<ListRolesResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><ListRolesResult><IsTruncated>false
</IsTruncated><Roles/></ListRolesResult><ResponseMetadata><RequestId>r-1</RequestId></ResponseMetadata>
</ListRolesResponse>"""
OBJECTS = b"""<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>things</Name><KeyCount>1</KeyCount>
<IsTruncated>false</IsTruncated><Contents><Key>a</Key><Size>1</Size></Contents></ListBucketResult>"""
QUEUES = b'{"QueueUrls":["https://sqs.us-east-1.amazonaws.com/1/q"]}'
ALARMS = b'{"MetricAlarms":[{"AlarmName":"a"}],"CompositeAlarms":[]}'

CALLS: Mapping[str, tuple[str, dict[str, object], Answer]] = {
    "ec2": ("DescribeInstances", {}, Answer(200, INSTANCES, XML)),
    "iam": ("ListRoles", {}, Answer(200, ROLES, XML)),
    "s3": ("ListObjectsV2", {"Bucket": "things"}, Answer(200, OBJECTS, {"Content-Type": "application/xml"})),
    "sqs": ("ListQueues", {}, Answer(200, QUEUES, JSON)),
    "cloudwatch": ("DescribeAlarms", {}, Answer(200, ALARMS, JSON)),
}
"""One read of each service, with its parameters and a good answer."""


def ec2_error(code: str, status: int = 400, message: str = "told to") -> Answer:
    body = (
        f"<Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error></Errors>"
        "<RequestID>r-9</RequestID></Response>"
    )
    return Answer(status, body.encode(), XML)


def query_error(code: str, status: int = 400, message: str = "told to") -> Answer:
    body = (
        f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>"
        "<RequestId>r-9</RequestId></ErrorResponse>"
    )
    return Answer(status, body.encode(), XML)


def s3_error(code: str, status: int = 400, message: str = "told to", extra: str = "", **headers: str) -> Answer:
    body = f"<Error><Code>{code}</Code><Message>{message}</Message><RequestId>r-9</RequestId>{extra}</Error>"
    more = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, body.encode(), {"Content-Type": "application/xml", **more})


def json_error(code: str, status: int = 400, message: str = "told to") -> Answer:
    body = f'{{"__type":"com.amazonaws.sqs#{code}","message":"{message}"}}'
    return Answer(status, body.encode(), {**JSON, "x-amzn-RequestId": "r-9"})


def redirect(location: str, status: int = 307) -> Answer:
    return Answer(status, b"", {"Location": location})
