"""The demo's way from request to answer: protocols, what is not there, faults, the back door."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from aiobotocore.session import get_session
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError
from botocore.parsers import ResponseParserError

from console.aws.operations import EFFECTS, Effect
from console.demo.process import DemoAccount
from console.demo.wire import cbor
from console.demo.wire.models import SIGNING_NAMES, operation_model
from tests.demo.conftest import Admin, Clients, connect

AWS = Path(sys.executable).with_name("aws")
SERVICES = sorted(set(SIGNING_NAMES.values()))


def code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def status(refused: pytest.ExceptionInfo[ClientError]) -> int:
    return int(refused.value.response["ResponseMetadata"]["HTTPStatusCode"])


@pytest.mark.parametrize("service", SERVICES)
def test_every_operation_that_the_console_uses_is_served(service: str) -> None:
    served = importlib.import_module(f"console.demo.services.{service}").OPERATIONS
    used = {
        operation for (of, operation), effect in EFFECTS.items() if of == service and effect is not Effect.CREDENTIALS
    }
    assert used - set(served) == set()
    assert [name for name in served if operation_model(service, name) is None] == []


def test_who_the_caller_is(client: Clients) -> None:
    identity = client("sts").get_caller_identity()
    assert identity["Account"] == "418250713366"
    assert "assumed-role/OnCallEngineer" in identity["Arn"]


@pytest.mark.parametrize(
    ("service", "call", "expected"),
    [
        ("ec2", "describe_vpcs", "InvalidAction"),
        ("elbv2", "describe_listeners", "InvalidAction"),
        ("sqs", "add_permission", "UnknownOperationException"),
        ("lambda", "list_functions", "UnknownOperationException"),
        ("dynamodb", "list_tables", "UnknownOperationException"),
        ("rds", "describe_db_instances", "InvalidAction"),
    ],
)
def test_what_the_demo_does_not_have(client: Clients, service: str, call: str, expected: str) -> None:
    parameters: dict[str, Any] = {
        "describe_listeners": {"ListenerArns": ["x"]},
        "add_permission": {"QueueUrl": "x", "Label": "x", "AWSAccountIds": ["1"], "Actions": ["x"]},
    }.get(call, {})
    with pytest.raises(ClientError) as refused:
        getattr(client(service), call)(**parameters)
    assert code(refused) == expected
    assert status(refused) == 400


def test_another_region_is_empty(client: Clients) -> None:
    assert client("ec2", region_name="eu-central-1").describe_instances()["Reservations"] == []
    assert not client("sqs", region_name="eu-central-1").list_queues().get("QueueUrls")
    assert client("ec2").describe_instances()["Reservations"]


async def test_aiobotocore_speaks_every_protocol(demo: DemoAccount) -> None:
    options = {
        "endpoint_url": demo.endpoint_url,
        "aws_access_key_id": demo.access_key,
        "aws_secret_access_key": demo.secret_key,
        "region_name": demo.region,
    }
    session = get_session()
    for service, call, member in (
        ("sts", "get_caller_identity", "Account"),
        ("ec2", "describe_instances", "Reservations"),
        ("sqs", "list_queues", "QueueUrls"),
        ("autoscaling", "describe_auto_scaling_groups", "AutoScalingGroups"),
        ("s3", "list_buckets", "Buckets"),
    ):
        async with session.create_client(service, **options) as client:
            assert (await getattr(client, call)())[member]


@pytest.mark.parametrize(
    ("kind", "service", "call", "expected"),
    [
        ("throttle", "ec2", "describe_instances", "RequestLimitExceeded"),
        ("throttle", "elbv2", "describe_target_groups", "Throttling"),
        ("throttle", "logs", "describe_log_groups", "ThrottlingException"),
        ("throttle", "sqs", "list_queues", "RequestThrottled"),
        ("deny", "ec2", "describe_instances", "UnauthorizedOperation"),
        ("deny", "autoscaling", "describe_auto_scaling_groups", "AccessDenied"),
        ("deny", "sqs", "list_queues", "AccessDenied"),
        ("deny", "logs", "describe_log_groups", "AccessDeniedException"),
        ("deny", "s3", "list_buckets", "AccessDenied"),
        ("expired", "ec2", "describe_instances", "RequestExpired"),
        ("expired", "sts", "get_caller_identity", "ExpiredToken"),
        ("expired", "logs", "describe_log_groups", "ExpiredTokenException"),
        ("expired", "s3", "list_buckets", "ExpiredToken"),
        ("unavailable", "sts", "get_caller_identity", "ServiceUnavailable"),
    ],
)
def test_faults_speak_the_services_dialect(
    client: Clients, admin: Admin, kind: str, service: str, call: str, expected: str
) -> None:
    admin.fault(kind, service=service)
    with pytest.raises(ClientError) as refused:
        getattr(client(service), call)()
    assert code(refused) == expected


def test_a_denial_names_user_and_action(client: Clients, admin: Admin) -> None:
    admin.fault("deny", service="elbv2", operation="DescribeTargetGroups")
    with pytest.raises(ClientError, match=r"OnCallEngineer.*elasticloadbalancing:DescribeTargetGroups"):
        client("elbv2").describe_target_groups()


def test_a_fault_strikes_the_nth_call_of_one_operation(client: Clients, admin: Admin) -> None:
    admin.fault("throttle", service="ec2", operation="DescribeRegions", nth=2)
    ec2 = client("ec2")
    ec2.describe_instances()
    ec2.describe_regions()
    with pytest.raises(ClientError):
        ec2.describe_regions()
    ec2.describe_regions()


def test_a_retry_gets_through_a_fault_that_ends(client: Clients, admin: Admin) -> None:
    admin.fault("throttle", service="sts", times=2)
    assert client("sts", attempts=3).get_caller_identity()
    assert admin.counts() == {"sts:GetCallerIdentity": 3}


def test_a_dropped_answer_comes_after_the_deed(fresh: DemoAccount) -> None:
    sqs, door = connect(fresh, "sqs"), Admin(fresh.endpoint_url)
    door.fault("drop", service="sqs", operation="CreateQueue", nth=1)
    with pytest.raises(ConnectionClosedError):
        sqs.create_queue(QueueName="made")
    assert sqs.get_queue_url(QueueName="made")


def test_a_lost_request_does_nothing(fresh: DemoAccount) -> None:
    sqs, door = connect(fresh, "sqs"), Admin(fresh.endpoint_url)
    door.fault("lost", service="sqs", operation="CreateQueue", nth=1)
    with pytest.raises(ConnectionClosedError):
        sqs.create_queue(QueueName="made")
    assert not sqs.list_queues().get("QueueUrls")


def test_a_cut_body_is_an_error(client: Clients, admin: Admin) -> None:
    admin.fault("cut", service="ec2", nth=1)
    with pytest.raises(ResponseParserError):
        client("ec2").describe_instances()


def test_a_delay_outlasts_an_impatient_client(demo: DemoAccount, admin: Admin) -> None:
    admin.fault("delay", service="sts", seconds=30, nth=1)
    impatient = Config(read_timeout=0.3, retries={"total_max_attempts": 1})
    with pytest.raises(HTTPClientError):
        connect(demo, "sts", config=impatient).get_caller_identity()
    assert connect(demo, "sts").get_caller_identity()


def test_the_back_door_counts_calls(client: Clients, admin: Admin) -> None:
    client("ec2").describe_regions()
    client("ec2").describe_regions()
    with pytest.raises(ClientError):
        client("ec2").describe_instances(MaxResults=1)
    assert admin.counts() == {"ec2:DescribeRegions": 2, "ec2:DescribeInstances": 1}
    calls = admin.ask("GET", "calls")["calls"]
    assert [call["status"] for call in calls] == [200, 200, 400]
    admin.clear()
    assert admin.counts() == {}


@pytest.mark.parametrize(
    ("method", "door", "document", "expected"),
    [
        ("POST", "fault", {"kind": "nonsense"}, 400),
        ("POST", "fault", {}, 400),
        ("POST", "fault", [1], 400),
        ("POST", "clock", {}, 400),
        ("GET", "nothing", None, 404),
    ],
)
def test_the_back_door_refuses_nonsense(admin: Admin, method: str, door: str, document: Any, expected: int) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        admin.ask(method, door, document)
    assert refused.value.code == expected


def test_the_back_door_is_not_for_web_pages(demo: DemoAccount) -> None:
    request = urllib.request.Request(f"{demo.endpoint_url}/_demo/calls", headers={"Host": "rebound.example:80"})
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(request, timeout=30)
    assert refused.value.code == 403


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"MaxResults": {}}', b'{"QueueNamePrefix": "a", "MaxResults": "x"}'])
def test_a_body_that_is_not_what_it_says(demo: DemoAccount, body: bytes) -> None:
    request = AWSRequest("POST", f"{demo.endpoint_url}/", {"X-Amz-Target": "AmazonSQS.ListQueues"}, body)
    SigV4Auth(Credentials(demo.access_key, demo.secret_key), "sqs", demo.region).add_auth(request)
    plain = urllib.request.Request(f"{demo.endpoint_url}/", body, dict(request.headers.items()))
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(plain, timeout=30)
    assert refused.value.code == 400
    assert json.load(refused.value)["__type"].endswith(("SerializationException", "ValidationError"))


def signed(demo: DemoAccount, service: str, path: str, body: bytes, headers: dict[str, str]) -> bytes:
    """Return the body of the answer to a request that no SDK wrote."""
    request = AWSRequest("POST", f"{demo.endpoint_url}{path}", headers, body)
    SigV4Auth(Credentials(demo.access_key, demo.secret_key), service, demo.region).add_auth(request)
    plain = urllib.request.Request(request.url, body, dict(request.headers.items()))
    with urllib.request.urlopen(plain, timeout=30) as answer:
        return bytes(answer.read())


def test_cloudwatch_answers_alike_in_its_three_protocols(demo: DemoAccount) -> None:
    target = {"X-Amz-Target": "GraniteServiceVersion20100801.DescribeAlarms"}
    as_json = json.loads(signed(demo, "monitoring", "/", b"{}", target))
    headers = {"smithy-protocol": "rpc-v2-cbor", "Content-Type": "application/cbor"}
    path = "/service/GraniteServiceVersion20100801/operation/DescribeAlarms"
    as_cbor = cbor.decode(signed(demo, "monitoring", path, b"\xa0", headers))
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    as_xml = ElementTree.fromstring(signed(demo, "monitoring", "/", b"Action=DescribeAlarms", form))  # noqa: S314
    names = [alarm["AlarmName"] for alarm in as_json["MetricAlarms"]]
    assert names
    assert [alarm["AlarmName"] for alarm in as_cbor["MetricAlarms"]] == names
    found = [element.text for element in as_xml.iter() if element.tag.endswith("}AlarmName")]
    assert [name for name in found if name in names] == names


@pytest.mark.parametrize(
    ("words", "member"),
    [
        (("sts", "get-caller-identity"), "Account"),
        (("ec2", "describe-instances", "--max-items", "3"), "Reservations"),
        (("sqs", "list-queues"), "QueueUrls"),
        (("s3api", "list-buckets"), "Buckets"),
    ],
)
def test_the_aws_cli_reads_it_too(demo: DemoAccount, words: tuple[str, ...], member: str) -> None:
    done = subprocess.run(
        [AWS, *words, "--endpoint-url", demo.endpoint_url, "--output", "json"],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, **demo.environment(), "AWS_PAGER": ""},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[member]
