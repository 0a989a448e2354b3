"""Owns what rows are ordered by: one column, with problems first in the type's own order. Knows no lists."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import datetime
from typing import Any

from console.resources.model import SEVERITY, Column, Kind, Missing, ResourceType, Tone, Value

_NO_PROBLEM = 3
_LAST_GROUP = 2 * _NO_PROBLEM + 1

Rank = tuple[int, Any]
"""(group, value): groups come in their order, 0 to 15; inside one, values compare with each other."""


def ranking(resource: ResourceType, column_id: str, descending: bool) -> Callable[[Tone, Value], Rank]:
    """Return what gives a row its rank, by its problem and its value in the column.

    A descending order is an ascending one read backwards.
    """
    column = next((column for column in resource.columns if column.id == column_id), None)
    own = resource.sort == ("-" if descending else "") + column_id

    def group_of(tone: Tone, missing: bool, text: bool) -> int:
        group = 2 * (SEVERITY.get(tone, _NO_PROBLEM) if own else 0) + missing
        return 2 * (_LAST_GROUP - group if descending else group) + text

    of_texts = {tone: group_of(tone, False, True) for tone in Tone}

    def rank(tone: Tone, value: Value) -> Rank:
        if type(value) is str:  # nearly all are, and there are many
            return of_texts[tone], _folded(value)
        missing, text, sorted_by = (False, False, 0) if column is None else _sortable(value, column)
        return group_of(tone, missing, text), sorted_by

    return rank


def _folded(text: str) -> str:
    folded = text.casefold()
    return text if folded == text else folded  # most are equal, and one string is kept instead of two


def _sortable(value: Value, column: Column) -> tuple[bool, bool, Any]:
    """Return (whether it is missing, whether it is a text, what compares with every other of its sort)."""
    if value is None or isinstance(value, Missing):
        return True, False, 0
    if isinstance(value, datetime):
        return False, False, -value.timestamp() if column.kind is Kind.TIME else value.timestamp()
    if isinstance(value, tuple):
        if column.kind is Kind.SPARK:
            return _sortable(next((part for part in reversed(value) if part is not None), None), column)
        return False, True, _folded(", ".join(str(part) for part in value))
    if isinstance(value, int | float):
        return (True, False, 0) if math.isnan(value) else (False, False, value)  # NaN compares with nothing
    return False, True, _folded(value)
