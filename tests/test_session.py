"""What a screen may ask of the AWS side, against the demo account: everything happens in the worker."""

from __future__ import annotations

import asyncio
import json
import time
import urllib.request
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import pytest

from console.cloudwatch.series import Window
from console.config.settings import Production, Settings, Writes
from console.demo.process import DemoAccount
from console.launch import Launch
from console.resources.registry import catalogue
from console.session import Session
from console.store.delta import Delta
from console.store.query import Query
from console.store.rows import Row
from console.text.faults import AwsError, FaultKind
from console.worker.place import OwnThread
from console.worker.worker import Worker
from tests.store.heardrows import HeardRows
from tests.support.patience import shorten

pytestmark = pytest.mark.usefixtures("reachable")


@asynccontextmanager
async def session(settings: Settings | None = None, **launch: object) -> AsyncIterator[Session]:
    """Open a session on a worker of its own."""
    worker = Worker(make=OwnThread)  # here, where a test can shorten its waiting
    try:
        found = await Session.open(worker, Launch(**launch), settings or Settings())  # type: ignore[arg-type]
        while found.status().identity.alias is None:  # noqa: ASYNC110 read beside everything else
            await asyncio.sleep(0.01)
        yield found
        await found.close()
    finally:
        worker.stop()


class Screen:
    """Hears what a list tells."""

    def __init__(self) -> None:
        self.rows = HeardRows()
        self.deltas: list[Delta] = []
        self._heard = asyncio.Event()

    def __call__(self, delta: Delta) -> None:
        self.deltas.append(delta)
        self.rows.take(delta)
        self._heard.set()

    async def complete(self) -> None:
        """Wait until the list has been read."""
        async with asyncio.timeout(30):
            while not (self.deltas and self.deltas[-1].complete):
                self._heard.clear()
                await self._heard.wait()


async def first_row(found: Session, type_name: str, parent: str = "") -> tuple[Query, Row]:
    """Return a list and the first row of it."""
    query, screen = found.query(type_name, parent), Screen()
    await found.lists.watch(query, screen)
    await screen.complete()
    return query, next(iter(screen.rows.values()))


def calls(account: DemoAccount) -> dict[str, int]:
    """Return how often each operation was called so far."""
    with urllib.request.urlopen(f"{account.endpoint_url}/_demo/calls", timeout=30) as answer:
        return dict(json.load(answer)["counts"])


@pytest.mark.parametrize(("view", "ahead"), [("", 1), ("sqs.queues", 0)])
async def test_the_first_list_is_read_while_the_screen_is_still_being_made(
    reachable: DemoAccount, view: str, ahead: int
) -> None:
    before = calls(reachable).get("ec2:DescribeInstances", 0)
    async with session(view=view) as found:
        async with asyncio.timeout(30):
            while calls(reachable).get("ec2:DescribeInstances", 0) < before + ahead:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        _, row = await first_row(found, "ec2.instances")
        assert row.id.startswith("i-")
    assert calls(reachable)["ec2:DescribeInstances"] == before + 1


async def test_it_says_who_and_where_and_what_it_costs() -> None:
    async with session() as found:
        status = found.status()
        assert (status.scope.region, status.scope.account) == ("eu-west-1", status.identity.account)
        assert len(status.identity.account) == 12
        assert status.unlocked_for == 0
        assert status.usage.requests >= 2
        assert {record.operation for record in await found.calls()} >= {"GetCallerIdentity", "ListAccountAliases"}
        profiles, regions = found.choices()
        assert "eu-central-1" in regions
        assert isinstance(profiles, tuple)
        assert found.query("ec2.instances") == Query(status.scope, "ec2.instances")
        found.move("us-east-1")
        assert found.query("ec2.instances").scope == replace(status.scope, region="us-east-1")


