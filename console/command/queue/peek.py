"""Owns ``cloudtop sqs peek``: a sample of a queue's messages, which are given back."""

from __future__ import annotations

import argparse
import time
from typing import TYPE_CHECKING, Any

from console.command import output, table
from console.command.failure import Exit
from console.command.loop import run as run_loop
from console.command.queue import options as common
from console.command.queue.bench import Bench, at_queue, is_clean, left
from console.command.queue.preview import print_preview
from console.command.queue.receiving import Received, receive
from console.launch import Launch
from console.text.clean import clean
from console.text.format import age
from console.workbench.exporting import exported

if TYPE_CHECKING:
    from console.sqs.message import Message

_BODY = 200
"""Characters of a body that are shown."""
_HEADINGS = (
    table.Heading("ID"),
    table.Heading("SENT", 1, right=True),
    table.Heading("RECEIVES", 2, right=True),
    table.Heading("GROUP", 3),
    table.Heading("BODY"),
)


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``sqs peek`` takes."""
    common.queue_option(parser)
    common.receiving_options(parser, common.SAMPLE)
    common.plan_option(parser)
    common.form_option(parser)


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Receive, show, give back. Raises ``Failure`` and ``AwsError``."""
    common.require_one_place(launch)
    return run_loop(_peek(arguments, launch))


async def _peek(arguments: argparse.Namespace, launch: Launch) -> int:
    how, form = common.receiving_of(arguments), arguments.output
    async with at_queue(launch, arguments.queue, form) as bench:
        if arguments.plan:
            return await print_preview(bench, how, form)
        received = await receive(bench, how, look=True)
        messages = _kept(bench, received)
    _print(messages, form, {**_told(received), **left(bench)})
    if form == "text":
        for line in received.troubles():
            output.note(line)
        output.note(f"{received.sentence()}.")
    return received.exit() if received.exit() is not Exit.DONE or is_clean(bench) else Exit.PARTIAL


def _kept(bench: Bench, received: Received) -> list[Message]:
    lease = bench.work.lease
    return [lease.spool.get(id_) for id_ in received.ids] if lease else []


def _told(received: Received) -> dict[str, Any]:
    return {
        "count": len(received.ids), "about": received.about, "sample": True, "troubles": received.troubles(),
    }  # fmt: skip


def _print(messages: list[Message], form: str, more: dict[str, Any]) -> None:
    if form == "json":
        output.out(output.json_text({"messages": [exported(message) for message in messages], **more}))
    elif form == "jsonl":
        for message in messages:
            output.out(output.json_text(exported(message), indent=None))
        if more["troubles"]:
            output.note(output.json_text(more, indent=None))
    elif messages:
        now = time.time()
        lines, hidden = table.table(_HEADINGS, [_cells(one, now) for one in messages], table.terminal_width())
        output.out("\n".join(lines))
        if hidden:
            output.note(f"No room for: {', '.join(hidden)}. All of it: -o json")


def _cells(message: Message, now: float) -> list[str]:
    sent = message.sent_at
    return [
        clean(message.id),
        age(now - sent) if sent else "?",
        str(message.receives) if message.receives else "?",
        clean(message.group, 80) or "-",
        clean(message.body, _BODY),
    ]
