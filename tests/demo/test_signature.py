"""Who is let in: signatures in headers and in pre-signed addresses, with botocore's own signer as the other opinion."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from console.demo import signature
from console.demo.process import ACCESS_KEY, SECRET_KEY, DemoAccount
from console.demo.signature import Problem, Signature
from console.demo.wire.messages import Request
from tests.demo.conftest import Admin, Clients, connect

KEYS = Credentials(ACCESS_KEY, SECRET_KEY)
NOW = datetime.now(UTC)


def sent(request: AWSRequest) -> Request:
    """Return a botocore request as the demo's server sees it."""
    prepared = request.prepare()
    parts = urlsplit(prepared.url)
    headers = {name.lower(): str(value) for name, value in prepared.headers.items()} | {"host": parts.netloc}
    body = prepared.body or b""
    return Request(prepared.method, parts.path or "/", parts.query, headers, body if isinstance(body, bytes) else b"")


def problem(request: Request, now: datetime | None = None) -> Problem | None:
    found = signature.read(request)
    return signature.check(found, request, now or datetime.now(UTC)) if isinstance(found, Signature) else found


REQUESTS = [
    ("sqs", "POST", "/", b'{"a": 1}', {}),
    ("ec2", "POST", "/", b"Action=DescribeInstances", {"Content-Type": "application/x-www-form-urlencoded"}),
    ("monitoring", "POST", "/service/G/operation/ListMetrics", b"\xa0", {"smithy-protocol": "rpc-v2-cbor"}),
    ("s3", "GET", "/bucket/a%20b/%C3%BC%2B~%2A%27%28%29?list-type=2&prefix=a%2Fb%20c&delimiter=", b"", {}),
    ("s3", "GET", "/bucket//double/../up?versions&max-keys=1", b"", {}),
    (
        "s3",
        "PUT",
        "/bucket/key?x-id=PutObject",
        b"body",
        {"x-amz-meta-a": "two   spaces", "Content-Type": "text/plain"},
    ),
]


@pytest.mark.parametrize(("service", "method", "path", "body", "headers"), REQUESTS)
def test_what_botocore_signs_is_let_in(
    service: str, method: str, path: str, body: bytes, headers: dict[str, str]
) -> None:
    request = AWSRequest(method, f"http://127.0.0.1:4000{path}", headers, body)
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(KEYS, service, "eu-west-1").add_auth(request)
    assert problem(sent(request)) is None


@pytest.mark.parametrize(("service", "method", "path", "body", "headers"), REQUESTS)
def test_what_was_changed_on_the_way_is_not(
    service: str, method: str, path: str, body: bytes, headers: dict[str, str]
) -> None:
    request = AWSRequest(method, f"http://127.0.0.1:4000{path}", headers, body)
    signer = S3SigV4Auth if service == "s3" else SigV4Auth
    signer(KEYS, service, "eu-west-1").add_auth(request)
    seen = sent(request)
    for changed in (
        Request("DELETE", seen.path, seen.query, seen.headers, seen.body),
        Request(seen.method, f"{seen.path}x", seen.query, seen.headers, seen.body),
        Request(seen.method, seen.path, f"{seen.query}&more=1", seen.headers, seen.body),
        Request(seen.method, seen.path, seen.query, {**seen.headers, "host": "127.0.0.1:1"}, seen.body),
        Request(seen.method, seen.path, seen.query, seen.headers, seen.body + b"x"),
    ):
        assert problem(changed) in (Problem.WRONG, Problem.WRONG_BODY)


def test_a_clock_that_is_wrong() -> None:
    request = AWSRequest("POST", "http://127.0.0.1:4000/", {}, b"")
    SigV4Auth(KEYS, "sqs", "eu-west-1").add_auth(request)
    for minutes in (16, -16):
        assert problem(sent(request), datetime.now(UTC) + timedelta(minutes=minutes)) is Problem.SKEWED
    assert problem(sent(request), datetime.now(UTC) + timedelta(minutes=14)) is None


