"""Owns an intent's way on the command line: shown, confirmed, carried out, told, also where it is interrupted."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from console.command import output
from console.command.failure import Exit, Failure, exit_of, refused
from console.command.loop import typed_line
from console.command.queue import accounts
from console.command.queue.bench import Bench
from console.command.queue.options import Consent
from console.command.queue.progress import ProgressLine
from console.text.clean import clean
from console.text.faults import Fault, FaultKind
from console.text.format import duration

if TYPE_CHECKING:
    from console.actions.plan import Plan
    from console.workbench.intents import Intent
    from console.workbench.job import Progress, Source
    from console.workbench.work import Ended

_INTERRUPTED = "it was interrupted"


async def act(bench: Bench, intent: Intent, confirmed: str, reason: str, source: Source | None = None) -> Ended:
    """Carry out what was confirmed. Raises ``Failure`` where nothing was done; interrupted, it tells what is known."""
    bench.keep_unlocked()
    line, bench.acted = ProgressLine(), True
    running = asyncio.ensure_future(
        bench.work.carry_out(
            intent,
            reason=reason,
            confirmed=confirmed,
            tell=lambda progress: line.say(_words(intent, progress)),
            source=source,
        )
    )
    try:
        ended = await asyncio.shield(running)
    except asyncio.CancelledError:
        await _stopped(bench, intent, running)
        raise
    except OSError as error:
        raise _unwritable(bench, intent, error) from error
    finally:
        line.end()
    if ended.account is None:
        bench.acted = False
        failure = refused(f"{intent.plan.action.title} was not sent", ended.refusal, ended.remedy)
        raise Failure(failure.fault, exit_of(ended.fault)) if ended.fault else failure
    return ended


async def confirmed_by(plan: Plan, consent: Consent) -> str:
    """Return what confirms the plan: given by ``--yes``, or typed. Raises ``Failure`` for anything else typed."""
    expected = plan.confirmation
    if consent.given:
        return expected.expected
    where = (plan.scope.profile, plan.scope.account, plan.scope.region)
    output.note(f"{plan.action.title}. {plan.action.effect}")
    output.note(f"  In: {' '.join(part for part in where if part)} as {plan.identity.arn}")
    for fact in plan.facts:
        output.note(f"  {fact.title}: {fact.text}")
    given = await typed_line(f"{expected.prompt} Type {expected.expected} to go on, anything else to leave it:")
    if not expected.accepts(given):
        raise refused(f"{plan.action.title} was not sent", "it was not confirmed")
    return given


def tell(
    ended: Ended,
    form: str,
    troubles: Sequence[str] = (),
    missing: Sequence[str] = (),
    **more: Any,
) -> Exit:
    """Print what became of each message and return the exit code; ``missing`` are ids that were not received."""
    if ended.account is None:
        raise AssertionError("a refusal is raised, not told")
    lines = [*troubles, *(f"{clean(id_)} was not received" for id_ in missing)]
    if ended.audit_problem:
        lines.append(f"NOT IN THE AUDIT LOG: {ended.audit_problem}")
    extra = {"not_received": list(missing), "troubles": lines, **more}
    accounts.print_account(ended.account, form, extra)
    code = accounts.exit_of_account(ended.account)
    if code is Exit.DONE and ended.audit_problem:
        code = Exit.FAILED
    if code is Exit.DONE and lines:
        code = Exit.PARTIAL
    fault = ended.fault if accounts.exit_of_account(ended.account) is Exit.FAILED else None
    if fault:
        code = exit_of(fault)
    if form == "text":
        for line in [*lines, output.worded(fault)] if fault else lines:
            output.note(line)
    elif code is not Exit.DONE:
        told = fault or Fault(FaultKind.SERVICE, ended.sentence(), "; ".join(lines))
        output.tell_failure(told, code, as_json=True)
    return code


async def _stopped(bench: Bench, intent: Intent, running: asyncio.Task[Ended] | asyncio.Future[Ended]) -> None:
    """Let the step end that was begun, and tell what is known of the job."""
    job = bench.work.job
    if job:
        job.pace.stop(_INTERRUPTED)
    elif not running.done():
        running.cancel()
    with contextlib.suppress(Exception, asyncio.CancelledError):
        await running
    with contextlib.suppress(OSError):  # the terminal may be what has ended
        for line in known_of(bench, intent):
            output.note(line)


def known_of(bench: Bench, intent: Intent) -> list[str]:
    """Return what the journal says of a job, a line each."""
    from console.workbench.journal import read_journal

    try:
        account = read_journal(bench.folder / "jobs" / f"{intent.order.id}.jsonl")
    except FileNotFoundError:
        return [f"cloudtop: Stopped. {intent.plan.action.title} was not begun; nothing was sent."]
    except (OSError, ValueError) as error:
        return [f"cloudtop: Stopped. The journal of job {intent.order.id} cannot be read: {clean(error)}"]
    lines = [f"cloudtop: Stopped before the end. {accounts.summary(account)}"]
    doubtful = [entry for entry in account.entries.values() if entry.standing.value in ("in doubt", "copied")]
    lines += [f"  {accounts.entry_line(entry)}" for entry in doubtful]
    return [*lines, f"All of it: cloudtop sqs jobs {intent.order.id}"]


def _unwritable(bench: Bench, intent: Intent, error: OSError) -> Failure:
    """Return the failure of a job whose journal could not be written: it went no further."""
    told = " ".join(known_of(bench, intent)).removeprefix("cloudtop: ")
    why = f"the journal cannot be written: {clean(error.strerror or error)}"
    return Failure(Fault(FaultKind.SERVICE, f"{intent.plan.action.title} was stopped", f"{why}. {told}"), Exit.PARTIAL)


def _words(intent: Intent, progress: Progress) -> str:
    """Return how far a job is, in one line."""
    counts = {standing.value: count for standing, count in progress.counts.items()}
    parts = [
        f"{intent.plan.action.title}: {progress.through:,} of {progress.total:,}",
        f"{progress.a_second:.0f} a second",
    ]
    if progress.left_seconds is not None:
        parts.append(f"about {duration(progress.left_seconds)} left")
    parts += [f"{counts[name]:,} {name}" for name in ("in doubt", "copied") if counts[name]]
    return ", ".join([*parts, progress.note] if progress.note else parts)
