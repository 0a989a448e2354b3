"""Owns ``cloudtop sqs peek``: a sample of a queue's messages, which are given back."""

from __future__ import annotations

import argparse
import time
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from console.command import output, table
from console.command.failure import Exit
from console.command.loop import run as run_loop
from console.command.queue import options as common
from console.command.queue.bench import Bench, at_queue, is_clean, left
from console.command.queue.payloads import payloads_of
from console.command.queue.preview import print_preview
from console.command.queue.receiving import Received, receive
from console.launch import Launch
from console.text.clean import clean
from console.text.faults import Fault
from console.text.format import age
from console.workbench.exporting import exported

if TYPE_CHECKING:
    from console.sqs.message import Message
    from console.workbench.payloads import Payload

    Payloads = Mapping[str, Payload | Fault]

_PAYLOAD_CALLS = ("HeadObject", "GetObject")
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
    parser.add_argument(
        "--payload", action="store_true", help="read what messages point to from S3: a HeadObject and a GetObject each"
    )
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
            return await print_preview(bench, how, form, calls=_PAYLOAD_CALLS if arguments.payload else ())
        received = await receive(bench, how, look=True)
        messages = _kept(bench, received)
        payloads = await payloads_of(bench.reader, messages) if arguments.payload else {}
    faults = [output.worded(found) for found in payloads.values() if isinstance(found, Fault)]
    troubles = [*received.troubles(), *faults]
    _print(messages, payloads, form, {**_told(received, troubles), **left(bench)})
    if form == "text":
        for line in troubles:
            output.note(line)
        output.note(f"{received.sentence()}.")
    if received.exit() is not Exit.DONE:
        return received.exit()
    return Exit.DONE if is_clean(bench) and not faults else Exit.PARTIAL


def _kept(bench: Bench, received: Received) -> list[Message]:
    lease = bench.work.lease
    return [lease.spool.get(id_) for id_ in received.ids] if lease else []


def _told(received: Received, troubles: list[str]) -> dict[str, Any]:
    return {"count": len(received.ids), "about": received.about, "sample": True, "troubles": troubles}


def _print(messages: list[Message], payloads: Payloads, form: str, more: dict[str, Any]) -> None:
    if form == "json":
        told = [_exported(message, payloads.get(message.id)) for message in messages]
        output.out(output.json_text({"messages": told, **more}))
    elif form == "jsonl":
        for message in messages:
            output.out(output.json_text(_exported(message, payloads.get(message.id)), indent=None))
        if more["troubles"]:
            output.note(output.json_text(more, indent=None))
    elif messages:
        now = time.time()
        lines, hidden = table.table(
            _HEADINGS, [_cells(one, payloads.get(one.id), now) for one in messages], table.terminal_width()
        )
        output.out("\n".join(lines))
        if hidden:
            output.note(f"No room for: {', '.join(hidden)}. All of it: -o json")


def _exported(message: Message, payload: Payload | Fault | None) -> dict[str, Any]:
    """Return a message exactly as it was sent, and what it points to where that was read."""
    found = exported(message)
    if isinstance(payload, Fault):
        found["payload"] = {"unreadable": payload.sentence()}
    elif payload:
        found["payload"] = payload.exported()
    return found


def _body(message: Message, payload: Payload | Fault | None) -> str:
    if payload is None or isinstance(payload, Fault):
        return message.body
    found = payload.offloaded()
    return f"({found.told}) {found.text[:_BODY]}"


def _cells(message: Message, payload: Payload | Fault | None, now: float) -> list[str]:
    sent = message.sent_at
    return [
        clean(message.id),
        age(now - sent) if sent else "?",
        str(message.receives) if message.receives else "?",
        clean(message.group, 80) or "-",
        clean(_body(message, payload), _BODY),
    ]
