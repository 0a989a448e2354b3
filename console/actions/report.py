"""Owns what the operator is told after an action, target by target; must not know how it was done."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from console.actions.outcome import Outcome, worst
from console.actions.plan import Plan
from console.actions.target import Target
from console.resources.model import Kind, Missing, Values
from console.text.clean import clean, clean_document
from console.text.faults import Fault, FaultKind


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one target. ``observed`` is how it read afterwards, or why it could not be read."""

    target: Target
    outcome: Outcome
    why: str = ""
    fault: Fault | None = None
    request_id: str = ""
    observed: Values | Fault | None = None
    """None where nothing was sent and so nothing was read again."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a plan. ``why`` and ``remedy`` are set when it was refused as a whole."""

    plan: Plan
    results: tuple[Result, ...]
    why: str = ""
    remedy: str = ""
    audit_problem: str = ""
    """Why the log lacks what happened; to be shown loudly, because the calls were made."""

    @property
    def outcome(self) -> Outcome:
        """The outcome to tell first: unknown, then failed, refused, done."""
        if not self.results:
            return Outcome.REFUSED
        return worst(result.outcome for result in self.results)

    @property
    def partial(self) -> bool:
        """Whether some targets are done and some are not."""
        outcomes = {result.outcome for result in self.results}
        return Outcome.DONE in outcomes and len(outcomes) > 1

    def sentence(self) -> str:
        """Return it in one line: counts by outcome, why, what to do, and a failing audit log."""
        counts = Counter(result.outcome for result in self.results)
        words = [f"{counts[outcome]} {outcome.value}" for outcome in Outcome if counts[outcome]]
        parts = [f"{self.plan.action.title}: {', '.join(words) or 'nothing to do'}"]
        why = self.why or next((result.why for result in self.results if result.outcome is self.outcome), "")
        parts += [part for part in (why, self.remedy) if part]
        if self.audit_problem:
            parts.append(f"NOT IN THE AUDIT LOG: {self.audit_problem}")
        return ". ".join(part.rstrip(".") for part in parts) + "."

    def document(self) -> object:
        """Return the report as a clean nested document."""
        return clean_document(
            {
                "plan": self.plan.id,
                "action": self.plan.action.id,
                "type": self.plan.resource.name,
                "outcome": self.outcome.value,
                "why": self.why,
                "remedy": self.remedy,
                "audit_problem": self.audit_problem,
                "targets": [self._described(result) for result in self.results],
            }
        )

    def _described(self, result: Result) -> dict[str, object]:
        return {
            "id": result.target.id,
            "name": result.target.name,
            "outcome": result.outcome.value,
            "why": result.why,
            "code": result.fault.code if result.fault else "",
            "request_id": result.request_id,
            "observed": self.observed(result),
        }

    def observed(self, result: Result) -> str:
        """Return how a target read afterwards, in its state columns; ``unknown`` with why where it did not."""
        if result.observed is None:
            return ""
        if isinstance(result.observed, Fault) and result.observed.kind is FaultKind.NOT_FOUND:
            return "gone"
        if isinstance(result.observed, Fault):
            return f"unknown ({result.observed.why or result.observed.what})"
        states = (result.observed.get(column.id) for column in self.plan.resource.columns if column.kind is Kind.STATE)
        known = [clean(state) for state in states if state is not None and not isinstance(state, Missing)]
        return ", ".join(known) or "exists"
