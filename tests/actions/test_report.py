"""What the operator is told afterwards."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from console.actions.outcome import Outcome
from console.actions.report import Report, Result
from console.resources.model import Missing
from console.text.faults import Fault, FaultKind
from tests.actions.plans import plan, row, values


async def report(*outcomes: Outcome, **given: Any) -> Report:
    made = await plan(rows=[row(f"i-{number}", f"web-{number}") for number, _ in enumerate(outcomes, 1)])
    pairs = zip(made.targets, outcomes, strict=True)
    return Report(made, tuple(Result(target, outcome, f"why {outcome}") for target, outcome in pairs), **given)


@pytest.mark.parametrize(
    ("outcomes", "told", "partial"),
    [
        ((Outcome.DONE, Outcome.DONE), Outcome.DONE, False),
        ((Outcome.DONE, Outcome.REFUSED), Outcome.REFUSED, True),
        ((Outcome.DONE, Outcome.REFUSED, Outcome.FAILED), Outcome.FAILED, True),
        ((Outcome.DONE, Outcome.FAILED, Outcome.UNKNOWN), Outcome.UNKNOWN, True),
        ((Outcome.FAILED, Outcome.UNKNOWN), Outcome.UNKNOWN, False),
    ],
)
async def test_the_worst_outcome_is_told_first(outcomes, told, partial):
    made = await report(*outcomes)
    assert (made.outcome, made.partial) == (told, partial)


async def test_a_report_of_nothing_is_a_refusal():
    made = Report(await plan(), (), "there is nothing to do it to")
    assert made.outcome is Outcome.REFUSED
    assert made.sentence() == "Stop: nothing to do. there is nothing to do it to."


async def test_the_sentence_counts_and_says_why_what_to_do_and_what_the_log_lacks():
    made = await report(Outcome.DONE, Outcome.DONE, Outcome.UNKNOWN)
    assert made.sentence() == "Stop: 2 done, 1 unknown. why unknown."
    made = await report(Outcome.REFUSED, why="it drifted", remedy="Make a new plan", audit_problem="The disk is full.")
    assert made.sentence() == (
        "Stop: 1 refused. it drifted. Make a new plan. NOT IN THE AUDIT LOG: The disk is full."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("observed", "said"),
    [
        (None, ""),
        (values(state="stopping") | {"checks": Missing.PENDING}, "stopping"),
        ({"state": None, "checks": Missing.UNKNOWN}, "exists"),
        (Fault(FaultKind.DENIED, "ec2 DescribeInstances", "denied"), "unknown (denied)"),
        (Fault(FaultKind.NOT_FOUND, "It is not there any more", ""), "gone"),
    ],
)
async def test_how_a_target_read_afterwards(observed, said):
    made = await plan()
    result = Result(made.targets[0], Outcome.DONE, observed=observed)
    assert Report(made, (result,)).observed(result) == said


async def test_the_document_survives_yaml_and_is_clean():
    made = await plan(rows=[row("i-1", "web\x1b[2J")])
    fault = Fault(FaultKind.DENIED, "ec2 StopInstances", "denied", code="UnauthorizedOperation", request_id="r-1")
    result = Result(made.targets[0], Outcome.FAILED, "no\x07", fault, "r-1", values())
    read = yaml.safe_load(yaml.safe_dump(Report(made, (result,)).document()))
    assert (read["outcome"], read["type"], read["action"], read["plan"]) == (
        "failed", "ec2.instances", "stop", made.id,
    )  # fmt: skip
    assert read["targets"] == [
        {
            "id": "i-1",
            "name": "web<ESC>[2J",
            "outcome": "failed",
            "why": "no<BEL>",
            "code": "UnauthorizedOperation",
            "request_id": "r-1",
            "observed": "running, failed",
        }
    ]
