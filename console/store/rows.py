"""Owns rows: what one is, and making one of a response's item; must not know AWS or the screen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from console.resources.model import (
    Column,
    Item,
    Missing,
    ResourceType,
    Tone,
    Value,
    Values,
)
from console.scope.model import Scope
from console.text.clean import clean

Door = Callable[[object], str]

WORDS_KEPT = 500
"""Words of one column of which one copy is kept; what is different in every row is soon more than that."""


@dataclass(frozen=True, slots=True)
class Row:
    """One resource in a list.

    ``id`` is its raw identity for calls and copies and is never painted; ``values`` are clean and in the
    order of the type's columns.
    """

    id: str
    arn: str
    account: str
    region: str
    values: tuple[Value, ...]
    problem: Tone = Tone.NONE


class Words:
    """One copy of each of the words that many rows say in a column, such as states and zones."""

    def __init__(self) -> None:
        self._kept: defaultdict[int, dict[str, str]] = defaultdict(dict)

    def through(self, door: Door, index: int, text: str) -> str:
        """Return ``text`` as it comes through ``door``, always the same one; a word that is kept has done so before."""
        kept = self._kept[index]
        found = kept.get(text)
        if found is None:
            found = door(text)
            if len(kept) < WORDS_KEPT:
                kept[text] = found
        return found


def project(resource: ResourceType, item: Item, scope: Scope, door: Door = clean, words: Words | None = None) -> Row:
    """Return the row of a response's ``item``; every string in its values passes ``door``.

    A getter that fails yields an unknown value, never a missing row.
    """
    values = tuple([_value(column, item, door, words, index) for index, column in enumerate(resource.columns)])
    return Row(
        id=str(resource.id(item)),
        arn=resource.arn(item, scope),
        account=scope.account,
        region=resource.region(item, scope),
        values=values,
        problem=_problem(resource, values),
    )


def overlay(resource: ResourceType, row: Row, extra: Values, door: Door = clean) -> Row:
    """Return ``row`` with ``extra`` values laid over its own."""
    values = tuple(
        [
            tidy(extra[column.id], door) if column.id in extra else value
            for column, value in zip(resource.columns, row.values, strict=True)
        ]
    )
    return _with(row, resource, values)


def carried_over(resource: ResourceType, row: Row, before: Row) -> Row:
    """Return ``row``, read again, with what was filled in ``before`` where this reading leaves it to be filled in."""
    values = tuple([old if new is Missing.PENDING else new for new, old in zip(row.values, before.values, strict=True)])
    return row if values == row.values else _with(row, resource, values)


def named(resource: ResourceType, values: Iterable[Value]) -> dict[str, Value]:
    """Return a row's values under their column ids."""
    return {column.id: value for column, value in zip(resource.columns, values, strict=True)}


_PLAIN = (bool, int, float, datetime, Missing)


def tidy(value: object, door: Door = clean) -> Value:
    """Return ``value`` as a row value: strings through ``door``, lists as tuples of them."""
    if type(value) is str:  # what most are
        return door(value)
    if value is None or isinstance(value, _PLAIN):
        return value
    if isinstance(value, list | tuple):
        return tuple(part if part is None or isinstance(part, int | float) else door(part) for part in value)
    return door(value)


def _with(row: Row, resource: ResourceType, values: tuple[Value, ...]) -> Row:
    return Row(row.id, row.arn, row.account, row.region, values, _problem(resource, values))


def _problem(resource: ResourceType, values: tuple[Value, ...]) -> Tone:
    """Return how bad a row is; what its declaration cannot judge is unknown."""
    try:
        return resource.problem(named(resource, values))
    except Exception:  # a declaration's own function; a row is never lost to it
        return Tone.UNKNOWN


def _value(column: Column, item: Item, door: Door, words: Words | None, index: int) -> Value:
    try:
        value = column.get(item)
        return words.through(door, index, value) if words and type(value) is str else tidy(value, door)
    except (KeyError, TypeError, ValueError, AttributeError, IndexError):
        return Missing.UNKNOWN
