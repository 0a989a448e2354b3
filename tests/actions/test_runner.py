"""The order of a write, and what is certain of it, against a real gateway and an account that loses answers."""

from __future__ import annotations

import asyncio
import os
import stat
import threading
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pytest

from console.actions import audit as audit_module
from console.actions.audit import AuditLog, AuditUnwritable
from console.actions.outcome import Outcome
from console.actions.plan import Plan
from console.actions.policy import Policy
from console.actions.report import Report
from console.actions.runner import PLAN_SECONDS, Runner
from console.actions.trail import Entry, read
from console.aws.gateway import Gateway
from console.resources.model import Fact, Risk, Tone, Values
from console.store.rows import named, project
from console.text.faults import Fault, FaultKind
from tests.actions.account import Account, Mode
from tests.actions.plans import MACHINES, SCOPE, STOP, TERMINATE, Clock, plan, row
from tests.support.patience import shorten

STOP_EACH = replace(STOP, batch=1)
Hook = Callable[[], None]


class Bench:
    """One runner with everything it stands on, and a note of what happened in which order."""

    def __init__(self, gateway: Gateway, log: AuditLog, account: Account, clock: Clock) -> None:
        self.gateway = gateway
        self.log = log
        self.account = account
        self.clock = clock
        self.settings = Policy()
        self.rereads = 0
        self.before_reread: dict[int, Hook] = {}
        """What to do before the reading of that number."""
        self.runner = Runner(gateway, log, lambda _scope: self.settings, clock)

    async def reread(self, ids: Sequence[str]) -> Mapping[str, Values | Fault]:
        self.rereads += 1
        self.before_reread.get(self.rereads, lambda: None)()
        answer = await self.gateway.call(SCOPE, "ec2", "DescribeInstances", {"InstanceIds": list(ids)})
        items = [item for reservation in answer["Reservations"] for item in reservation["Instances"]]
        rows = [project(MACHINES, item, SCOPE) for item in items]
        return {found.id: named(MACHINES, found.values) for found in rows}

    def run(self, made: Plan, confirmed: str = "yes", reason: str = "INC-1", **more: Any) -> Awaitable[Report]:
        return self.runner.run(made, reason=reason, confirmed=confirmed, reread=self.reread, **more)

    def stops(self) -> int:
        """How many stops have arrived at the account."""
        return self.account.asked["StopInstances"]

    def entries(self) -> tuple[Entry, ...]:
        return read(self.log.path).entries

    def outcomes(self) -> list[Outcome]:
        return [entry.outcome for entry in self.entries()]


@pytest.fixture
def bench(gateway: Gateway, log: AuditLog, account: Account, clock: Clock) -> Bench:
    return Bench(gateway, log, account, clock)


async def both(action: Any = STOP) -> Plan:
    return await plan(action, [row("i-1"), row("i-2", "web-2")])


def outcomes(report: Report) -> dict[str, Outcome]:
    return {result.target.id: result.outcome for result in report.results}


