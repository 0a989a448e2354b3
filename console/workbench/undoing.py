"""Owns what of a queue's jobs can be undone: copies sent again, and what that does not bring back. Must not know AWS.

Nothing is taken back: what was deleted comes again as a new message, and what was sent elsewhere stays there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from console.resources.model import Fact, Tone
from console.sqs.queues import name_of_url
from console.text.clean import clean
from console.text.format import plural
from console.workbench.edits import original_of
from console.workbench.jobs import Jobs
from console.workbench.journal import Account, Kind
from console.workbench.spool import KeptSpool

_RUNS = "its process is still at it"


@dataclass(frozen=True, slots=True)
class Undo:
    """One job as it can be undone. Everything is clean, save the ids of messages."""

    job: str
    kind: Kind
    to: str
    """The name of the queue that a resend sent to; empty for a delete."""
    began: float
    """Seconds since the epoch."""
    ids: tuple[str, ...]
    """The messages to send again."""
    left_out: Mapping[str, int]
    """Why some of its messages cannot be sent again, and how many."""
    why_not: str = ""
    """Why nothing of it can be undone; empty where something can."""

    def sentence(self) -> str:
        """Return what the job did, and when."""
        did = f"resend to {self.to}" if self.kind is Kind.RESEND else "delete"
        return f"{did}, {datetime.fromtimestamp(self.began, UTC):%d %b %H:%M:%S} UTC"

    def facts(self) -> tuple[Fact, ...]:
        """Return what a plan says of undoing it."""
        facts = [Fact("Undoes", f"{self.sentence()}, job {self.job}")]
        if self.kind is Kind.RESEND:
            stays = f"what was sent to {self.to} is not taken back: each message is there, unless consumed, and here"
            facts.append(Fact("Stays", stays, Tone.WARN))
        new = "new message ids, sent now, receive counts that start at 1, kept for the whole retention again"
        facts.append(Fact("New", new, Tone.WARN))
        for why, count in self.left_out.items():
            facts.append(Fact("Not restored", f"{plural(count, 'message')}: {why}", Tone.WARN))
        return tuple(facts)


def undos(jobs: Jobs, queue: str, account: str, region: str) -> tuple[Undo, ...]:
    """Return the jobs that took messages from the queue of a URL, the newest first."""
    here = (queue, account, region)
    orders = ((one, one.order) for one in jobs.accounts if one.order.kind is not Kind.RESTORE)
    return tuple(_undo(jobs, one) for one, order in orders if (order.queue, order.account, order.region) == here)


def undo_of(jobs: Jobs, job: str) -> tuple[Undo, KeptSpool]:
    """Return a job as it can be undone, and its messages as they were received.

    Raises ``LookupError`` in plain words, and ``OSError`` and ``ValueError`` where they cannot be read.
    """
    account = jobs.find(job)
    spool = KeptSpool(original_of(Path(account.order.spool)))
    return _undo(jobs, account, spool), spool


def _undo(jobs: Jobs, account: Account, spool: KeptSpool | None = None) -> Undo:
    """Return what can be undone; without a ``spool`` it is not looked whether the copies are there."""
    order = account.order
    ids, why_left = jobs.restorable(account)
    if spool:
        kept = set(spool.ids())
        why_left |= {id_: "its copy is gone" for id_ in ids if id_ not in kept}
        ids = tuple(id_ for id_ in ids if id_ in kept)
    left_out = dict(Counter(why_left.values()))
    reasons = "; ".join(f"{count:,}: {why}" for why, count in left_out.items())
    why_not = _RUNS if account.running else "" if ids else reasons or "it took nothing"
    to = clean(name_of_url(order.to)) if order.kind is Kind.RESEND else ""
    return Undo(clean(order.id), order.kind, to, order.began, ids, left_out, why_not)
