"""Owns the getters that declarations name a value by; must not know which type uses them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from console.resources.model import Item, Missing, ResourceType

_PLAIN_ITEMS = re.compile(r"\w+(\[\])?(\.\w+(\[\])?)*")


@dataclass(frozen=True, slots=True)
class Path:
    """The member at a dotted path of an item; ``None`` where AWS sent none. Contract tests read ``path``."""

    path: str

    def __call__(self, item: Item) -> Any:
        """Return the value; a number in the path is a list's index."""
        value: Any = item
        for part in self.path.split("."):
            if value is None:
                return None
            value = value.get(part) if type(value) is dict else _step(value, part)
        return value


@dataclass(frozen=True, slots=True)
class Tag:
    """The value of one tag in the item's ``Tags`` list; ``None`` without it."""

    key: str
    path: str = "Tags"

    def __call__(self, item: Item) -> Any:
        """Return the tag's value."""
        for tag in item.get(self.path) or ():
            if tag.get("Key") == self.key:
                return tag.get("Value")
        return None


@dataclass(frozen=True, slots=True)
class Mapped:
    """A value made from the member at a path by a pure function; ``None`` stays ``None``."""

    path: str
    make: Callable[[Any], Any]

    def __call__(self, item: Item) -> Any:
        """Return the made value."""
        value = Path(self.path)(item)
        return None if value is None else self.make(value)


@dataclass(frozen=True, slots=True)
class Pending:
    """A column that an enrichment fills in later."""

    path: str = ""

    def __call__(self, _item: Item) -> Any:
        """Return the mark of a value that was not read yet."""
        return Missing.PENDING


def wanted_members(resource: ResourceType) -> tuple[str, ...]:
    """Return the dotted members of a page that a list's rows are made of; empty where only the getters know."""
    getters = (resource.id, *(column.get for column in resource.columns))
    paths = [getattr(getter, "path", None) for getter in getters]
    if None in paths or not _PLAIN_ITEMS.fullmatch(resource.items):
        return ()
    items = resource.items.replace("[]", "")
    members = (".".join(part for part in str(path).split(".") if not part.isdigit()) for path in paths if path)
    return tuple(dict.fromkeys(f"{items}.{member}" for member in members))


def tag_texts(tags: Iterable[Item] | None) -> list[str]:
    """Return a ``Tags`` list as ``key=value`` texts, in AWS's order."""
    return [f"{tag.get('Key', '')}={tag.get('Value', '')}" for tag in tags or ()]


def name_of_arn(arn: str) -> str:
    """Return the name in an ARN: what follows ``type:``, else the last part of a path, else the whole resource."""
    resource = arn.split(":", 5)[-1]
    kind, colon, name = resource.partition(":")
    return name if colon and "/" not in kind else resource.rsplit("/", 1)[-1]


def _step(value: Any, part: str) -> Any:
    if isinstance(value, list):
        index = int(part)
        return value[index] if index < len(value) else None
    return value.get(part)
