"""Owns how a list that was read is printed: table, JSON, JSON lines, CSV; must not know how it was read."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from typing import Any

from console.command import output, table
from console.command.listing import Listing, Trouble
from console.resources.model import EarlierCount, Missing, ResourceType
from console.store.rows import Row, named
from console.text.clean import clean
from console.text.format import plural

_HEAD = ("id", "arn", "account", "region")


def print_listing(resource: ResourceType, listing: Listing, form: str) -> None:
    """Print rows on standard output and what went wrong on standard error; JSON has both in one object."""
    if form in ("json", "jsonl"):
        (_print_json if form == "json" else _print_lines)(resource, listing)
        for trouble in listing.troubles:
            output.note(output.json_text({"error": _described(trouble)}, indent=None))
        return
    if not listing.failed:
        (_print_csv if form == "csv" else _print_table)(resource, listing)
        _tell_count(resource, listing)
    for trouble in listing.troubles:
        output.note(f"cloudtop: {_worded(trouble)}")


def exported(resource: ResourceType, row: Row) -> dict[str, Any]:
    """Return a row as it is exported.

    The columns that could not be read stand in ``unknown``, and in ``earlier`` those that are minutes old, if any is.
    """
    values = named(resource, row.values)
    unknown = [name for name, value in values.items() if isinstance(value, Missing)]
    head = {"id": row.id, "arn": row.arn, "account": row.account or None, "region": row.region}
    earlier = [name for name, value in values.items() if isinstance(value, EarlierCount)]
    told = {**head, **values, "unknown": unknown if row.account else ["account", *unknown]}
    return {**told, "earlier": earlier} if earlier else told


def exported_csv(resource: ResourceType, rows: Iterable[Row]) -> str:
    """Return rows as CSV with a head; ``unknown`` and ``earlier`` as in ``exported``."""
    rows = list(rows)
    names = [*_HEAD, *(column.id for column in resource.columns)]
    marks = ["unknown"]
    if any(isinstance(value, EarlierCount) for row in rows for value in row.values):
        marks.append("earlier")
    told = (exported(resource, row) for row in rows)
    cells = [[*(row[name] for name in names), *(tuple(row.get(mark, ())) for mark in marks)] for row in told]
    return table.csv_text([*names, *marks], cells)


def _print_json(resource: ResourceType, listing: Listing) -> None:
    rows = [exported(resource, row) for _, row in listing.rows]
    document = {
        "type": resource.name,
        "rows": rows,
        "count": len(rows),
        "complete": listing.complete,
        "errors": [_described(trouble) for trouble in listing.troubles],
    }
    output.out(output.json_text(document))


def _print_lines(resource: ResourceType, listing: Listing) -> None:
    for _, row in listing.rows:
        output.out(output.json_text(exported(resource, row), indent=None))
    if not listing.complete:
        output.note(output.json_text({"complete": False, "count": len(listing.rows)}, indent=None))


def _print_csv(resource: ResourceType, listing: Listing) -> None:
    output.out(exported_csv(resource, (row for _, row in listing.rows)).rstrip("\n"))


def _print_table(resource: ResourceType, listing: Listing) -> None:
    where = _where(resource, listing)
    titles = [table.Heading(title.upper(), 1) for title in where]
    headings = [*titles, *(table.heading(column.title, column.kind, column.rank) for column in resource.columns)]
    rows = [_cells(resource, profile, row, where) for profile, row in listing.rows]
    lines, hidden = table.table(headings, rows, table.terminal_width())
    output.out("\n".join(lines))
    if hidden:
        output.note(f"No room for: {', '.join(hidden)}. All of it: -o json")


def _where(resource: ResourceType, listing: Listing) -> list[str]:
    """Return which of profile, account and region differ between the rows and are no column of theirs."""
    places = {
        "profile": {profile for profile, _ in listing.rows},
        "account": {row.account for _, row in listing.rows},
        "region": {row.region for _, row in listing.rows},
    }
    shown = {column.title for column in resource.columns}
    return [name for name, found in places.items() if len(found) > 1 and name.upper() not in shown]


def _cells(resource: ResourceType, profile: str, row: Row, where: list[str]) -> list[str]:
    places = {"profile": profile, "account": row.account, "region": row.region}
    texts = [table.cell(value, column.kind) for column, value in zip(resource.columns, row.values, strict=True)]
    return [*(clean(places[name]) or "-" for name in where), *texts]


def _tell_count(resource: ResourceType, listing: Listing) -> None:
    """Tell on standard error what is not to be seen in the rows: that there are none, or more."""
    shown = plural(len(listing.rows), "row")
    if not listing.complete:
        more = "there may be more" if listing.troubles else "there are more"
        output.note(f"{shown} of {resource.title}; {more}.")
    elif len(listing.rows) < listing.read:
        output.note(f"{len(listing.rows):,} of {plural(listing.read, 'row')} of {resource.title} match.")
    elif not listing.rows or sys.stdout.isatty():
        output.note(f"{shown} of {resource.title}.")


def _worded(trouble: Trouble) -> str:
    where = " ".join(part for part in (clean(trouble.profile), trouble.region) if part)
    times = f" ({trouble.count:,} times)" if trouble.count > 1 else ""
    return f"{where}: {output.worded(trouble.fault)}{times}" if where else output.worded(trouble.fault) + times


def _described(trouble: Trouble) -> dict[str, Any]:
    where = {"profile": clean(trouble.profile), "region": trouble.region}
    return {**where, **output.described(trouble.fault), "count": trouble.count}
