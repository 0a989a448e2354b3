"""Owns keeping the rows of a list in little room: each as one text, unpacked when it is needed. Knows no screen.

Rows take a quarter of what they take as objects, and the garbage collector has nothing to walk.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, MutableMapping
from datetime import datetime
from typing import Any, TypeAlias

from console.resources.model import EarlierCount, Missing, Tone, Value
from console.store.rows import WORDS_KEPT, Row

Packed: TypeAlias = str
"""A row in the form that only the packing that made it can read."""

_BETWEEN = "\x1f"
_PLAIN = " "
"""A part that begins with less is no text as it is."""
_WORD, _TEXT, _TIME, _OTHER, _EARLIER = "\x00", "\x01", "\x02", "\x03", "\x04"
_BEFORE_VALUES = 3
_CONTEXT = -1
_FEW = (Missing, bool, type(None))
"""Values of which there are so few that each is a word."""

Context: TypeAlias = tuple[str, str, str | None, Tone]
"""(account, region, what stands before the id in the ARN, problem); None where the ARN does not end in the id."""


class Packing:
    """Packs rows of one list. What many rows say in a column, such as states and zones, is kept once."""

    def __init__(self) -> None:
        self._words: defaultdict[int, dict[object, str]] = defaultdict(dict)
        self._meant: dict[str, Any] = {}

    def pack(self, row: Row) -> Packed:
        """Return ``row`` packed; the same row gives the same text every time, or else one that means the same."""
        ends = bool(row.id) and row.arn.endswith(row.id)
        context = row.account, row.region, row.arn[: -len(row.id)] if ends else None, row.problem
        parts = [_text(row.id), self._word(_CONTEXT, context), "" if ends else _text(row.arn)]
        for column, value in enumerate(row.values):
            words = self._words[column]
            key = value if type(value) is str else (type(value), value)  # 1, 1.0 and True are equal
            if part := words.get(key):
                parts.append(part)
            elif type(value) is str and len(words) >= WORDS_KEPT:  # nearly all that differ, so it is not called for
                parts.append(value if value >= _PLAIN and _BETWEEN not in value else _text(value))
            else:
                parts.append(self._part(column, key, value))
        return _BETWEEN.join(parts)

    def unpack(self, packed: Packed) -> Row:
        """Return the row."""
        id_, context, arn, *values = packed.split(_BETWEEN)
        meant, value = self._meant, self._value
        account, region, head, problem = meant[context]
        id_ = id_ if id_ >= _PLAIN else value(id_)
        arn = value(arn) if head is None else head + id_
        unpacked = [part if part >= _PLAIN else meant[part] if part in meant else value(part) for part in values]
        return Row(id_, arn, account, region, tuple(unpacked), problem)

    def problem(self, packed: Packed) -> Tone:
        """Return a packed row's problem."""
        problem: Tone = self._meant[packed.split(_BETWEEN, 2)[1]][-1]
        return problem

    def taken_out(self, column: int) -> Callable[[Packed], tuple[Tone, Value]]:
        """Return what gives a packed row's problem and its value in one column, without unpacking the others."""
        place = column + _BEFORE_VALUES

        def take_out(packed: Packed) -> tuple[Tone, Value]:
            parts = packed.split(_BETWEEN, place + 1)
            part = parts[place]
            return self._meant[parts[1]][-1], part if part >= _PLAIN else self._value(part)

        return take_out

    def _part(self, column: int, key: object, value: Value) -> str:
        if len(self._words[column]) < WORDS_KEPT or isinstance(value, _FEW):
            return self._word(column, key, value)
        return _written(value)

    def _word(self, column: int, key: object, value: object = None) -> str:
        """Return what stands for a word from now on."""
        word = self._words[column].get(key)
        if word is None:
            word = self._words[column][key] = f"{_WORD}{len(self._meant):x}"
            self._meant[word] = key if column == _CONTEXT else value
        return word

    def _value(self, part: str) -> Any:
        if part in self._meant:
            return self._meant[part]
        kind = part[:1]
        if kind == _TIME:
            return datetime.fromisoformat(part[1:])
        if kind == _EARLIER:
            return EarlierCount(part[1:])
        if kind in (_TEXT, _OTHER):
            value = json.loads(part[1:])
            return tuple(value) if isinstance(value, list) else value
        return part


def _text(text: str) -> str:
    """Return ``text`` as a part; most are one as they are."""
    return text if (text >= _PLAIN or not text) and _BETWEEN not in text else _TEXT + json.dumps(text)


def _written(value: Value) -> str:
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, EarlierCount):
        return f"{_EARLIER}{int(value)}"
    return _TIME + value.isoformat() if isinstance(value, datetime) else _OTHER + json.dumps(value)


class PackedRows(MutableMapping[str, Row]):
    """Rows by id, each unpacked when it is asked for."""

    def __init__(self) -> None:
        self._packing = Packing()
        self._rows: dict[str, Packed] = {}

    def __getitem__(self, row_id: str) -> Row:
        return self._packing.unpack(self._rows[row_id])

    def get(self, row_id: str, default: Any = None) -> Any:
        """Return a row, or else ``default``."""
        packed = self._rows.get(row_id)
        return default if packed is None else self._packing.unpack(packed)

    def __setitem__(self, row_id: str, row: Row) -> None:
        self._rows[row_id] = self._packing.pack(row)

    def __delitem__(self, row_id: str) -> None:
        del self._rows[row_id]

    def __contains__(self, row_id: object) -> bool:
        return row_id in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)
