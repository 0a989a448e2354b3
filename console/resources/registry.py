"""Owns the catalogue: every resource type under its name and aliases; must not know what a type declares."""

from __future__ import annotations

import difflib
from functools import cache

from console.resources.model import ResourceType


@cache
def catalogue() -> dict[str, ResourceType]:
    """Return every resource type under its name, in the order of the panes."""
    from console.resources import cloudwatch, ec2, iam, s3, sqs

    services = (ec2.TYPES, s3.TYPES, sqs.TYPES, cloudwatch.TYPES, iam.TYPES)
    return {resource.name: resource for types in services for resource in types}


def find_type(name: str) -> ResourceType | None:
    """Return the type of that name or alias, in any case; None without one."""
    wanted = name.strip().lower()
    return catalogue().get(wanted) or _aliases().get(wanted)


def nearest_types(name: str) -> list[str]:
    """Return up to three type names that ``name`` may have meant."""
    known = {**{name: name for name in catalogue()}, **{alias: r.name for alias, r in _aliases().items()}}
    close = difflib.get_close_matches(name.strip().lower(), known, n=3, cutoff=0.5)
    return list(dict.fromkeys(known[match] for match in close))


@cache
def _aliases() -> dict[str, ResourceType]:
    return {alias: resource for resource in catalogue().values() for alias in resource.aliases}
