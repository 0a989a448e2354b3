"""Owns what of a row a filter's words are looked for in; must not know filters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from console.resources.model import Kind, Missing, Value
from console.store.present import words
from console.text.clean import clean

_SILENT = (Missing, datetime, type(None))


def said(value: Value) -> str:
    """Return a value's words; moments and what is not known say nothing."""
    if type(value) is str:  # nearly all are, and there are many
        return value
    return "" if isinstance(value, _SILENT) else words(value, Kind.TEXT, 0.0)


def haystack(row_id: str, parts: Iterable[str]) -> str:
    """Return everything of a row that a word is looked for in, what its values say and its id; lower case."""
    every = [*parts]
    if row_id not in every:
        every.append(clean(row_id))
    return "\n".join(every).lower()
