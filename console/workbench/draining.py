"""Owns the plan of draining a queue: what can be received is written to a file, then deleted. Must not call AWS.

How many that will be is not known before: what is planned is about as many as SQS counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from console.actions.plan import PlannedCall
from console.resources.model import Action, Fact, Risk, Terms, Tone
from console.text.clean import clean
from console.text.format import plural
from console.workbench.intents import Intent

LIMIT, HOLD = 10_000, 120
"""Messages drained in one go, and seconds that each is held, renewed until it is deleted."""
UNCERTAIN = "as SQS counts: roughly, and up to a minute late"
_COUNTED = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)
_ACTION = Action(
    "drain", "Drain", "DeleteMessageBatch", lambda _ids: {}, Risk.DESTROY,
    effect="Messages are received and written to the file; only those are deleted, and only once all are in it.",
)  # fmt: skip


def drain_of(intent: Intent, file: Path, counts: Mapping[str, str], held: int, terms: Terms) -> Intent:
    """Return ``intent``, which has no messages yet, as that of draining its queue into ``file``.

    ``counts`` are the queue's attributes, ``held`` how many of its messages are held already.
    """
    visible, in_flight, delayed = (_number(counts.get(name)) for name in _COUNTED)
    facts = (
        Fact("Messages", f"{_about(visible, held)} {UNCERTAIN}", Tone.WARN),
        *_facts(visible, _less(in_flight, held), delayed, held),
        Fact("File", clean(f"{file}: new, for you alone, one JSON object a line, exactly as sent")),
        *_order(intent.order.queue),
        Fact("Cost", "each gains one receive; stopped before the end, what was received is given back", Tone.WARN),
        *([Fact("Against it", terms.refusal, Tone.BAD)] if terms.refusal else []),
        Fact("Undo", "a copy stays on this machine: u sends it again, as a new message"),
    )
    called = {"QueueUrl": intent.order.queue, "Messages": _about(visible, held), "File": str(file)}
    calls = (PlannedCall("sqs", _ACTION.operation, called, (intent.order.queue,)),)
    return replace(intent, plan=replace(intent.plan, action=_ACTION, calls=calls, facts=facts))


def _facts(visible: int | None, in_flight: int | None, delayed: int | None, held: int) -> Iterator[Fact]:
    yield Fact(
        "Arriving", "what arrives while it receives may be drained too; what arrives after that stays", Tone.WARN
    )
    if in_flight != 0 or delayed != 0:
        stay = f"{_said(in_flight)} in flight elsewhere and {_said(delayed)} delayed cannot be received: they stay"
        yield Fact("Not drained", stay, Tone.WARN)
    if held:
        yield Fact("Held", f"{plural(held, 'message')} of them: held here already")
    if visible is not None and visible + held > LIMIT:
        yield Fact("At most", f"{LIMIT:,} in one go; the rest stays for another", Tone.WARN)


def _order(queue: str) -> Iterator[Fact]:
    if queue.endswith(".fifo"):
        hidden = "SQS hides a group's later messages while its first are held: drain again for those"
        yield Fact("Groups", hidden, Tone.WARN)


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _less(count: int | None, held: int) -> int | None:
    return None if count is None else max(0, count - held)


def _said(count: int | None) -> str:
    return "an unknown number" if count is None else f"about {count:,}"


def _about(visible: int | None, held: int) -> str:
    return _said(None if visible is None else visible + held)
