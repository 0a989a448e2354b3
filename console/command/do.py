"""Owns ``cloudtop do``: an action's plan, its confirmation, and what became of each target."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from console.command import output
from console.command.failure import Exit, exit_of, not_found, refused, usage
from console.command.loop import run as run_loop
from console.command.loop import typed_line
from console.command.naming import action_named, checked_parent, type_named
from console.command.writes import require_writes
from console.connect import opened, policy_of, with_alias
from console.launch import Launch, settings_of
from console.resources.model import Action, Fact, ResourceType, Risk, Values
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind

if TYPE_CHECKING:
    from console.actions.plan import Plan
    from console.actions.report import Report
    from console.aws.gateway import Reader
    from console.config.settings import Settings
    from console.connect import Opened
    from console.store.rows import Row


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be done, to what, and what was said about it beforehand."""

    resource: ResourceType
    action: Action
    ids: tuple[str, ...]
    parent: str
    only_plan: bool
    confirmed: bool
    """``--yes``: whatever the plan asks for is given."""
    reason: str
    as_json: bool
    demo: bool


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``do`` takes."""
    parser.add_argument("type", metavar="TYPE", help="a resource type or its alias")
    parser.add_argument("action", metavar="ACTION", help="one of the type's actions; cloudtop types TYPE lists them")
    parser.add_argument("ids", nargs="+", metavar="ID", help="an id, a queue's name, an ARN")
    parser.add_argument("--in", dest="parent", metavar="PARENT", help=argparse.SUPPRESS)
    how = parser.add_mutually_exclusive_group()
    how.add_argument("--plan", action="store_true", help="print what would be done, and do nothing")
    how.add_argument("--yes", action="store_true", help="do it without asking")
    parser.add_argument("--reason", default="", metavar="TEXT", help="why, for the audit log: a ticket, for example")
    parser.add_argument("-o", "--output", choices=("text", "json"), default="text")


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Plan, confirm, carry out and tell. Raises ``Failure`` and ``AwsError``."""
    resource = type_named(arguments.type)
    action = action_named(resource, arguments.action)
    wanted = Wanted(
        resource,
        action,
        tuple(arguments.ids),
        checked_parent(resource, arguments.parent),
        arguments.plan,
        arguments.yes,
        arguments.reason,
        arguments.output == "json",
        launch.demo,
    )
    if len(launch.profiles) > 1 or len(launch.regions) > 1:
        raise usage("An action is done in one profile and one region", "", "Give one -p and one -r")
    settings = settings_of(launch)
    if not wanted.only_plan:
        _require_permission(wanted, launch, settings)
    return run_loop(_done(wanted, launch, settings))


def _require_permission(wanted: Wanted, launch: Launch, settings: Settings) -> None:
    """Raise ``Failure`` before anything is sent, unless the action may be done and can be confirmed."""
    if wanted.action.risk is Risk.READ:
        return
    require_writes(launch, settings, f"{wanted.resource.name} {wanted.action.id} was not sent")
    if not wanted.confirmed and not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise usage(f"{wanted.action.title} must be confirmed", "there is no terminal to ask on", "Add --yes or --plan")


async def _done(wanted: Wanted, launch: Launch, settings: Settings) -> int:
    from console.actions.plan import build_plan
    from console.actions.resting import rested
    from console.config.paths import audit_file

    async with opened(launch, settings) as connected:
        scope = connected.scopes[0]
        reader = connected.gateway.reader(scope)
        rows = await _rows(wanted, reader)
        plan = await build_plan(reader, wanted.resource, wanted.action, rows, identity=connected.identity, clock=_now)
        plan = await asyncio.to_thread(rested, plan, audit_file(demo=wanted.demo))
        if wanted.only_plan:
            output.out(output.json_text(plan.document()) if wanted.as_json else output.yaml_text(_readable(plan)))
            return Exit.DONE if plan.calls else Exit.REFUSED
        confirmed = await _confirmed(wanted, plan)
        try:
            report = await _carried_out(wanted, plan, confirmed, connected, settings)
        except asyncio.CancelledError:
            output.note(
                "cloudtop: Stopped before the end. What was sent, and what is known of it, says: cloudtop audit"
            )
            raise
    code = _exit(report)
    _tell(wanted, report, code)
    return code


async def _rows(wanted: Wanted, reader: Reader) -> list[Row]:
    """Return the rows of all ids, in their order. Raises ``Failure`` for the first that names nothing."""
    from console.store.detail import find

    ids: list[str] = []
    for text in wanted.ids:
        try:
            id_, _ = await find(wanted.resource, reader, text, wanted.parent)
        except AwsError as error:
            raise _unknown(wanted, text, error) from error
        ids.append(id_)
    found = await _matching(wanted, reader, frozenset(ids))
    for id_, text in zip(ids, wanted.ids, strict=True):
        if id_ not in found:
            raise not_found(
                f"{wanted.resource.name} has no {clean(text, 200)}", f"See cloudtop ls {wanted.resource.name}"
            )
    return [found[id_] for id_ in dict.fromkeys(ids)]


