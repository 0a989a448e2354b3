"""A page that comes in parts: all of it, once, and its errors."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from console.aws import parsers
from console.aws.gateway import Gateway
from console.scope.model import Scope
from console.text.faults import AwsError, FaultKind
from tests.aws.answers import CALLS, XML, ec2_error
from tests.support.faulty import Answer, FaultyServer

WANTED = ("Reservations.Instances.InstanceId", "Reservations.Instances.State.Name")
MANY = 3000


def page(first: int, count: int, token: str = "", inside: str = "") -> bytes:
    """Return a page of so many instances."""
    items = "".join(
        f"<item><ownerId>1</ownerId><instancesSet><item><instanceId>i-{number}</instanceId><instanceState><code>16</code>"
        f"<name>running</name></instanceState></item></instancesSet></item>"
        for number in range(first, first + count)
    )
    more = f"<nextToken>{token}</nextToken>" if token else ""
    return f"<R><requestId>r</requestId><reservationSet>{items}{inside}</reservationSet>{more}</R>".encode()


async def read(gateway: Gateway, scope: Scope, wanted: tuple[str, ...] = WANTED) -> list[dict[str, Any]]:
    return [part async for part in gateway.pages(scope, "ec2", "DescribeInstances", {}, wanted)]


def ids(parts: list[dict[str, Any]]) -> list[str]:
    reservations = [one for part in parts for one in part.get("Reservations", ())]
    return [instance["InstanceId"] for one in reservations for instance in one["Instances"]]


async def test_parts_are_the_whole_in_order(broken: Gateway, server: FaultyServer, scope: Scope) -> None:
    server.script(Answer(200, page(0, MANY, "next"), XML), Answer(200, page(MANY, 5), XML))
    parts = await read(broken, scope)
    assert len(parts) > 2
    assert ids(parts) == [f"i-{number}" for number in range(MANY + 5)]
    first = parts[0]["Reservations"][0]
    assert first == {"Instances": [{"InstanceId": "i-0", "State": {"Name": "running"}}]}
    assert len(server.requests) == 2
    assert [record.outcome for record in broken.meter.records] == ["ok", "ok"]


async def test_without_a_wish_a_page_comes_whole(broken: Gateway, server: FaultyServer, scope: Scope) -> None:
    server.script(Answer(200, page(0, MANY), XML))
    (only,) = await read(broken, scope, ())
    assert len(only["Reservations"]) == MANY
    assert only["Reservations"][0]["OwnerId"] == "1"


async def test_a_part_is_there_before_its_page_was_read(broken: Gateway, server: FaultyServer, scope: Scope) -> None:
    server.script(Answer(200, page(0, MANY), XML))
    async for part in broken.pages(scope, "ec2", "DescribeInstances", {}, WANTED):
        assert 0 < len(part["Reservations"]) < MANY
        assert not broken.meter.records
        break


async def test_a_doubt_in_the_middle_loses_nothing_and_repeats_nothing(
    broken: Gateway, server: FaultyServer, scope: Scope
) -> None:
    strange = (
        '<item xmlns:x="urn:x"><x:odd/><instancesSet><item><instanceId>i-last</instanceId></item></instancesSet></item>'
    )
    server.script(Answer(200, page(0, MANY, inside=strange), XML))
    parts = await read(broken, scope)
    assert len(parts) > 1
    assert ids(parts) == [*(f"i-{number}" for number in range(MANY)), "i-last"]


async def test_a_page_cut_short_is_an_error_after_the_parts_before_it(
    broken: Gateway, server: FaultyServer, scope: Scope
) -> None:
    server.script(Answer(200, page(0, MANY)[:-30], XML))
    parts: list[dict[str, Any]] = []

    async def collect() -> None:
        async for part in broken.pages(scope, "ec2", "DescribeInstances", {}, WANTED):
            parts.append(part)

    with pytest.raises(AwsError) as caught:
        await collect()
    assert parts
    assert caught.value.fault.kind is FaultKind.MALFORMED
    assert ids(parts) == [f"i-{number}" for number in range(len(ids(parts)))]
    assert len(server.requests) == 1


async def test_an_error_answer_is_told_as_ever(broken: Gateway, server: FaultyServer, scope: Scope) -> None:
    server.script(ec2_error("UnauthorizedOperation", 403))
    with pytest.raises(AwsError) as caught:
        await read(broken, scope)
    assert caught.value.fault.kind is FaultKind.DENIED
    assert caught.value.fault.request_id == "r-9"


async def test_leaving_early_leaves_no_task(broken: Gateway, server: FaultyServer, scope: Scope) -> None:
    server.script(Answer(200, page(0, MANY), XML))
    before = asyncio.all_tasks()
    pages = broken.pages(scope, "ec2", "DescribeInstances", {}, WANTED)
    await anext(pages)
    await pages.aclose()
    assert asyncio.all_tasks() <= before
    server.script(Answer(200, page(0, 1), XML))
    assert ids(await read(broken, scope)) == ["i-0"]


async def test_being_cancelled_ends_the_reading(broken: Gateway, server: FaultyServer, scope: Scope) -> None:
    server.script(Answer(silent=True))
    before = asyncio.all_tasks()
    reading = asyncio.create_task(read(broken, scope))
    await asyncio.to_thread(server.wait_for, 1)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert asyncio.all_tasks() <= before


async def test_other_services_take_the_wish_and_give_whole_pages(
    broken: Gateway, server: FaultyServer, scope: Scope
) -> None:
    server.script(CALLS["iam"][2])
    pages = [page async for page in broken.pages(scope, "iam", "ListRoles", {}, ("Roles.RoleName",))]
    assert [page["Roles"] for page in pages] == [[]]


def test_parsers_are_made_once_and_only_ec2s_is_ours() -> None:
    made = parsers.Parsers()
    assert made.create_parser("ec2") is made.create_parser("ec2")
    assert type(made.create_parser("query")).__module__ == "aiobotocore.parsers"
