"""Owns having regular expressions compiled when they are first used, not when a library is loaded. Knows no library.

An eighth of the time in which the libraries are loaded goes into patterns, most of which are never looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

_compiled = re.compile
_METHODS = ("match", "search", "fullmatch", "sub", "subn", "split", "findall", "finditer")


class LatePattern:
    """A pattern that is compiled when anything is asked of it, and until then says only that it is one."""

    def __init__(self, pattern: Any, flags: Any) -> None:
        self._given = (pattern, flags)

    @property  # type: ignore[misc]
    def __class__(self) -> type[re.Pattern[Any]]:  # type: ignore[override]  # isinstance believes it, and so re does
        return re.Pattern

    @cached_property
    def _pattern(self) -> re.Pattern[Any]:
        found = _compiled(*self._given)
        vars(self).update((name, getattr(found, name)) for name in _METHODS)  # from now on as quick as its own
        return found

    def __getattr__(self, name: str) -> Any:
        return getattr(self._pattern, name)

    def __eq__(self, other: object) -> bool:
        return self._pattern == (other._pattern if type(other) is LatePattern else other)

    def __hash__(self) -> int:
        return hash(self._pattern)

    def __repr__(self) -> str:
        return repr(self._pattern)

    def __reduce__(self) -> tuple[Any, ...]:
        return _compiled, self._given


@contextmanager
def late_patterns() -> Iterator[None]:
    """Have what is compiled inside compiled late, in every thread."""

    def compile_late(pattern: Any, flags: Any = 0) -> Any:
        return LatePattern(pattern, flags) if isinstance(pattern, str | bytes) else _compiled(pattern, flags)

    re.compile = compile_late
    try:
        yield
    finally:
        re.compile = _compiled
