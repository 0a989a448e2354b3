"""The quick stand-ins: they do what botocore's own do, and what they stand for is what it was."""

from __future__ import annotations

import hashlib
import inspect
import random
from typing import Any

import botocore.awsrequest
import botocore.hooks
import botocore.httpsession
import pytest
from aiobotocore.hooks import AioHierarchicalEmitter
from aiobotocore.regions import AioEndpointRulesetResolver
from botocore.awsrequest import HeadersDict

from console.aws import quick
from console.aws.gateway import Gateway
from console.aws.operations import EFFECTS
from console.scope.model import Scope
from tests.aws.answers import CALLS
from tests.support.faulty import FaultyServer

_NAMES = ("Host", "host", "HOST", "X-Amz-Date", "x-amz-date", "Content-Length", "User-Agent", "a")


@pytest.mark.parametrize(
    ("part", "expected"),
    [
        (botocore.awsrequest.HeadersDict, "8e1dcdaaaba84625"),
        (botocore.awsrequest._HeaderKey, "457e1d6afbac1cb9"),
        (botocore.awsrequest.AWSRequest, "4c3ae628b1eed4f0"),
        (botocore.awsrequest.AWSRequestPreparer, "a3628b9f433e08bd"),
        (AioHierarchicalEmitter, "b29d01136a8c9787"),
        (botocore.hooks.HierarchicalEmitter.emit, "b0db14f883053518"),
        (AioEndpointRulesetResolver, "2a2d745de5747089"),
        (botocore.httpsession.ProxyConfiguration, "2e49d24656ceef75"),
    ],
    ids=lambda part: getattr(part, "__qualname__", ""),
)
def test_what_a_stand_in_stands_for_is_what_it_was(part: Any, expected: str) -> None:
    """Where this fails botocore has changed: compare it with the stand-in, then write down the new sum."""
    assert hashlib.sha256(inspect.getsource(part).encode()).hexdigest()[:16] == expected


def said(headers: Any) -> tuple[Any, ...]:
    """Return everything that can be seen of headers."""
    looked = tuple((name, name in headers, headers.get(name), headers.get(name, 7)) for name in _NAMES)
    return (list(headers), list(headers.items()), list(headers.keys()), list(headers.values()), len(headers), looked)


@pytest.mark.parametrize("seed", range(40))
def test_headers_do_what_botocores_do(seed: int) -> None:
    chance = random.Random(seed)
    ours, theirs = quick.Headers({"A": 1}), HeadersDict({"A": 1})
    for _ in range(60):
        name, value = chance.choice(_NAMES), chance.choice(["text", b"bytes", "ü"])
        step = chance.randrange(7)
        for headers in (ours, theirs):
            if step == 0:
                headers[name] = value
            elif step == 1:
                headers.pop(name, None)
            elif step == 2:
                headers.update({name: value, "other": 1})
            elif step == 3:
                headers.update([(name, value)], more=2)
            elif step == 4:
                headers.update(headers.copy())
            elif step == 5:
                headers.setdefault(name, value)
            else:
                headers.update(HeadersDict({name: value}))
        assert said(ours) == said(theirs)
        assert ours == theirs
        assert dict(ours) == dict(theirs)
    assert type(ours)(ours.items()) == ours


def test_headers_miss_what_botocores_miss() -> None:
    for headers in (quick.Headers(), HeadersDict()):
        with pytest.raises(KeyError):
            headers["a"]
        with pytest.raises(KeyError):
            del headers["a"]
        assert "a" not in headers


def test_values_may_be_set_while_going_through_headers() -> None:
    headers = quick.Headers({"A": "ü", "b": b"1"})
    for name, value in headers.items():
        headers[name] = value.encode() if isinstance(value, str) else value
    assert dict(headers) == {"A": "ü".encode(), "b": b"1"}


async def test_events_reach_the_same_handlers_in_the_same_order() -> None:
    for emitter in (quick.Emitter(), AioHierarchicalEmitter()):
        seen: list[str] = []
        _register(emitter, seen)
        assert [response for _, response in await emitter.emit("before.sqs.Go", a=1)] == [None, "later", "now"]
        assert await emitter.emit("nobody.hears") == []
        _, first = await emitter.emit_until_response("before.sqs.Go", a=2)
        assert first == "later"
        assert await emitter.emit_until_response("nobody.hears") == (None, None)
        assert seen == ["nothing before.sqs.Go 1", "later", "now", "nothing before.sqs.Go 2", "later"]
        with pytest.raises(ValueError, match="told to"):
            await emitter.emit("fails")


def _register(emitter: Any, seen: list[str]) -> None:
    def nothing(event_name: str, a: int, **_rest: Any) -> None:
        seen.append(f"nothing {event_name} {a}")

    async def later(**_rest: Any) -> str:
        seen.append("later")
        return "later"

    def now(**_rest: Any) -> str:
        seen.append("now")
        return "now"

    def fails(**_rest: Any) -> None:
        raise ValueError("told to")

    emitter.register("before.sqs.Go", nothing)
    emitter.register("before.sqs", later)
    emitter.register("before", now)
    emitter.register("fails", fails)


async def test_an_endpoint_is_asked_for_once_where_parameters_have_no_say(
    broken: Gateway, server: FaultyServer, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    own = AioEndpointRulesetResolver.construct_endpoint

    async def noting(rules: Any, operation_model: Any, *arguments: Any, **named: Any) -> Any:
        asked.append(operation_model.name)
        return await own(rules, operation_model, *arguments, **named)

    monkeypatch.setattr(AioEndpointRulesetResolver, "construct_endpoint", noting)
    for service in ("sqs", "s3"):
        operation, parameters, good = CALLS[service]
        server.script(good)
        for _ in range(3):
            await broken.call(scope, service, operation, parameters)
    assert asked == ["ListQueues", *["ListObjectsV2"] * 3]


async def _endpoint(client: Any, operation: str, rules: Any) -> Any:
    return await rules.construct_endpoint(client.meta.service_model.operation_model(operation), {}, {})


@pytest.mark.parametrize("service", ["ec2", "sqs", "iam", "cloudwatch", "autoscaling", "elbv2", "sts"])
async def test_every_endpoint_is_the_one_that_the_rules_name(broken: Gateway, scope: Scope, service: str) -> None:
    client = await broken._client(service, scope.region, 3)
    quickly = client._ruleset_resolver
    for operation in (name for of, name in EFFECTS if of == service):
        expected = await _endpoint(client, operation, quickly._rules)
        for _ in range(2):
            assert await _endpoint(client, operation, quickly) == expected


@pytest.mark.parametrize("data", [b"", b"bytes", "text ü", {"a": "ü", "b": [1, 2]}, None])
def test_a_body_is_what_botocore_would_send(data: Any) -> None:
    def made() -> Any:
        return botocore.awsrequest.AWSRequest("POST", "https://aws.test/", data=data)

    whole = made().prepare().body
    assert quick._body(made()) == (whole.encode() if isinstance(whole, str) else whole)
