"""What goes wrong, and what the operator is told: codes from the wire, and connections that really break."""

from __future__ import annotations

import asyncio
import socket
import ssl
from dataclasses import replace

import aiohttp
import pytest
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from console.aws.errors import MalformedAnswer, translate
from console.aws.gateway import Gateway
from console.scope.model import Scope
from console.text.faults import AwsError, Fault, FaultKind
from tests.aws.answers import CALLS, PAGE, ec2_error, json_error, query_error, redirect, s3_error
from tests.support.faulty import DROP, RESET, SILENCE, Answer, Ending, FaultyServer
from tests.support.moto import free_port
from tests.support.patience import shorten

K = FaultKind


async def fault_from(gateway: Gateway, scope: Scope, service: str = "ec2") -> Fault:
    operation, parameters, _ = CALLS[service]
    with pytest.raises(AwsError) as caught:
        await gateway.call(scope, service, operation, dict(parameters))
    return caught.value.fault


def send_to(gateway: Gateway, url: str) -> None:
    """Let clients that are yet to be made go to ``url``."""
    gateway.connection = replace(gateway.connection, endpoint_url=url)


@pytest.mark.parametrize(
    ("service", "answer", "kind"),
    [
        ("ec2", ec2_error("UnauthorizedOperation", 403), K.DENIED),
        ("ec2", ec2_error("AuthFailure", 401), K.INVALID_CREDENTIALS),
        ("ec2", ec2_error("RequestExpired"), K.EXPIRED),
        ("ec2", ec2_error("RequestLimitExceeded", 503), K.THROTTLED),
        ("ec2", ec2_error("InvalidInstanceID.NotFound"), K.NOT_FOUND),
        ("ec2", ec2_error("InvalidVolume.NotFound"), K.NOT_FOUND),
        ("ec2", ec2_error("OptInRequired", 403), K.UNSUPPORTED),
        ("ec2", ec2_error("Nonsense"), K.SERVICE),
        ("ec2", ec2_error("Unavailable", 503), K.THROTTLED),
        ("ec2", ec2_error("InternalError", 500), K.SERVICE),
        ("iam", query_error("AccessDenied", 403), K.DENIED),
        ("iam", query_error("ExpiredToken", 403), K.EXPIRED),
        ("iam", query_error("InvalidClientTokenId", 403), K.INVALID_CREDENTIALS),
        ("iam", query_error("SignatureDoesNotMatch", 403), K.INVALID_CREDENTIALS),
        ("iam", query_error("SignatureDoesNotMatch", 403, "Signature expired: 2026 is now earlier than"), K.CLOCK),
        ("iam", query_error("Throttling"), K.THROTTLED),
        ("iam", query_error("NoSuchEntity", 404), K.NOT_FOUND),
        ("s3", s3_error("AccessDenied", 403), K.DENIED),
        ("s3", s3_error("NoSuchBucket", 404), K.NOT_FOUND),
        ("s3", s3_error("SlowDown", 503), K.THROTTLED),
        ("s3", s3_error("RequestTimeTooSkewed", 403), K.CLOCK),
        ("s3", s3_error("InvalidAccessKeyId", 403), K.INVALID_CREDENTIALS),
        ("sqs", json_error("QueueDoesNotExist"), K.NOT_FOUND),
        ("sqs", json_error("AccessDeniedException"), K.DENIED),
        ("sqs", json_error("KMS.AccessDeniedException"), K.DENIED),
        ("sqs", json_error("InvalidSignatureException", 403, "Signature not yet current: 2026"), K.CLOCK),
        ("sqs", json_error("InvalidSignatureException", 403), K.INVALID_CREDENTIALS),
        ("sqs", json_error("UnrecognizedClientException", 403), K.INVALID_CREDENTIALS),
        ("cloudwatch", json_error("ThrottlingException"), K.THROTTLED),
        ("cloudwatch", json_error("UnknownOperationException", 404), K.UNSUPPORTED),
    ],
    ids=lambda value: value.body.decode()[:60] if isinstance(value, Answer) else str(value),
)
async def test_codes_from_the_wire(broken, server, scope, service, answer, kind):
    server.script(answer)
    fault = await fault_from(broken, scope, service)
    assert fault.kind is kind
    assert fault.code
    assert fault.what == f"{service} {CALLS[service][0]}"
    assert sum(broken.meter.sent.values()) == len(server.requests)
    assert broken.meter.records[-1].outcome == fault.code


async def test_the_request_id_is_kept_and_the_message_cleaned(broken, server, scope):
    server.script(ec2_error("UnauthorizedOperation", 403, "no &#x9;\u202e you"))
    fault = await fault_from(broken, scope)
    assert fault.request_id == "r-9"
    assert "<U+202E>" in fault.sentence()
    assert "\u202e" not in fault.sentence()


