"""Owns ``cloudtop sqs resend``: messages sent to where they came from, or elsewhere, then deleted."""

from __future__ import annotations

import argparse

from console.command.loop import run as run_loop
from console.command.queue import options as common
from console.command.queue.bench import at_queue, queue_named, require_permission
from console.command.queue.canary import preview
from console.command.queue.editing import bodies_of
from console.command.queue.moving import carry
from console.command.queue.preview import print_preview
from console.command.queue.shipping import Errand
from console.launch import Launch

_CALLS = ("SendMessageBatch", "DeleteMessageBatch")


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``sqs resend`` takes."""
    common.queue_option(parser)
    common.choice_options(parser, required=True)
    common.sending_options(parser)
    common.canary_option(parser)
    parser.add_argument(
        "--edit", default="", metavar="FILE", help="send the bodies in FILE, which sqs export wrote and you edited"
    )
    common.receiving_options(parser, common.EVERY)
    common.consent_options(parser)
    common.form_option(parser)


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Receive, plan, confirm, send, check, delete. Raises ``Failure`` and ``AwsError``."""
    common.require_one_place(launch)
    consent = common.consent_of(arguments, launch, "Resend")
    if not consent.only_plan:
        require_permission(launch, "Resend")
    return run_loop(_resend(arguments, launch, consent))


async def _resend(arguments: argparse.Namespace, launch: Launch, consent: common.Consent) -> int:
    from console.workbench.intents import ACTIONS, Wish
    from console.workbench.journal import Kind

    how, choice, form = common.receiving_of(arguments), common.choice_of(arguments), arguments.output
    edits = bodies_of(arguments.edit) if arguments.edit else {}
    async with at_queue(launch, arguments.queue, form) as bench:
        to = await queue_named(bench.reader, arguments.to)
        if consent.only_plan:
            action = ACTIONS[Kind.RESEND]
            return await print_preview(
                bench,
                how,
                form,
                action=action,
                choice=choice,
                to=to,
                calls=_CALLS,
                rate=arguments.rate or None,
                edit=arguments.edit or None,
                canary=await preview(bench, arguments.canary, to) if arguments.canary else None,
            )
        wish = Wish(Kind.RESEND, (), to, arguments.rate)
        errand = Errand(
            how,
            choice,
            wish,
            consent,
            form,
            bodies=edits.get,
            must_edit=bool(arguments.edit),
            canary=arguments.canary,
        )
        return await carry(bench, errand)
