"""How many calls are in flight at once."""

from __future__ import annotations

import asyncio

import pytest

from console.aws.limits import Limits


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
