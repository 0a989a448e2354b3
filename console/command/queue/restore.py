"""Owns ``cloudtop sqs restore``: what a job took from a queue is sent there again, from its copy on this machine."""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from console.command import output
from console.command.failure import Exit, not_found, refused
from console.command.loop import run as run_loop
from console.command.queue import options as common
from console.command.queue.acting import act, confirmed_by, tell
from console.command.queue.bench import Bench, at_queue, queue_named, require_permission
from console.config.paths import queues_folder
from console.launch import Launch
from console.text.clean import clean
from console.text.format import plural
from console.workbench.jobs import Jobs, jobs_in
from console.workbench.journal import Account, Kind

if TYPE_CHECKING:
    from console.resources.model import Fact
    from console.workbench.intents import Wish
    from console.workbench.spool import KeptSpool


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``sqs restore`` takes."""
    parser.add_argument("job", metavar="JOB", help="a job that deleted or resent: cloudtop sqs jobs lists them")
    common.sending_options(parser)
    common.consent_options(parser)
    common.form_option(parser)


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Plan, confirm, send again. Raises ``Failure`` and ``AwsError``."""
    common.require_one_place(launch)
    consent = common.consent_of(arguments, launch, "Send again")
    if not consent.only_plan:
        require_permission(launch, "Send again")
    jobs = jobs_in(queues_folder(demo=launch.demo))
    account = job_named(jobs, arguments.job)
    if account.order.kind is Kind.RESTORE:
        raise refused(f"Job {clean(account.order.id)} was not restored", "it took nothing from its queue")
    if account.running:
        raise refused(f"Job {clean(account.order.id)} was not restored", "its process is still at it")
    return run_loop(_restore(arguments, at_its_place(launch, account), consent, jobs, account))


def job_named(jobs: Jobs, text: str) -> Account:
    """Return the job of an id or of the start of one. Raises ``Failure``."""
    try:
        return jobs.find(text)
    except LookupError as error:
        raise not_found(f"{error}", "See cloudtop sqs jobs") from error


def at_its_place(launch: Launch, account: Account) -> Launch:
    """Return ``launch`` in the region of a job, unless another one is asked for."""
    return launch if launch.regions else replace(launch, regions=(account.order.region,))


def require_its_place(bench: Bench, account: Account) -> None:
    """Raise ``Failure`` unless this is the account and the region of a job."""
    scope, order = bench.reader.scope, account.order
    if (scope.account, scope.region) != (order.account, order.region):
        where, here = f"{order.account} {order.region}", f"{scope.account} {scope.region}"
        raise refused(f"Job {order.id} was not gone on with", f"it is of {where}, and this is {here}", "Give -p and -r")


def kept_spool(account: Account) -> KeptSpool:
    """Return where a job's messages are kept. Raises ``Failure`` where they no longer are."""
    from console.workbench.spool import KeptSpool

    try:
        return KeptSpool(Path(account.order.spool))
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise not_found(f"The messages of job {account.order.id} cannot be read: {error}") from error


async def _restore(
    arguments: argparse.Namespace, launch: Launch, consent: common.Consent, jobs: Jobs, account: Account
) -> int:
    from console.workbench.edits import original_of
    from console.workbench.intents import Wish
    from console.workbench.undoing import undo_of

    received = original_of(Path(account.order.spool))
    spool = kept_spool(replace(account, order=replace(account.order, spool=str(received))))
    ids, left_out = jobs.restorable(account)
    left_out |= {id_: "its copy is gone" for id_ in ids if id_ not in set(spool.ids())}
    ids = tuple(id_ for id_ in ids if id_ not in left_out)
    lines = [f"{clean(id_)} is not sent again: {why}" for id_, why in left_out.items()]
    if not ids:
        reasons = "; ".join(f"{plural(count, 'message')}: {why}" for why, count in Counter(left_out.values()).items())
        raise refused(f"Job {account.order.id} was not restored", reasons or "it deleted nothing")
    async with at_queue(launch, account.order.queue, arguments.output) as bench:
        require_its_place(bench, account)
        to = await queue_named(bench.reader, arguments.to)
        wish = Wish(Kind.RESTORE, ids, to, arguments.rate)

        def still() -> tuple[str, ...]:
            return jobs_in(bench.folder).restorable(account)[0]

        facts = undo_of(jobs, account.order.id)[0].facts()
        return await send_again(bench, spool, wish, consent, arguments.output, still, lines, facts)


async def send_again(
    bench: Bench,
    spool: KeptSpool,
    wish: Wish,
    consent: common.Consent,
    form: str,
    still: Callable[[], Collection[str]],
    lines: Sequence[str] = (),
    facts: Sequence[Fact] = (),
) -> Exit:
    """Do what ``wish`` says with copies, which nothing is received for; ``lines`` tell what is left out.

    ``facts`` are what the plan says beside where they go.

    ``still`` gives the ids that may be sent: asked for once more when it is confirmed, as another one may have done it.
    """
    from console.workbench.intents import ACTIONS

    if not consent.only_plan:
        bench.require(ACTIONS[Kind.RESTORE], consent)
    intent = await bench.work.intend(wish, spool, str(spool.path))
    intent = replace(intent, plan=replace(intent.plan, facts=(*intent.plan.facts, *facts)))
    if consent.only_plan:
        document: dict[str, Any] = {**intent.plan.document(), "left_out": list(lines)}
        output.out(output.json_text(document) if form != "text" else output.yaml_text(document))
        return Exit.DONE
    if lines and form == "text":
        output.note(f"{plural(len(lines), 'message')} of the job cannot be sent again:")
    confirmed = await confirmed_by(intent.plan, consent)
    if not set(wish.ids) <= set(still()):
        raise refused("Nothing was sent again", "another job has begun to meanwhile", "See cloudtop sqs jobs")
    ended = await act(bench, intent, confirmed, consent.reason, spool)
    return tell(ended, form, lines)
