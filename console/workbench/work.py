"""Owns working one queue: its lease, its jobs, and that nothing is done unconfirmed. Must not know who watches."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from console.actions.audit import AuditLog, AuditUnwritable
from console.actions.outcome import Outcome, Settled
from console.actions.policy import Policy, judge
from console.actions.runner import Writer
from console.resources.fields import name_of_arn
from console.resources.model import Reader, Terms
from console.resources.parts import attempt
from console.scope.model import Identity, Scope
from console.sqs import messages, queues
from console.sqs.message import Message, refused_characters
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind
from console.text.format import duration, plural
from console.workbench.edits import keep_edited
from console.workbench.ending import end_of
from console.workbench.intents import Intent, Wish, intent_of
from console.workbench.job import Job, Progress, Source
from console.workbench.journal import Account, Journal, Kind, Order, Standing
from console.workbench.lease import Lease
from console.workbench.leftovers import take_away
from console.workbench.spool import Origin, Spool

Fill = Callable[[Order], Awaitable[Order]]
"""Gives an order that was confirmed the messages that it is about."""

PLAN_SECONDS = 300.0
"""Seconds that an intent may be old when it is carried out."""


class Gateway(Writer, Protocol):
    """What working a queue asks of the gateway."""

    def reader(self, scope: Scope, /) -> Reader:
        """Return a reader of ``scope``."""

    async def credentials_expire(self) -> datetime | None:
        """Return when the credentials end; None for keys that do not."""


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of an intent: what became of each message, or why nothing was done."""

    account: Account | None
    refusal: str = ""
    remedy: str = ""
    audit_problem: str = ""
    fault: Fault | None = None
    """What stood in the way: why the credentials could not be checked, or the first call that was refused or lost."""

    def sentence(self) -> str:
        """Return it in one line."""
        if self.account is None:
            return clean(f"Nothing was sent: {self.refusal}. {self.remedy}".strip())
        counts = self.account.counts()
        words = {
            Standing.DONE: "done",
            Standing.COPIED: "sent, but still here too",
            Standing.IN_DOUBT: "in doubt",
            Standing.UNTOUCHED: "not touched",
        }
        told = ", ".join(f"{counts[standing]:,} {word}" for standing, word in words.items() if counts[standing])
        return f"{told or 'nothing to do'}. Job {self.account.order.id}"


