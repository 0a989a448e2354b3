"""Owns ``cloudtop sqs drain``: messages written into a new file, and deleted once they are there."""

from __future__ import annotations

import argparse

from console.command.loop import run as run_loop
from console.command.queue import options as common
from console.command.queue.bench import at_queue, require_permission
from console.command.queue.filing import NewFile
from console.command.queue.moving import carry
from console.command.queue.preview import print_preview
from console.command.queue.shipping import Errand
from console.launch import Launch


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``sqs drain`` takes."""
    common.queue_option(parser)
    parser.add_argument("file", metavar="FILE", help="a new file: one JSON object a line, exactly as it was sent")
    common.receiving_options(parser, common.EVERY)
    common.consent_options(parser)
    common.form_option(parser)


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Receive, plan, confirm, write, delete. Raises ``Failure`` and ``AwsError``."""
    common.require_one_place(launch)
    consent = common.consent_of(arguments, launch, "Drain")
    if not consent.only_plan:
        require_permission(launch, "Drain")
    return run_loop(_drain(arguments, launch, consent))


async def _drain(arguments: argparse.Namespace, launch: Launch, consent: common.Consent) -> int:
    from console.workbench.intents import ACTIONS, Wish
    from console.workbench.journal import Kind

    how, form = common.receiving_of(arguments), arguments.output
    async with at_queue(launch, arguments.queue, form) as bench:
        if consent.only_plan:
            action, calls = ACTIONS[Kind.DELETE], ("DeleteMessageBatch",)
            return await print_preview(bench, how, form, action=action, calls=calls, file=arguments.file)
        with NewFile(arguments.file) as file:
            wish = Wish(Kind.DELETE, ())
            return await carry(bench, Errand(how, common.Choice(), wish, consent, form, file))
