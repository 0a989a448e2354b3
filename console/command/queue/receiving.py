"""Owns receiving for a command: what it costs, which messages are meant, and what did not go well."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from console.command import output
from console.command.failure import Exit, Failure, exit_of, not_found, refused, usage
from console.command.queue.bench import Bench
from console.command.queue.options import Choice, Receiving
from console.command.queue.progress import ProgressLine
from console.resources.parts import attempt
from console.text.clean import clean
from console.text.faults import Fault, FaultKind
from console.text.format import plural

if TYPE_CHECKING:
    from console.sqs.groups import Group, Groups
    from console.sqs.message import Message
    from console.sqs.signature import Key

_COUNTED = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


@dataclass(slots=True)
class Received:
    """The messages that are held, in the order they came, their groups, and what went wrong on the way."""

    groups: Groups
    ids: list[str] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    spoilt: Mapping[str, str] = field(default_factory=dict)
    """Message id → why it is not shown."""
    about: int | None = None
    """How many SQS said there are in all, hidden and delayed ones too; None where it did not."""
    over: str = ""
    """Why no more could be held; empty while that is not so."""

    def add(self, part: tuple[Message, ...] | Fault) -> list[str]:
        """Take in what a receive brought; return the ids in it."""
        if isinstance(part, Fault):
            self.faults.append(part)
            return []
        for message in part:
            self.groups.add(message)
        self.ids += [message.id for message in part]
        return [message.id for message in part]

    def troubles(self) -> list[str]:
        """Return what went wrong, a line each."""
        lines = [output.worded(fault) for fault in self.faults]
        lines += [f"{clean(id_)} is not shown: {why}" for id_, why in self.spoilt.items()]
        return [*lines, self.over] if self.over else lines

    def exit(self) -> Exit:
        """Return how well it went."""
        if self.faults and not self.ids:
            return exit_of(self.faults[0])
        return Exit.PARTIAL if self.troubles() else Exit.DONE

    def sentence(self) -> str:
        """Return how many came out of how many, and that they are a sample."""
        if not self.ids:
            return "Nothing came. That does not prove that the queue is empty: messages may be hidden or on their way"
        of = f" of about {self.about:,}" if self.about is not None else ""
        return f"{plural(len(self.ids), 'message')} received{of}: a sample, in no certain order"


async def require_terms(bench: Bench, how: Receiving) -> int | None:
    """Return how many messages there are. Raises ``Failure`` with the price where receiving is refused by default."""
    from console.sqs.queues import attributes

    terms = await bench.work.terms(how.limit, how.hold)
    if terms.refusal and not how.anyway:
        raise refused(
            f"Nothing was received from {bench.name}", f"{terms.refusal}. {terms.cost}", "Insist with --anyway"
        )
    if terms.refusal:
        output.note(f"Received although {terms.refusal}. {terms.cost}")
    found = await attempt(attributes(bench.reader, bench.work.queue))
    if isinstance(found, Fault) or not all(str(found.get(name, "")).isdecimal() for name in _COUNTED):
        return None
    return sum(int(found[name]) for name in _COUNTED)


async def receive(
    bench: Bench, how: Receiving, by: Key | None = None, wanted: Collection[str] = (), *, look: bool = False
) -> Received:
    """Receive and hold messages; until those ``wanted`` are there, where any are.

    For a mere ``look`` as many as SQS said there are will do.
    """
    from console.sqs.groups import Groups

    received = Received(Groups(by), about=await require_terms(bench, how))
    missing, line = set(wanted), ProgressLine()
    try:
        line.say(f"Receiving from {bench.name}…")
        async with aclosing(bench.work.take(how.limit, how.hold)) as parts:  # type: ignore[type-var]
            async for part in parts:
                missing.difference_update(received.add(part))
                line.say(f"Received {len(received.ids):,} from {bench.name}…")
                if (wanted and not missing) or (look and len(received.ids) >= (received.about or how.limit)):
                    break
    except OSError as error:
        why = f"what was received cannot be kept on this machine: {clean(error)}"
        fault = Fault(FaultKind.SERVICE, f"Receiving from {bench.name} was stopped", why, "All of it is given back")
        raise Failure(fault, Exit.FAILED) from error
    finally:
        line.end()
    lease = bench.work.lease
    if lease:
        received.spoilt, received.over = dict(lease.spoilt), lease.over
    return received


async def choose(bench: Bench, received: Received, choice: Choice) -> tuple[str, ...]:
    """Return the ids that are meant and give all others back. Raises ``Failure`` for a group that is not there."""
    chosen = _chosen(received, choice)
    lease = bench.work.lease
    if lease:
        others = set(lease.ids()).difference(chosen)
        await lease.release(tuple(others))
    return chosen


def _chosen(received: Received, choice: Choice) -> tuple[str, ...]:
    if choice.ids:
        wanted = set(choice.ids)
        return tuple(id_ for id_ in received.ids if id_ in wanted)
    return group_of(received, choice.group).ids if choice.group else tuple(received.ids)


def group_of(received: Received, signature: str) -> Group:
    """Return the group of a signature. Raises ``Failure`` for none of it, and for several."""
    try:
        return received.groups.find(signature)
    except LookupError as error:
        known = ", ".join(group.signature.id for group in received.groups.groups()[:10])
        what = f"Among the {plural(len(received.ids), 'message')} received {error}"
        raise not_found(what, f"There are: {known}" if known else "") from error


def key_of(text: str) -> Key | None:
    """Return what messages are grouped by; None for what they tell themselves. Raises ``Failure``."""
    from console.sqs.signature import parse_key

    if not text:
        return None
    try:
        return parse_key(text)
    except ValueError as error:
        raise usage(f"Nothing can be grouped by {clean(text, 80)}", clean(error)) from error
