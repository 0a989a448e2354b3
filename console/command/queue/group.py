"""Owns ``cloudtop sqs group``: what a queue's messages are about, counted by signature."""

from __future__ import annotations

import argparse
import time
from typing import Any

from console.command import output, table
from console.command.failure import Exit
from console.command.loop import run as run_loop
from console.command.queue import options as common
from console.command.queue.bench import at_queue, is_clean, left
from console.command.queue.preview import print_preview
from console.command.queue.receiving import key_of, receive
from console.launch import Launch
from console.sqs.groups import Group
from console.text.format import age, percent

_HEADINGS = (
    table.Heading("SIGNATURE"),
    table.Heading("COUNT", right=True),
    table.Heading("SHARE", 2, right=True),
    table.Heading("FIRST", 1, right=True),
    table.Heading("LAST", 1, right=True),
    table.Heading("RECEIVES", 3, right=True),
    table.Heading("BY", 4),
    table.Heading("WHAT"),
)


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``sqs group`` takes."""
    common.queue_option(parser)
    common.receiving_options(parser, common.EVERY)
    common.by_option(parser)
    common.plan_option(parser)
    common.form_option(parser)


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Receive, group, give back. Raises ``Failure`` and ``AwsError``."""
    common.require_one_place(launch)
    return run_loop(_group(arguments, launch))


async def _group(arguments: argparse.Namespace, launch: Launch) -> int:
    how, form, by = common.receiving_of(arguments), arguments.output, key_of(arguments.by)
    async with at_queue(launch, arguments.queue, form) as bench:
        if arguments.plan:
            return await print_preview(bench, how, form)
        received = await receive(bench, how, by, look=True)
    groups = received.groups.groups()
    told = {"count": len(received.ids), "about": received.about, "sample": True, "troubles": received.troubles()}
    _print(groups, form, {**told, **left(bench)})
    if form == "text":
        for line in received.troubles():
            output.note(line)
        output.note(f"{received.sentence()}.")
    return received.exit() if received.exit() is not Exit.DONE or is_clean(bench) else Exit.PARTIAL


def _print(groups: tuple[Group, ...], form: str, more: dict[str, Any]) -> None:
    if form == "json":
        output.out(output.json_text({"groups": [_described(group) for group in groups], **more}))
    elif form == "jsonl":
        for group in groups:
            output.out(output.json_text(_described(group), indent=None))
        if more["troubles"]:
            output.note(output.json_text(more, indent=None))
    elif groups:
        now = time.time()
        lines, hidden = table.table(_HEADINGS, [_cells(group, now) for group in groups], table.terminal_width())
        output.out("\n".join(lines))
        if hidden:
            output.note(f"No room for: {', '.join(hidden)}. All of it: -o json")


def _described(group: Group) -> dict[str, Any]:
    signature = group.signature
    return {
        "signature": signature.id,
        "count": group.count,
        "share": group.share,
        "title": signature.title,
        "by": signature.why,
        "guess": signature.guess,
        "first_sent": group.first_sent,
        "last_sent": group.last_sent,
        "receives": [group.receives_min, group.receives_max],
        "ids": list(group.ids),
    }


def _cells(group: Group, now: float) -> list[str]:
    signature = group.signature
    receives = sorted({group.receives_min, group.receives_max})
    return [
        signature.id,
        f"{group.count:,}",
        percent(group.share * 100),
        age(now - group.first_sent) if group.first_sent else "?",
        age(now - group.last_sent) if group.last_sent else "?",
        "–".join(str(count) for count in receives),
        f"{signature.why}{', a guess' if signature.guess else ''}",
        signature.title,
    ]
