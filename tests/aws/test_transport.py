"""How often a request is sent, and where to: counted by the server that gets it."""

from __future__ import annotations

import asyncio
import gc
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.aws import transport
from console.aws.cost import Meter
from console.aws.gateway import Gateway
from console.aws.guard import Guard
from console.aws.session import Connection, client_config, open_session
from console.scope.model import Scope
from console.text.faults import AwsError, FaultKind
from tests.aws.answers import CALLS, PAGE, STOPPED, XML, ec2_error, redirect, s3_error
from tests.aws.conftest import connection
from tests.support.faulty import DROP, RESET, SILENCE, Answer, Ending, FaultyServer, faulty
from tests.support.patience import shorten

NOISE = Answer(raw=b"noise\r\n\r\n")
STOP = {"InstanceIds": ["i-1"]}
ASSUMED = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials>
<AccessKeyId>ASIA1</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>planted-token</SessionToken>
<Expiration>2099-01-01T00:00:00Z</Expiration></Credentials><AssumedRoleUser><Arn>a</Arn><AssumedRoleId>b</AssumedRoleId>
</AssumedRoleUser></AssumeRoleResult></AssumeRoleResponse>"""


@pytest.fixture
def elsewhere() -> Iterator[FaultyServer]:
    """Where nothing may ever arrive."""
    with faulty(CALLS["ec2"][2]) as running:
        yield running
        assert running.requests == []


async def stop(gateway: Gateway, scope: Scope) -> FaultKind | None:
    gateway.guard.unlock(60)
    try:
        with gateway.guard.warrant("ec2", "StopInstances"):
            await gateway.write(scope, "ec2", "StopInstances", STOP)
    except AwsError as error:
        return error.fault.kind
    return None


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, STOPPED, XML), DROP, RESET, SILENCE, ec2_error("InternalError", 500), ec2_error("Unavailable", 503),
        ec2_error("RequestLimitExceeded", 503), ec2_error("RequestLimitExceeded", 400), ec2_error("RequestExpired"),
        Answer(429), Answer(502, PAGE), Answer(504), Answer(200, STOPPED, XML, cut=80, ending=Ending.CLOSED),
        Answer(200, STOPPED[:80], XML), Answer(200, PAGE, {"Content-Type": "text/html"}), NOISE,
    ],
)  # fmt: skip
@pytest.mark.parametrize("setting", ["", "AWS_MAX_ATTEMPTS"])
async def test_a_write_is_sent_once_whatever_comes_back(broken, server, scope, answer, setting, monkeypatch):
    if setting:
        monkeypatch.setenv(setting, "5")
    if answer in (SILENCE, NOISE):
        shorten(monkeypatch, 0.5)
    server.script(answer)
    kind = await stop(broken, scope)
    assert (kind is None) is (answer.body == STOPPED and answer.cut is None)
    assert len(server.requests) == 1
    assert broken.meter.sent == {("ec2", "StopInstances"): 1}


async def test_a_write_never_takes_a_connection_that_may_be_dead(broken, server, scope):
    server.script(Answer(200, STOPPED, XML))
    for _ in range(2):
        assert await stop(broken, scope) is None
    assert all(request.headers["connection"] == "close" for request in server.requests)


async def test_a_write_called_as_a_read_is_sent_once_too(broken, server, scope):
    server.script(DROP)
    broken.guard.unlock(60)
    with broken.guard.warrant("ec2", "StopInstances"), pytest.raises(AwsError):
        await broken.call(scope, "ec2", "StopInstances", STOP)
    assert len(server.requests) == 1


async def test_a_receive_is_sent_once(broken, server, scope):
    server.script(DROP)
    with pytest.raises(AwsError):
        await broken.call(scope, "sqs", "ReceiveMessage", {"QueueUrl": f"{server.url}/1/q"})
    assert len(server.requests) == 1


async def test_a_put_is_sent_once_even_when_another_region_is_named(broken, server, scope):
    server.script(s3_error("PermanentRedirect", 301, x_amz_bucket_region="eu-west-1"), Answer(200))
    broken.guard.unlock(60)
    with broken.guard.warrant("s3", "PutObject"), pytest.raises(AwsError) as caught:
        async with asyncio.timeout(30):  # one that waits for a go-ahead would wait for ever
            await broken.write(scope, "s3", "PutObject", {"Bucket": "b", "Key": "k", "Body": b"x"})
    assert caught.value.fault.code == "PermanentRedirect"
    assert [request.method for request in server.requests] == ["PUT"]
    assert "expect" not in server.requests[0].headers


async def test_a_read_goes_to_the_region_that_is_named_and_nowhere_else(broken, server, elsewhere, scope):
    wrong = s3_error("PermanentRedirect", 301, x_amz_bucket_region="eu-west-1", Location=elsewhere.url)
    server.script(wrong, CALLS["s3"][2])
    answer = await broken.call(scope, "s3", "ListObjectsV2", {"Bucket": "things"})
    assert answer["Contents"][0]["Key"] == "a"
    assert "/eu-west-1/s3/" in server.requests[-1].headers["authorization"]
    assert sum(broken.meter.sent.values()) == len(server.requests) == 2


@pytest.mark.parametrize("service", CALLS)
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_no_redirect_is_followed(broken, server, elsewhere, scope, service, status):
    operation, parameters, _ = CALLS[service]
    server.script(redirect(elsewhere.url, status))
    with pytest.raises(AwsError) as caught:
        await broken.call(scope, service, operation, dict(parameters))
    assert caught.value.fault.kind in (FaultKind.MALFORMED, FaultKind.INVALID, FaultKind.SERVICE)
    assert sum(broken.meter.sent.values()) == len(server.requests)


async def test_a_kept_connection_that_has_died_is_counted_each_time(broken, server, scope):
    """aiohttp would send such a GET again by itself, unseen by the meter."""
    server.script(CALLS["s3"][2], DROP, CALLS["s3"][2])
    for _ in range(2):
        await broken.call(scope, "s3", "ListObjectsV2", {"Bucket": "things"})
    assert sum(broken.meter.sent.values()) == len(server.requests) == 3


def profile_with_role(home: Path) -> None:
    folder = home / ".aws"
    folder.mkdir()
    (folder / "config").write_text(
        "[profile base]\naws_access_key_id = a\naws_secret_access_key = planted-key\n"
        "[profile role]\nrole_arn = arn:aws:iam::123456789012:role/OnCall\nsource_profile = base\nregion = us-east-1\n"
    )


async def test_signing_in_passes_guard_and_meter_and_is_counted_as_itself(home, server, monkeypatch):
    profile_with_role(home)
    with faulty(Answer(200, ASSUMED, XML)) as sts:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        server.script(CALLS["ec2"][2])
        async with Gateway(Connection("role", endpoint_url=server.url), Guard(), Meter()) as gateway:
            await gateway.call(Scope("us-east-1"), "ec2", "DescribeInstances", {})
            assert gateway.meter.sent == {("sts", "AssumeRole"): 1, ("ec2", "DescribeInstances"): 1}
    assert len(sts.requests) == len(server.requests) == 1
    assert server.requests[0].headers["x-amz-security-token"] == "planted-token"


async def test_signing_in_follows_no_redirect(home, server, elsewhere, monkeypatch):
    profile_with_role(home)
    with faulty(redirect(elsewhere.url)) as sts:
        monkeypatch.setenv("AWS_ENDPOINT_URL_STS", sts.url)
        async with Gateway(Connection("role", endpoint_url=server.url), Guard(), Meter()) as gateway:
            with pytest.raises(AwsError):
                await gateway.call(Scope("us-east-1"), "ec2", "DescribeInstances", {})
    assert len(sts.requests) >= 1
    assert server.requests == []


@pytest.mark.parametrize("service", CALLS)
async def test_requests_say_who_they_are_from_and_where_to(broken, server, scope, service):
    operation, parameters, answer = CALLS[service]
    server.script(answer)
    await broken.call(scope, service, operation, dict(parameters))
    (request,) = server.requests
    assert request.headers["user-agent"].startswith("cloudtop/")
    signed_as = {"cloudwatch": "monitoring"}.get(service, service)
    assert f"/us-east-1/{signed_as}/aws4_request" in request.headers["authorization"]
    assert request.headers["host"] == server.url.removeprefix("http://")
    if service == "s3":
        assert request.target.startswith("/things?")


async def test_closing_leaves_no_socket_and_no_warning(server, scope):
    complaints: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: complaints.append(context))
    server.script(CALLS["ec2"][2], CALLS["ec2"][2], SILENCE)
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        async with Gateway(connection(server.url), Guard(), Meter()) as gateway:
            await gateway.call(scope, "ec2", "DescribeInstances", {})
            await gateway.call(scope, "ec2", "DescribeInstances", {})
            hanging = asyncio.ensure_future(gateway.call(scope, "ec2", "DescribeInstances", {}))
            await asyncio.to_thread(server.wait_for, 3)
            hanging.cancel()
            await asyncio.gather(hanging, return_exceptions=True)
        served = server._threads[1:]
        for thread in served:
            await asyncio.to_thread(thread.join, 10)
        del gateway, hanging
        gc.collect()
    assert complaints == []
    assert [str(warning.message) for warning in warned if "nclosed" in str(warning.message)] == []
    assert served
    assert not any(thread.is_alive() for thread in served), "a connection is still open"


async def test_without_tls_no_authority_is_read_and_none_would_be_trusted(broken, server, scope, monkeypatch) -> None:
    monkeypatch.setattr(transport, "_verifying", None)
    operation, parameters, good = CALLS["sqs"]
    server.script(good)
    await broken.call(scope, "sqs", operation, parameters)
    context, _ = transport.PlainSession()._build_ssl_contexts(None)
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert not context.get_ca_certs()


@pytest.mark.parametrize("url", ["", "https://aws.test"])
def test_with_tls_authorities_are_read(url: str) -> None:
    config = client_config(Connection(endpoint_url=url), "sqs", 1)
    session = open_session(Connection(), Guard(), Meter()).get_default_client_config().merge(config).http_session_cls
    assert session is transport.SendOnceSession
    context, _ = session()._build_ssl_contexts(None)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.get_ca_certs()
