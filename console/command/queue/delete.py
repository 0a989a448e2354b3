"""Owns ``cloudtop sqs delete``: messages deleted, with a copy on this machine to send again."""

from __future__ import annotations

import argparse

from console.command.loop import run as run_loop
from console.command.queue import options as common
from console.command.queue.bench import at_queue, require_permission
from console.command.queue.moving import carry
from console.command.queue.preview import print_preview
from console.command.queue.shipping import Errand
from console.launch import Launch


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``sqs delete`` takes."""
    common.queue_option(parser)
    common.choice_options(parser, required=True)
    common.receiving_options(parser, common.EVERY)
    common.consent_options(parser)
    common.form_option(parser)


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Receive, plan, confirm, delete. Raises ``Failure`` and ``AwsError``."""
    common.require_one_place(launch)
    consent = common.consent_of(arguments, launch, "Delete")
    if not consent.only_plan:
        require_permission(launch, "Delete")
    return run_loop(_delete(arguments, launch, consent))


async def _delete(arguments: argparse.Namespace, launch: Launch, consent: common.Consent) -> int:
    from console.workbench.intents import ACTIONS, Wish
    from console.workbench.journal import Kind

    how, choice, form = common.receiving_of(arguments), common.choice_of(arguments), arguments.output
    async with at_queue(launch, arguments.queue, form) as bench:
        if consent.only_plan:
            action = ACTIONS[Kind.DELETE]
            return await print_preview(bench, how, form, action=action, choice=choice, calls=("DeleteMessageBatch",))
        return await carry(bench, Errand(how, choice, Wish(Kind.DELETE, ()), consent, form))
