"""A queue that answers at once from memory, for the workbench. Knows no AWS."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from console.actions.plan import Plan
from console.cloudwatch.series import Window
from console.resources.model import Fact, Terms, Tone
from console.scope.model import Scope
from console.sqs.difference import Line, difference
from console.sqs.findings import Finding
from console.sqs.groups import Groups
from console.sqs.health import Health, Settings
from console.sqs.message import Attribute, Message, md5_of_attributes, md5_of_body
from console.sqs.reading import Offloaded, Reading, read
from console.sqs.search import Needle
from console.sqs.trend import Trend
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind
from console.workbench.draining import drain_of
from console.workbench.intents import Intent, Wish, intent_of
from console.workbench.job import Progress
from console.workbench.journal import Account, Entry, Kind, Standing, Step
from console.workbench.lease import Unreleased
from console.workbench.payloads import Weight, pointer_in
from console.workbench.undoing import Undo
from console.workbench.work import Ended
from console.worker.news import MessageRow, QueueState, Sample
from tests.ui.fakes import IDENTITY, SCOPE

URL = "https://sqs.eu-west-1.amazonaws.com/123456789012/orders-dlq"
REFUSED = Fault(FaultKind.INVALID, "That cannot be grouped by", "[red]it is[/] malformed")


def message(id_: str, body: str, kind: str = "") -> Message:
    """Return a message that was received a minute after it was sent."""
    attributes = {"ErrorType": Attribute("String", kind)} if kind else {}
    sent = {"SentTimestamp": str(int((time.time() - 60) * 1000)), "ApproximateReceiveCount": "4"}
    now = time.time()
    return Message(
        id_, body, md5_of_body(body), sent, attributes, md5_of_attributes(attributes), "handle", now, now + 60
    )


def state() -> QueueState:
    """Return a dead-letter queue that fills, with something wrong."""
    known = Settings("arn:aws:sqs:::orders-dlq", 340, 0, 0, 1_209_600, 30, "none", "", None, _NO_ACCESS)
    series = Trend(Window.last(3600, 60, time.time()), ((1.0, 5.0),), (), (), (), ())
    health = Health(URL, time.time(), known, series, None, (), (), (), (), 0.0)
    return QueueState(health, (Finding(Tone.BAD, "[b]its retention[/b] is too short", "Keep it longer"),))


_NO_ACCESS = Fault(FaultKind.DENIED, "The policy", "not readable")


def planned(wish: Wish, facts: Sequence[Fact] = ()) -> Intent:
    """Return what ``wish`` would do, with more facts in its plan."""
    intent = intent_of(
        wish, URL, scope=SCOPE, identity=IDENTITY, operator="ana", spool="", now=datetime.now(UTC), known=340
    )
    return replace(intent, plan=replace(intent.plan, facts=(*intent.plan.facts, *facts)))


class FakeQueue:
    """Holds ``letters`` when asked to receive; ``asked`` keeps what it was asked."""

    def __init__(self, *letters: Message) -> None:
        self.letters = {one.id: one for one in letters}
        self.listener: Callable[[Any], None] = lambda _news: None
        self.asked: list[tuple[Any, ...]] = []
        self.refusal = ""
        self.unreleased: tuple[Unreleased, ...] = ()
        self.read_payloads: dict[str, Offloaded] = {}
        """What was read from S3."""
        self.steps: dict[str, Step] = {}
        """What becomes of a message; done by default."""
        self.jobs: tuple[Undo, ...] = ()
        """What can be undone."""
        self.sample = Sample(URL, (), 0, 0, 340, False, (), 0, (), "", "")

    async def open(self, scope: Scope, url: str) -> QueueState:
        self.asked.append(("open", scope, url))
        return state()

    async def close(self) -> tuple[Unreleased, ...]:
        self.asked.append(("close",))
        return self.unreleased

    async def look(self) -> QueueState:
        self.asked.append(("look",))
        return state()

    async def terms(self, limit: int, hold: int) -> Terms:
        return Terms(f"up to {limit} [b]messages[/b] for {hold} s", self.refusal)

    async def take(self, limit: int, hold: int) -> Sample:
        self.asked.append(("take", limit, hold))
        groups = Groups()
        for one in self.letters.values():
            groups.add(one)
        self.sample = replace(
            self.sample, groups=groups.groups(), received=len(self.letters), held=len(self.letters), taking=True
        )
        self.listener(self.sample)
        self.sample = replace(self.sample, taking=False)
        return self.sample

    async def regroup(self, by: str) -> Sample:
        if by == "[":
            raise AwsError(REFUSED)
        self.asked.append(("regroup", by))
        return replace(self.sample, grouped_by=by)

    async def rows(self, ids: Sequence[str]) -> tuple[MessageRow, ...]:
        return tuple(MessageRow(id_, "g", time.time() - 60, 4, 10, clean(self.letters[id_].body, 200)) for id_ in ids)

    async def read(self, message_id: str) -> Reading:
        return read(self.letters[message_id], offloaded=self.read_payloads.get(message_id))

    async def weigh_payload(self, message_id: str) -> Weight:
        self.asked.append(("weigh_payload", message_id))
        pointer = pointer_in(self.letters[message_id])
        return Weight(pointer.text, 3_000_000)

    async def fetch_payload(self, message_id: str) -> None:
        self.asked.append(("fetch_payload", message_id))
        if self.refusal:
            raise AwsError(Fault(FaultKind.DENIED, "The payload", self.refusal))
        self.read_payloads[message_id] = Offloaded('{"far": "[red]away[/] \\u202e"}', "2.9 MiB from s3://far")

    async def body(self, message_id: str) -> str:
        return self.letters[message_id].body

    async def difference(self, one: str, other: str) -> tuple[Line, ...]:
        return difference(self.letters[one], self.letters[other])

    async def compare(self, message_id: str, body: str) -> tuple[Line, ...]:
        return difference(self.letters[message_id], self.letters[message_id].with_body(body))

    async def search(self, text: str) -> tuple[str, ...]:
        needle = Needle.compile(text)
        return tuple(id_ for id_, one in self.letters.items() if needle.matches(one))

    async def release(self, ids: Sequence[str] | None) -> Sample:
        self.asked.append(("release", tuple(ids or ())))
        return self.sample

    async def export(self, ids: Sequence[str], path: str) -> int:
        self.asked.append(("export", tuple(ids), path))
        return len(ids)

    async def intend(self, wish: Wish) -> Intent:
        self.asked.append(("intend", wish))
        return planned(replace(wish, to=wish.to or f"{URL}-source"))

    async def carry_out(self, intent: Intent, *, reason: str, confirmed: str) -> Ended:
        self.asked.append(("carry_out", intent.order.ids, reason, confirmed))
        entries = {id_: Entry(id_, self.steps.get(id_, Step.DONE), why="[red]why[/]") for id_ in intent.order.ids}
        counts = dict.fromkeys(Standing, 0) | {Standing.DONE: len(entries)}
        self.listener(Progress(len(entries), counts, 10.0, 1.0, False))
        return Ended(Account(intent.order, entries, True))

    async def undos(self) -> tuple[Undo, ...]:
        return self.jobs

    async def intend_undo(self, job: str) -> Intent:
        self.asked.append(("intend_undo", job))
        (found,) = (one for one in self.jobs if one.job == job)
        return planned(Wish(Kind.RESTORE, found.ids, URL), found.facts())

    async def undo(self, intent: Intent, *, reason: str, confirmed: str) -> Ended:
        return await self.carry_out(intent, reason=reason, confirmed=confirmed)

    async def intend_drain(self, file: str) -> Intent:
        self.asked.append(("intend_drain", file))
        return drain_of(
            planned(Wish(Kind.DELETE, ())),
            Path(file),
            {"ApproximateNumberOfMessages": "340"},
            4,
            Terms("", self.refusal),
        )

    async def drain(self, intent: Intent, *, reason: str, confirmed: str) -> Ended:
        counts = dict.fromkeys(Standing, 0) | {Standing.UNTOUCHED: 340}
        self.listener(Progress(340, counts, 0.0, None, True, "80 received [b]so far"))
        if self.refusal:
            raise AwsError(Fault(FaultKind.REFUSED, "Nothing was deleted", "it was [b]stopped"))
        return await self.carry_out(
            replace(intent, order=replace(intent.order, ids=("m-1", "m-2"))), reason=reason, confirmed=confirmed
        )

    async def control(self, what: str) -> None:
        self.asked.append(("control", what))

    async def plan_move(self, to: str, rate: int) -> Plan:
        self.asked.append(("plan_move", to, rate))
        return (await self.intend(Wish(Kind.RESEND, ("x",)))).plan

    async def start_move(self, plan: Plan, *, reason: str, confirmed: str) -> str:
        self.asked.append(("start_move", plan.id, reason, confirmed))
        return "the move task runs"

    async def cancel_move(self, *, reason: str) -> str:
        self.asked.append(("cancel_move", reason))
        return "Cancelled. Nothing moves back"

    def was(self, what: str) -> list[tuple[Any, ...]]:
        """Return what was asked of one kind."""
        return [entry[1:] for entry in self.asked if entry[0] == what]
