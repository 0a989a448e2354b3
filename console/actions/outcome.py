"""Owns what became of a call, per target; must not know how it was made, recorded or shown.

The question is never "did it go well" but "what is certain". A call whose answer was lost may have happened.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from console.actions.plan import PlannedCall
from console.text.clean import clean
from console.text.faults import Fault, FaultKind


class Outcome(StrEnum):
    """What is known of a write."""

    DONE = "done"  # the service said so
    REFUSED = "refused"  # nothing was sent
    FAILED = "failed"  # the service said no
    UNKNOWN = "unknown"  # sent, and the answer was lost


_WORST_FIRST = (Outcome.UNKNOWN, Outcome.FAILED, Outcome.REFUSED, Outcome.DONE)
LOST = "the answer was lost; it may have happened"


@dataclass(frozen=True, slots=True)
class Settled:
    """What one call came to: its outcome, those of single targets that differ, and the fault if any."""

    outcome: Outcome
    differing: Mapping[str, tuple[Outcome, str]] = field(default_factory=dict)
    fault: Fault | None = None
    why: str = ""
    request_id: str = ""

    def of(self, id_: str) -> tuple[Outcome, str]:
        """Return the outcome and the reason for one target."""
        return self.differing.get(id_, (self.outcome, self.why))

    @property
    def code(self) -> str:
        """The service's error code, empty without one."""
        return self.fault.code if self.fault else ""


Judge = Callable[[PlannedCall, Mapping[str, Any]], Mapping[str, tuple[Outcome, str]]]
"""(call, answer) → the targets whose outcome is not done, and why."""


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """Return the one to tell first; done when there is none."""
    present = set(outcomes)
    return next((outcome for outcome in _WORST_FIRST if outcome in present), Outcome.DONE)


_LISTED_IN = {
    ("ec2", "StartInstances"): "StartingInstances",
    ("ec2", "StopInstances"): "StoppingInstances",
    ("ec2", "TerminateInstances"): "TerminatingInstances",
}
"""Answers that name every target they did; botocore leaves the whole list out when it is empty."""

_FAILURES = ("Failed", "Errors", "Unsuccessful")


def judge_answer(call: PlannedCall, answer: Mapping[str, Any]) -> dict[str, tuple[Outcome, str]]:
    """Return the targets that an answer does not call done.

    One listed as failed has failed. Where the answer lists what it did, one that is not named is unknown.
    """
    differing: dict[str, tuple[Outcome, str]] = {}
    for id_, why in _failures(answer):
        if id_ in call.ids:
            differing[id_] = (Outcome.FAILED, why)
    listed = _LISTED_IN.get((call.service, call.operation))
    lists = [value for name, value in answer.items() if isinstance(value, list) and name not in _FAILURES]
    if listed is None and not any(lists):
        return differing
    named = set(_strings(answer.get(listed) if listed else lists))
    for id_ in call.ids:
        if id_ not in named and id_ not in differing:
            differing[id_] = (Outcome.UNKNOWN, "the answer does not name it; it may have happened")
    return differing


def settle_answer(call: PlannedCall, answer: Mapping[str, Any], judge: Judge = judge_answer) -> Settled:
    """Return what a successful ``answer`` says. An answer that cannot be judged leaves the outcome unknown."""
    request_id = clean((answer.get("ResponseMetadata") or {}).get("RequestId", ""), 80)
    try:
        differing = dict(judge(call, answer))
    except (TypeError, ValueError, KeyError, AttributeError):
        return Settled(Outcome.UNKNOWN, why="the answer is not understood; it may have happened", request_id=request_id)
    outcome = worst(differing[id_][0] if id_ in differing else Outcome.DONE for id_ in call.ids)
    done = {id_: (Outcome.DONE, "") for id_ in call.ids if id_ not in differing} if differing else {}
    why = next((why for found, why in differing.values() if found is outcome), "")
    return Settled(outcome, {**done, **differing}, None, why, request_id)


def settle_error(error: BaseException) -> Settled:
    """Return what an error says about a call that may have been sent."""
    fault = getattr(error, "fault", None)
    if not isinstance(fault, Fault):
        words = Fault(FaultKind.SERVICE, "The call broke off", clean(f"{type(error).__name__}: {error}", 300))
        return Settled(Outcome.UNKNOWN, fault=words, why=LOST)
    if fault.kind is FaultKind.REFUSED:
        return Settled(Outcome.REFUSED, fault=fault, why=fault.why)
    if _is_certain(fault, error):
        return Settled(Outcome.FAILED, fault=fault, why=fault.why, request_id=fault.request_id)
    return Settled(Outcome.UNKNOWN, fault=fault, why=LOST, request_id=fault.request_id)


_LOST = frozenset({FaultKind.TIMEOUT, FaultKind.MALFORMED})
_THROTTLES = ("Throttl", "LimitExceeded", "SlowDown", "TooManyRequests")


def _is_certain(fault: Fault, error: BaseException) -> bool:
    """Whether the call certainly did nothing: it never left, or the service answered with a refusal.

    An answer of the 500s is none: the service may have failed after doing it.
    """
    if fault.kind in _LOST:
        return False
    status = _status(error)
    if 400 <= status < 500 and status != 408:
        return True
    throttled = fault.kind is FaultKind.THROTTLED and any(word in fault.code for word in _THROTTLES)
    return throttled or fault.kind not in (FaultKind.SERVICE, FaultKind.THROTTLED)


def _status(error: BaseException) -> int:
    response = getattr(error.__cause__, "response", None)
    metadata = response.get("ResponseMetadata", {}) if isinstance(response, dict) else {}
    return int(metadata.get("HTTPStatusCode", 0) or 0)


def _failures(answer: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in _FAILURES:
        for entry in answer.get(name) or ():
            why = clean(entry.get("Message") or entry.get("Code") or "the service refused it", 300)
            for id_ in _strings([value for key, value in entry.items() if key not in ("Message", "Code")]):
                yield id_, why


def _strings(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _strings(part)
