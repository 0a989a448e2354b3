"""How many calls are in flight at once."""

from __future__ import annotations

import asyncio
from contextlib import suppress

import pytest

from console.aws.cost import Meter
from console.aws.gateway import Gateway
from console.aws.guard import Guard
from console.aws.limits import Limits
from console.scope.model import Scope
from tests.aws.answers import INSTANCES
from tests.aws.conftest import connection


class Crowd:
    """Tasks that hold their slot until they are let go, and how many do at most."""

    def __init__(self) -> None:
        self.inside = 0
        self.most = 0
        self.done = 0
        self.leave = asyncio.Event()

    async def enter(self, slot: asyncio.Semaphore) -> None:
        async with slot:
            self.inside += 1
            self.most = max(self.most, self.inside)
            await self.leave.wait()
            self.inside -= 1
        self.done += 1


async def let_run() -> None:
    for _ in range(100):
        await asyncio.sleep(0)


@pytest.mark.parametrize(("service", "most"), [("ec2", 4), ("cloudwatch", 4), ("sqs", 16), ("iam", 6), ("elbv2", 6)])
async def test_calls_of_one_service_are_bounded_and_all_come_through(service, most):
    limits, crowd = Limits(), Crowd()
    tasks = [asyncio.create_task(crowd.enter(limits.slot("1", "eu-west-1", service))) for _ in range(40)]
    await let_run()
    assert crowd.inside == most
    crowd.leave.set()
    await asyncio.gather(*tasks)
    assert (crowd.most, crowd.done) == (most, 40)


@pytest.mark.parametrize("other", [("2", "eu-west-1", "ec2"), ("1", "us-east-1", "ec2"), ("1", "eu-west-1", "iam")])
async def test_a_full_service_holds_up_no_other_account_region_or_service(other):
    limits, crowd = Limits(), Crowd()
    tasks = [asyncio.create_task(crowd.enter(limits.slot("1", "eu-west-1", "ec2"))) for _ in range(10)]
    await let_run()
    assert limits.slot("1", "eu-west-1", "ec2").locked()
    async with asyncio.timeout(5), limits.slot(*other):
        pass
    crowd.leave.set()
    await asyncio.gather(*tasks)


async def test_a_cancelled_call_gives_its_slot_back():
    limits, crowd = Limits(), Crowd()
    tasks = [asyncio.create_task(crowd.enter(limits.slot("1", "eu-west-1", "ec2"))) for _ in range(8)]
    await let_run()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert not limits.slot("1", "eu-west-1", "ec2").locked()


async def test_the_gateway_holds_a_slot_for_each_call_and_each_page(scope: Scope) -> None:
    crowd, slot = Crowd(), asyncio.Semaphore(99)
    four = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.lower().split(b"\r\n")
                await reader.readexactly(next(int(line[15:]) for line in lines if line.startswith(b"content-length:")))
                if crowd.inside == 3:
                    four.set()
                await crowd.enter(slot)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%b" % (len(INSTANCES), INSTANCES))
        writer.close()

    async def paged(gateway: Gateway) -> list[dict]:
        return [page async for page in gateway.pages(scope, "ec2", "DescribeInstances", {})]

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as listening:
        url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
        async with Gateway(connection(url), Guard(), Meter()) as gateway:
            calls = [gateway.call(scope, "ec2", "DescribeInstances", {}) for _ in range(6)]
            tasks = [asyncio.ensure_future(call) for call in (*calls, *(paged(gateway) for _ in range(6)))]
            await four.wait()
            await let_run()
            crowd.leave.set()
            await asyncio.gather(*tasks)
    assert (crowd.most, crowd.done) == (4, 12)
