"""Owns what can be done to held messages, and the plan of it that the operator confirms. Must not call AWS."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from console.actions.plan import Plan, PlannedCall
from console.actions.target import Target
from console.resources.model import Action, Fact, ResourceType, Risk, Tone
from console.resources.registry import catalogue
from console.scope.model import Identity, Scope
from console.sqs.queues import name_of_url
from console.text.clean import clean
from console.text.format import duration, plural
from console.workbench.journal import Kind, Order


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator wants done to which messages. ``to`` is a queue's URL, empty where nothing is sent."""

    kind: Kind
    ids: tuple[str, ...]
    to: str = ""
    rate: float = 0.0
    """Messages a second; 0 for as fast as it goes."""
    edited: Mapping[str, str] = field(default_factory=dict)
    """Message id → the body to send in place of its own."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A wish with everything it rests on, ready to be confirmed."""

    plan: Plan
    order: Order
    edited: Mapping[str, str]


def _nothing(_ids: Sequence[str]) -> dict[str, object]:
    return {}


ACTIONS = {
    Kind.RESEND: Action(
        "resend", "Resend", "SendMessageBatch", _nothing, Risk.WRITE,
        effect="Each message is sent, checked, and only then deleted here. What was lost on the way is kept here.",
    ),
    Kind.DELETE: Action(
        "delete", "Delete", "DeleteMessageBatch", _nothing, Risk.DESTROY,
        effect="Each message is deleted. A copy stays on this machine and can be sent again.",
    ),
    Kind.RESTORE: Action(
        "restore", "Send again", "SendMessageBatch", _nothing, Risk.WRITE,
        effect="Each copy is sent as a new message: id, sent time, sender and receive count are not what they were.",
    ),
}  # fmt: skip
"""What can be done; the id of each is its verb."""


def intent_of(
    wish: Wish,
    queue: str,
    *,
    scope: Scope,
    identity: Identity,
    operator: str,
    spool: str,
    now: datetime,
    known: int | None = None,
) -> Intent:
    """Return the intent of ``wish`` on messages of the queue at the URL ``queue``, that holds about ``known``."""
    job_id = f"{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
    order = Order(
        job_id, wish.kind, scope.account, scope.region, queue, wish.to, wish.ids, spool, wish.rate, operator, "",
        now.timestamp(),
    )  # fmt: skip
    action, target = ACTIONS[wish.kind], _target(queue, scope)
    plan = Plan(
        id=job_id,
        action=action,
        resource=_messages(),
        scope=scope,
        identity=identity,
        targets=(target,),
        refused=(),
        calls=(PlannedCall("sqs", action.operation, _parameters(wish, queue), (queue,)),),
        facts=_facts(wish, queue, known),
        built_at=now,
        state=job_id,
    )
    return Intent(plan, order, wish.edited)


def _messages() -> ResourceType:
    return catalogue()["sqs.messages"]


def _target(queue: str, scope: Scope) -> Target:
    name = clean(name_of_url(queue))
    return Target(queue, name, scope.arn("sqs", name), scope.account, scope.region, {})


def _parameters(wish: Wish, queue: str) -> dict[str, object]:
    """Return what the audit log says of the job; its journal has every message."""
    found: dict[str, object] = {"QueueUrl": wish.to or queue, "Messages": len(wish.ids)}
    return {**found, "Rate": wish.rate} if wish.rate else found


def _facts(wish: Wish, queue: str, known: int | None) -> tuple[Fact, ...]:
    again = wish.kind is Kind.RESTORE
    of = f" of about {known:,}" if known is not None and not again else ""
    facts = [
        Fact("Messages", f"{len(wish.ids):,}{of}", Tone.NONE),
        Fact("From", "the copies on this machine" if again else name_of_url(queue), Tone.NONE),
    ]
    if wish.to:
        facts.append(Fact("To", name_of_url(wish.to), Tone.NONE))
    if wish.edited:
        facts.append(Fact("Edited", plural(len(wish.edited), "body", "bodies"), Tone.WARN))
    if wish.rate:
        takes = duration(len(wish.ids) / wish.rate)
        facts.append(Fact("Rate", f"{wish.rate:g} a second at most, so {takes} at least", Tone.NONE))
    else:
        facts.append(Fact("Rate", "as fast as SQS takes them; consumers get them at once", Tone.WARN))
    if wish.to.endswith(".fifo"):
        facts.append(Fact("Order", "kept within each group; one that fails holds back those after it", Tone.NONE))
    return tuple(Fact(fact.title, clean(fact.text), fact.tone) for fact in facts)
