"""Owns reading files of plain ``key: value`` lines, which themes are, without a YAML parser. Must not know the keys.

Importing and running one takes longer than everything else before the first picture.
"""

from __future__ import annotations

import re

_LINE = re.compile(
    r"(?P<key>[a-z][a-z_-]*):[ ]+"
    r'(?:"(?P<quoted>[^"\\]*)"|(?P<bare>[A-Za-z][A-Za-z0-9_-]*))'
    r"[ ]*(?:[ ]\#.*)?"
)


def read_plain(text: str) -> dict[str, str] | None:
    """Return the keys and values of ``text``; None where anything in it is more than a plain line."""
    found: dict[str, str] = {}
    for line in text.splitlines():
        if not line.isprintable():
            return None
        if not line.strip() or line.startswith("#"):
            continue
        part = _LINE.fullmatch(line)
        if part is None or part["key"] in found:
            return None
        found[part["key"]] = part["bare"] if part["quoted"] is None else part["quoted"]
    return found
