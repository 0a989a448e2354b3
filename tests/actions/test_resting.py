"""What has to rest after an action: known from the audit log, for the very target, as long as it takes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.actions.audit import AuditLog, Operator
from console.actions.outcome import Outcome, Settled
from console.actions.plan import Plan
from console.actions.report import Report, Result
from console.actions.resting import rested, settling
from console.resources.model import Fact, Rest
from console.text.faults import Fault, FaultKind
from tests.actions.plans import NOON, TERMINATE, Clock, plan, row

REST = Rest(60, "InProgress", "another one can be asked for", "it goes on for up to 60 s", "not to be trusted")
SLOW = replace(TERMINATE, facts=None, rest=REST)
TOO_SOON = Fault(FaultKind.SERVICE, "It was refused", "one at a time", code="AWS.Queue.InProgress")
BROKEN = Fault(FaultKind.SERVICE, "It was refused", "no", code="Other")
BEGAN = NOON.timestamp()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(tmp_path: Path, clock: Clock) -> AuditLog:
    return AuditLog(tmp_path / "state" / "audit.jsonl", clock, Operator("ana", "bastion-a"))


async def asked(log: AuditLog, settled: Settled | None, *, its: Plan | None = None) -> None:
    made = its or await plan(SLOW)
    entry = log.intent(made, made.calls[0], "INC-1")
    if settled:
        log.outcome(entry, settled)


async def waits(log: AuditLog, clock: Clock, its: Plan | None = None) -> list[float]:
    """Return how many seconds after noon the action can be asked for again, target by target."""
    now = replace(its or await plan(SLOW), built_at=clock())
    return [fact.begins - BEGAN for fact in rested(now, log.path).facts if fact.begins]


async def test_what_was_not_asked_for_rests_not(log: AuditLog, clock: Clock) -> None:
    assert await waits(log, clock) == []
    log.path.parent.mkdir(parents=True)
    log.path.mkdir()
    assert await waits(log, clock) == [], "a log that cannot be read says nothing"


@pytest.mark.parametrize(
    "settled", [Settled(Outcome.DONE), Settled(Outcome.UNKNOWN), Settled(Outcome.FAILED, fault=TOO_SOON), None]
)
async def test_what_may_have_been_done_rests(log: AuditLog, clock: Clock, settled: Settled | None) -> None:
    await asked(log, settled)
    assert await waits(log, clock) == [61]
    clock.forward(60)
    assert await waits(log, clock) == [61]
    clock.forward(1)
    assert await waits(log, clock) == []


@pytest.mark.parametrize("settled", [Settled(Outcome.REFUSED), Settled(Outcome.FAILED, fault=BROKEN)])
async def test_what_was_certainly_not_done_rests_not(log: AuditLog, clock: Clock, settled: Settled) -> None:
    await asked(log, settled)
    assert await waits(log, clock) == []


async def test_asking_too_soon_does_not_make_it_later_unless_it_was_over(log: AuditLog, clock: Clock) -> None:
    await asked(log, Settled(Outcome.DONE))
    clock.forward(30)
    await asked(log, Settled(Outcome.FAILED, fault=TOO_SOON))
    assert await waits(log, clock) == [61]
    clock.forward(40)
    await asked(log, Settled(Outcome.FAILED, fault=TOO_SOON))  # of someone else's, after ours
    assert await waits(log, clock) == [131]


async def test_another_target_region_or_action_does_not_count(log: AuditLog, clock: Clock) -> None:
    made = await plan(SLOW)
    await asked(log, Settled(Outcome.DONE), its=await plan(SLOW, [row("i-9")]))
    elsewhere = replace(made, scope=replace(made.scope, region="us-east-1"))
    await asked(log, Settled(Outcome.DONE), its=elsewhere)
    other = replace(made, calls=(replace(made.calls[0], operation="StopInstances"),))
    await asked(log, Settled(Outcome.DONE), its=other)
    assert await waits(log, clock) == []
    assert await waits(log, clock, await plan(replace(SLOW, rest=None))) == []


async def test_a_plan_reads_as_it_stood_when_it_was_made(log: AuditLog, clock: Clock) -> None:
    await asked(log, Settled(Outcome.DONE))
    clock.forward(19)
    made = rested(replace(await plan(SLOW), built_at=clock()), log.path)
    (told,) = made.document()["facts"]  # type: ignore[misc]
    assert told["text"] == "another one can be asked for in 42s"


@pytest.mark.parametrize(
    ("outcome", "fault", "goes_on"),
    [
        (Outcome.DONE, None, True), (Outcome.UNKNOWN, None, True), (Outcome.FAILED, TOO_SOON, True),
        (Outcome.FAILED, BROKEN, False), (Outcome.REFUSED, None, False),
    ],
)  # fmt: skip
async def test_what_goes_on_is_told_as_long_as_it_may(outcome: Outcome, fault: Fault | None, goes_on: bool) -> None:
    made = await plan(SLOW)
    found = settling(Report(made, (Result(made.targets[0], outcome, fault=fault),)), 1000.0)
    assert bool(found) is goes_on
    for one in found:
        assert (one.name, one.until, one.doubt) == ("web-1", 1060.0, "not to be trusted")
        assert one.sentence(1000.0) == "it goes on for up to 60 s: 60s left"
        assert one.sentence(1059.9) == "it goes on for up to 60 s: 1s left"
    assert settling(Report(await plan(), ()), 0.0) == ()


def test_a_fact_of_now_is_told_as_it_is() -> None:
    assert Fact("Count", "about 3").said(1e9) == "about 3"
    assert Fact("Wait", "so", begins=50.5).said(48.0) == "so in 3s"
    assert Fact("Wait", "so", begins=50.5).said(50.5) == "so now"
