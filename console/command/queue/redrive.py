"""Owns ``cloudtop sqs redrive``: SQS's own move task of a dead-letter queue, started, told and cancelled."""

from __future__ import annotations

import argparse
import asyncio
import time
from typing import TYPE_CHECKING, Any

from console.command import output
from console.command.failure import Exit, exit_of, refused
from console.command.loop import run as run_loop
from console.command.queue import options as common
from console.command.queue.acting import confirmed_by
from console.command.queue.bench import Bench, at_queue, now, queue_named, require_permission
from console.launch import Launch
from console.resources.parts import attempt
from console.text.faults import Fault, FaultKind
from console.text.format import iso

if TYPE_CHECKING:
    from console.actions.plan import Plan
    from console.actions.report import Report
    from console.sqs.moves import Move, MoveTask

_RATE = 10
_FASTEST = 500


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``sqs redrive`` takes."""
    common.queue_option(parser)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--status", action="store_true", help="show the running task and the last ones, and do nothing")
    what.add_argument("--cancel", action="store_true", help="cancel the running task; nothing moves back")
    parser.add_argument("--to", default="", metavar="QUEUE", help="another queue than the one each came from")
    parser.add_argument(
        "--rate", type=_rate, default=_RATE, metavar="N", help=f"messages a second, 1 to {_FASTEST} ({_RATE})"
    )
    common.consent_options(parser)
    common.form_option(parser)


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Tell, start or cancel. Raises ``Failure`` and ``AwsError``."""
    common.require_one_place(launch)
    if arguments.status:
        return run_loop(_status(arguments, launch))
    title = "Cancelling the move task" if arguments.cancel else "The move task"
    consent = common.consent_of(arguments, launch, title)
    if not consent.only_plan:
        require_permission(launch, title)
    return run_loop(_change(arguments, launch, consent))


async def _status(arguments: argparse.Namespace, launch: Launch) -> int:
    async with at_queue(launch, arguments.queue, arguments.output) as bench:
        tasks = await _tasks(bench)
        _print_tasks(tasks, arguments.output)
    return Exit.DONE


async def _change(arguments: argparse.Namespace, launch: Launch, consent: common.Consent) -> int:
    form = arguments.output
    async with at_queue(launch, arguments.queue, form) as bench:
        plan, move = await (_cancelling(bench) if arguments.cancel else _starting(bench, arguments))
        if consent.only_plan:
            output.out(output.json_text(plan.document()) if form != "text" else output.yaml_text(plan.document()))
            return Exit.DONE if plan.calls else Exit.REFUSED
        bench.require(plan.action, consent)
        if not plan.calls:
            raise refused(f"{plan.action.title} was not sent", plan.refused[0][1])
        report = await _carried_out(bench, plan, await confirmed_by(plan, consent), consent.reason)
        return _tell(report, await attempt(_tasks(bench)), move, form)


async def _starting(bench: Bench, arguments: argparse.Namespace) -> tuple[Plan, Move]:
    from console.sqs.moves import plan_move
    from console.workbench.redrive import queue_plan, redrive_action

    to = await queue_named(bench.reader, arguments.to)
    move = await plan_move(bench.reader, bench.work.queue, to, arguments.rate)
    action = redrive_action(move, to, arguments.rate)
    return await queue_plan(bench.reader, bench.work.queue, action, bench.connected.identity, now), move


async def _cancelling(bench: Bench) -> tuple[Plan, None]:
    from console.workbench.redrive import cancel_action, queue_plan

    running = next((task for task in await _tasks(bench) if task.running), None)
    if running is None:
        raise refused("Nothing was cancelled", f"no move task of {bench.name} is running")
    return await queue_plan(bench.reader, bench.work.queue, cancel_action(running), bench.connected.identity, now), None


async def _carried_out(bench: Bench, plan: Plan, confirmed: str, reason: str) -> Report:
    from console.actions.plan import gather_facts
    from console.workbench.redrive import reread_queues

    try:
        return await bench.runner.run(
            plan,
            reason=reason,
            confirmed=confirmed,
            reread=lambda urls: reread_queues(bench.reader, urls),
            regather=lambda: gather_facts(bench.reader, plan.action, [bench.work.queue]),
        )
    except asyncio.CancelledError:
        output.note(f"cloudtop: Stopped. What is known of the task: cloudtop sqs redrive {bench.name} --status")
        raise


async def _tasks(bench: Bench) -> tuple[MoveTask, ...]:
    from console.sqs.moves import list_moves
    from console.sqs.queues import attributes

    found = await attributes(bench.reader, bench.work.queue)
    return await list_moves(bench.reader, found.get("QueueArn", ""))


def _tell(report: Report, tasks: tuple[MoveTask, ...] | Fault, move: Move | None, form: str) -> Exit:
    """Print what came of it and the tasks there are now; return the exit code."""
    from console.actions.outcome import Outcome
    from console.sqs.moves import new_task

    code = _exit(report)
    listed = () if isinstance(tasks, Fault) else tasks
    started = new_task(move, listed) if move else None
    shown = (started,) if started else tuple(task for task in listed[:1] if move is None)
    if form == "text":
        output.out(report.sentence())
        _print_tasks(shown, form)
        if move and report.outcome is Outcome.UNKNOWN and not started:
            output.note("No new task is listed. Look again before it is started once more: --status")
    else:
        told = [_described(task) for task in shown]
        document = report.document()
        output.out(output.json_text({**(document if isinstance(document, dict) else {}), "tasks": told}))
        if code is not Exit.DONE:
            output.tell_failure(Fault(FaultKind.SERVICE, report.sentence(), ""), code, as_json=True)
    if isinstance(tasks, Fault):
        output.note(f"The tasks cannot be listed: {output.worded(tasks)}")
    return code


def _exit(report: Report) -> Exit:
    from console.actions.outcome import Outcome

    if report.outcome is Outcome.DONE:
        return Exit.FAILED if report.audit_problem else Exit.DONE
    if report.outcome is Outcome.UNKNOWN:
        return Exit.PARTIAL
    fault = next((result.fault for result in report.results if result.fault), None)
    return exit_of(fault) if fault else Exit.REFUSED if report.outcome is Outcome.REFUSED else Exit.FAILED


def _print_tasks(tasks: tuple[MoveTask, ...], form: str) -> None:
    from console.sqs.moves import progress

    if form == "json":
        output.out(output.json_text({"tasks": [_described(task) for task in tasks]}))
        return
    for task in tasks:
        if form == "jsonl":
            output.out(output.json_text(_described(task), indent=None))
        else:
            output.out(progress(task, time.time()))
    if not tasks and form == "text":
        output.note("SQS tells of no move task.")


def _described(task: MoveTask) -> dict[str, Any]:
    from console.sqs.moves import progress

    return {
        "status": task.status,
        "running": task.running,
        "destination": task.destination,
        "rate": task.rate,
        "moved": task.moved,
        "to_move": task.to_move,
        "reason": task.reason,
        "started": iso(task.started) if task.started else None,
        "told": progress(task, time.time()),
    }


def _rate(text: str) -> int:
    if not (text.isascii() and text.isdecimal()) or not 1 <= int(text) <= _FASTEST:
        raise argparse.ArgumentTypeError(f"it must be a number from 1 to {_FASTEST}")
    return int(text)
