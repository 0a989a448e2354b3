"""Owns whether an action may be done and how it is confirmed; must not know AWS, files or the screen.

Everything here is a pure function of what it is given.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from console.actions.target import Target
from console.resources.model import Action, Fact, Risk, Tone, Values


@dataclass(frozen=True, slots=True)
class Policy:
    """What the configuration and the session say about writes in one scope."""

    allow_writes: bool = True
    unlocked: bool = False
    production: bool = False
    require_reason: bool = False

    @property
    def wants_reason(self) -> bool:
        """Whether a write needs a reason."""
        return self.require_reason or self.production


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether an action may be done; when not, why and what to do about it."""

    allowed: bool
    why: str = ""
    remedy: str = ""
    needs_reason: bool = False


class Confirm(StrEnum):
    """What the operator has to do to confirm."""

    NOTHING = "nothing"
    BUTTON = "button"  # one confirmation, focus on Cancel
    TYPE = "type"  # type the expected text


@dataclass(frozen=True, slots=True)
class Confirmation:
    """How a plan is confirmed. ``expected`` is what the runner must be given; for a button it is ``yes``."""

    kind: Confirm
    expected: str = ""
    prompt: str = ""

    def accepts(self, given: str) -> bool:
        """Return whether ``given`` confirms; spaces around it do not count, case does."""
        return self.kind is Confirm.NOTHING or given.strip() == self.expected != ""


def judge(policy: Policy, action: Action) -> Verdict:
    """Return whether ``action`` may be done under ``policy``."""
    if action.risk is Risk.READ:
        return Verdict(True)
    if not policy.allow_writes:
        return Verdict(False, "the configuration sets writes.allow: false", "Ask whoever keeps the configuration")
    if not policy.unlocked:
        return Verdict(False, "the session is read-only", "Press w or start with --write")
    return Verdict(True, needs_reason=policy.wants_reason)


def refusal(action: Action, values: Values) -> str:
    """Return why ``action`` cannot be done to a row; empty when it can. A check that fails is a refusal."""
    try:
        return action.refuse(values)
    except Exception as error:  # a declaration's own function; not knowing is no permission
        return f"it could not be checked ({type(error).__name__})"


def confirmation(action: Action, targets: Sequence[Target], facts: Iterable[Fact] = ()) -> Confirmation:
    """Return how ``action`` on ``targets`` is confirmed.

    What destroys, and what does more harm than it says (a fact of bad tone), asks for the target's name.
    """
    if action.risk is Risk.READ:
        return Confirmation(Confirm.NOTHING)
    harmful = any(fact.tone is Tone.BAD for fact in facts)
    if action.risk is Risk.WRITE and not harmful:
        return Confirmation(Confirm.BUTTON, "yes", f"{action.title}?")
    if len(targets) == 1:
        return Confirmation(
            Confirm.TYPE, targets[0].label.strip(), "Type the name" if targets[0].name else "Type the id"
        )
    return Confirmation(Confirm.TYPE, f"{action.id} {len(targets)}", "Type the verb and the count")
