"""Owns ``cloudtop show``: one resource with everything that can be read of it."""

from __future__ import annotations

import argparse
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from console.command import output
from console.command.failure import Exit, not_found, usage
from console.command.loop import run as run_loop
from console.command.naming import checked_parent, type_named
from console.connect import opened
from console.launch import Launch, settings_of
from console.resources.model import Missing, ResourceType
from console.scope.model import Scope
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind

if TYPE_CHECKING:
    from console.aws.gateway import Reader


@dataclass(frozen=True, slots=True)
class Shown:
    """One resource as it was read: raw."""

    resource: ResourceType
    id: str
    parent: str
    scope: Scope
    document: dict[str, Any]

    @property
    def faults(self) -> list[Fault]:
        """What could not be read of it."""
        return [part for part in self.document.values() if isinstance(part, Fault)]


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``show`` takes."""
    parser.add_argument("type", metavar="TYPE", help="a resource type or its alias")
    parser.add_argument("id", metavar="ID", help="an id, a name, an ARN, an SQS URL, s3://BUCKET/KEY")
    parser.add_argument("--in", dest="parent", metavar="PARENT", help="BUCKET, QUEUE or NAMESPACE")
    parser.add_argument("-o", "--output", choices=("yaml", "json"), default="yaml")


def run(arguments: argparse.Namespace, launch: Launch) -> int:
    """Read and print. Raises ``Failure`` and ``AwsError``."""
    resource = type_named(arguments.type)
    parent, id_ = _place(resource, arguments.parent, arguments.id)
    if resource.terms:
        raise usage(f"One of {resource.name} cannot be read by itself", "", f"List them: cloudtop ls {resource.name}")
    shown = run_loop(_shown(resource, parent, id_, launch))
    _print(shown, arguments.output)
    return Exit.PARTIAL if shown.faults else Exit.DONE


def _place(resource: ResourceType, parent: str | None, id_: str) -> tuple[str, str]:
    """Return (parent, id); an object may also be named by its ``s3://`` address alone."""
    if resource.parent == "s3.buckets" and id_.startswith("s3://"):
        from console.s3.address import parse_url

        try:
            place = parse_url(id_)
        except ValueError as error:
            raise usage(f"{clean(id_, 120)} is no object's address", clean(error)) from error
        return place.bucket, place.key
    if not id_:
        raise usage("The id is empty")
    return checked_parent(resource, parent), id_


async def _shown(resource: ResourceType, parent: str, id_: str, launch: Launch) -> Shown:
    """Return the resource from the first scope that has it. Raises ``AwsError`` and ``Failure``."""
    async with opened(launch, settings_of(launch)) as connected:
        missing: Fault | None = None
        for access in connected.accesses:
            for reader in access.readers():
                try:
                    return await _read(resource, reader, parent, id_)
                except AwsError as error:
                    if error.fault.kind is not FaultKind.NOT_FOUND:
                        raise
                    missing = missing or error.fault
    fault = missing or _missing(resource, id_)
    raise AwsError(replace(fault, subject=clean(id_, 200)))


async def _read(resource: ResourceType, reader: Reader, parent: str, text: str) -> Shown:
    from console.store.detail import find, read_document

    id_, inside = await find(resource, reader, text, parent)
    if resource.describe or resource.detail:
        try:
            document = await read_document(resource, reader, id_, inside)
        except (IndexError, KeyError) as error:  # a success that holds no such resource
            raise AwsError(_missing(resource, text)) from error
    else:
        document = await _listed(resource, reader, id_, inside)
    return Shown(resource, id_, inside, reader.scope, document)


async def _listed(resource: ResourceType, reader: Reader, id_: str, parent: str) -> dict[str, Any]:
    """Return what the list says of a resource that has no detail of its own."""
    from console.store.read import read_all
    from console.store.rows import named

    reading = await read_all(resource, reader, parent, door=str)
    for row in reading.rows:
        if row.id == id_:
            values = named(resource, row.values)
            return {name: None if isinstance(value, Missing) else value for name, value in values.items()}
    if reading.faults:
        raise AwsError(reading.faults[0])
    raise AwsError(_missing(resource, id_))


def _missing(resource: ResourceType, text: str) -> Fault:
    return not_found(f"{resource.name} has no {clean(text, 200)}", f"List them: cloudtop ls {resource.name}").fault


def _print(shown: Shown, form: str) -> None:
    document = {
        "type": shown.resource.name,
        "id": shown.id,
        "in": shown.parent,
        "account": shown.scope.account,
        "region": shown.scope.region,
        "detail": shown.document,
        "errors": [output.described(fault) for fault in shown.faults],
    }
    if not shown.parent:
        del document["in"]
    if form == "json":
        output.out(output.json_text(document))
        return
    output.out(output.yaml_text(document))
    for fault in shown.faults:
        output.note(f"cloudtop: {output.worded(fault)}")
