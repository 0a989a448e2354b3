"""When a call may go out: how many at once, how many a second, and who goes first."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any

import pytest

from console.aws.cost import Meter
from console.aws.gateway import Gateway
from console.aws.guard import Guard
from console.aws.limits import RECOVERY, SLOWEST, Allowance, Gate, Limits
from console.scope.model import Scope
from console.scope.urgency import Urgency, asked_as
from tests.aws.answers import INSTANCES, JSON, json_error
from tests.aws.conftest import connection
from tests.support.faulty import Answer, FaultyServer
from tests.support.virtual import now, run

REST, SEEN = Urgency.REST, Urgency.VISIBLE


class Crowd:
    """Calls that stay inside until they are let go, who came in, and how many were inside at most."""

    def __init__(self, gate: Gate) -> None:
        self.gate = gate
        self.inside = self.most = 0
        self.came: list[tuple[float, str]] = []
        self.leave = asyncio.Event()

    async def enter(self, wanted: Urgency = SEEN, name: str = "") -> None:
        async with self.gate.turn(wanted):
            self.came.append((now(), name))
            self.inside += 1
            self.most = max(self.most, self.inside)
            await self.leave.wait()
            self.inside -= 1

    def send(self, count: int, wanted: Urgency = SEEN, name: str = "") -> list[asyncio.Task[None]]:
        return [asyncio.create_task(self.enter(wanted, name)) for _ in range(count)]


def gate(in_view: int = 1000, rest: int = 1000, burst: float = 1000, rate: float = 1000, jitter: float = 0) -> Gate:
    return Gate(Allowance(in_view, rest, burst, rate), lambda: jitter)


def virtually(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    def wrapped() -> None:
        run(test())

    return wrapped


async def let_run() -> None:
    for _ in range(100):
        await asyncio.sleep(0)


async def rate_of(made: Gate, seconds: float) -> float:
    """Return how many calls a second come through, where as many as can be are made."""
    through = 0

    async def call() -> None:
        nonlocal through
        while True:
            async with made.turn(SEEN):
                through += 1

    calling = asyncio.create_task(call())
    await asyncio.sleep(seconds)
    calling.cancel()
    await asyncio.gather(calling, return_exceptions=True)
    return through / seconds


@pytest.mark.parametrize(
    ("service", "seen", "rest"),
    [("ec2", 4, 2), ("cloudwatch", 4, 2), ("sqs", 12, 8), ("iam", 6, 2), ("s3", 16, 4), ("elbv2", 6, 2)],
)
async def test_calls_of_one_service_are_bounded_and_all_come_through(service: str, seen: int, rest: int) -> None:
    crowd = Crowd(Limits().gate("1", "eu-west-1", service))
    tasks = [*crowd.send(20), *crowd.send(20, REST)]
    await let_run()
    assert crowd.inside == seen, "nobody out of view comes in while others wait who are in view"
    for task in tasks[seen:20]:
        task.cancel()
    await let_run()
    assert crowd.inside == seen + rest <= 20, "more than a client has connections"
    crowd.leave.set()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert len(crowd.came) == seen + 20


@pytest.mark.parametrize("other", [("2", "eu-west-1", "ec2"), ("1", "us-east-1", "ec2"), ("1", "eu-west-1", "iam")])
async def test_a_full_service_holds_up_no_other_account_region_or_service(other: tuple[str, str, str]) -> None:
    limits = Limits()
    crowd = Crowd(limits.gate("1", "eu-west-1", "ec2"))
    tasks = crowd.send(10)
    await let_run()
    assert crowd.inside == 4
    async with asyncio.timeout(5), limits.gate(*other).turn(SEEN):
        pass
    crowd.leave.set()
    await asyncio.gather(*tasks)


async def test_what_is_in_view_never_waits_behind_what_is_not() -> None:
    crowd = Crowd(gate(in_view=2, rest=2))
    tasks = crowd.send(50, REST, "rest")
    await let_run()
    assert crowd.inside == 2
    tasks += crowd.send(2, SEEN, "seen")
    await let_run()
    assert crowd.inside == 4
    tasks += [*crowd.send(1, REST, "rest"), *crowd.send(1, Urgency.SELECTED, "selected"), *crowd.send(1, SEEN, "seen")]
    await let_run()
    crowd.leave.set()
    await asyncio.gather(*tasks)
    assert [name for _, name in crowd.came][:6] == ["rest", "rest", "seen", "seen", "seen", "selected"]


@virtually
async def test_so_many_go_out_at_once_and_then_so_many_a_second() -> None:
    crowd = Crowd(gate(burst=10, rate=2))
    crowd.send(16)
    began = now()
    await asyncio.sleep(10)
    assert [round(moment - began, 3) for moment, _ in crowd.came] == [0] * 10 + [0.5, 1, 1.5, 2, 2.5, 3]


@virtually
async def test_what_was_not_used_is_kept_up_to_a_burst() -> None:
    made = gate(burst=10, rate=2)
    first, second = Crowd(made), Crowd(made)
    first.send(10)
    await asyncio.sleep(3600)
    second.send(20)
    await let_run()
    assert len(second.came) == 10


@virtually
async def test_rows_out_of_view_leave_half_of_the_bucket_to_others() -> None:
    crowd = Crowd(gate(burst=10, rate=2))
    crowd.send(20, REST, "rest")
    await let_run()
    assert len(crowd.came) == 5
    crowd.send(5, SEEN, "seen")
    await let_run()
    assert [name for _, name in crowd.came[5:]] == ["seen"] * 5
    await asyncio.sleep(2)
    assert len(crowd.came) == 10, "the upper half has to fill first"
    await asyncio.sleep(2.6)
    assert len(crowd.came) > 10


@virtually
async def test_waits_are_spread() -> None:
    crowd = Crowd(gate(burst=1, rate=1, jitter=1))
    crowd.send(2)
    began = now()
    await asyncio.sleep(5)
    assert [moment - began for moment, _ in crowd.came] == [0, 1.25]


@virtually
async def test_throttling_halves_the_rate_which_comes_back_slowly() -> None:
    made = gate(burst=10, rate=100)
    assert await rate_of(made, 10) == pytest.approx(100, rel=0.05)
    made.throttled()
    assert await rate_of(made, 2) == pytest.approx(50, rel=0.1)
    await asyncio.sleep(RECOVERY / 2)
    assert await rate_of(made, 10) == pytest.approx(100, rel=0.05)


@virtually
async def test_how_much_slower_is_told_only_while_it_is() -> None:
    limits = Limits()
    made = limits.gate("1", "eu-west-1", "sqs")
    limits.gate("1", "eu-west-1", "ec2").throttled()
    assert limits.slowed() == {"ec2": 2}
    for _ in range(2):
        made.throttled()
        await asyncio.sleep(2)
    limits.gate("1", "eu-central-1", "sqs")
    assert limits.slowed() == {"sqs": 4, "ec2": 2}, "the slowest of its gates"
    await asyncio.sleep(25)
    assert limits.slowed() == {"sqs": 2}
    await asyncio.sleep(RECOVERY)
    assert limits.slowed() == {}


@virtually
async def test_calls_refused_together_are_one_throttling() -> None:
    made = gate(burst=10, rate=100)
    for _ in range(16):
        made.throttled()
    assert await rate_of(made, 2) == pytest.approx(50, rel=0.1)


@virtually
async def test_a_gate_never_closes() -> None:
    made = gate(burst=10, rate=100)
    for _ in range(50):
        made.throttled()
        await asyncio.sleep(1)
    made.throttled()
    assert await rate_of(made, 1) == pytest.approx(100 * SLOWEST, abs=1)


@virtually
async def test_rows_out_of_view_are_read_on_however_often_calls_are_refused() -> None:
    made = gate(burst=100, rate=20)
    through = 0

    async def call() -> None:
        nonlocal through
        while True:
            async with made.turn(REST):
                through += 1
                if through % 5 == 0:
                    made.throttled()

    calling = asyncio.create_task(call())
    await asyncio.sleep(600)
    calling.cancel()
    await asyncio.gather(calling, return_exceptions=True)
    assert through > 300


async def test_a_cancelled_call_gives_its_place_back() -> None:
    crowd = Crowd(gate(in_view=4))
    tasks = crowd.send(8)
    await let_run()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    again = Crowd(crowd.gate)
    again.send(4)
    await let_run()
    assert again.inside == 4
    again.leave.set()


async def test_a_call_that_is_called_off_as_it_is_let_in_gives_its_place_back() -> None:
    crowd = Crowd(gate(in_view=1))
    first, second = *crowd.send(1), *crowd.send(1, name="second")
    await let_run()
    crowd.leave.set()
    await first
    second.cancel()
    await asyncio.gather(second, return_exceptions=True)
    async with asyncio.timeout(5), crowd.gate.turn(SEEN):
        pass


@pytest.mark.parametrize("code", ["RequestThrottled", "Throttling", "SlowDown"])
async def test_the_gateway_slows_down_although_trying_again_helped(
    broken: Gateway, server: FaultyServer, scope: Scope, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    throttled: list[str] = []
    monkeypatch.setattr(Gate, "throttled", lambda _gate: throttled.append(code))
    server.script(json_error(code), Answer(200, b"{}", JSON), json_error("AccessDenied"))
    await broken.call(scope, "sqs", "ListQueues", {})
    assert throttled == [code]
    with suppress(Exception):
        await broken.call(scope, "sqs", "ListQueues", {})
    assert throttled == [code], "another error is no reason"


async def test_the_gateway_makes_calls_as_urgent_as_they_were_asked(
    broken: Gateway, server: FaultyServer, scope: Scope, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[Urgency] = []
    turn = Gate.turn
    monkeypatch.setattr(Gate, "turn", lambda gate, wanted: asked.append(wanted) or turn(gate, wanted))
    server.script(Answer(200, b"{}", JSON))
    with asked_as(REST):
        await broken.call(scope, "sqs", "ListQueues", {})
        assert [page async for page in broken.pages(scope, "sqs", "ListQueues", {})]
    await broken.call(scope, "sqs", "ListQueues", {})
    assert asked[0] is asked[1] is REST
    assert asked[-1] is SEEN


async def test_the_gateway_holds_a_slot_for_each_call_and_each_page(scope: Scope) -> None:
    crowd = Crowd(gate())
    four = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError):
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.lower().split(b"\r\n")
                await reader.readexactly(next(int(line[15:]) for line in lines if line.startswith(b"content-length:")))
                if crowd.inside == 3:
                    four.set()
                await crowd.enter()
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
    assert (crowd.most, len(crowd.came)) == (4, 12)
