"""A running demo account for each test module, and clients that talk to it."""

from __future__ import annotations

import json
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from console.demo.process import DemoAccount
from tests.demo.documented import Place
from tests.support.moto import ACCESS_KEY, SECRET_KEY

Clients = Callable[..., Any]


class Admin:
    """The back door of a running demo account."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, method: str, door: str, document: object = None) -> Any:
        """Return the decoded answer. Raises ``urllib.error.HTTPError``."""
        body = json.dumps(document).encode() if document is not None else None
        request = urllib.request.Request(f"{self._url}/_demo/{door}", body, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)

    def fault(self, kind: str, **more: object) -> None:
        """Add a fault."""
        self.ask("POST", "fault", {"kind": kind, **more})

    def advance(self, seconds: float) -> None:
        """Move the account's clock forward."""
        self.ask("POST", "clock", {"advance": seconds})

    def counts(self) -> dict[str, int]:
        """Return how often each ``service:operation`` was called."""
        return dict(self.ask("GET", "calls")["counts"])

    def wait(self, call: str, count: int) -> None:
        """Return when ``service:operation`` has arrived so often; of an account with ``control``.

        Raises ``HTTPError`` after 30 s.
        """
        self.ask("POST", "wait", {"call": call, "count": count})

    def mistakes(self) -> list[str]:
        """Return the tracebacks of the demo's own mistakes."""
        return [call["mistake"] for call in self.ask("GET", "calls")["calls"] if call["mistake"]]

    def clear(self) -> None:
        """Forget calls and faults."""
        self.ask("DELETE", "fault")
        self.ask("DELETE", "calls")


def connect(account: DemoAccount, service: str, **options: Any) -> Any:
    """Return a boto3 client that sends each request once; ``options`` replace its connection's."""
    retries = options.pop("attempts", 1)
    config = Config(retries={"total_max_attempts": retries}, s3={"addressing_style": "path"}, signature_version="v4")
    if service == "s3":
        config = config.merge(Config(signature_version="s3v4"))
    settings = {
        "endpoint_url": account.endpoint_url,
        "aws_access_key_id": account.access_key,
        "aws_secret_access_key": account.secret_key,
        "region_name": account.region,
        "config": config,
    }
    return boto3.client(service, **(settings | options))


@pytest.fixture(scope="module")
def shared() -> Iterator[DemoAccount]:
    """One seeded account for the tests of a module; what they change stays changed."""
    with DemoAccount.start() as running:
        yield running


@pytest.fixture
def demo(shared: DemoAccount) -> Iterator[DemoAccount]:
    """The module's account, without faults and recorded calls; a mistake of the demo fails the test."""
    admin = Admin(shared.endpoint_url)
    admin.clear()
    yield shared
    assert admin.mistakes() == []


@pytest.fixture
def fresh() -> Iterator[DemoAccount]:
    """An empty account of this test's own."""
    with DemoAccount.start(empty=True) as running:
        yield running
        assert Admin(running.endpoint_url).mistakes() == []


@pytest.fixture
def admin(demo: DemoAccount) -> Admin:
    """The back door of ``demo``."""
    return Admin(demo.endpoint_url)


@pytest.fixture
def client(demo: DemoAccount) -> Clients:
    """Make clients of ``demo``: ``client("sqs")``."""
    return lambda service, **options: connect(demo, service, **options)


@pytest.fixture(scope="module")
def ours() -> Iterator[DemoAccount]:
    """One empty account for the tests of a module, which name their queues apart."""
    with DemoAccount.start(empty=True) as running:
        yield running
        assert Admin(running.endpoint_url).mistakes() == []


@pytest.fixture(params=["demo", "moto"])
def place(request: pytest.FixtureRequest) -> Place:
    """A back end that answers SQS: ours, and one that we did not write."""
    if request.param == "demo":
        account = request.getfixturevalue("ours")
        return Place(connect(account, "sqs"), Admin(account.endpoint_url).advance)
    url = request.getfixturevalue("moto_url")
    keys = {"aws_access_key_id": ACCESS_KEY, "aws_secret_access_key": SECRET_KEY}
    config = Config(retries={"total_max_attempts": 1})
    return Place(boto3.client("sqs", endpoint_url=url, region_name="eu-west-1", config=config, **keys), _no_clock)


def _no_clock(_seconds: float) -> None:
    raise AssertionError("moto has no clock to move")
