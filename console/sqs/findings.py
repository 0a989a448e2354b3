"""Owns what is wrong with a queue, in a sentence and with its remedy; must not know where the facts come from."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from console.resources.model import SEVERITY, Tone
from console.sqs.access import Access
from console.sqs.health import Health, Loss, Neighbour, Settings
from console.sqs.moves import failure
from console.sqs.trend import stop_sentence
from console.text.faults import Fault, FaultKind
from console.text.format import duration

_DAY = 86_400
_DEAD = re.compile(r"dlq|dead[-_]?letter", re.IGNORECASE)
"""Names of queues where services such as Lambda and EventBridge put their dead letters: these have no source queue."""
_RETRIED = "a message that always fails is retried until retention deletes it"
_ORIGINAL_TIME = "a standard queue keeps the time a message was first sent, so its time in the source is taken off"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or risky. Clean."""

    tone: Tone
    sentence: str
    remedy: str


def findings(health: Health) -> tuple[Finding, ...]:
    """Return what is wrong with the queue, the worst first. What is unknown is no finding."""
    parts = (_loss, _stopped, _public, _without, _once, _short, _taken, _alarms, _moves)
    return tuple(sorted((found for part in parts for found in part(health)), key=lambda each: SEVERITY[each.tone]))


def retention_risk(source: int | None, dead: int | None, fifo: bool) -> str:
    """Return why a dead-letter queue's retention is too short for its source's, both in seconds; empty when not."""
    if fifo or source is None or dead is None or dead > source:
        return ""
    return f"dead letters are kept {duration(dead)}, not longer than the source's {duration(source)}"


def loss_sentence(loss: Loss) -> str:
    """Return when the first message is lost, in words."""
    if loss.latest <= 0:
        return "messages are being lost to retention now"
    latest = f"the first message is lost in {duration(loss.latest)}"
    if loss.earliest == loss.latest:
        return latest
    sooner = f"in {duration(loss.earliest)}" if loss.earliest > 0 else "at any time"
    return f"{latest} at the latest, and could be {sooner}: its time in the source counts, which is not told"


def _loss(health: Health) -> Iterator[Finding]:
    loss = health.first_loss()
    if isinstance(loss, Loss) and loss.earliest < _DAY and not (_too_short(health) and loss.latest >= _DAY):
        tone = Tone.BAD if loss.latest < _DAY else Tone.WARN
        yield Finding(tone, loss_sentence(loss), "Export or move the messages now, or raise the retention")


def _stopped(health: Health) -> Iterator[Finding]:
    stop = health.stopped()
    if stop is None:
        return
    sentence, remedy = stop_sentence(stop, health.at), "Look at the consumer's errors"
    idle = () if isinstance(health.consumers, Fault) else [each for each in health.consumers if not each.running]
    if idle:
        sentence += f"; event source mapping of {', '.join(each.sentence() for each in idle)}"
        remedy = "Find out why the mapping was switched off, and enable it"
    if health.takes_dead_letters is None:
        yield Finding(Tone.WARN, f"{sentence}; whether it is a dead-letter queue is unknown", remedy)
    else:
        yield Finding(Tone.BAD, sentence, remedy)


def _public(health: Health) -> Iterator[Finding]:
    access = health.settings.access if isinstance(health.settings, Settings) else None
    if isinstance(access, Access) and access.public:
        yield Finding(
            Tone.BAD, f"its policy lets anyone in: {access.sentence()}", "Name principals, or add aws:SourceArn"
        )


def _once(health: Health) -> Iterator[Finding]:
    if isinstance(health.settings, Settings) and health.settings.max_receives == 1:
        yield Finding(
            Tone.WARN,
            "maxReceiveCount is 1: one failed or slow receive, or one peek, makes a message a dead letter",
            "Set maxReceiveCount to 3 or more",
        )


def _without(health: Health) -> Iterator[Finding]:
    target = health.dead_letter_queue
    if target is None and health.takes_dead_letters is False and not _DEAD.search(health.name):
        yield Finding(Tone.WARN, f"it has no dead-letter queue: {_RETRIED}", "Set a redrive policy")
    gone = target.settings if isinstance(target, Neighbour) else None
    if isinstance(target, Neighbour) and isinstance(gone, Fault) and gone.kind is FaultKind.NOT_FOUND:
        remedy = "Create it again, or name another in the redrive policy"
        yield Finding(Tone.BAD, f"its dead-letter queue {target.name} does not exist: {_RETRIED}", remedy)


def _short(health: Health) -> Iterator[Finding]:
    for risk in _too_short(health):
        yield Finding(
            Tone.WARN,
            f"{risk}; {_ORIGINAL_TIME}",
            "Set the dead-letter queue's retention to 14 days, and the source's to less",
        )


def _too_short(health: Health) -> list[str]:
    """Return the risks of its retention against its dead-letter queue's and its sources'."""
    if not isinstance(health.settings, Settings):
        return []
    own, ends = health.settings.retention, []
    if isinstance(health.dead_letter_queue, Neighbour):
        ends.append((f"in {health.dead_letter_queue.name}", own, _retention(health.dead_letter_queue)))
    if not isinstance(health.sources, Fault):
        ends += [(f"from {each.name}", _retention(each), own) for each in health.sources]
    risks = [(where, retention_risk(source, dead, health.fifo)) for where, source, dead in ends]
    return [f"{where}, {risk}" for where, risk in risks if risk]


def _retention(queue: Neighbour) -> int | None:
    return queue.settings.retention if isinstance(queue.settings, Settings) else None


def _taken(health: Health) -> Iterator[Finding]:
    busy = () if isinstance(health.consumers, Fault) else [each for each in health.consumers if each.running]
    if health.takes_dead_letters and busy:
        names = ", ".join(each.sentence() for each in busy)
        yield Finding(
            Tone.WARN,
            f"{names} consumes this dead-letter queue: messages may go while you look",
            "Disable the event source mapping before you sort its messages",
        )


def _alarms(health: Health) -> Iterator[Finding]:
    if isinstance(health.misled_alarms, Fault):
        return
    for name in health.misled_alarms:
        yield Finding(
            Tone.WARN,
            f"alarm {name} watches NumberOfMessagesSent, which does not count what the redrive policy moves here",
            "Watch ApproximateNumberOfMessagesVisible",
        )


def _moves(health: Health) -> Iterator[Finding]:
    newest = None if isinstance(health.moves, Fault) or not health.moves else health.moves[0]
    if newest is not None and newest.status == "FAILED":
        yield Finding(Tone.WARN, f"the last move task out of it {failure(newest)}", "Start another when mended")
