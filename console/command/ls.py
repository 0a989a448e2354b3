"""Owns ``cloudtop ls``: a list, read once in every scope that was asked for, and how it is printed."""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from console.command import output, table
from console.command.failure import Exit, exit_of, refused
from console.command.loop import run as run_loop
from console.command.naming import checked_parent, type_named
from console.connect import Launch, opened, settings_of
from console.resources.model import Missing, ResourceType, Value
from console.store.rows import Row
from console.text.clean import clean
from console.text.faults import AwsError, Fault
from console.text.format import plural

if TYPE_CHECKING:
    from console.aws.gateway import Reader
    from console.connect import Access, Opened

_WITHOUT_REGIONS = frozenset({"iam", "s3"})
"""Services whose lists are the same from every region."""
_HEAD = ("id", "arn", "account", "region")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be listed and how."""

    resource: ResourceType
    parent: str
    output: str
    filter: str
    limit: int
    accepted: bool
    """The price of listing was accepted with ``--yes``."""


@dataclass(slots=True)
class Listing:
    """What was read in all scopes. Each row and fault with the profile it came from."""

    rows: list[tuple[str, Row]] = field(default_factory=list)
    faults: list[tuple[str, str, Fault]] = field(default_factory=list)
    """(profile, region, fault); the region is empty for a whole profile."""
    complete: bool = True
    read: int = 0


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
        arguments.output,
        arguments.filter,
        arguments.limit,
        arguments.yes,
    )
    listing = run_loop(_listed(wanted, launch, arguments.all_regions))
    return _print(wanted, listing)


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("it must be a number from 1 on")
    return int(text)


async def _listed(wanted: Wanted, launch: Launch, all_regions: bool) -> Listing:
    async with opened(launch, settings_of(launch)) as connected:
        readers = await _readers(wanted.resource, connected, all_regions)
        readings = await asyncio.gather(*(_read(wanted, reader) for reader in readers), return_exceptions=True)
    listing = Listing()
    for fault in connected.faults:
        listing.faults.append((fault.subject.removeprefix("profile "), "", fault))
        listing.complete = False
    for reader, reading in zip(readers, readings, strict=True):
        if isinstance(reading, AwsError):
            listing.faults.append((reader.scope.profile, reader.scope.region, reading.fault))
            listing.complete = False
        elif isinstance(reading, BaseException):
            raise reading
        else:
            _add(listing, wanted, reader, reading)
    return _bounded(listing, wanted.limit)


async def _readers(resource: ResourceType, connected: Opened, all_regions: bool) -> list[Reader]:
    readers: list[Reader] = []
    for access in connected.accesses:
        if resource.service in _WITHOUT_REGIONS or resource.parent:
            readers.append(access.readers()[0])
        elif all_regions:
            readers += await _everywhere(access)
        else:
            readers += access.readers()
    return readers


async def _everywhere(access: Access) -> list[Reader]:
    """Return a reader of every region that the account may use. Raises ``AwsError``."""
    first = access.scopes[0]
    answer = await access.gateway.call(first, "ec2", "DescribeRegions", {})
    names = sorted(str(region["RegionName"]) for region in answer.get("Regions") or ())
    return [access.gateway.reader(replace(first, region=name)) for name in names]


async def _read(wanted: Wanted, reader: Reader) -> Any:
    from console.store.detail import find
    from console.store.read import read_all

    resource, parent = wanted.resource, wanted.parent
    if resource.parent and parent:
        from console.resources.registry import catalogue

        holder = catalogue()[resource.parent]
        if holder.resolve:
            parent, _ = await find(holder, reader, parent)
    if resource.terms:
        terms = await resource.terms(reader, parent)
        output.note(terms.cost)
        if terms.refusal and not wanted.accepted:
            raise refused(f"{resource.name} was not read", terms.refusal, "Insist with --yes")
    limit = 0 if wanted.filter else wanted.limit
    door = clean if wanted.output == "table" else str
    return await read_all(resource, reader, parent, limit=limit, door=door)


def _add(listing: Listing, wanted: Wanted, reader: Reader, reading: Any) -> None:
    profile = reader.scope.profile
    listing.read += len(reading.rows)
    listing.complete = listing.complete and reading.complete
    listing.faults += [(profile, reader.scope.region, fault) for fault in reading.faults]
    listing.rows += [(profile, row) for row in _filtered(wanted, reading.rows)]


def _filtered(wanted: Wanted, rows: Sequence[Row]) -> list[Row]:
    words = wanted.filter.lower().split()
    columns = wanted.resource.columns

    def text(row: Row) -> str:
        cells = (table.cell(value, column.kind) for column, value in zip(columns, row.values, strict=True))
        return " ".join(cells).lower()

    return [row for row in rows if all(word in text(row) for word in words)]


def _bounded(listing: Listing, limit: int) -> Listing:
    if limit and len(listing.rows) > limit:
        listing.rows = listing.rows[:limit]
        listing.complete = False
    return listing


def _print(wanted: Wanted, listing: Listing) -> int:
    {"table": _print_table, "json": _print_json, "jsonl": _print_lines, "csv": _print_csv}[wanted.output](
        wanted, listing
    )
    if wanted.output not in ("json", "jsonl"):
        for (profile, region, fault), count in _counted(listing):
            where = " ".join(part for part in (clean(profile), region) if part)
            times = f" ({count:,} times)" if count > 1 else ""
            output.note(f"cloudtop: {f'{where}: ' if where else ''}{output.worded(fault)}{times}")
    if not listing.faults:
        return Exit.DONE
    return Exit.PARTIAL if listing.rows or listing.read else exit_of(listing.faults[0][2])


def _counted(listing: Listing) -> list[tuple[tuple[str, str, Fault], int]]:
    counts: dict[tuple[str, str, Fault], int] = {}
    for profile, region, fault in listing.faults:
        key = (profile, region, replace(fault, request_id=""))
        counts[key] = counts.get(key, 0) + 1
    first = {(profile, region, replace(fault, request_id="")): fault for profile, region, fault in listing.faults[::-1]}
    return [
        ((profile, region, first[profile, region, fault]), count) for (profile, region, fault), count in counts.items()
    ]


def _exported(resource: ResourceType, row: Row) -> dict[str, Any]:
    values: dict[str, Value] = {column.id: value for column, value in zip(resource.columns, row.values, strict=True)}
    unknown = [name for name, value in values.items() if isinstance(value, Missing)]
    return {"id": row.id, "arn": row.arn, "account": row.account, "region": row.region, **values, "unknown": unknown}


def _errors(listing: Listing) -> list[dict[str, Any]]:
    return [
        {"profile": profile, "region": region, **output.described(fault), "count": count}
        for (profile, region, fault), count in _counted(listing)
    ]


def _print_json(wanted: Wanted, listing: Listing) -> None:
    rows = [_exported(wanted.resource, row) for _, row in listing.rows]
    output.out(
        output.json_text(
            {
                "type": wanted.resource.name,
                "rows": rows,
                "count": len(rows),
                "complete": listing.complete,
                "errors": _errors(listing),
            }
        )
    )


def _print_lines(wanted: Wanted, listing: Listing) -> None:
    for _, row in listing.rows:
        output.out(output.json_text(_exported(wanted.resource, row), indent=None))
    sys.stdout.flush()
    for error in _errors(listing):
        print(output.json_text({"error": error}, indent=None), file=sys.stderr)
    if not listing.complete:
        print(output.json_text({"complete": False, "count": len(listing.rows)}, indent=None), file=sys.stderr)


def _print_csv(wanted: Wanted, listing: Listing) -> None:
    names = [*_HEAD, *(column.id for column in wanted.resource.columns), "unknown"]
    rows = (_exported(wanted.resource, row) for _, row in listing.rows)
    output.out(table.csv_text(names, ([tidied(row[name]) for name in names] for row in rows)).rstrip("\n"))
    _tell_count(wanted, listing)


def tidied(value: Any) -> Any:
    """Return lists as tuples, as cells have them."""
    return tuple(value) if isinstance(value, list) else value


def _print_table(wanted: Wanted, listing: Listing) -> None:
    resource = wanted.resource
    if not listing.rows and listing.faults:
        return
    several = len({(profile, row.account, row.region) for profile, row in listing.rows}) > 1
    where = [table.Heading("PROFILE", 1), table.Heading("ACCOUNT", 2), table.Heading("REGION", 1)] if several else []
    headings = [*where, *(table.heading(column.title, column.kind, column.rank) for column in resource.columns)]
    rows = []
    for profile, row in listing.rows:
        cells = [table.cell(value, column.kind) for column, value in zip(resource.columns, row.values, strict=True)]
        rows.append([*((clean(profile) or "-", row.account, clean(row.region)) if several else ()), *cells])
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 0
    lines, hidden = table.table(headings, rows, width)
    output.out("\n".join(lines))
    if hidden:
        output.note(f"No room for: {', '.join(hidden)}. Other output: -o json")
    _tell_count(wanted, listing)


def _tell_count(wanted: Wanted, listing: Listing) -> None:
    """Tell on standard error what is not to be seen in the rows: that there are none, or more."""
    shown = plural(len(listing.rows), "row")
    if not listing.rows and listing.faults:
        return
    if not listing.complete:
        more = "there may be more" if listing.faults else "there are more"
        output.note(f"{shown} of {wanted.resource.title}; {more}.")
    elif wanted.filter:
        output.note(f"{len(listing.rows):,} of {plural(listing.read, 'row')} match.")
    elif not listing.rows or sys.stdout.isatty():
        output.note(f"{shown} of {wanted.resource.title}.")