@pytest.mark.parametrize(
    ("status", "kind"),
    [(403, K.DENIED), (404, K.NOT_FOUND), (400, K.SERVICE), (503, K.THROTTLED), (500, K.SERVICE), (412, K.SERVICE)],
)
async def test_head_has_no_body_and_is_told_by_its_status(broken, server, scope, status, kind):
    server.script(Answer(status))
    with pytest.raises(AwsError) as caught:
        await broken.call(scope, "s3", "HeadObject", {"Bucket": "b", "Key": "k"})
    assert caught.value.fault.kind is kind


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (DROP, K.TIMEOUT),
        (RESET, K.TIMEOUT),
        (SILENCE, K.TIMEOUT),
        (Answer(200, CALLS["ec2"][2].body, cut=100, ending=Ending.CLOSED), K.TIMEOUT),
        (Answer(200, CALLS["ec2"][2].body, cut=100, ending=Ending.RESET), K.TIMEOUT),
        (Answer(raw=b"\x00\xff not HTTP at all\r\n\r\n", ending=Ending.CLOSED), K.TIMEOUT),
    ],
    ids=["closed", "reset", "silent", "half then closed", "half then reset", "no HTTP"],
)
async def test_a_lost_answer_is_a_timeout_and_a_read_is_tried_again(broken, server, scope, answer, kind, monkeypatch):
    if answer is SILENCE:
        shorten(monkeypatch, 0.5)
    server.script(answer)
    assert (await fault_from(broken, scope)).kind is kind
    assert len(server.requests) == broken.meter.sent["ec2", "DescribeInstances"] == 3


@pytest.mark.parametrize("bad", [DROP, RESET, ec2_error("InternalError", 500), ec2_error("Throttling", 503)])
async def test_a_read_recovers(broken, server, scope, bad):
    server.script(bad, CALLS["ec2"][2])
    answer = await broken.call(scope, "ec2", "DescribeInstances", {})
    assert answer["Reservations"][0]["Instances"][0]["InstanceId"] == "i-1"
    assert broken.meter.sent["ec2", "DescribeInstances"] == len(server.requests) == 2
    assert broken.meter.usage().faults == 0


