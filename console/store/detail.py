"""Owns reading one resource's detail and making it plain data; must not know the screen.

A detail is read when it is opened and not kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

from console.resources.fields import name_of_arn
from console.resources.model import (
    DetailCall,
    DetailField,
    Kind,
    Metric,
    Missing,
    Plot,
    Reader,
    ResourceType,
    SeriesQuery,
    Tone,
    Value,
)
from console.resources.parts import attempt
from console.scope.urgency import Urgency, asked_as
from console.store.rows import Door, Row, named, tidy
from console.text.clean import clean, clean_document
from console.text.faults import AwsError, Fault, FaultKind

_UNEXPECTED = (KeyError, TypeError, ValueError, AttributeError, IndexError)
"""What a declaration's getter raises for an answer that is not shaped as AWS's models say."""


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One line of a detail's left side; ``value`` is clean."""

    title: str
    value: Value
    kind: Kind
    tones: dict[str, Tone]


@dataclass(frozen=True, slots=True)
class LinkTo:
    """The way to other resources; ``ids`` are raw, ``names`` are what is shown of them."""

    title: str
    type: str
    ids: tuple[str, ...]
    names: tuple[str, ...]
    search: bool = False
    """Whether ``names`` are words to filter that list by."""


@dataclass(frozen=True, slots=True)
class Detail:
    """One resource, read now. ``document`` holds clean text, lists, mappings, numbers and moments."""

    type: str
    id: str
    fields: tuple[FieldLine, ...]
    document: dict[str, Any]
    links: tuple[LinkTo, ...]
    plots: tuple[Plot, ...]
    faults: tuple[Fault, ...]


async def find(resource: ResourceType, reader: Reader, text: str, parent: str = "") -> tuple[str, str]:
    """Return the (id, parent) that a person's ``text`` names. Raises ``AwsError``."""
    if resource.resolve:
        return await resource.resolve(reader, text, parent)
    return (name_of_arn(text) if text.startswith("arn:") else text), parent


async def read_document(resource: ResourceType, reader: Reader, id_: str, parent: str = "") -> dict[str, Any]:
    """Return a resource's raw document: parts under their names, a part that cannot be read as a fault.

    Raises ``AwsError`` when the resource itself cannot be read or does not exist.
    """
    if resource.describe:
        return await resource.describe(reader, id_, parent)
    answers = await asyncio.gather(*(_part(resource, reader, call, id_, parent) for call in resource.detail))
    parts = dict(zip((call.name for call in resource.detail), answers, strict=True))
    _require_one(parts)
    return parts


async def read_detail(resource: ResourceType, reader: Reader, id_: str, parent: str = "", door: Door = clean) -> Detail:
    """Return a resource's detail. Raises ``AwsError`` as ``read_document`` does."""
    with asked_as(Urgency.SELECTED):
        parts = await read_document(resource, reader, id_, parent)
    faults = tuple(part for part in parts.values() if isinstance(part, Fault))
    return Detail(
        resource.name,
        id_,
        tuple(_line(field, parts, door) for field in resource.fields),
        plain(parts),
        tuple(_links(resource, parts)),
        plots(resource, id_, parts),
        faults,
    )


def plots(resource: ResourceType, id_: str, parts: dict[str, Any]) -> tuple[Plot, ...]:
    """Return the charts of a resource: of its type's metrics, then those that its document names."""
    own = tuple(_plot_of(metric, id_) for metric in resource.metrics)
    try:
        return (*own, *(resource.plots(parts) if resource.plots else ()))
    except _UNEXPECTED:
        return own


def _plot_of(metric: Metric, id_: str) -> Plot:
    dimensions = tuple(metric.dimensions(id_).items())
    query = SeriesQuery(metric.namespace, metric.name, dimensions, metric.statistic)
    return Plot(metric.title, query, metric.kind, seconds=metric.seconds)


def detail_of_row(resource: ResourceType, row: Row) -> Detail:
    """Return the detail of a resource about which its list says everything."""
    lines = tuple(
        FieldLine(column.title.capitalize(), value, column.kind, dict(column.tones))
        for column, value in zip(resource.columns, row.values, strict=True)
    )
    told = {
        name: value.value if isinstance(value, Missing) else value
        for name, value in named(resource, row.values).items()
    }
    return Detail(resource.name, row.id, lines, plain(dict(told)), (), (), ())


def plain(parts: dict[str, Any]) -> dict[str, Any]:
    """Return a raw document as clean data; a part that could not be read says why."""
    told = {name: part.sentence() if isinstance(part, Fault) else part for name, part in parts.items()}
    document = clean_document(told)
    return document if isinstance(document, dict) else {}


async def _part(resource: ResourceType, reader: Reader, call: DetailCall, id_: str, parent: str) -> Any:
    import jmespath  # not where a detail is shown

    reading: Awaitable[dict[str, Any]] = reader.call(
        call.service or resource.service, call.operation, call.parameters(id_, parent)
    )
    answer = await attempt(reading, call.absent)
    if isinstance(answer, Fault) or answer is None:
        return answer
    answer.pop("ResponseMetadata", None)
    return jmespath.search(call.path, answer)


def _require_one(parts: dict[str, Any]) -> None:
    faults = [part for part in parts.values() if isinstance(part, Fault)]
    missing = next((fault for fault in faults if fault.kind is FaultKind.NOT_FOUND), None)
    if parts and (missing or len(faults) == len(parts)):
        raise AwsError(missing or faults[0])


def _line(field: DetailField, parts: dict[str, Any], door: Door) -> FieldLine:
    try:
        value = tidy(field.get(parts), door)
    except _UNEXPECTED:
        value = Missing.UNKNOWN
    return FieldLine(field.title, value, field.kind, dict(field.tones))


def _links(resource: ResourceType, parts: dict[str, Any]) -> list[LinkTo]:
    found: list[LinkTo] = []
    for link in resource.links:
        try:
            ids = tuple(text for text in link.find(parts) if text)
        except _UNEXPECTED:
            continue
        if ids:
            found.append(LinkTo(link.title, link.type, ids, tuple(clean(text) for text in ids), link.search))
    return found
