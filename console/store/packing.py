"""Owns packing a row into one text and reading it again, here or in another process. Knows no list and no screen.

Rows take a quarter of what they take as objects, are sent as they are kept, and leave the garbage collector nothing
to walk.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any, TypeAlias

from console.resources.model import EarlierCount, Missing, Tone, Value
from console.store.rows import WORDS_KEPT, Row
from console.store.said import haystack, said

Packed: TypeAlias = str
"""A row in the form that only those can read who know the words of the packing that made it."""

BETWEEN = "\x1f"
"""Stands between the parts of a packed row."""
_PLAIN = " "
"""A part that begins with less is no text as it is."""
_WORD, _TEXT, _TIME, _OTHER, _EARLIER = "\x00", "\x01", "\x02", "\x03", "\x04"
BEFORE_VALUES = 3
"""Parts that stand before those of the values."""
_CONTEXT = -1
_FEW = (Missing, bool, type(None))
"""Values of which there are so few that each is a word."""

Context: TypeAlias = tuple[str, str, str | None, Tone]
"""(account, region, what stands before the id in the ARN, problem); None where the ARN does not end in the id."""


class Unpacking:
    """Reads packed rows whose words it knows."""

    def __init__(self) -> None:
        self._meant: dict[str, Any] = {}
        self._said: dict[str, str] = {}
        """What a word says, once that was asked for."""

    def learn(self, words: Mapping[str, Any]) -> None:
        """Take what words mean."""
        self._meant.update(words)

    def known(self) -> dict[str, Any]:
        """Return what words mean."""
        return dict(self._meant)

    def forget(self) -> None:
        """Know no words any more."""
        self._meant.clear()
        self._said.clear()

    def unpack(self, packed: Packed) -> Row:
        """Return the row."""
        id_, context, arn, *values = packed.split(BETWEEN)
        meant = self._meant
        account, region, head, problem = meant[context]
        id_ = id_ if id_ >= _PLAIN else _value(id_)
        arn = _value(arn) if head is None else head + id_
        unpacked = [part if part >= _PLAIN else meant[part] if part in meant else _value(part) for part in values]
        return Row(id_, arn, account, region, tuple(unpacked), problem)

    def problem(self, packed: Packed) -> Tone:
        """Return a packed row's problem."""
        problem: Tone = self._meant[packed.split(BETWEEN, 2)[1]][-1]
        return problem

    def taken_out(self, column: int) -> Callable[[Packed], tuple[Tone, Value]]:
        """Return what gives a packed row's problem and its value in one column, without unpacking the others."""
        place, meant = column + BEFORE_VALUES, self._meant

        def take_out(packed: Packed) -> tuple[Tone, Value]:
            parts = packed.split(BETWEEN, place + 1)
            part = parts[place]
            return meant[parts[1]][-1], part if part >= _PLAIN else self._value(part)

        return take_out

    def different(self, rows: Sequence[Packed]) -> list[list[Value]]:
        """Return the different values of some rows, of each column; there is one row at least."""
        columns = [*zip(*[packed.split(BETWEEN) for packed in rows], strict=True)][BEFORE_VALUES:]
        return [[part if part >= _PLAIN else self._value(part) for part in set(parts)] for parts in columns]

    def text(self, packed: Packed) -> str:
        """Return what a filter's words are looked for in."""
        id_, _, _, *values = packed.split(BETWEEN)
        known = self._said
        parts = [part if part >= _PLAIN else known[part] if part in known else self._says(part) for part in values]
        return haystack(id_ if id_ >= _PLAIN else _value(id_), parts)

    def _value(self, part: str) -> Any:
        return self._meant[part] if part in self._meant else _value(part)

    def _says(self, part: str) -> str:
        if part in self._meant:
            return self._said.setdefault(part, said(self._meant[part]))
        return "" if part.startswith(_TIME) else said(_value(part))  # moments say nothing, and are in every row


class Packing(Unpacking):
    """Packs rows of one list. What many rows say in a column, such as states and zones, is kept once."""

    def __init__(self, before: str = "", words: int = 0) -> None:
        """With ``before`` it goes on where another packing of so many ``words`` ended: rows of both are read alike."""
        super().__init__()
        self.id = before or os.urandom(8).hex()
        """Tells its words from those of any other packing, of another process too."""
        self._first = words
        self._words: defaultdict[int, dict[object, str]] = defaultdict(dict)

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
                parts.append(value if value >= _PLAIN and BETWEEN not in value else _text(value))
            else:
                parts.append(self._part(column, key, value))
        return BETWEEN.join(parts)

    def words(self, known: int = 0) -> dict[str, Any]:
        """Return what words mean, without the first ``known``."""
        return dict(islice(self._meant.items(), known, None))

    def _part(self, column: int, key: object, value: Value) -> str:
        if len(self._words[column]) < WORDS_KEPT or isinstance(value, _FEW):
            return self._word(column, key, value)
        return _written(value)

    def _word(self, column: int, key: object, value: object = None) -> str:
        """Return what stands for a word from now on."""
        word = self._words[column].get(key)
        if word is None:
            word = self._words[column][key] = f"{_WORD}{self._first + len(self._meant):x}"
            self._meant[word] = key if column == _CONTEXT else value
        return word


def id_of(packed: Packed) -> str:
    """Return a packed row's id."""
    part = packed.partition(BETWEEN)[0]
    return part if part >= _PLAIN else str(_value(part))


def _text(text: str) -> str:
    """Return ``text`` as a part; most are one as they are."""
    return text if (text >= _PLAIN or not text) and BETWEEN not in text else _TEXT + json.dumps(text)


def _written(value: Value) -> str:
    """Return a value that is no word as a part."""
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, EarlierCount):
        return f"{_EARLIER}{int(value)}"
    return _TIME + value.isoformat() if isinstance(value, datetime) else _OTHER + json.dumps(value)


def _value(part: str) -> Any:
    """Return the value of a part that is no word."""
    kind = part[:1]
    if kind == _TIME:
        return datetime.fromisoformat(part[1:])
    if kind == _EARLIER:
        return EarlierCount(part[1:])
    if kind in (_TEXT, _OTHER):
        value = json.loads(part[1:])
        return tuple(value) if isinstance(value, list) else value
    return part
