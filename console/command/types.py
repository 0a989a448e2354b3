"""Owns ``cloudtop types``: the catalogue as it is declared. Reads nothing from AWS."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any

from console.aws.operations import iam_actions
from console.command import output, table
from console.command.failure import Exit
from console.command.naming import type_named
from console.launch import Launch
from console.resources.model import ResourceType
from console.resources.registry import catalogue


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``types`` takes."""
    parser.add_argument("type", nargs="?", metavar="TYPE", help="one type with its columns, actions and links")
    parser.add_argument("-o", "--output", choices=("table", "json", "yaml"), default="table")


def run(arguments: argparse.Namespace, _launch: Launch) -> int:
    """Print the catalogue, or one type of it. Raises ``Failure`` for an unknown type."""
    if arguments.type is not None:
        return _print_one(type_named(arguments.type), arguments.output)
    types = list(catalogue().values())
    if arguments.output == "table":
        titles = {"TYPE": 0, "TITLE": 3, "ALIASES": 1, "INSIDE": 2, "ACTIONS": 1}
        headings = [table.Heading(title, rank) for title, rank in titles.items()]
        lines, _ = table.table(headings, [_line(resource) for resource in types], table.terminal_width())
        output.out("\n".join(lines))
    else:
        _print_document({"types": [described(resource) for resource in types]}, arguments.output)
    return Exit.DONE


def _line(resource: ResourceType) -> list[str]:
    actions = ", ".join(action.id for action in resource.actions)
    return [resource.name, resource.title, ", ".join(resource.aliases), resource.parent or "-", actions or "-"]


def _print_one(resource: ResourceType, form: str) -> int:
    _print_document(described(resource), "yaml" if form == "table" else form)
    return Exit.DONE


def _print_document(document: dict[str, Any], form: str) -> None:
    output.out(output.json_text(document) if form == "json" else output.yaml_text(document))


def described(resource: ResourceType) -> dict[str, Any]:
    """Return a type's declaration as plain data."""
    return {
        "type": resource.name,
        "title": resource.title,
        "service": resource.service,
        "aliases": list(resource.aliases),
        "inside": resource.parent or None,
        "columns": [{"id": column.id, "title": column.title, "kind": column.kind.value} for column in resource.columns],
        "actions": [
            {
                "id": action.id,
                "title": action.title,
                "risk": action.risk.value,
                "operation": f"{resource.service}:{action.operation}",
                "effect": action.effect,
                "iam_actions": list(iam_actions(resource.service, action.operation)),
            }
            for action in resource.actions
        ],
        "metrics": [
            {"title": metric.title, "namespace": metric.namespace, "name": metric.name, "statistic": metric.statistic}
            for metric in resource.metrics
        ],
        "links": [{"title": link.title, "type": link.type} for link in resource.links],
        "seconds_between_readings": resource.period or None,
        "iam_actions": sorted({name for call in reads(resource) for name in iam_actions(*call)}),
    }


def reads(resource: ResourceType) -> Iterator[tuple[str, str]]:
    """Yield the (service, operation) of every read that a type declares."""
    yield resource.service, resource.operation
    yield from resource.calls
    for enrichment in resource.enrich:
        yield from enrichment.calls
    for call in resource.detail:
        yield call.service or resource.service, call.operation
    for action in resource.actions:
        yield from action.fact_calls
    if resource.metrics:
        yield "cloudwatch", "GetMetricData"