async def test_production_is_known_by_account_and_by_alias() -> None:
    async with session() as found:
        identity = found.status().identity
    for production, expected in (
        (Production((), (identity.account,)), True),
        (Production((f"{identity.alias}*",), ()), bool(identity.alias)),
        (Production((), ()), False),
    ):
        async with session(Settings(production=production)) as found:
            assert found.status().production is expected
            assert found.policy().production is expected


async def test_writes_are_locked_until_unlocked_and_never_where_the_configuration_forbids_them() -> None:
    async with session() as found:
        assert not found.policy().unlocked
        await found.unlock()
        assert found.policy().unlocked
        assert 0 < found.status().unlocked_for <= 900
        await found.lock()
        assert found.status().unlocked_for == 0
    async with session(Settings(writes=Writes(allow=False)), write=True) as found:
        assert not found.policy().allow_writes
        with pytest.raises(AwsError, match=r"writes\.allow"):
            await found.unlock()
        assert found.status().unlocked_for == 0
    async with session(write=True) as found:
        assert found.status().unlocked_for > 0


async def test_a_detail_a_chart_and_what_is_not_there() -> None:
    async with session() as found:
        query, row = await first_row(found, "ec2.instances")
        detail = await found.describe(query, row)
        assert detail.id == row.id
        assert detail.document
        assert detail.fields
        window = Window.last(3600, 300, time.time())
        points = await found.chart([detail.plots[0].query, detail.plots[1].query], window)
        assert len(points) == 2
        assert all(window.start <= moment <= window.end for moment, _ in points[0])  # type: ignore[union-attr]
        with pytest.raises(AwsError) as raised:
            await found.describe(query, replace(row, id="i-00000000000000000"))
        assert raised.value.fault.kind is FaultKind.NOT_FOUND
        assert await found.terms(query) is None
        assert (await found.find(catalogue()["ec2.instances"], row.id)) == (row.id, "")


async def test_a_plan_is_carried_out_once_and_refused_while_locked(reachable: DemoAccount) -> None:
    async with session() as found:
        query, row = await first_row(found, "ec2.instances")
        resource = catalogue()["ec2.instances"]
        reboot = next(action for action in resource.actions if action.id == "reboot")
        plan = await found.plan(query, reboot.id, [row])
        assert [target.id for target in (*plan.targets, *(target for target, _ in plan.refused))] == [row.id]
        before = calls(reachable).get("ec2:RebootInstances", 0)
        report = await found.carry_out(query, plan, reason="", confirmed=plan.confirmation.expected)
        assert "read-only" in report.sentence()
        assert calls(reachable).get("ec2:RebootInstances", 0) == before, "nothing was sent"
        assert found.operator


async def test_closing_stops_every_list_and_gives_back_the_connection(reachable: DemoAccount) -> None:
    async with session() as found:
        screen = Screen()
        await found.lists.watch(found.query("sqs.queues"), screen)
        await screen.complete()
    heard, made = len(screen.deltas), calls(reachable)
    await asyncio.sleep(0)
    assert len(screen.deltas) == heard
    assert calls(reachable) == made


async def test_who_stops_waiting_for_a_session_leaves_nothing(reachable: DemoAccount) -> None:
    worker = Worker(make=OwnThread)
    opening = asyncio.create_task(Session.open(worker, Launch(), Settings()))
    await asyncio.sleep(0)
    opening.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opening
    assert worker.stop()


async def test_what_cannot_be_opened_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    shorten(monkeypatch, 0.5)
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    worker = Worker(make=OwnThread)
    try:
        with pytest.raises(Exception, match=r"127\.0\.0\.1:9|not be reached|unreachable"):
            await Session.open(worker, Launch(endpoint_url="http://127.0.0.1:9"), Settings())
    finally:
        worker.stop()


async def test_until_the_alias_is_known_a_write_needs_a_reason() -> None:
    async with session() as found:
        assert not found.policy().require_reason
        found._stand(replace(found._standing, identity=replace(found.status().identity, alias=None)))
        assert found.policy().require_reason
