"""Owns what may be written down of a value: clean, bounded, without secrets; must not know where it is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from console.text.clean import clean

TEXT_LIMIT = 1_000
NOT_KEPT = "(not kept)"

_TELLTALES = "password|passwd|secret|token|signature|credential|awsaccesskeyid|api[-_]?key"
_NAMES = re.compile(rf"(?i){_TELLTALES}|userdata|body|content$|policydocument")
_TEXTS = re.compile(
    rf"""(?ix)
      ( (?<! [\w-] ) (?= [\w-]*? (?:{_TELLTALES}) ) [\w-]++ ["']? \s*+ (?: = | %3d | :\s ) \s*+ ["']? ) [^\s&"',;]+
    | ( \bbearer\s+ ) [\w.~+/=-]{{8,}}
    | ( :// [^\s/:@]* : ) [^\s/@]+ (?= @ )
    | \b eyJ[\w-]{{8,}}+ \. [\w-]++ \. [\w-]*
    """
)
"""``name=value`` and ``name: value`` of a secret name, a bearer token, a password in an address, a signed token."""


def recordable(value: Any, name: str = "") -> Any:
    """Return parameters as they may be kept: clean, bounded, without secrets, contents or signatures."""
    if isinstance(value, Mapping):
        return {clean(key, 200): recordable(part, str(key)) for key, part in value.items()}
    if isinstance(value, bool | int | float) or value is None:
        return value
    if _NAMES.search(name):
        return NOT_KEPT
    if isinstance(value, list | tuple):
        return [recordable(part, name) for part in value]
    return f"({len(value):,} bytes, not kept)" if isinstance(value, bytes) else redacted(value)


def redacted(value: object) -> str:
    """Return a free text, such as a reason or an error, clean and with every secret in it masked."""
    return _TEXTS.sub(lambda match: f"{_label(match)}{NOT_KEPT}", clean(value, TEXT_LIMIT))


def _label(match: re.Match[str]) -> str:
    return next((part for part in match.groups() if part), "")
