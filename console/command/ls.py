"""Owns ``cloudtop ls``: what it takes, and how well it went."""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

from console.command.failure import Exit, exit_of, usage
from console.command.listing import Arrange, Listing, Wanted, read_listing
from console.command.loop import run as run_loop
from console.command.naming import checked_parent, type_named
from console.command.printing import print_listing
from console.launch import Launch
from console.resources.model import ResourceType
from console.store.delta import delta_of
from console.store.filter import FilterInvalid, compile_filter
from console.store.rows import Row
from console.store.view import View
from console.text.clean import clean


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``ls`` takes."""
    parser.add_argument("type", metavar="TYPE", help="a resource type or its alias; cloudtop types lists them")
    parser.add_argument("--in", dest="parent", metavar="PARENT", help="BUCKET[/PREFIX], QUEUE or NAMESPACE")
    parser.add_argument("-o", "--output", choices=("table", "json", "jsonl", "csv"), default="table")
    parser.add_argument(
        "--filter", default="", metavar="TEXT", help="words, column=value, column~part, column>n, -word"
    )
    parser.add_argument("--limit", type=_positive, default=0, metavar="N", help="at most N rows")
    parser.add_argument("--all-regions", action="store_true", help="every region that is enabled for the account")
    parser.add_argument("--yes", action="store_true", help="accept what the list costs, where it costs something")


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """List and print. Raises ``Failure`` and ``AwsError``."""
    resource = type_named(arguments.type)
    wanted = Wanted(
        resource,
        checked_parent(resource, arguments.parent),
        arguments.limit,
        arguments.all_regions,
        arguments.yes,
        clean if arguments.output == "table" else str,
        arguments.filter.strip() != "",
        _arranged(resource, arguments.filter, arguments.output == "table"),
    )
    listing = run_loop(read_listing(wanted, launch))
    print_listing(resource, listing, arguments.output)
    return _exit(listing)


def _exit(listing: Listing) -> Exit:
    if not listing.troubles:
        return Exit.DONE
    return exit_of(listing.troubles[0].fault) if listing.failed else Exit.PARTIAL


def _arranged(resource: ResourceType, text: str, order: bool) -> Arrange | None:
    """Return what filters rows by ``text`` and puts them into the screen's order; None where all stays as AWS lists it.

    Raises ``Failure`` for a filter that cannot be used.
    """
    try:
        matches = compile_filter(resource, text)
    except FilterInvalid as error:
        raise usage(f"The filter {clean(text, 80)} cannot be used", clean(error)) from error

    def arranged(rows: Sequence[Row]) -> list[Row]:
        now = time.time()
        if not order:
            return [row for row in rows if matches(row, now)]
        shown = View(resource)
        shown.set_filter(text, now)
        shown.apply(delta_of(rows), now)
        return [shown.at(index) for index in range(len(shown))]

    return arranged if text.strip() or order else None


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("it must be a number from 1 on")
    return int(text)