def test_a_presigned_address_ends() -> None:
    request = AWSRequest("GET", "http://127.0.0.1:4000/bucket/key", {})
    S3SigV4QueryAuth(KEYS, "s3", "eu-west-1", 60).add_auth(request)
    assert problem(sent(request), datetime.now(UTC) + timedelta(seconds=50)) is None
    assert problem(sent(request), datetime.now(UTC) + timedelta(seconds=70)) is Problem.EXPIRED


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", Problem.ABSENT),
        ("Basic abc", Problem.INCOMPLETE),
        ("AWS4-HMAC-SHA256 nonsense", Problem.INCOMPLETE),
        ("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=1", Problem.INCOMPLETE),
    ],
)
def test_what_is_no_signature(header: str, expected: Problem) -> None:
    assert problem(Request("POST", "/", "", {"authorization": header} if header else {}, b"")) is expected


CALLS = [
    ("ec2", "describe_regions", "AuthFailure", "AuthFailure", 401),
    ("sts", "get_caller_identity", "InvalidClientTokenId", "SignatureDoesNotMatch", 403),
    ("sqs", "list_queues", "InvalidClientTokenId", "SignatureDoesNotMatch", 403),
    ("elbv2", "describe_target_groups", "InvalidClientTokenId", "SignatureDoesNotMatch", 403),
    ("logs", "describe_log_groups", "UnrecognizedClientException", "InvalidSignatureException", 400),
    ("s3", "list_buckets", "InvalidAccessKeyId", "SignatureDoesNotMatch", 403),
]


@pytest.mark.parametrize(("service", "call", "unknown", "wrong", "status"), CALLS)
def test_wrong_keys_in_the_services_dialect(
    client: Clients, service: str, call: str, unknown: str, wrong: str, status: int
) -> None:
    for keys, expected in (
        ({"aws_access_key_id": "AKIANOBODY0000000000"}, unknown),
        ({"aws_secret_access_key": "guessed"}, wrong),
    ):
        with pytest.raises(ClientError) as refused:
            getattr(client(service, **keys), call)()
        assert refused.value.response["Error"]["Code"] == expected
        assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == status


def test_anonymous_requests_are_refused(demo: DemoAccount) -> None:
    for path, expected in (("/", b"AccessDenied"), ("/bucket/key", b"AccessDenied")):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(f"{demo.endpoint_url}{path}", timeout=30)
        assert refused.value.code == 403
        assert expected in refused.value.read()


def plain(method: str, url: str, body: bytes = b"", headers: dict[str, str] | None = None) -> tuple[int, bytes]:
    """Ask as a client that knows nothing of AWS; return status and body."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=30)
    try:
        connection.request(method, f"{parts.path}?{parts.query}", body or None, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


@pytest.fixture
def bucket(demo: DemoAccount) -> str:
    """The name of some bucket of the shop."""
    return str(connect(demo, "s3").list_buckets()["Buckets"][0]["Name"])


def presigned(s3: Any, operation: str, bucket: str, key: str = "demo/ü +'().txt", seconds: int = 60) -> str:
    return str(s3.generate_presigned_url(operation, {"Bucket": bucket, "Key": key}, seconds))


def test_presigned_put_and_get_through_a_plain_client(client: Clients, bucket: str) -> None:
    s3 = client("s3")
    assert plain("PUT", presigned(s3, "put_object", bucket), b"hello")[0] == 200
    assert plain("GET", presigned(s3, "get_object", bucket)) == (200, b"hello")
    assert plain("PUT", presigned(s3, "get_object", bucket), b"other")[0] == 403
    assert plain("GET", presigned(s3, "get_object", bucket)) == (200, b"hello")


def test_a_tampered_presigned_address_is_refused(client: Clients, bucket: str) -> None:
    url = presigned(client("s3"), "get_object", bucket, "some-key")
    for changed in (url.replace("some-key", "other-key"), url.replace("X-Amz-Expires=60", "X-Amz-Expires=6000")):
        status, body = plain("GET", changed)
        assert status == 403
        assert b"<Code>SignatureDoesNotMatch</Code>" in body


def test_an_expired_presigned_address_is_refused(fresh: DemoAccount) -> None:
    url = presigned(connect(fresh, "s3"), "get_object", "bucket", seconds=60)
    assert plain("GET", url)[0] == 404
    Admin(fresh.endpoint_url).advance(61)
    status, body = plain("GET", url)
    assert status == 403
    assert b"<Code>AccessDenied</Code><Message>Request has expired</Message>" in body
