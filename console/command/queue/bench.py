"""Owns one queue opened for a command: connection, policy, folder, and that what is held is given back and told."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.command import output
from console.command.failure import not_found, refused
from console.command.queue.options import Consent
from console.command.writes import require_writes
from console.connect import opened, policy_of, with_alias
from console.launch import Launch, settings_of
from console.resources.model import Action
from console.text.clean import clean
from console.text.faults import AwsError, FaultKind
from console.text.format import iso, plural

if TYPE_CHECKING:
    from console.actions.runner import Runner
    from console.aws.gateway import Reader
    from console.config.settings import Settings
    from console.connect import Opened
    from console.workbench.lease import Lease
    from console.workbench.spool import Spool
    from console.workbench.work import Work


@dataclass(slots=True)
class Bench:
    """A queue that is worked by one command."""

    work: Work
    name: str
    """Clean."""
    reader: Reader
    connected: Opened
    runner: Runner
    """Carries out what is no job; its policy is that of the jobs too."""
    folder: Path
    """Of spools and journals."""
    write: bool
    """Whether writes were allowed for this command."""
    unlock: float
    """Seconds that writes stay allowed after they were unlocked."""
    unreleased: list[dict[str, str]] = field(default_factory=list)
    """What could not be given back, once it is left: id, returns_at, why; clean."""
    acted: bool = False
    """Whether something was done with what was received, so that its copies are kept."""
    hidden_until: str = ""
    """Until when a receive that was not answered may hide what it took; empty where each was answered."""

    def keep_unlocked(self) -> None:
        """Unlock writes anew where they were allowed: ``--write`` is for all of one command, however long it takes."""
        guard = self.connected.gateway.guard
        if self.write and not guard.forbidden:
            guard.unlock(self.unlock)

    def spool(self) -> Spool:
        """Return where the messages are kept that were received. Raises ``Failure`` where nothing is held any more."""
        if self.work.lease is None:
            raise refused("Nothing was sent", "nothing is held any more", "Receive the messages again")
        return self.work.lease.spool

    def require(self, action: Action, consent: Consent) -> None:
        """Raise ``Failure`` where ``action`` would be refused in the end, before anything is received for it."""
        from console.actions.policy import judge

        verdict = judge(self.runner.policy(self.reader.scope), action)
        if not verdict.allowed:
            raise refused(f"{action.title} was not sent", verdict.why, verdict.remedy)
        if verdict.needs_reason and not clean(consent.reason).strip():
            raise refused(f"{action.title} was not sent", "a reason is required here", "Give one with --reason")
        if not self.connected.identity.arn:
            raise refused(f"{action.title} was not sent", "STS does not say whose credentials these are", "Try again")


def require_permission(launch: Launch, what: str) -> None:
    """Raise ``Failure`` before anything is sent, unless this session may write."""
    require_writes(launch, settings_of(launch), f"{what} was not sent")


@asynccontextmanager
async def at_queue(launch: Launch, text: str, form: str) -> AsyncIterator[Bench]:
    """Open the queue that ``text`` names. However it is left, all that is held is given back, and the rest told.

    Raises ``Failure``, and ``AwsError`` for a queue that is not there.
    """
    from console.sqs.queues import name_of_url

    settings = settings_of(launch)
    async with opened(launch, settings) as connected:
        reader = connected.gateway.reader(connected.scopes[0])
        url = await queue_named(reader, text)
        bench = await _bench(launch, settings, connected, url, clean(name_of_url(url)))
        try:
            yield bench
        except asyncio.CancelledError:
            held = len(bench.work.lease.ids()) if bench.work.lease else 0
            await _leave(bench, form)
            _tell_stopped(bench, held)
            raise
        finally:
            await _leave(bench, form)


async def _leave(bench: Bench, form: str) -> None:
    """Give back what is held and tell what could not be. What nothing was done with is not kept here either."""
    lease = bench.work.lease
    await bench.work.close()
    if lease is None:
        return
    bench.unreleased += _unreleased(lease)
    bench.hidden_until = _moment(lease.unanswered_until) if lease.unanswered_until else ""
    if not bench.acted:
        lease.spool.path.unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # the terminal may be what has ended
        _tell_unreleased(bench, form)


def _tell_stopped(bench: Bench, held: int) -> None:
    back = held - len(bench.unreleased)
    told = f"{plural(back, 'message')} given back" if held else "nothing was held"
    with contextlib.suppress(OSError):
        output.note(f"cloudtop: Stopped; {told}.")


async def queue_named(reader: Reader, text: str) -> str:
    """Return the URL of the queue of a name, URL or ARN; empty for none. Raises ``Failure`` for one not there."""
    from console.sqs.queues import resolve

    try:
        return (await resolve(reader, text, ""))[0] if text else ""
    except AwsError as error:
        if error.fault.kind is not FaultKind.NOT_FOUND:
            raise
        where = f"{reader.scope.account} {reader.scope.region}".strip()
        raise not_found(f"There is no queue {clean(text, 200)} in {where}", "See cloudtop ls sqs.queues") from error


async def _bench(launch: Launch, settings: Settings, connected: Opened, url: str, name: str) -> Bench:
    from console.actions.audit import AuditLog
    from console.actions.runner import Runner
    from console.config.paths import audit_file, queues_folder
    from console.workbench.redrive import judge_move
    from console.workbench.work import Work

    gateway, scope, identity = connected.gateway, connected.scopes[0], connected.identity
    alias = (await with_alias(gateway, scope, identity)).alias if launch.write else None
    audit = AuditLog(audit_file(demo=launch.demo), now)
    runner = Runner(gateway, audit, lambda its: policy_of(settings, its, alias), now, judge_move)
    folder = queues_folder(demo=launch.demo)
    work = Work(gateway, scope, identity, url, audit=audit, policy=runner.policy, folder=folder, clock=now)
    return Bench(work, name, gateway.reader(scope), connected, runner, folder, launch.write, settings.writes.unlock)


def now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


def _unreleased(lease: Lease) -> list[dict[str, str]]:
    return [
        {"id": clean(one.id), "returns_at": _moment(one.returns_at), "why": clean(one.why)}
        for one in lease.unreleased.values()
    ]


def _moment(seconds: float) -> str:
    return iso(datetime.fromtimestamp(int(seconds), UTC))


def _tell_unreleased(bench: Bench, form: str) -> None:
    if form != "text":
        if bench.unreleased or bench.hidden_until:
            output.note(output.json_text(left(bench), indent=None))
        return
    if bench.hidden_until:
        output.note(f"A receive was not answered: what it took is hidden until {bench.hidden_until} at most")
    if bench.unreleased:
        count = plural(len(bench.unreleased), "message")
        output.note(f"{count} could not be given back; SQS shows them again by itself:")
    for one in bench.unreleased:
        output.note(f"  {one['id']}  at {one['returns_at']}  {one['why']}")


def left(bench: Bench) -> dict[str, Any]:
    """Return what is hidden still, as plain data; ``hidden_until`` is empty where every receive was answered."""
    return {"unreleased": bench.unreleased, "hidden_until": bench.hidden_until}


def is_clean(bench: Bench) -> bool:
    """Return whether nothing is hidden by us any more."""
    return not bench.unreleased and not bench.hidden_until
