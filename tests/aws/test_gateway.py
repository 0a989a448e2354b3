"""Calls, pages and pre-signed addresses against a back end of other people's making."""

from __future__ import annotations

import asyncio
import re
import urllib.request
from datetime import datetime

import pytest

from console.aws.cost import Meter
from console.aws.gateway import BODY_LIMIT, RANGE_LIMIT, Gateway
from console.aws.guard import Guard
from console.aws.session import Connection
from console.scope.model import Scope
from console.text.faults import AwsError, FaultKind
from tests.support.awscli import aws_json
from tests.support.moto import ACCOUNT
from tests.support.reader import seeder


async def http(url: str, data: bytes | None = None) -> bytes:
    """Send one plain HTTP request, a PUT where there is ``data``."""
    headers = {"Content-Type": "application/octet-stream"} if data is not None else {}
    request = urllib.request.Request(url, data=data, headers=headers, method="GET" if data is None else "PUT")

    def send() -> bytes:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read())

    return await asyncio.to_thread(send)


async def read_all(gateway: Gateway, scope: Scope, service: str, operation: str, **parameters: object) -> list[dict]:
    return [page async for page in gateway.pages(scope, service, operation, dict(parameters))]


@pytest.mark.parametrize(
    ("service", "operation", "key"),
    [
        ("ec2", "DescribeInstances", "Reservations"),
        ("s3", "ListBuckets", "Buckets"),
        ("sqs", "ListQueues", "ResponseMetadata"),
        ("cloudwatch", "DescribeAlarms", "MetricAlarms"),
        ("iam", "ListRoles", "Roles"),
        ("sts", "GetCallerIdentity", "Account"),
    ],
)
async def test_every_service_answers_and_is_counted(
    gateway: Gateway, scope: Scope, service: str, operation: str, key: str
) -> None:
    assert key in await gateway.call(scope, service, operation, {})
    assert gateway.meter.sent == {(service, operation): 1}
    record = gateway.meter.records[-1]
    assert (record.service, record.operation, record.region, record.outcome) == (service, operation, scope.region, "ok")


async def test_identity_is_what_the_cli_says(gateway: Gateway, moto: str) -> None:
    identity = await gateway.identity("us-east-1")
    expected = aws_json(moto, "sts", "get-caller-identity")
    assert (identity.account, identity.arn) == (expected["Account"], expected["Arn"])
    assert identity.account == ACCOUNT
    assert identity.expires_at is None


async def test_all_pages_hold_what_the_cli_lists(gateway: Gateway, scope: Scope, moto: str) -> None:
    sqs = seeder(moto, "sqs")
    for number in range(7):
        sqs.create_queue(QueueName=f"queue-{number}")
    parameters = {"PaginationConfig": {"PageSize": 3}}
    pages = await read_all(gateway, scope, "sqs", "ListQueues", **parameters)
    assert [len(page["QueueUrls"]) for page in pages] == [3, 3, 1]
    listed = [url for page in pages for url in page["QueueUrls"]]
    assert sorted(listed) == sorted(aws_json(moto, "sqs", "list-queues")["QueueUrls"])
    assert gateway.meter.sent["sqs", "ListQueues"] == 3
    assert len(gateway.meter.records) == 3


async def test_a_list_of_nothing_is_one_page(gateway: Gateway, scope: Scope) -> None:
    assert [page["Roles"] for page in await read_all(gateway, scope, "iam", "ListRoles")] == [[]]


async def test_timestamps_are_read_as_the_cli_reads_them(gateway: Gateway, scope: Scope, moto: str) -> None:
    trust = '{"Version":"2012-10-17","Statement":[]}'
    aws_json(moto, "iam", "create-role", "--role-name", "deploy", "--assume-role-policy-document", trust)
    role = (await gateway.call(scope, "iam", "GetRole", {"RoleName": "deploy"}))["Role"]
    expected = aws_json(moto, "iam", "get-role", "--role-name", "deploy")["Role"]
    assert role["CreateDate"] == datetime.fromisoformat(expected["CreateDate"])
    assert role["Arn"] == expected["Arn"]


async def test_another_region_is_another_client_with_its_own_answer(gateway: Gateway, moto: str) -> None:
    aws_json(moto, "sqs", "create-queue", "--queue-name", "elsewhere", region="eu-west-1")
    answer = await gateway.call(Scope("eu-west-1"), "sqs", "ListQueues", {})
    assert [url.rsplit("/", 1)[-1] for url in answer["QueueUrls"]] == ["elsewhere"]
    assert "QueueUrls" not in await gateway.call(Scope("us-east-1"), "sqs", "ListQueues", {})


