"""Owns what a person's text names: a type, a list inside something, one resource. Must not know the screen.

Only the text is looked at; whether the resource exists is found out by reading it.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from dataclasses import dataclass

from console.resources.fields import name_of_arn
from console.resources.model import ResourceType
from console.resources.registry import catalogue, find_type, nearest_types
from console.s3.address import parse_parent
from console.text.clean import clean

_INSTANCE = re.compile(r"i-[0-9a-f]{8}(?:[0-9a-f]{9})?")
_QUEUE_URL = re.compile(r"https?://[^/]+/\d{12}/[^/]+/?")
_ARN = re.compile(r"arn:[^:]+:(?P<service>[^:]+):(?P<region>[^:]*):(?P<account>[^:]*):(?P<resource>.+)")
_ARN_TYPES = {
    ("ec2", "instance"): "ec2.instances",
    ("cloudwatch", "alarm"): "cloudwatch.alarms",
    ("iam", "role"): "iam.roles",
    ("sqs", ""): "sqs.queues",
}
"""(service, first word of the resource) → type; an empty word stands for any."""


@dataclass(frozen=True, slots=True)
class Destination:
    """A list, and what is wanted in it. ``text`` names one resource as a person writes it, raw."""

    type: str
    parent: str = ""
    text: str = ""
    filter: str = ""


class UnknownDestination(ValueError):
    """The text names nothing. The message is clean and says what is near."""


def destination(text: str) -> Destination:
    """Return what ``text`` names. Raises ``UnknownDestination``."""
    text = text.strip()
    found = _by_form(text) or _by_type(text)
    if found is None:
        raise UnknownDestination(_unknown(text))
    return found


def completions(text: str, words: Iterable[str] = (), limit: int = 8) -> list[str]:
    """Return what ``text`` may become: types by name and alias, then ``words`` (regions, profiles)."""
    wanted = text.strip().lower()
    names = [name for name, resource in catalogue().items() if _answers(resource, wanted)]
    names.sort(key=lambda name: not name.startswith(wanted))
    others = [word for word in words if wanted and wanted in word.lower()]
    return [*names, *others][:limit]


def _answers(resource: ResourceType, wanted: str) -> bool:
    return wanted in resource.name or any(alias.startswith(wanted) for alias in resource.aliases)


def _by_form(text: str) -> Destination | None:
    if text.startswith("s3://"):
        return _in_bucket(text)
    if text.startswith("arn:"):
        return _by_arn(text)
    if _QUEUE_URL.fullmatch(text):
        return Destination("sqs.queues", text=text)
    if _INSTANCE.fullmatch(text):
        return Destination("ec2.instances", text=text)
    if _is_address(text):
        return Destination("ec2.instances", filter=text)
    return None


def _in_bucket(text: str) -> Destination:
    try:
        place = parse_parent(text)
    except ValueError as error:
        raise UnknownDestination(clean(error)) from error
    folder, slash, name = place.key.rpartition("/")
    return Destination("s3.prefixes", f"{place.bucket}/{folder}{slash}", place.key if name else "")


def _by_arn(text: str) -> Destination | None:
    found = _ARN.fullmatch(text)
    if found is None:
        return None
    if found["service"] == "s3":
        return _in_bucket(f"s3://{found['resource']}") if "/" in found["resource"] else Destination(
            "s3.buckets", text=found["resource"]
        )  # fmt: skip
    word = re.split("[:/]", found["resource"])[0]
    name = _ARN_TYPES.get((found["service"], word)) or _ARN_TYPES.get((found["service"], ""))
    return Destination(name, text=text if name == "sqs.queues" else name_of_arn(text)) if name else None


def _by_type(text: str) -> Destination | None:
    name, _, rest = text.partition(" ")
    resource = find_type(name)
    if resource is None:
        return None
    rest = rest.strip()
    if not resource.parent:
        return Destination(resource.name, filter=rest)
    if not rest:
        return Destination(resource.parent)
    return Destination(resource.name, parent=rest.removeprefix("s3://"))


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _unknown(text: str) -> str:
    near = nearest_types(text.partition(" ")[0])
    hint = f"did you mean {' or '.join(near)}?" if near else "types are listed by: cloudtop types"
    return f"{clean(text, 60) or 'Nothing'} names no type, id, ARN or address: {hint}"
