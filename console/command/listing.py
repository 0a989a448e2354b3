"""Owns reading one list in every scope that was asked for, each with its own failure; knows nothing of printing."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from console.command import output
from console.connect import opened
from console.launch import Launch, settings_of
from console.resources.model import ResourceType
from console.resources.registry import catalogue
from console.sqs.messages import LIMIT as SAMPLE
from console.store.rows import Door, Row
from console.text.faults import AwsError, Fault, FaultKind, fault_of

if TYPE_CHECKING:
    from console.aws.gateway import Reader
    from console.connect import Access, Opened
    from console.store.read import Reading

_WITHOUT_REGIONS = frozenset({"iam", "s3"})
"""Services whose lists are the same from every region."""

Arrange = Callable[[Sequence[Row]], Sequence[Row]]
"""Returns those of a scope's rows that are wanted, in their order."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be listed."""

    resource: ResourceType
    parent: str = ""
    limit: int = 0
    """At most so many rows; 0 for all."""
    all_regions: bool = False
    accepted: bool = False
    """What listing costs others was accepted beforehand."""
    door: Door = str
    filtered: bool = False
    """Only some of the rows are wanted, so that all must be read before the limit counts."""
    arrange: Arrange | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """One failure and where it was; the region is empty for a whole profile."""

    profile: str
    region: str
    fault: Fault
    count: int = 1


@dataclass(slots=True)
class Listing:
    """What was read in all scopes: rows with the profile they came from."""

    rows: list[tuple[str, Row]] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    complete: bool = True
    """False when more exists than was read."""
    read: int = 0
    """Rows before the filter."""

    answered: int = 0
    """Scopes that gave a list, be it an empty or a broken one."""

    @property
    def failed(self) -> bool:
        """Whether nothing at all could be read."""
        return bool(self.troubles) and not self.answered


async def read_listing(wanted: Wanted, launch: Launch) -> Listing:
    """Read the list everywhere. A scope that fails leaves a trouble. Raises ``Failure`` where nothing opens."""
    async with opened(launch, settings_of(launch)) as connected:
        listing = Listing([], [Trouble(profile, "", fault) for profile, fault in connected.unopened])
        readers = await _readers(wanted, connected)
        readings = await asyncio.gather(*(_attempt(wanted, reader) for reader in readers))
    for reader, reading in zip(readers, readings, strict=True):
        _add(listing, wanted, reader, reading)
    listing.complete = listing.complete and not connected.unopened
    if wanted.limit and len(listing.rows) > wanted.limit:
        listing.rows, listing.complete = listing.rows[: wanted.limit], False
    listing.troubles = _counted(listing.troubles)
    return listing


async def _readers(wanted: Wanted, connected: Opened) -> list[Reader]:
    readers: list[Reader] = []
    for access in connected.accesses:
        if wanted.resource.service in _WITHOUT_REGIONS or wanted.resource.terms:
            readers.append(access.readers()[0])
        elif wanted.all_regions:
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


async def _attempt(wanted: Wanted, reader: Reader) -> Reading | Fault:
    try:
        return await _read(wanted, reader)
    except Exception as error:  # the other scopes are still being read, whatever it is
        return fault_of(error)


async def _read(wanted: Wanted, reader: Reader) -> Reading:
    from console.store.detail import find
    from console.store.read import read_all

    resource, parent = wanted.resource, wanted.parent
    holder = catalogue().get(resource.parent)
    if holder and holder.resolve:
        parent, _ = await find(holder, reader, parent)
    if resource.terms:
        terms = await resource.terms(reader, parent)
        if terms.refusal and not wanted.accepted:
            remedy = f"{terms.cost} Insist with --yes"
            raise AwsError(Fault(FaultKind.REFUSED, f"{resource.name} was not read", terms.refusal, remedy))
        output.note(terms.cost)
    limit = 0 if wanted.filtered else wanted.limit
    return await read_all(resource, reader, parent, limit=limit, door=wanted.door)


def _add(listing: Listing, wanted: Wanted, reader: Reader, reading: Reading | Fault) -> None:
    scope = reader.scope
    if isinstance(reading, Fault):
        listing.troubles.append(Trouble(scope.profile, scope.region, reading))
        listing.complete = False
        return
    listing.read += len(reading.rows)
    listing.answered += bool(reading.rows or reading.complete)
    sampled = wanted.resource.terms is not None and len(reading.rows) >= SAMPLE
    listing.complete = listing.complete and reading.complete and not sampled
    listing.troubles += [Trouble(scope.profile, scope.region, fault) for fault in reading.faults]
    rows = wanted.arrange(reading.rows) if wanted.arrange else reading.rows
    listing.rows += [(scope.profile, row) for row in rows]


def _counted(troubles: Iterable[Trouble]) -> list[Trouble]:
    """Return troubles that differ in no more than the request id as one, with how often it came."""
    found: dict[Trouble, Trouble] = {}
    for trouble in troubles:
        key = replace(trouble, fault=replace(trouble.fault, request_id=""))
        known = found.get(key)
        found[key] = replace(known, count=known.count + 1) if known else trouble
    return list(found.values())
