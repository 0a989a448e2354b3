"""Owns reading certain rows of a list once more, around a write; must not know what the write was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import aclosing

from console.resources.model import Reader, ResourceType, Values
from console.store.read import items
from console.store.rows import named, project
from console.text.faults import Fault


async def reread(
    resource: ResourceType, reader: Reader, parent: str, ids: Sequence[str]
) -> Mapping[str, Values | Fault]:
    """Return each id's values as the list has them now; an id that is missing is gone.

    Raises ``AwsError`` where the list breaks off, and gives a fault for the ids that a failed part may hold.
    """
    wanted = set(ids)
    found: dict[str, Values | Fault] = {}
    broken: Fault | None = None
    async with aclosing(items(resource, reader, parent)) as batches:  # type: ignore[type-var]
        async for batch in batches:
            if isinstance(batch, Fault):
                broken = batch
                continue
            rows = (project(resource, item, reader.scope) for item in batch)
            found.update((row.id, named(resource, row.values)) for row in rows if row.id in wanted)
            if len(found) == len(wanted):
                return found
    return {**dict.fromkeys(wanted - found.keys(), broken), **found} if broken else found
