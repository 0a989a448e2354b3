"""Owns ``cloudtop sqs export``: messages written into a new file and given back."""

from __future__ import annotations

import argparse
import asyncio

from console.command import output
from console.command.failure import Exit
from console.command.loop import run as run_loop
from console.command.queue import options as common
from console.command.queue.bench import at_queue, is_clean, left
from console.command.queue.filing import NewFile
from console.command.queue.moving import require_some
from console.command.queue.preview import print_preview
from console.command.queue.receiving import choose, key_of, receive
from console.launch import Launch
from console.text.clean import clean
from console.text.format import plural


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``sqs export`` takes."""
    common.queue_option(parser)
    parser.add_argument("file", metavar="FILE", help="a new file: one JSON object a line, exactly as it was sent")
    common.choice_options(parser, required=False)
    common.receiving_options(parser, common.EVERY)
    common.plan_option(parser)
    common.form_option(parser)


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Receive, write, give back. Raises ``Failure`` and ``AwsError``."""
    common.require_one_place(launch)
    return run_loop(_export(arguments, launch))


async def _export(arguments: argparse.Namespace, launch: Launch) -> int:
    how, choice, form = common.receiving_of(arguments), common.choice_of(arguments), arguments.output
    async with at_queue(launch, arguments.queue, form) as bench:
        if arguments.plan:
            return await print_preview(bench, how, form, choice=choice, file=arguments.file)
        with NewFile(arguments.file) as file:
            received = await receive(bench, how, key_of(choice.by), choice.ids)
            chosen = await choose(bench, received, choice)
            require_some(received, chosen)
            spool = bench.spool()
            count = await asyncio.to_thread(file.write, (spool.get(id_) for id_ in chosen))
    missing = [id_ for id_ in choice.ids if id_ not in set(chosen)]
    troubles = [*received.troubles(), *(f"{clean(id_)} was not received" for id_ in missing)]
    if form == "text":
        output.out(f"{plural(count, 'message')} written to {clean(file.path)}")
        for line in troubles:
            output.note(line)
        output.note(f"{received.sentence()}.")
    else:
        told = {"file": str(file.path), "count": count, "about": received.about, "sample": True}
        document = {**told, "not_received": missing, "troubles": troubles, **left(bench)}
        output.out(output.json_text(document, indent=2 if form == "json" else None))
    return Exit.PARTIAL if troubles or not is_clean(bench) else Exit.DONE
