"""A lease while time passes: renewed well before it runs out, never beyond what SQS or the credentials allow."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from console.text.faults import AwsError
from console.workbench.lease import Lease
from console.workbench.spool import Origin, Spool
from tests.support import virtual
from tests.support.reader import DENIED, FakeReader

SQS_SECONDS = 12 * 3600


@pytest.fixture
def inline(monkeypatch: pytest.MonkeyPatch) -> None:
    """What goes to a thread is done at once: made-up time does not wait for threads."""

    async def at_once(work: Any, *arguments: Any) -> Any:
        return work(*arguments)

    monkeypatch.setattr(asyncio, "to_thread", at_once)


class Held:
    """A scripted SQS that holds one message, on the running loop's time."""

    def __init__(self) -> None:
        self.asked: list[tuple[float, int]] = []
        self.failing = ""
        self.reader = FakeReader({"ReceiveMessage": self._receive, "ChangeMessageVisibilityBatch": self._change})
        self._given = False

    def _receive(self, _asked: Any) -> Any:
        given, self._given = self._given, True
        entry = {"MessageId": "m", "Body": "b", "MD5OfBody": "92eb5ffee6ae2fec3ad71c777531578f", "ReceiptHandle": "h"}
        return {} if given else {"Messages": [entry]}

    def _change(self, asked: Any) -> Any:
        (entry,) = asked["Entries"]
        self.asked.append((virtual.now() - virtual.START, entry["VisibilityTimeout"]))
        if self.failing == "denied":
            return DENIED
        if self.failing:
            return {"Failed": [{"Id": "0", "SenderFault": True, "Code": self.failing}]}
        return {"Successful": [{"Id": "0"}]}


def held_on_virtual_time(home: Path, seconds: float, fails_at: float = 0.0, failing: str = "", **options: Any) -> Any:
    """Hold a message for ``seconds`` of made-up time; return (what SQS was asked, was it held at the end, lease)."""
    sqs = Held()

    async def hold() -> tuple[bool, Lease]:
        spool = Spool(home / "s" / "1.jsonl", Origin("a", "r", "q", 0.0))
        async with Lease(sqs.reader, "https://q", spool, clock=virtual.now, **options) as lease:
            async for _ in lease.take(1):
                pass
            await asyncio.sleep(fails_at)
            sqs.failing = failing
            await asyncio.sleep(seconds - fails_at)
            return lease.held("m") is not None, lease

    held, lease = virtual.run(hold())
    return sqs.asked, held, lease


@pytest.mark.usefixtures("inline")
def test_it_is_renewed_well_before_it_runs_out(home: Path) -> None:
    asked, held, _ = held_on_virtual_time(home, 1000, hold=120)
    assert held
    *renewed, (at, release) = asked
    assert (round(at), release) == (1000, 0)
    assert all(seconds == 120 for _, seconds in renewed)
    moments = [0.0, *(at for at, _ in renewed), 1000.0]
    assert max(after - before for before, after in pairwise(moments)) <= 90


@pytest.mark.usefixtures("inline")
def test_nothing_is_held_longer_than_sqs_allows(home: Path) -> None:
    asked, held, lease = held_on_virtual_time(home, SQS_SECONDS + 600, hold=3600)
    assert not held
    assert all(at + seconds <= SQS_SECONDS for at, seconds in asked)
    assert max(at + seconds for at, seconds in asked) > SQS_SECONDS - 5
    assert lease.unreleased == {}


@pytest.mark.usefixtures("inline")
def test_it_is_given_back_before_the_credentials_end(home: Path) -> None:
    ends = datetime.fromtimestamp(virtual.START + 900, UTC)
    asked, held, lease = held_on_virtual_time(home, 880, hold=600, expires_at=ends)
    assert (held, lease.over) == (False, "the credentials are about to end")
    at, seconds = asked[-1]
    assert (round(at), seconds) == (840, 0)
    assert asked[-2][1] == 600


@pytest.mark.usefixtures("inline")
def test_a_renewal_that_fails_is_tried_again_and_then_it_is_not_held(home: Path) -> None:
    asked, held, lease = held_on_virtual_time(home, 200, fails_at=1, failing="denied", hold=120)
    assert not held
    assert len([at for at, _ in asked if at < 125]) >= 2
    assert lease.unreleased == {}, "it came back by itself long ago"


@pytest.mark.parametrize("code", ["ReceiptHandleIsInvalid", "AWS.SimpleQueueService.MessageNotInflight"])
@pytest.mark.usefixtures("inline")
def test_what_a_renewal_says_is_gone_is_not_held(home: Path, code: str) -> None:
    _, held, lease = held_on_virtual_time(home, 50, fails_at=1, failing=code, hold=120)
    assert not held
    assert lease.unreleased == {}


@pytest.mark.usefixtures("inline")
def test_a_renewal_that_may_have_happened_is_told_with_its_longest_return(home: Path) -> None:
    sqs = Held()

    async def hold() -> Lease:
        spool = Spool(home / "s" / "2.jsonl", Origin("a", "r", "q", 0.0))
        async with Lease(sqs.reader, "https://q", spool, hold=120, clock=virtual.now) as lease:
            async for _ in lease.take(1):
                pass
            sqs.reader.script["ChangeMessageVisibilityBatch"] = {}  # names nothing: nobody knows
            await asyncio.sleep(100)
            held = lease.held("m")
            assert held
            assert held.until < virtual.START + 121 < held.longest
        return lease

    unreleased = virtual.run(hold()).unreleased["m"]
    assert virtual.START + 190 < unreleased.returns_at < virtual.START + 221


@pytest.mark.usefixtures("inline")
@pytest.mark.parametrize("answer", ["later", "never", "the same", "failing"])
def test_credentials_that_renew_themselves_are_asked_again(home: Path, answer: str) -> None:
    ends = datetime.fromtimestamp(virtual.START + 900, UTC)
    asked_at: list[float] = []

    async def ask() -> datetime | None:
        asked_at.append(virtual.now() - virtual.START)
        if answer == "failing":
            raise AwsError(DENIED)
        return {"later": ends + timedelta(seconds=900), "never": None, "the same": ends}[answer]

    _, held, lease = held_on_virtual_time(home, 1000, hold=600, expires_at=ends, ask_expiry=ask)
    assert [round(at) for at in asked_at] == [840]
    assert held is (answer in ("later", "never"))
    assert bool(lease.over) is not held
