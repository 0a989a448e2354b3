"""Owns finding what a word on the command line names: a type, an action, a parent. Must not know commands."""

from __future__ import annotations

from console.command.failure import nearest, usage
from console.resources.model import Action, ResourceType
from console.resources.registry import find_type, nearest_types
from console.text.clean import clean

_LISTED_ALONE = frozenset({"cloudwatch.metrics"})
"""Types whose list may also be read whole, outside of any parent."""


def type_named(name: str) -> ResourceType:
    """Return the type of that name or alias. Raises ``Failure`` with the nearest ones."""
    resource = find_type(name)
    if resource is None:
        close = nearest_types(name)
        hint = f"Nearest: {', '.join(close)}" if close else "List them: cloudtop types"
        raise usage(f"There is no type {clean(name, 80) or 'without a name'}", "", hint)
    return resource


def action_named(resource: ResourceType, name: str) -> Action:
    """Return the action of that id. Raises ``Failure`` with those that there are."""
    known = {action.id: action for action in resource.actions}
    if name in known:
        return known[name]
    hint = nearest(name, known) or (f"There are {', '.join(known)}" if known else f"{resource.name} has no actions")
    raise usage(f"{resource.name} has no action {clean(name, 80) or 'without a name'}", "", hint)


def checked_parent(resource: ResourceType, parent: str | None) -> str:
    """Return what a list is inside of, empty where it is inside of nothing. Raises ``Failure``."""
    if resource.parent and not parent and resource.name not in _LISTED_ALONE:
        example = "--in BUCKET[/PREFIX]" if resource.service == "s3" else "--in QUEUE"
        raise usage(f"{resource.name} is listed inside something", "", f"Say where: {example}")
    if parent and not resource.parent:
        raise usage(f"{resource.name} is not inside anything", "", "Leave --in out")
    if parent and resource.parent == "s3.buckets":
        from console.s3.address import parse_parent

        try:
            return str(parse_parent(parent))
        except ValueError as error:
            raise usage(f"{clean(parent, 120)} is no place in S3", clean(error)) from error
    return parent or ""