class Work:
    """One queue being worked. Use it with ``async with``: leaving gives back what is held."""

    def __init__(
        self,
        gateway: Gateway,
        scope: Scope,
        identity: Identity,
        queue: str,
        *,
        audit: AuditLog,
        policy: Callable[[Scope], Policy],
        folder: Path,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        """``queue`` is the URL; ``folder`` is where spools and journals are kept; ``policy`` as ``Runner.policy``."""
        self._gateway = gateway
        self.scope = scope
        self._identity = identity
        self.queue = queue
        self._audit = audit
        self._policy = policy
        self._folder = folder
        self._clock = clock
        self._reader: Reader = gateway.reader(scope)
        self.lease: Lease | None = None
        self.job: Job | None = None
        """The job that runs, to pause and to stop it."""
        self._used: set[str] = set()

    async def __aenter__(self) -> Work:
        return self

    async def __aexit__(self, *_exception: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Stop the job at a safe point and give back what is held."""
        await end_of([asyncio.ensure_future(self._put_away())])

    async def _put_away(self) -> None:
        if self.job:
            self.job.pace.stop("cloudtop was left")
            await self.job.finished.wait()
        lease, self.lease = self.lease, None
        if lease:
            await lease.close()
            lease.spool.close()

    async def terms(self, limit: int, hold: int) -> Terms:
        """Return what receiving costs others here, and why it is refused by default. Raises ``AwsError``."""
        cost = (
            f"Receives up to {plural(limit, 'message')}: each gains one receive and is hidden from consumers for as "
            f"long as it is looked at here; cut off, SQS shows it again within {duration(hold)}. It is a sample."
        )
        return replace(await messages.terms(self._reader, self.queue, len(self.held())), cost=cost)

    async def take(self, limit: int, hold: int) -> AsyncIterator[tuple[Message, ...] | Fault]:
        """Receive up to ``limit`` messages and hold each for ``hold`` seconds, renewed until ``close``."""
        if self.lease is None:
            spool = await asyncio.to_thread(self._new_spool)
            expires_at = await self._gateway.credentials_expire()
            ask = self._gateway.credentials_expire
            self.lease = Lease(self._reader, self.queue, spool, hold=hold, expires_at=expires_at, ask_expiry=ask)
            await self.lease.__aenter__()
        async for part in self.lease.take(limit):
            yield part

    async def intend(self, wish: Wish, source: Source | None = None, spool: str = "") -> Intent:
        """Return what ``wish`` would do, to be confirmed; ``to`` may be a name. Raises ``AwsError`` with why not.

        ``source`` is where the messages are, this lease's spool by default.
        """
        kept = source or (self.lease.spool if self.lease else None)
        if kept is None or not wish.ids:
            raise AwsError(_refused("there are no messages to do it to", "Receive some first"))
        _require_sendable(wish.edited)
        if wish.to:
            wish = replace(wish, to=(await queues.resolve(self._reader, wish.to, ""))[0])
        elif wish.kind is not Kind.DELETE:
            wish = replace(wish, to=await self._one_source(wish, kept))
        if wish.to == self.queue and wish.kind is Kind.RESEND:
            raise AwsError(_refused("they would go to the queue they are in", "Name another queue"))
        counts = await attempt(queues.attributes(self._reader, self.queue))
        names = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
        known = None if isinstance(counts, Fault) else sum(int(counts.get(name) or 0) for name in names)
        return self.intent(wish, spool or str(self.lease.spool.path if self.lease else ""), known)

    def intent(self, wish: Wish, spool: str = "", known: int | None = None) -> Intent:
        """Return the intent of ``wish`` as it is, on messages that are kept in ``spool``."""
        return intent_of(
            wish,
            self.queue,
            scope=self.scope,
            identity=self._identity,
            operator=self._audit.operator.sentence(),
            spool=spool,
            now=self._clock(),
            known=known,
        )

    def held(self) -> tuple[str, ...]:
        """Return the ids of the messages that are held now."""
        lease = self.lease
        return tuple(id_ for id_ in lease.ids() if lease.held(id_)) if lease else ()

    async def carry_out(
        self,
        intent: Intent,
        *,
        reason: str,
        confirmed: str,
        tell: Callable[[Progress], None] = lambda _progress: None,
        source: Source | None = None,
        fill: Fill | None = None,
    ) -> Ended:
        """Do what was confirmed, once, and return what became of each message. Raises ``OSError`` for a full disk.

        ``fill`` gives the order its messages where they are only known once it was confirmed; what it raises is raised.
        """
        refusal = await self._refusal(intent, reason, confirmed)
        if refusal:
            return refusal
        with self._gateway.guard.hold() as unlocked:
            if not unlocked:
                return Ended(None, "the session is read-only again", "Unlock writes and confirm it anew")
            return await self._carry_out(intent, reason, tell, source, fill)

    async def _carry_out(
        self,
        intent: Intent,
        reason: str,
        tell: Callable[[Progress], None],
        source: Source | None,
        fill: Fill | None,
    ) -> Ended:
        """Do what was confirmed and is not refused; the unlock that it was confirmed under lasts until its end."""
        self._used.add(intent.plan.id)
        if source is None and self.lease is None and fill is None:
            return Ended(None, "nothing is held any more", "Receive the messages again")
        try:
            entry = await asyncio.to_thread(self._audit.intent, intent.plan, intent.plan.calls[0], reason)
        except AuditUnwritable as error:
            return Ended(None, str(error))
        order = replace(intent.order, reason=clean(reason))
        if fill:
            order = await self._filled(order, fill, entry)
        account, fault = await self._run(order, intent.edited, tell, source)
        return Ended(account, audit_problem=await self._record(entry, account), fault=fault)

    async def _filled(self, order: Order, fill: Fill, entry: str) -> Order:
        """Return ``order`` with its messages; where there is none to carry out, the audit log says that nothing was."""
        try:
            return await fill(order)
        except BaseException as error:
            why = error.fault.sentence() if isinstance(error, AwsError) else "it was broken off before it began"
            with suppress(AuditUnwritable):  # an intent without outcome reads as unknown
                await asyncio.to_thread(self._audit.outcome, entry, Settled(Outcome.REFUSED, why=why))
            raise

    async def _run(
        self, order: Order, edited: Mapping[str, str], tell: Callable[[Progress], None], source: Source | None
    ) -> tuple[Account, Fault | None]:
        """Carry out an order; return what came of it, and why it stopped by itself.

        Other bodies are on disk first, so that a job that was ended goes on with the same.
        """
        async with AsyncExitStack() as stack:
            if source is None and self.lease:
                source = self.lease.spool
                if edited:
                    source = kept = await asyncio.to_thread(keep_edited, self.lease.spool, order.ids, edited)
                    stack.callback(kept.close)
                    order = replace(order, spool=str(kept.path))
            assert source is not None  # noqa: S101 the caller has looked
            journal = await asyncio.to_thread(Journal, self._folder / "jobs" / f"{order.id}.jsonl", order)
            self.job = job = Job(journal, source, self._write, self.lease, tell=tell, edited=edited)
            try:
                return await job.run(), job.fault
            finally:
                self.job = None

    async def _write(self, service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        with self._gateway.guard.warrant(service, operation):
            return await self._gateway.write(self.scope, service, operation, dict(parameters))

    async def _refusal(self, intent: Intent, reason: str, confirmed: str) -> Ended | None:
        plan = intent.plan
        verdict = judge(self._policy(self.scope), plan.action)
        if not verdict.allowed:
            return Ended(None, verdict.why, verdict.remedy)
        if verdict.needs_reason and not clean(reason).strip():
            return Ended(None, "a reason is required here", "Give one, for example a ticket")
        if plan.id in self._used:
            return Ended(None, "this plan was already used", "Make a new plan")
        if not plan.confirmation.accepts(confirmed):
            return Ended(None, "it was not confirmed", f"{plan.confirmation.prompt}: {plan.confirmation.expected}")
        if not 0 <= (self._clock() - plan.built_at).total_seconds() <= PLAN_SECONDS:
            return Ended(None, "the plan is too old", "Make a new plan")
        return await self._someone_else(plan.identity)

    async def _someone_else(self, identity: Identity) -> Ended | None:
        found = await attempt(self._gateway.identity(self.scope.region))
        if isinstance(found, Fault):
            return Ended(None, f"the credentials could not be checked: {found.sentence()}", "Try again", fault=found)
        if (found.account, found.arn) != (identity.account, identity.arn):
            return Ended(None, f"the credentials now belong to {found.arn}", "Make a new plan")
        return None

    async def _record(self, entry: str, account: Account) -> str:
        counts = account.counts()
        doubt = counts[Standing.IN_DOUBT] or counts[Standing.COPIED]
        outcome = Outcome.UNKNOWN if doubt else Outcome.FAILED if counts[Standing.UNTOUCHED] else Outcome.DONE
        try:
            await asyncio.to_thread(self._audit.outcome, entry, Settled(outcome, why=Ended(account).sentence()))
        except AuditUnwritable as error:
            return str(error)
        return ""

    async def _one_source(self, wish: Wish, kept: Source) -> str:
        """Return the URL of the one queue that all messages came from. Raises ``AwsError`` where there is no such."""
        arns = await asyncio.to_thread(lambda: {kept.get(id_).source_arn for id_ in wish.ids})
        if wish.kind is Kind.RESTORE:
            return self.queue
        if "" in arns:
            found = await attempt(queues.sources(self._reader, self.queue))
            urls: list[str] = [] if isinstance(found, Fault) else found
            if len(urls) == 1 and arns == {""}:
                return urls[0]
            without = "some do not say which queue they came from"
            raise AwsError(_refused(without, "Name the queue they are to go to"))
        if len(arns) > 1:
            names = ", ".join(sorted(clean(name_of_arn(arn)) for arn in arns))
            raise AwsError(
                _refused(f"they came from {plural(len(arns), 'queue')}: {names}", "Name one, or take them apart")
            )
        url, _ = await queues.resolve(self._reader, arns.pop(), "")
        return url

    def _new_spool(self) -> Spool:
        now = self._clock()
        name = re.sub(r"[^\w.-]", "_", queues.name_of_url(self.queue))[:80]
        with suppress(OSError):  # what cannot be taken away is in nobody's way
            take_away(self._folder)
        path = self._folder / "spool" / f"{now:%Y%m%d-%H%M%S}-{name}-{secrets.token_hex(3)}.jsonl"
        return Spool(path, Origin(self.scope.account, self.scope.region, self.queue, now.timestamp()))


def _require_sendable(edited: Mapping[str, str]) -> None:
    """Raise ``AwsError`` for a body that SQS would refuse."""
    for id_, body in edited.items():
        if not body:
            raise AwsError(_refused(f"the edited body of {clean(id_)} is empty", "SQS takes none"))
        if places := refused_characters(body):
            raise AwsError(
                _refused(
                    f"the edited body of {clean(id_)} holds a character that SQS refuses, at {places[0]}", "Take it out"
                )
            )


def _refused(why: str, remedy: str) -> Fault:
    return Fault(FaultKind.REFUSED, "Nothing was planned", why, remedy)
