"""Owns what has to rest after an action: until when it cannot be asked for again, and is not done. Knows no screen.

What was asked before is known from the audit log, so that another session's counts as well.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path

from console.actions.outcome import Outcome
from console.actions.plan import Plan
from console.actions.report import Report
from console.actions.trail import Entry, read
from console.resources.model import Fact, Rest, Tone
from console.text.clean import clean
from console.text.faults import Fault

_SECOND = 1.0
"""The log leaves out what is less."""
_ASKED = (Outcome.DONE, Outcome.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Settling:
    """A target that an action is still being done to."""

    name: str
    """Clean."""
    until: float
    """Seconds since the epoch, at the latest."""
    words: str
    """What goes on until then."""
    doubt: str
    """What is not to be trusted until then."""
    type: str
    """The name of the target's resource type."""

    def sentence(self, now: float) -> str:
        """Return it as it stands at ``now``: ``SQS deletes for up to 60 s: 37s left``."""
        return f"{self.words}: {math.ceil(self.until - now)}s left"


def rested(plan: Plan, audit_file: Path) -> Plan:
    """Return ``plan`` saying until when its action cannot be asked for again, where the audit log knows. Blocking."""
    rest = plan.action.rest
    if rest is None:
        return plan
    try:
        trail = read(audit_file, plan.built_at - 2 * timedelta(seconds=rest.seconds))
    except OSError:  # nothing is known then, and SQS says so itself
        return plan
    facts = _facts(plan, rest, trail.entries)
    return replace(plan, facts=(*plan.facts, *facts)) if facts else plan


def settling(report: Report, now: float) -> tuple[Settling, ...]:
    """Return what is not done yet of what was asked for."""
    rest = report.plan.action.rest
    if rest is None:
        return ()
    asked = [
        result
        for result in report.results
        if result.outcome in _ASKED or (isinstance(result.fault, Fault) and rest.code in result.fault.code)
    ]
    until, type_ = now + rest.seconds, report.plan.resource.name
    return tuple(Settling(one.target.label, until, rest.meanwhile, rest.doubt, type_) for one in asked)


def _facts(plan: Plan, rest: Rest, entries: Iterable[Entry]) -> tuple[Fact, ...]:
    free_at: dict[str, float] = {}
    ours = [entry for entry in entries if _is_of(plan, entry)]
    for entry in ours:
        ended = datetime.fromisoformat(entry.fields.get("ended_at") or entry.fields["at"]).timestamp()
        too_soon = entry.outcome is Outcome.FAILED and rest.code in entry.text("code")
        for id_ in _ids(entry):
            if entry.outcome in _ASKED or (too_soon and free_at.get(id_, 0.0) <= ended):
                free_at[id_] = ended + _SECOND + rest.seconds
    now = plan.built_at.timestamp()
    waiting = [(target, free_at.get(clean(target.id), 0.0)) for target in plan.targets]
    return tuple(Fact("Wait", rest.again, Tone.WARN, until) for _, until in waiting if until > now)


def _is_of(plan: Plan, entry: Entry) -> bool:
    wanted = (plan.resource.service, plan.action.operation, plan.scope.region)
    return (entry.text("service"), entry.text("operation"), entry.text("region")) == wanted


def _ids(entry: Entry) -> list[str]:
    listed = entry.fields.get("targets")
    return (
        [clean(target.get("id")) for target in listed if isinstance(target, dict)] if isinstance(listed, list) else []
    )
