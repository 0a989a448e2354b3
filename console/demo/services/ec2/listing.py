"""Owns what EC2's lists have in common: filters and pages; must not know what is listed."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, TypeVar

from console.demo.services.ec2 import errors

Thing = TypeVar("Thing")
Values = Mapping[str, Callable[[Thing], Iterable[str]]]
"""Filter name → the values of one thing. ``tag`` stands for ``tag:*`` and gives ``key=value`` texts."""

_FEWEST, _MOST = 5, 1000
_EXCLUDING = {"InstanceIds": "instancesSet", "VolumeIds": "volumeSet"}
"""Parameters that cannot stand beside ``MaxResults``, and how EC2 calls them then."""


def filtered(
    things: Iterable[Thing], filters: Sequence[Mapping[str, Any]] | None, values: Values[Thing]
) -> list[Thing]:
    """Return what passes every filter; ``*`` and ``?`` are wildcards. Raises for a name that EC2 does not know."""
    tests = [_test(str(entry["Name"]), entry.get("Values") or (), values) for entry in filters or ()]
    return [thing for thing in things if all(test(thing) for test in tests)]


def _test(name: str, patterns: Sequence[str], values: Values[Thing]) -> Callable[[Thing], bool]:
    wanted = [pattern.replace("[", "[[]") for pattern in patterns]
    kind, _, key = name.partition(":")
    if key and kind == "tag" and "tag" in values:
        kind, wanted = "tag", [f"{key}={pattern}" for pattern in wanted]
    if kind not in values or (key and kind != "tag"):
        raise errors.invalid(f"The filter '{name}' is invalid")
    read = values[kind]
    return lambda thing: any(fnmatchcase(value, pattern) for value in read(thing) for pattern in wanted)


def page(things: Sequence[Thing], parameters: Mapping[str, Any], name: Callable[[Thing], str]) -> Any:
    """Return one page of ``things`` and the next token, None at the end.

    The token names the last thing seen, so that a list that changes meanwhile is neither repeated nor skipped.
    """
    most = parameters.get("MaxResults")
    for ids, word in _EXCLUDING.items():
        if most is not None and parameters.get(ids):
            raise errors.combination(word, "maxResults")
    if most is not None and not _FEWEST <= most <= _MOST:
        text = f"Value ( {most} ) for parameter maxResults is invalid. Expecting a value between {_FEWEST} and {_MOST}."
        raise errors.invalid(text)
    start = _start(things, parameters.get("NextToken"), name)
    end = start + most if most else len(things)
    found = things[start:end]
    token = base64.b64encode(name(found[-1]).encode()).decode() if found and end < len(things) else None
    return found, token


def _start(things: Sequence[Thing], token: str | None, name: Callable[[Thing], str]) -> int:
    if not token:
        return 0
    try:
        last = base64.b64decode(token, validate=True).decode()
    except ValueError as error:
        raise errors.invalid("Unable to parse pagination token") from error
    places = {name(thing): place for place, thing in enumerate(things)}
    if last not in places:
        raise errors.invalid("Unable to parse pagination token")
    return places[last] + 1


def tag_values(tags: Mapping[str, str]) -> list[str]:
    """Return tags as the filter ``tag`` sees them."""
    return [f"{key}={value}" for key, value in tags.items()]


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Return tags as EC2 sends them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]
