"""Owns ``cloudtop sqs jobs``: what was done to queues' messages from here, and going on where a job was ended."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from console.command import output
from console.command.failure import Exit, refused, usage
from console.command.loop import run as run_loop
from console.command.queue import accounts
from console.command.queue import options as common
from console.command.queue.bench import at_queue, require_permission
from console.command.queue.moving import carry
from console.command.queue.preview import print_preview
from console.command.queue.restore import at_its_place, job_named, kept_spool, require_its_place, send_again
from console.command.queue.shipping import Errand
from console.config.paths import queues_folder
from console.launch import Launch
from console.text.clean import clean
from console.text.format import plural
from console.workbench.jobs import Jobs, jobs_in
from console.workbench.journal import Account, Kind

if TYPE_CHECKING:
    from console.workbench.edits import Bodies


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``sqs jobs`` takes."""
    parser.add_argument("job", nargs="?", default="", metavar="JOB", help="one job, message by message")
    parser.add_argument("--resume", action="store_true", help="go on with the messages of JOB that were not touched")
    common.receiving_options(parser, common.EVERY)
    common.consent_options(parser)
    common.form_option(parser)


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Tell, or go on. Raises ``Failure`` and ``AwsError``."""
    jobs = jobs_in(queues_folder(demo=launch.demo))
    if arguments.resume:
        return _resumed(arguments, launch, jobs)
    if arguments.plan or arguments.yes:
        raise usage("--plan and --yes are about --resume", "", "Add --resume and the job")
    if arguments.job:
        _print_one(jobs, job_named(jobs, arguments.job), arguments.output)
        return Exit.DONE
    _print_all(jobs, arguments.output)
    return Exit.PARTIAL if jobs.unreadable else Exit.DONE


def _print_all(jobs: Jobs, form: str) -> None:
    told = [_short(jobs, account) for account in jobs.accounts]
    if form == "json":
        unreadable = [{"file": name, "why": why} for name, why in jobs.unreadable]
        output.out(output.json_text({"jobs": told, "unreadable": unreadable}))
        return
    for account, line in zip(jobs.accounts, told, strict=True):
        output.out(_line(jobs, account) if form == "text" else output.json_text(line, indent=None))
    for name, why in jobs.unreadable:
        output.note(f"{name} cannot be read: {why}")
    if not jobs.accounts and form == "text":
        output.note("No job was done from here.")


def _short(jobs: Jobs, account: Account) -> dict[str, Any]:
    described = accounts.described(account)
    return {
        **{name: value for name, value in described.items() if name != "messages"},
        "remaining": len(jobs.remaining(account)),
    }


def _line(jobs: Jobs, account: Account) -> str:
    gone_on = [job for job, _ in jobs.since(account).values()]
    on = f"; gone on with by {', '.join(sorted(set(gone_on)))}" if gone_on else ""
    return f"{accounts.summary(account)}{clean(on)}"


def _print_one(jobs: Jobs, account: Account, form: str) -> None:
    since = jobs.since(account)
    if form == "json":
        output.out(output.json_text(accounts.described(account, since)))
        return
    if form == "jsonl":
        for entry in account.entries.values():
            output.out(output.json_text(accounts.entry_described(entry, since.get(entry.id)), indent=None))
        return
    output.out(_line(jobs, account))
    for entry in account.entries.values():
        later = since.get(entry.id)
        output.out(
            f"  {accounts.entry_line(entry)}{f'  then {later[1].standing.value} by {clean(later[0])}' if later else ''}"
        )
    for line in _advice(jobs, account):
        output.note(line)


def _advice(jobs: Jobs, account: Account) -> list[str]:
    """Return what can be done about what is not done, a line for each standing."""
    order, left = account.order, {entry.standing.value for entry in account.entries.values()}
    lines = []
    count = len(jobs.remaining(account))
    if count and not account.running:
        lines.append(f"Go on with the {plural(count, 'message')} not touched: cloudtop sqs jobs {order.id} --resume")
    waiting = len(jobs.waiting(account))
    if waiting and not account.running:
        lines.append(f"{plural(waiting, 'message')} not touched would overtake one in doubt: send or delete that first")
    if "copied" in left:
        lines.append("Sent, but still here too: delete them by their ids, after a look at why")
    if "in doubt" in left:
        lines.append("In doubt: look for them in both queues before anything is sent again")
    return lines


def _resumed(arguments: argparse.Namespace, launch: Launch, jobs: Jobs) -> int:
    if not arguments.job:
        raise usage("--resume needs the job to go on with", "", "See cloudtop sqs jobs")
    common.require_one_place(launch)
    consent = common.consent_of(arguments, launch, "Resuming a job")
    if not consent.only_plan:
        require_permission(launch, "The rest of the job")
    account = job_named(jobs, arguments.job)
    if account.running:
        raise refused(f"Job {account.order.id} was not gone on with", "its process is still at it")
    ids = jobs.remaining(account)
    if not ids:
        waiting = jobs.waiting(account)
        why = "each would overtake one in doubt" if waiting else "none of its messages is untouched"
        raise refused(f"Job {account.order.id} was not gone on with", why)
    return run_loop(_resume(arguments, at_its_place(launch, account), consent, account, ids))


async def _resume(
    arguments: argparse.Namespace,
    launch: Launch,
    consent: common.Consent,
    account: Account,
    ids: tuple[str, ...],
) -> int:
    from console.workbench.intents import ACTIONS, Wish

    how, form, order = common.receiving_of(arguments), arguments.output, account.order
    wish = Wish(order.kind, ids, order.to, order.rate)
    async with at_queue(launch, order.queue, form) as bench:
        require_its_place(bench, account)
        if order.kind is Kind.RESTORE:
            return await send_again(
                bench, kept_spool(account), wish, consent, form, lambda: jobs_in(bench.folder).remaining(account)
            )
        action, choice = ACTIONS[order.kind], common.Choice(ids=ids)
        if consent.only_plan:
            return await print_preview(bench, how, form, action=action, choice=choice, to=order.to or None)
        bodies = _bodies_of(account) if order.kind is Kind.RESEND else None
        return await carry(bench, Errand(how, choice, wish, consent, form, bodies=bodies))


def _bodies_of(account: Account) -> Bodies:
    """Return what the job was to send, which may be edited."""
    spool = kept_spool(account)
    known = frozenset(spool.ids())
    return lambda id_: spool.get(id_).body if id_ in known else None
