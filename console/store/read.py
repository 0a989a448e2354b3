"""Owns reading one list to its end, once, for the command line; must not know the screen or a schedule."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass, field

import jmespath

from console.resources.fields import wanted_members
from console.resources.model import Derived, Enrichment, Item, Missing, Reader, ResourceType, Values
from console.store.rows import Door, Row, named, overlay, project
from console.text.clean import clean
from console.text.faults import Fault, fault_of


@dataclass(frozen=True, slots=True)
class Reading:
    """A list as it was read. ``complete`` is False when more exists than was read."""

    rows: tuple[Row, ...]
    complete: bool
    faults: tuple[Fault, ...]


@dataclass(slots=True)
class _Partial:
    rows: dict[str, Row] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    complete: bool = True


def items(resource: ResourceType, reader: Reader, parent: str = "") -> AsyncIterator[list[Item] | Fault]:
    """Yield the items of the list as they arrive. Raises ``AwsError`` where the list breaks off."""
    return resource.fetch(reader, parent) if resource.fetch else _paginated(resource, reader)


async def _paginated(resource: ResourceType, reader: Reader) -> AsyncIterator[list[Item] | Fault]:
    path = jmespath.compile(resource.items)
    wanted = wanted_members(resource)
    async for page in reader.pages(resource.service, resource.operation, dict(resource.parameters), wanted):
        yield path.search(page) or []


async def read_all(
    resource: ResourceType,
    reader: Reader,
    parent: str = "",
    *,
    limit: int = 0,
    enrich: bool = True,
    door: Door = clean,
) -> Reading:
    """Return the list, at most ``limit`` rows of it where that is not 0, every column read.

    A page or an item that could not be read stands in ``faults``; nothing is raised.
    """
    partial = _Partial()
    try:
        await _fill(partial, resource, reader, parent, limit, door)
    except Exception as error:  # what was read stands, whatever broke the rest
        partial.faults.append(fault_of(error))
        partial.complete = False
    for enrichment in resource.enrich if enrich else ():
        if enrichment.unseen:
            continue  # another one has just read the same
        if not (enrichment.derived and _derive(partial, resource, enrichment.derived, door)):
            await _enrich(partial, resource, enrichment, reader, door)
    return Reading(tuple(partial.rows.values()), partial.complete, tuple(partial.faults))


async def _fill(partial: _Partial, resource: ResourceType, reader: Reader, parent: str, limit: int, door: Door) -> None:
    async with aclosing(items(resource, reader, parent)) as batches:  # type: ignore[type-var]
        async for batch in batches:
            if isinstance(batch, Fault):
                partial.faults.append(batch)
                partial.complete = False
                continue
            for item in batch:
                if limit and len(partial.rows) >= limit:
                    partial.complete = False
                    return
                row = project(resource, item, reader.scope, door)
                partial.rows[row.id] = row


async def _enrich(
    partial: _Partial, resource: ResourceType, enrichment: Enrichment, reader: Reader, door: Door
) -> None:
    try:
        async for row_id, found in enrichment.read(reader, list(partial.rows)):
            if row_id not in partial.rows:
                continue
            if isinstance(found, Fault):
                partial.faults.append(found)
            values = unknown(enrichment) if isinstance(found, Fault) else found
            partial.rows[row_id] = overlay(resource, partial.rows[row_id], values, door)
    except Exception as error:  # its columns stay unread, the rows stand
        partial.faults.append(fault_of(error))


def _derive(partial: _Partial, resource: ResourceType, derived: Derived, door: Door) -> bool:
    """Lay what follows from all the rows over them; return False, and do nothing, where it does not for each."""
    values = {row_id: named(resource, row.values) for row_id, row in partial.rows.items()}
    basis = {row_id: tuple(row[column] for column in derived.of) for row_id, row in values.items()}
    if not partial.complete or any(isinstance(value, Missing) for found in basis.values() for value in found):
        return False
    found = derived.values(basis, True)
    for row_id, extra in found.items():
        partial.rows[row_id] = overlay(resource, partial.rows[row_id], extra, door)
    return True


def unknown(enrichment: Enrichment) -> Values:
    """Return the values of an enrichment that could not be read."""
    return dict.fromkeys(enrichment.columns, Missing.UNKNOWN)
