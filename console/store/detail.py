"""Owns reading one resource's detail and making it plain data; must not know the screen.

A detail is read when it is opened and not kept.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any

import jmespath

from console.resources.fields import name_of_arn
from console.resources.model import DetailCall, DetailField, Kind, Missing, Reader, ResourceType, Tone, Value
from console.resources.parts import attempt
from console.store.rows import Door, tidy
from console.text.clean import clean, clean_document
from console.text.faults import AwsError, Fault, FaultKind


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


@dataclass(frozen=True, slots=True)
class Detail:
    """One resource, read now. ``document`` holds clean text, lists, mappings, numbers and moments."""

    type: str
    id: str
    fields: tuple[FieldLine, ...]
    document: dict[str, Any]
    links: tuple[LinkTo, ...]
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
    parts = await read_document(resource, reader, id_, parent)
    faults = tuple(part for part in parts.values() if isinstance(part, Fault))
    return Detail(
        resource.name,
        id_,
        tuple(_line(field, parts, door) for field in resource.fields),
        plain(parts),
        tuple(_links(resource, parts)),
        faults,
    )


def plain(parts: dict[str, Any]) -> dict[str, Any]:
    """Return a raw document as clean data; a part that could not be read says why."""
    told = {name: part.sentence() if isinstance(part, Fault) else part for name, part in parts.items()}
    document = clean_document(told)
    return document if isinstance(document, dict) else {}


async def _part(resource: ResourceType, reader: Reader, call: DetailCall, id_: str, parent: str) -> Any:
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
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        value = Missing.UNKNOWN
    return FieldLine(field.title, value, field.kind, dict(field.tones))


def _links(resource: ResourceType, parts: dict[str, Any]) -> list[LinkTo]:
    found: list[LinkTo] = []
    for link in resource.links:
        try:
            ids = tuple(text for text in link.find(parts) if text)
        except (KeyError, TypeError, ValueError, AttributeError, IndexError):
            continue
        if ids:
            found.append(LinkTo(link.title, link.type, ids, tuple(clean(text) for text in ids)))
    return found