async def test_one_client_per_service_and_region(gateway: Gateway, scope: Scope) -> None:
    for _ in range(3):
        await gateway.call(scope, "sts", "GetCallerIdentity", {})
        await gateway.call(scope, "sqs", "ListQueues", {})
    assert sorted(gateway._clients) == [("sqs", "us-east-1", 3), ("sts", "us-east-1", 3)]


async def test_a_missing_thing_is_not_found_in_its_own_words(gateway: Gateway, scope: Scope) -> None:
    with pytest.raises(AwsError) as caught:
        await gateway.call(scope, "iam", "GetRole", {"RoleName": "nobody"})
    assert caught.value.fault.kind is FaultKind.NOT_FOUND
    assert caught.value.fault.code == "NoSuchEntity"
    assert "nobody" in caught.value.fault.why
    assert gateway.meter.records[-1].outcome == "NoSuchEntity"
    assert gateway.meter.usage().faults == 1


async def test_a_wrong_parameter_is_invalid_and_never_sent(gateway: Gateway, scope: Scope) -> None:
    with pytest.raises(AwsError) as caught:
        await gateway.call(scope, "iam", "GetRole", {"Nonsense": 1})
    assert caught.value.fault.kind is FaultKind.INVALID
    assert not gateway.meter.sent


async def test_an_object_is_read_up_to_the_limit(gateway: Gateway, scope: Scope, moto: str) -> None:
    aws_json(moto, "s3api", "create-bucket", "--bucket", "things")
    for key, size in (("small", 10), ("large", BODY_LIMIT + 500_000)):
        await http(f"{moto}/things/{key}", b"x" * size)
    for _ in range(2):
        large = await gateway.call(scope, "s3", "GetObject", {"Bucket": "things", "Key": "large"})
        assert len(large["Body"]) == BODY_LIMIT
    assert (await gateway.call(scope, "s3", "GetObject", {"Bucket": "things", "Key": "small"}))["Body"] == b"x" * 10
    for asked, read in ((BODY_LIMIT + 7, BODY_LIMIT + 7), (5, 5), (RANGE_LIMIT * 2, BODY_LIMIT + 500_000)):
        wanted = {"Bucket": "things", "Key": "large", "Range": f"bytes=0-{asked - 1}"}
        assert len((await gateway.call(scope, "s3", "GetObject", wanted))["Body"]) == read


async def test_a_presigned_address_works_and_nothing_is_sent_to_make_it(
    gateway: Gateway, scope: Scope, moto: str
) -> None:
    aws_json(moto, "s3api", "create-bucket", "--bucket", "things")
    await http(f"{moto}/things/a%20b", b"hello")
    url = await gateway.presign(scope, "GetObject", {"Bucket": "things", "Key": "a b"}, 900)
    assert re.search(r"X-Amz-Expires=900\b", url)
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in url
    assert not gateway.meter.sent
    assert await http(url) == b"hello"


async def test_a_write_is_done_once_unlocked_and_warranted(gateway: Gateway, scope: Scope, moto: str) -> None:
    aws_json(moto, "s3api", "create-bucket", "--bucket", "things")
    gateway.guard.unlock(60)
    with gateway.guard.warrant("s3", "PutObject"):
        await gateway.write(scope, "s3", "PutObject", {"Bucket": "things", "Key": "new", "Body": b"hello"})
    assert gateway.meter.sent["s3", "PutObject"] == 1
    listed = aws_json(moto, "s3api", "list-objects-v2", "--bucket", "things")["Contents"]
    assert [(item["Key"], item["Size"]) for item in listed] == [("new", 5)]


async def test_an_unknown_profile_is_said_so(home: object) -> None:
    with pytest.raises(AwsError) as caught:
        async with Gateway(Connection(profile="nobody"), Guard(), Meter()):
            pass
    assert caught.value.fault.kind is FaultKind.NO_CREDENTIALS


async def test_no_region_is_said_so() -> None:
    async with Gateway(Connection(), Guard(), Meter()) as opened:
        with pytest.raises(AwsError) as caught:
            opened.region()
    assert caught.value.fault.kind is FaultKind.INVALID
    assert "-r" in caught.value.fault.sentence()


async def test_no_credentials_are_said_so() -> None:
    async with Gateway(Connection(region="us-east-1"), Guard(), Meter()) as opened:
        for attempt in (opened.credentials_expire(), opened.call(Scope("us-east-1"), "sts", "GetCallerIdentity", {})):
            with pytest.raises(AwsError) as caught:
                await attempt
            assert caught.value.fault.kind is FaultKind.NO_CREDENTIALS
        assert not opened.meter.sent
