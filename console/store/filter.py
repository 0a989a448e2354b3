"""Owns the language of filters: words, ``column=value``, ``!=``, ``~``, ``>``, ``<``, ``-word``. Knows no widgets."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from console.resources.model import Column, Kind, Missing, ResourceType, Value
from console.store.present import words
from console.store.rows import Row
from console.store.said import haystack, said
from console.text.clean import clean

Test = Callable[[Row, float], bool]
"""(row, now) → whether the row stays."""

_TERM = re.compile(r"([A-Za-z_][A-Za-z0-9_ ]*?)(!=|>=|<=|=|~|>|<)(.*)", re.DOTALL)
_NUMBER = re.compile(r"(-?[0-9][0-9_,]*(?:\.[0-9]+)?)\s*([A-Za-z%]*)")
_UNITS = {
    "": 1, "%": 1, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800,
    "b": 1, "k": 1e3, "kb": 1e3, "kib": 2**10, "mb": 1e6, "mib": 2**20, "g": 1e9, "gb": 1e9, "gib": 2**30,
    "t": 1e12, "tb": 1e12, "tib": 2**40,
}  # fmt: skip


class FilterInvalid(ValueError):
    """A filter that cannot be used. The message is clean."""


@dataclass(frozen=True, slots=True)
class Filter:
    """A compiled filter; all of it must hold."""

    text: str
    words: tuple[str, ...] = ()
    """What a row must say, lower case."""
    unwanted: tuple[str, ...] = ()
    """What it must not say."""
    tests: tuple[Test, ...] = ()

    def __bool__(self) -> bool:
        """Return whether it keeps anything back."""
        return bool(self.words or self.unwanted or self.tests)

    def __call__(self, row: Row, now: float) -> bool:
        """Return whether ``row`` stays."""
        if self.words or self.unwanted:
            text = haystack(row.id, map(said, row.values))
            if any(word not in text for word in self.words) or any(word in text for word in self.unwanted):
                return False
        return all(test(row, now) for test in self.tests)

    def narrows(self, wider: Filter) -> bool:
        """Return whether every row that stays here surely stays in ``wider``; what time decides is never sure."""
        return (
            not wider.tests
            and all(any(word in longer for longer in self.words) for word in wider.words)
            and set(wider.unwanted) <= set(self.unwanted)
        )


def compile_filter(resource: ResourceType, text: str) -> Filter:
    """Return the filter that ``text`` describes. Raises ``FilterInvalid``."""
    wanted: list[str] = []
    unwanted: list[str] = []
    tests: list[Test] = []
    for term in text.split():
        found = _TERM.fullmatch(term)
        if found:
            tests.append(_compared(*_column(resource, found[1]), found[2], found[3]))
        elif term.startswith("-") and len(term) > 1:
            unwanted.append(term[1:].lower())
        else:
            wanted.append(term.lower())
    return Filter(text, tuple(wanted), tuple(unwanted), tuple(tests))


def _column(resource: ResourceType, name: str) -> tuple[int, Column]:
    wanted = name.strip().lower().replace(" ", "_")
    titled = {column.title.lower().replace(" ", "_"): index for index, column in enumerate(resource.columns)}
    ids = {column.id: index for index, column in enumerate(resource.columns)}
    index = ids.get(wanted, titled.get(wanted))
    if index is None:
        raise FilterInvalid(f"there is no column {clean(name, 30)}: {', '.join(ids)}")
    return index, resource.columns[index]


def _compared(index: int, column: Column, sign: str, text: str) -> Test:
    if sign in ("=", "!="):
        return _equal(index, column, text.lower(), sign == "=")
    if sign == "~":
        wanted = text.lower()
        return lambda row, now: wanted in _said(row.values[index], column, now)
    limit = _number(text, column)
    return lambda row, now: _holds(_measure(row.values[index], column, now), sign, limit)


def _equal(index: int, column: Column, wanted: str, expected: bool) -> Test:
    def test(row: Row, now: float) -> bool:
        value = row.values[index]
        if isinstance(value, Missing):
            return False  # what is not known is neither equal nor different
        parts = value if isinstance(value, tuple) and column.kind is not Kind.SPARK else (value,)
        said = {_said(part, column, now) for part in parts} | {_said(value, column, now)}
        return (wanted in said) is expected

    return test


def _said(value: Value, column: Column, now: float) -> str:
    if value is None or isinstance(value, Missing):
        return ""
    return words(value, column.kind, now).lower()


def _measure(value: Value, column: Column, now: float) -> float | None:
    if isinstance(value, datetime):
        return now - value.timestamp()
    if isinstance(value, tuple):
        known = [part for part in value if isinstance(part, int | float)]
        return known[-1] if known and column.kind is Kind.SPARK else float(len(value))
    return float(value) if isinstance(value, int | float) else None


def _holds(value: float | None, sign: str, limit: float) -> bool:
    if value is None:
        return False
    return {">": value > limit, "<": value < limit, ">=": value >= limit, "<=": value <= limit}[sign]


def _number(text: str, column: Column) -> float:
    found = _NUMBER.fullmatch(text.strip())
    unit = found[2].lower() if found else ""
    if unit == "m" and column.kind not in (Kind.TIME, Kind.DURATION):
        unit = "mb"  # of bytes and counts m is a million, of time a minute
    if found is None or unit not in _UNITS:
        raise FilterInvalid(f"{clean(text, 30) or 'nothing'} is no number such as 80, 5m or 2GiB")
    return float(found[1].replace(",", "").replace("_", "")) * _UNITS[unit]