@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize("spoil", ["cut", "page", "bare page", "page in XML", "noise"])
async def test_an_answer_that_is_not_the_services_own_is_never_an_empty_list(broken, server, scope, service, spoil):
    good = CALLS[service][2]
    bodies = {
        "cut": (good.body[: len(good.body) // 2], good.headers),
        "page": (PAGE, {"Content-Type": "text/html; charset=utf-8"}),
        "bare page": (PAGE, {}),
        "page in XML": (
            b'<?xml version="1.0"?>\n<!-- x -->\n<html xmlns="x"><body/></html>',
            {"Content-Type": "text/xml"},
        ),
        "noise": (b"\x00\x01\x02 proxy error", good.headers),
    }
    body, headers = bodies[spoil]
    server.script(Answer(200, body, headers))
    fault = await fault_from(broken, scope, service)
    # botocore takes a success of S3 that is no XML for an error of the server, and asks again.
    assert fault.kind is (K.SERVICE if service == "s3" and spoil in ("cut", "noise") else K.MALFORMED)


@pytest.mark.parametrize("service", CALLS)
async def test_the_good_answers_of_these_tests_are_read(broken, server, scope, service):
    operation, parameters, answer = CALLS[service]
    server.script(answer)
    assert len(await broken.call(scope, service, operation, dict(parameters))) > 1


async def test_a_message_that_holds_a_web_page_is_no_web_page(broken, server, scope):
    body = b'{"Messages":[{"MessageId":"1","ReceiptHandle":"r","Body":"<html><body>hello</body></html>"}]}'
    server.script(Answer(200, body, {"Content-Type": "application/x-amz-json-1.0"}))
    answer = await broken.call(scope, "sqs", "ReceiveMessage", {"QueueUrl": f"{server.url}/1/q"})
    assert answer["Messages"][0]["Body"].startswith("<html>")


async def test_the_head_of_a_web_page_in_s3_is_its_head(broken, server, scope):
    server.script(Answer(200, b"<html></html>", {"Content-Type": "text/html", "ETag": '"e"'}))
    assert (await broken.call(scope, "s3", "HeadObject", {"Bucket": "b", "Key": "k.html"}))["ETag"] == '"e"'


async def test_a_page_at_another_address_is_not_the_answer(broken, server, scope):
    server.script(redirect("https://portal.example/login", 302))
    fault = await fault_from(broken, scope)
    assert fault.kind is K.MALFORMED
    assert len(server.requests) == 1


async def test_a_portal_that_wants_a_sign_in(broken, server, scope):
    server.script(Answer(511, PAGE, {"Content-Type": "text/html"}))
    assert (await fault_from(broken, scope)).kind is K.MALFORMED


async def test_a_page_with_an_error_is_told_in_a_word(broken, server, scope):
    server.script(Answer(500, PAGE, {"Content-Type": "text/html"}))
    fault = await fault_from(broken, scope, "cloudwatch")
    assert "a web page came with status 500" in fault.sentence()
    assert "<" not in fault.sentence()


async def test_a_connection_that_is_refused_is_unreachable(broken: Gateway, server: FaultyServer, scope: Scope) -> None:
    server.close()
    fault = await fault_from(broken, scope)
    assert fault.kind is K.UNREACHABLE
    assert "VPN" in fault.remedy


async def test_a_name_that_is_not_known_is_unreachable(broken, scope, monkeypatch):
    async def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", unknown)
    send_to(broken, "http://ec2.nowhere.invalid")
    assert (await fault_from(broken, scope)).kind is K.UNREACHABLE


@pytest.mark.parametrize("said", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""], ids=["plain HTTP", "nothing"])
async def test_a_server_that_speaks_no_tls_is_unreachable(broken, scope, said, monkeypatch):
    if not said:
        shorten(monkeypatch, 0.2)

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(said)
        await (writer.drain() if said else reader.read())
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as listening:
        send_to(broken, f"https://127.0.0.1:{listening.sockets[0].getsockname()[1]}")
        assert (await fault_from(broken, scope)).kind is K.UNREACHABLE


async def test_a_proxy_that_is_not_there_is_unreachable(broken, scope, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.delenv("NO_PROXY")
    send_to(broken, "http://ec2.nowhere.invalid")
    fault = await fault_from(broken, scope)
    assert fault.kind is K.UNREACHABLE
    assert "proxy" in fault.why


async def test_a_proxys_password_is_in_no_message(broken, scope, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", f"http://ana:planted@127.0.0.1:{free_port()}")
    monkeypatch.delenv("NO_PROXY")
    send_to(broken, "http://ec2.nowhere.invalid")
    assert "planted" not in (await fault_from(broken, scope)).sentence()


async def test_a_body_that_breaks_off_is_an_error_and_not_a_shorter_object(broken, server, scope):
    server.script(Answer(200, b"x" * 1_000, {"ETag": '"e"'}, cut=500, ending=Ending.CLOSED))
    with pytest.raises(AwsError) as caught:
        await broken.call(scope, "s3", "GetObject", {"Bucket": "b", "Key": "k"})
    assert caught.value.fault.kind in (K.TIMEOUT, K.MALFORMED)


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (boto.NoCredentialsError(), K.NO_CREDENTIALS),
        (boto.PartialCredentialsError(provider="env", cred_var="x"), K.NO_CREDENTIALS),
        (boto.ProfileNotFound(profile="x"), K.NO_CREDENTIALS),
        (boto.UnauthorizedSSOTokenError(), K.EXPIRED),
        (boto.SSOTokenLoadError(profile_name="x", error_msg="x"), K.EXPIRED),
        (boto.TokenRetrievalError(provider="sso", error_msg="x"), K.EXPIRED),
        (boto.CredentialRetrievalError(provider="process", error_msg="x"), K.NO_CREDENTIALS),
        (boto.ConfigParseError(path="x"), K.NO_CREDENTIALS),
        (FileNotFoundError(2, "x"), K.NO_CREDENTIALS),
        (boto.NoRegionError(), K.INVALID),
        (boto.InvalidRegionError(region_name="x"), K.INVALID),
        (boto.ParamValidationError(report="x"), K.INVALID),
        (boto.ConnectTimeoutError(endpoint_url="x"), K.UNREACHABLE),
        (boto.SSLError(endpoint_url="x", error="x"), K.UNREACHABLE),
        (boto.EndpointConnectionError(endpoint_url="x", error=None), K.UNREACHABLE),
        (boto.EndpointConnectionError(endpoint_url="x", error=aiohttp.ClientOSError(104, "reset")), K.TIMEOUT),
        (boto.EndpointConnectionError(endpoint_url="x", error=socket.gaierror()), K.UNREACHABLE),
        (boto.ReadTimeoutError(endpoint_url="x"), K.TIMEOUT),
        (boto.ConnectionClosedError(endpoint_url="x"), K.TIMEOUT),
        (boto.HTTPClientError(error="x"), K.TIMEOUT),
        (boto.IncompleteReadError(actual_bytes=1, expected_bytes=2), K.MALFORMED),
        (boto.ResponseStreamingError(error="x"), K.MALFORMED),
        (ResponseParserError("x"), K.MALFORMED),
        (MalformedAnswer("x"), K.MALFORMED),
        (TimeoutError(), K.TIMEOUT),
        (ConnectionResetError(), K.TIMEOUT),
        (ssl.SSLError("x"), K.TIMEOUT),
        (RuntimeError("x"), K.SERVICE),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, Exception) else "",
)
def test_exceptions(error, kind):
    fault = translate(error, "ec2", "DescribeInstances", "eu-west-1")
    assert fault.kind is kind
    assert (fault.what, fault.subject) == ("ec2 DescribeInstances", "eu-west-1")


def test_an_unforeseen_error_keeps_its_own_words_cleaned():
    fault = translate(RuntimeError("odd \x1b[2J"))
    assert fault.sentence() == "AWS: RuntimeError: odd <ESC>[2J."