async def test_the_order_of_a_write(bench, monkeypatch):
    events: list[str] = []

    def noting(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def noted(*arguments: Any, **named_arguments: Any) -> Any:
            events.append(name)
            return function(*arguments, **named_arguments)

        return noted

    def fsync(handle: int) -> None:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            events.append("on disk")

    monkeypatch.setattr(audit_module.os, "fsync", fsync)
    for owner, name in (
        (bench.runner, "policy"), (bench.gateway, "identity"), (bench, "reread"), (bench.log, "intent"),
        (bench.gateway, "write"), (bench.log, "outcome"),
    ):  # fmt: skip
        monkeypatch.setattr(owner, name, noting(name, getattr(owner, name)))
    report = await bench.run(await plan())
    assert report.outcome is Outcome.DONE
    assert events == [
        "policy", "identity", "reread", "intent", "on disk", "write", "outcome", "on disk", "reread",
    ]  # fmt: skip


async def test_what_is_done_is_reported_audited_and_read_again(bench):
    report = await bench.run(await both())
    assert outcomes(report) == {"i-1": Outcome.DONE, "i-2": Outcome.DONE}
    assert [report.observed(result) for result in report.results] == ["stopping", "stopping"]
    (entry,) = bench.entries()
    assert (entry.outcome, entry.text("request_id"), entry.text("reason")) == (Outcome.DONE, "r-stop", "INC-1")
    assert bench.stops() == 1


def locked(bench: Bench) -> dict[str, Any]:
    bench.gateway.guard.lock()
    return {"why": "read-only"}


def forbidden(bench: Bench) -> dict[str, Any]:
    bench.gateway.guard.forbidden = True
    return {"why": "writes.allow"}


def forbidden_here(bench: Bench) -> dict[str, Any]:
    bench.settings = Policy(allow_writes=False)
    return {"why": "writes.allow"}


def unconfirmed(_bench: Bench) -> dict[str, Any]:
    return {"confirmed": "", "why": "not confirmed"}


def without_reason(bench: Bench) -> dict[str, Any]:
    bench.settings = Policy(production=True)
    return {"reason": " ", "why": "reason is required"}


def stale(bench: Bench) -> dict[str, Any]:
    bench.clock.forward(PLAN_SECONDS + 1)
    return {"why": "5m 1s old"}


def clock_set_back(bench: Bench) -> dict[str, Any]:
    bench.clock.forward(-1)
    return {"why": "clock went backwards"}


def drifted(bench: Bench) -> dict[str, Any]:
    bench.account.states["i-1"] = "stopped"
    return {"why": "state was running and is stopped"}


def gone(bench: Bench) -> dict[str, Any]:
    del bench.account.states["i-1"]
    return {"why": "web-1 is gone"}


def someone_else(bench: Bench) -> dict[str, Any]:
    bench.account.caller = bench.account.caller.replace("OnCall/ana", "Admin/eve")
    return {"why": "Admin/eve"}


def another_account(bench: Bench) -> dict[str, Any]:
    bench.account.caller = bench.account.caller.replace("123456789012", "999999999999")
    return {"why": "999999999999"}


def worse(_bench: Bench) -> dict[str, Any]:
    async def regather() -> Sequence[Fact]:
        return [Fact("Auto Scaling", "web-eu1 will terminate it", Tone.BAD)]

    return {"regather": regather, "why": "web-eu1 will terminate it"}


def unreadable(bench: Bench) -> dict[str, Any]:
    def fail() -> None:
        raise RuntimeError("the network is down")

    bench.before_reread[1] = fail
    return {"why": "the network is down"}


@pytest.mark.parametrize(
    "spoil",
    [
        locked, forbidden, forbidden_here, unconfirmed, without_reason, stale, clock_set_back, drifted, gone,
        someone_else, another_account, worse, unreadable,
    ],
)  # fmt: skip
async def test_a_plan_that_does_not_hold_is_refused_and_nothing_is_sent(bench, spoil: Callable[[Bench], dict]):
    made = await plan()
    given = spoil(bench)
    why = given.pop("why")
    report = await bench.run(made, **given)
    assert report.outcome is Outcome.REFUSED
    assert why in report.sentence()
    assert bench.stops() == 0
    (entry,) = bench.entries()
    assert entry.outcome is Outcome.REFUSED
    assert why in entry.text("error")


@pytest.mark.parametrize("typed", ["yes", "", "Web-1", "i-1", "web-"])
async def test_destroying_needs_the_name_typed(bench, typed):
    report = await bench.run(await plan(TERMINATE), typed)
    assert report.outcome is Outcome.REFUSED
    assert bench.account.asked["TerminateInstances"] == 0


async def test_a_plan_is_used_once(bench):
    made = await plan()
    await bench.run(made)
    bench.account.states["i-1"] = "running"
    report = await bench.run(made)
    assert (report.outcome, report.why) == (Outcome.REFUSED, "this plan was already used")
    assert bench.stops() == 1


async def test_two_runs_of_one_plan_send_once(bench):
    made = await plan()
    reports = await asyncio.gather(bench.run(made), bench.run(made))
    assert sorted(report.outcome for report in reports) == [Outcome.DONE, Outcome.REFUSED]
    assert bench.stops() == 1


async def test_a_plan_refused_for_its_confirmation_can_still_be_confirmed(bench):
    made = await plan()
    assert (await bench.run(made, "")).outcome is Outcome.REFUSED
    assert (await bench.run(made)).outcome is Outcome.DONE


async def test_a_plan_of_nothing_says_why(bench):
    report = await bench.run(await plan(rows=[row(state="stopped")]))
    assert (report.outcome, report.why) == (Outcome.REFUSED, "it is stopped")


async def test_with_an_unwritable_log_nothing_is_sent_nor_asked(bench):
    bench.log.path.parent.mkdir()
    bench.log.path.symlink_to("elsewhere")
    report = await bench.run(await plan())
    assert report.outcome is Outcome.REFUSED
    assert "cannot be written" in report.why
    assert report.audit_problem
    assert not bench.account.asked


async def test_a_log_that_fails_at_the_intent_keeps_the_call_here(bench, monkeypatch):
    def fail(*_: object) -> str:
        raise AuditUnwritable("the disk is full")

    monkeypatch.setattr(bench.log, "intent", fail)
    report = await bench.run(await both(STOP_EACH))
    assert outcomes(report) == {"i-1": Outcome.REFUSED, "i-2": Outcome.REFUSED}
    assert "the disk is full" in report.sentence()
    assert bench.stops() == 0


async def test_a_log_that_fails_after_the_call_is_said_loudly_and_ends_the_run(bench, monkeypatch):
    def fail(*_: object) -> None:
        raise AuditUnwritable("the disk is full")

    monkeypatch.setattr(bench.log, "outcome", fail)
    report = await bench.run(await both(STOP_EACH))
    assert outcomes(report) == {"i-1": Outcome.DONE, "i-2": Outcome.REFUSED}
    assert "NOT IN THE AUDIT LOG: the disk is full" in report.sentence()
    assert bench.stops() == 1
    assert bench.outcomes() == [Outcome.UNKNOWN, Outcome.REFUSED]


@pytest.mark.parametrize(
    ("mode", "outcome", "state"),
    [
        (Mode.DROP, Outcome.UNKNOWN, "stopping"),
        (Mode.RESET, Outcome.UNKNOWN, "stopping"),
        (Mode.HALF, Outcome.UNKNOWN, "stopping"),
        (Mode.PAGE, Outcome.UNKNOWN, "stopping"),
        (Mode.HANG, Outcome.UNKNOWN, "stopping"),
        (Mode.ERROR_500, Outcome.UNKNOWN, "running"),
        (Mode.ERROR_503, Outcome.UNKNOWN, "running"),
        (Mode.THROTTLED, Outcome.FAILED, "running"),
        (Mode.DENIED, Outcome.FAILED, "running"),
        (Mode.WRONG_STATE, Outcome.FAILED, "running"),
    ],
)
async def test_every_ending_is_sent_once_told_for_what_it_is_and_read_again(bench, mode, outcome, state, monkeypatch):
    if mode in (Mode.HANG, Mode.HALF):
        shorten(monkeypatch, 0.5)
    bench.account.mode = mode
    report = await bench.run(await plan())
    (result,) = report.results
    assert result.outcome is outcome
    assert report.observed(result) == state
    assert bench.stops() == 1
    assert bench.gateway.meter.sent["ec2", "StopInstances"] == 1
    assert bench.outcomes() == [outcome]


async def test_no_connection_is_a_failure_and_not_an_unknown(bench, monkeypatch):
    monkeypatch.setattr(
        bench.gateway, "connection", replace(bench.gateway.connection, endpoint_url="http://127.0.0.1:1")
    )

    async def identity(_region: str) -> Any:
        return made.identity

    async def reread(ids: Sequence[str]) -> Mapping[str, Values | Fault]:
        return dict.fromkeys(ids, made.targets[0].values)

    monkeypatch.setattr(bench.gateway, "identity", identity)
    monkeypatch.setattr(bench, "reread", reread)
    made = await plan()
    report = await bench.run(made)
    assert report.outcome is Outcome.FAILED
    assert report.results[0].fault.kind is FaultKind.UNREACHABLE


async def test_each_target_has_its_own_outcome(bench):
    bench.account.mode = Mode.PARTIAL
    report = await bench.run(await both())
    assert outcomes(report) == {"i-1": Outcome.DONE, "i-2": Outcome.UNKNOWN}
    assert [report.observed(result) for result in report.results] == ["stopping", "running"]
    assert report.partial
    assert bench.entries()[0].targets() == "web-1 (i-1): done, web-2 (i-2): unknown"


def _then(bench: Bench, mode: Mode) -> Hook:
    return lambda: setattr(bench.account, "mode", mode)


async def test_a_call_that_failed_leaves_the_others_as_they_are(bench):
    bench.account.mode = Mode.WRONG_STATE
    bench.before_reread[2] = _then(bench, Mode.OK)
    report = await bench.run(await both(STOP_EACH))
    assert outcomes(report) == {"i-1": Outcome.FAILED, "i-2": Outcome.DONE}
    assert bench.outcomes() == [Outcome.FAILED, Outcome.DONE]


@pytest.mark.parametrize(
    ("mode", "first", "why"),
    [
        (Mode.DROP, Outcome.UNKNOWN, "what an earlier call did is unknown"),
        (Mode.THROTTLED, Outcome.FAILED, "an earlier call failed (throttled)"),
    ],
)
async def test_after_a_lost_answer_or_a_throttle_nothing_more_is_sent(bench, mode, first, why):
    bench.account.mode = mode
    report = await bench.run(await both(STOP_EACH))
    assert outcomes(report) == {"i-1": first, "i-2": Outcome.REFUSED}
    assert report.results[1].why == f"not sent: {why}"
    assert report.results[1].observed is None
    assert bench.outcomes() == [first, Outcome.REFUSED]
    assert bench.stops() == 1


async def test_later_calls_are_checked_again_just_before_they_are_sent(bench):
    bench.before_reread[2] = lambda: bench.account.states.update({"i-2": "stopped"})
    report = await bench.run(await both(STOP_EACH))
    assert outcomes(report) == {"i-1": Outcome.DONE, "i-2": Outcome.REFUSED}
    assert "state was running and is stopped" in report.results[1].why


async def test_locking_midway_keeps_the_rest_here(bench):
    bench.log.outcome = lambda *given: (bench.gateway.guard.lock(), AuditLog.outcome(bench.log, *given))
    report = await bench.run(await both(STOP_EACH))
    assert outcomes(report) == {"i-1": Outcome.DONE, "i-2": Outcome.REFUSED}
    assert "read-only" in report.results[1].why
    assert bench.stops() == 1


async def test_an_unlock_that_runs_out_after_the_checks_is_caught_by_the_guard(bench):
    bench.before_reread[1] = bench.gateway.guard.lock
    report = await bench.run(await plan())
    assert report.outcome is Outcome.REFUSED
    assert bench.stops() == 0
    assert bench.outcomes() == [Outcome.REFUSED]


async def test_a_target_that_cannot_be_read_afterwards_is_unknown_not_done_twice(bench):
    def fail() -> None:
        raise RuntimeError("gone away")

    bench.before_reread[2] = fail
    report = await bench.run(await plan())
    assert report.outcome is Outcome.DONE
    assert report.observed(report.results[0]) == "unknown (RuntimeError: gone away)"


async def test_a_target_that_vanished_reads_as_not_there(bench):
    bench.before_reread[2] = bench.account.states.clear
    report = await bench.run(await plan())
    assert isinstance(report.results[0].observed, Fault)
    assert report.results[0].observed.kind is FaultKind.NOT_FOUND


async def _cancelled(task: asyncio.Future[Report]) -> None:
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


async def test_stopped_during_the_call_the_log_says_unknown(bench):
    bench.account.mode = Mode.HANG
    task = asyncio.ensure_future(bench.run(await both(STOP_EACH)))
    await bench.account.arrived.wait()
    await _cancelled(task)
    (entry,) = bench.entries()
    assert entry.outcome is Outcome.UNKNOWN
    assert "stopped during the call" in entry.text("error")
    assert bench.stops() == 1


async def test_stopped_before_the_call_the_log_says_refused(bench, monkeypatch):
    recording, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slowly(*given: Any) -> str:
        loop.call_soon_threadsafe(recording.set)
        go_on.wait(30)
        return AuditLog.intent(bench.log, *given)

    monkeypatch.setattr(bench.log, "intent", slowly)
    task = asyncio.ensure_future(bench.run(await plan()))
    await recording.wait()
    loop.call_soon(go_on.set)
    await _cancelled(task)
    assert bench.outcomes() == [Outcome.REFUSED]
    assert bench.stops() == 0


async def test_stopped_while_the_outcome_is_written_it_is_written(bench, monkeypatch):
    recording, go_on = asyncio.Event(), threading.Event()
    loop = asyncio.get_running_loop()

    def slowly(*given: Any) -> None:
        loop.call_soon_threadsafe(recording.set)
        go_on.wait(30)
        AuditLog.outcome(bench.log, *given)

    monkeypatch.setattr(bench.log, "outcome", slowly)
    task = asyncio.ensure_future(bench.run(await plan()))
    await recording.wait()
    loop.call_soon(go_on.set)
    await _cancelled(task)
    assert bench.outcomes() == [Outcome.DONE]


async def test_reading_actions_need_no_unlocking_and_are_audited(bench):
    bench.gateway.guard.lock()
    look = replace(STOP, operation="DescribeInstances", risk=Risk.READ)
    report = await bench.run(await plan(look), "")
    assert report.outcome is Outcome.DONE
    assert bench.entries()[0].text("operation") == "DescribeInstances"


async def test_a_write_declared_as_a_read_is_stopped_by_the_guard(bench):
    bench.gateway.guard.lock()
    report = await bench.run(await plan(replace(STOP, risk=Risk.READ)), "")
    assert report.outcome is Outcome.REFUSED
    assert bench.stops() == 0