async def _matching(wanted: Wanted, reader: Reader, ids: frozenset[str]) -> dict[str, Row]:
    """Return the rows of those ids that the list has, reading no further than needed. Raises ``AwsError``."""
    from console.store.read import items
    from console.store.rows import project

    found: dict[str, Row] = {}
    async with aclosing(items(wanted.resource, reader, wanted.parent)) as batches:  # type: ignore[type-var]
        async for batch in batches:
            if isinstance(batch, Fault):
                raise AwsError(batch)
            rows = (project(wanted.resource, item, reader.scope) for item in batch)
            found.update((row.id, row) for row in rows if row.id in ids)
            if len(found) == len(ids):
                break
    return found


def _unknown(wanted: Wanted, text: str, error: AwsError) -> Exception:
    if error.fault.kind is not FaultKind.NOT_FOUND:
        return error
    return not_found(f"{wanted.resource.name} has no {clean(text, 200)}", f"See cloudtop ls {wanted.resource.name}")


async def _confirmed(wanted: Wanted, plan: Plan) -> str:
    """Return what confirms the plan: given by ``--yes``, or typed. Raises ``Failure`` for anything else typed."""
    from console.actions.policy import Confirm

    expected = plan.confirmation
    if not plan.calls or wanted.confirmed or expected.kind is Confirm.NOTHING:
        return expected.expected
    output.note_lines(output.yaml_text(_readable(plan)))
    given = await typed_line(f"{expected.prompt} Type {expected.expected} to go on, anything else to leave it:")
    if not expected.accepts(given):
        raise refused(f"{plan.action.title} was not sent", "it was not confirmed")
    return given


async def _carried_out(wanted: Wanted, plan: Plan, confirmed: str, connected: Opened, settings: Settings) -> Report:
    from console.actions.audit import AuditLog
    from console.actions.plan import gather_facts
    from console.actions.runner import Runner
    from console.config.paths import audit_file
    from console.store.reread import reread

    reader = connected.gateway.reader(plan.scope)

    async def again(ids: Sequence[str]) -> Mapping[str, Values | Fault]:
        return await reread(plan.resource, reader, wanted.parent, ids)

    async def regather() -> Sequence[Fact]:
        return await gather_facts(reader, plan.action, [target.id for target in plan.targets])

    alias = (await with_alias(connected.gateway, plan.scope, connected.identity)).alias
    audit = AuditLog(audit_file(demo=wanted.demo), _now)
    runner = Runner(connected.gateway, audit, lambda scope: policy_of(settings, scope, alias), _now)
    return await runner.run(plan, reason=wanted.reason, confirmed=confirmed, reread=again, regather=regather)


def _tell(wanted: Wanted, report: Report, code: Exit) -> None:
    if wanted.as_json:
        output.out(output.json_text(_document(report)))
        if code is not Exit.DONE:
            output.tell_failure(_summed_up(report), code, as_json=True)
        return
    for result in report.results:
        after = report.observed(result)
        why = f": {result.why}" if result.why else ""
        output.out(f"{result.target.label}  {result.outcome.value}{why}{f'  now {after}' if after else ''}")
    for target, why in report.plan.refused:
        output.out(f"{target.label}  refused: {why}")
    output.note(report.sentence())


def _summed_up(report: Report) -> Fault:
    """Return what went wrong as one fault; a single one of AWS's stands for itself."""
    faults = {result.fault for result in report.results if result.fault}
    kind = next(iter(faults)).kind if len(faults) == 1 else FaultKind.SERVICE
    return Fault(kind if report.results else FaultKind.REFUSED, report.sentence().rstrip("."), "")


def _document(report: Report) -> dict[str, object]:
    document = report.document()
    return {**(document if isinstance(document, dict) else {}), "refused": report.plan.document()["refused"]}


def _readable(plan: Plan) -> dict[str, object]:
    """Return the plan for reading: its calls as commands too."""
    from console.actions.commands import calls_text

    return {**plan.document(), "commands": calls_text(plan).splitlines()}


def _exit(report: Report) -> Exit:
    from console.actions.outcome import Outcome

    outcomes = {result.outcome for result in report.results} | ({Outcome.REFUSED} if report.plan.refused else set())
    if outcomes == {Outcome.DONE}:
        return Exit.FAILED if report.audit_problem else Exit.DONE
    if Outcome.DONE in outcomes:
        return Exit.PARTIAL
    if outcomes <= {Outcome.REFUSED}:
        return Exit.REFUSED
    fault = next((result.fault for result in report.results if result.fault), None)
    return exit_of(fault) if fault else Exit.FAILED


def _now() -> datetime:
    return datetime.now(UTC)
