"""Owns making dataclasses in half the time, with methods that do the same; must not know any class.

The standard library writes and compiles six functions for each frozen dataclass, before the first picture for forty
and before the first row for a hundred of them. Five need no text of their own: what differs is the names of fields.
"""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

WRITTEN_FOR = ((3, 11), (3, 12))
"""Versions of Python whose ``dataclasses`` has the functions that are replaced; another one keeps its own."""

Key = Callable[[Any], tuple[Any, ...]]


def make_dataclasses_quickly() -> None:
    """Have every dataclass made from now on made quickly. Importing this module does so."""
    if sys.version_info[:2] in WRITTEN_FOR:
        for function in (_repr_fn, _frozen_get_del_attr, _cmp_fn, _hash_fn):
            setattr(dataclasses, function.__name__, function)


def _key(names: Sequence[str]) -> Key:
    """Return what gives an object's fields as a tuple."""
    if not names:
        return lambda _: ()
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda self: (get(self),)


def _repr_fn(fields: Sequence[Any], globals: Any) -> Any:
    names = [field.name for field in fields]

    def __repr__(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join(f'{name}={getattr(self, name)!r}' for name in names)})"

    return dataclasses._recursive_repr(__repr__)  # type: ignore[attr-defined]


def _frozen_get_del_attr(cls: Any, fields: Sequence[Any], globals: Any) -> tuple[Any, Any]:
    names = {field.name for field in fields}

    def __setattr__(self: Any, name: str, value: Any) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")
        super(cls, self).__setattr__(name, value)

    def __delattr__(self: Any, name: str) -> None:
        if type(self) is cls or name in names:
            raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")
        super(cls, self).__delattr__(name)

    return __setattr__, __delattr__


def _cmp_fn(name: str, op: str, self_tuple: str, other_tuple: str, globals: Any) -> Any:
    if op != "==":
        return _written_out(name, op, self_tuple, other_tuple, globals)
    key = _key([part.partition(".")[2] for part in self_tuple.strip("()").split(",") if part])

    def __eq__(self: Any, other: Any) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    return __eq__


def _hash_fn(fields: Sequence[Any], globals: Any) -> Any:
    key = _key([field.name for field in fields])

    def __hash__(self: Any) -> int:
        return hash(key(self))

    return __hash__


_written_out: Callable[..., Any] = getattr(dataclasses, "_cmp_fn", None)  # type: ignore[assignment]

make_dataclasses_quickly()
