"""Clients: how many, made where, and what of the session gets out."""

from __future__ import annotations

import asyncio
import logging
import threading

import pytest
from botocore.loaders import JSONFileLoader
from botocore.session import Session

from console.aws import models
from console.aws.cost import Meter
from console.aws.gateway import Gateway
from console.aws.guard import Guard
from console.aws.session import _PAGE, Connection, known_regions
from console.scope.model import Scope
from console.text.faults import AwsError
from tests.aws.answers import CALLS
from tests.aws.conftest import connection
from tests.support.faulty import FaultyServer


async def test_ten_first_calls_make_one_client(broken, server, scope, monkeypatch):
    made = []
    create = broken._session.create_client
    monkeypatch.setattr(broken._session, "create_client", lambda *a, **k: (made.append(a), create(*a, **k))[1])
    server.script(CALLS["ec2"][2])
    await asyncio.gather(*(broken.call(scope, "ec2", "DescribeInstances", {}) for _ in range(10)))
    assert made == [("ec2",)]
    assert len(server.requests) == broken.meter.sent["ec2", "DescribeInstances"] == 10


async def test_other_regions_and_services_are_other_clients(broken, server, scope):
    server.script(CALLS["ec2"][2])
    for region in ("us-east-1", "eu-west-1", "us-east-1"):
        await broken.call(Scope(region), "ec2", "DescribeInstances", {})
    assert sorted(broken._clients) == [("ec2", "eu-west-1", 3), ("ec2", "us-east-1", 3)]
    assert "/eu-west-1/ec2/" in server.requests[1].headers["authorization"]


async def test_a_service_model_is_read_in_a_thread(server: FaultyServer, scope: Scope, monkeypatch) -> None:
    """Reading EC2's takes far longer than a key may wait."""
    readers: dict[str, set[str]] = {}
    load = JSONFileLoader.load_file

    def noting(loader: JSONFileLoader, path: str) -> object:
        found = load(loader, path)
        if found is not None:
            readers.setdefault(path.rsplit("/", 1)[-1], set()).add(threading.current_thread().name)
        return found

    monkeypatch.setattr(JSONFileLoader, "load_file", noting)
    models._service.cache_clear()
    models._general.cache_clear()
    server.script(CALLS["ec2"][2])
    async with Gateway(connection(server.url), Guard(), Meter()) as gateway:
        await gateway.call(scope, "ec2", "DescribeInstances", {})
    assert readers["service-2"]
    for data in ("service-2", "endpoint-rule-set-1", "paginators-1"):
        assert threading.main_thread().name not in readers.get(data, set())


async def test_a_client_that_cannot_be_made_leaves_the_gateway_usable(broken, server, scope):
    with pytest.raises(AwsError):
        await broken.call(Scope("not a region!"), "ec2", "DescribeInstances", {})
    server.script(CALLS["ec2"][2])
    await broken.call(scope, "ec2", "DescribeInstances", {})


async def test_profiles_and_region_come_from_the_files(home):
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("[profile ana]\nregion = eu-west-3\n[profile b\x1b[2J]\nregion = x\n")
    async with Gateway(Connection("ana"), Guard(), Meter()) as gateway:
        assert gateway.region() == "eu-west-3"
        assert gateway.profiles()[0] == "ana"
        assert not any("\x1b" in name for name in gateway.profiles())
    async with Gateway(Connection("ana", "us-west-2"), Guard(), Meter()) as gateway:
        assert gateway.region() == "us-west-2"


def test_known_regions_are_regions():
    regions = known_regions(Session())
    assert {"us-east-1", "eu-central-1", "cn-north-1", "us-gov-west-1"} <= set(regions)
    assert not [name for name in regions if "global" in name or "pseudo" in name]
    assert list(regions) == sorted(regions)


@pytest.mark.parametrize(
    ("body", "page"),
    [
        (b"<html>", True), (b"\r\n <!DOCTYPE  HTML>", True), (b"<?xml a='1'?>\n<!-- a --><!-- b --><html a>", True),
        (b'{"a":"<html>"}', False), (b"<ListRolesResponse><html>", False), (b"", False), (b"<htmlx>", False),
        (b"<!---->" * 290, False), (b"<?xml " * 340, False), (b" " * 2048, False), (b"<!--" * 512, False),
    ],
    ids=lambda value: repr(value)[:30],
)  # fmt: skip
def test_a_web_page_is_told_by_its_beginning(body, page):
    """And in no time: comments that could be split in many ways would keep the process busy for ever."""
    assert bool(_PAGE.match(body)) is page


def test_a_connection_does_not_show_its_secret():
    assert "planted" not in repr(Connection("p", "r", "", "AKIA1", "planted"))


async def test_what_botocore_logs_reaches_no_handler_of_ours(broken, server, scope):
    """Its debug lines hold headers with signatures and tokens."""
    heard: list[logging.LogRecord] = []

    class Listener(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            heard.append(record)

    root, listener = logging.getLogger(), Listener(logging.DEBUG)
    before = root.level
    root.addHandler(listener)
    root.setLevel(logging.DEBUG)
    try:
        server.script(CALLS["ec2"][2])
        await broken.call(scope, "ec2", "DescribeInstances", {})
    finally:
        root.removeHandler(listener)
        root.setLevel(before)
    assert not [record.name for record in heard if "boto" in record.name or "Signature" in record.getMessage()]
