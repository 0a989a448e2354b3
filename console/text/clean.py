"""Owns the one door through which foreign data becomes text; must not know where the data comes from or goes.

Everything a terminal or a reader could be misled by is replaced by something visible: ``<ESC>``,
``<U+202E>``. Cleaned text is data for ever after: it holds no control, no direction override, no invisible
character, and is safe to write to a terminal as it is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from rich.cells import cell_len, chop_cells

LINE_LIMIT = 2_000
"""Characters kept of one line; what is longer ends in an ellipsis."""

_NAMED = {
    0: "NUL", 7: "BEL", 8: "BS", 9: "TAB", 10: "LF", 11: "VT", 12: "FF", 13: "CR", 27: "ESC", 127: "DEL",
}  # fmt: skip
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"})
_INVISIBLE = re.compile(
    r"[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]"
)
_COMBINING_LIMIT = 2


def clean(value: object, limit: int = LINE_LIMIT) -> str:
    """Return ``value`` as one line of harmless text of at most ``limit`` characters.

    Bytes are read as UTF-8 with what does not decode shown as ``\\xNN``. ``None`` is the empty string.
    Never raises for a string, bytes or None; another object's own ``str()`` may.
    """
    if value is None:
        return ""
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    if len(text) > limit:
        text = text[: max(limit - 1, 0)] + "…"
    if text.isascii() and text.isprintable():
        return text
    shown = _replace_unsafe(text)  # may be longer: one character becomes several
    return shown if len(shown) <= limit else shown[: max(limit - 1, 0)] + "…"


def clean_lines(value: object, limit: int = LINE_LIMIT) -> tuple[str, ...]:
    """Return ``value`` as clean lines: line feeds split, tabs become four spaces, the rest is cleaned."""
    text = value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
    return tuple(clean(line.removesuffix("\r").replace("\t", "    "), limit) for line in text.split("\n"))


def clean_document(value: object, limit: int = 100_000) -> object:
    """Return a copy of nested mappings and sequences with every key and string cleaned."""
    if isinstance(value, Mapping):
        return {clean(key): clean_document(item, limit) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [clean_document(item, limit) for item in value]
    if isinstance(value, str | bytes):
        return clean(value, limit)
    return value


def clip(text: str, width: int) -> str:
    """Cut cleaned ``text`` to ``width`` terminal cells, ending in an ellipsis where something was cut."""
    if cell_len(text) <= width:
        return text
    if width <= 1:
        return "…"[:width]
    return chop_cells(text, width - 1)[0] + "…"


def fit(text: str, width: int, *, right: bool = False) -> str:
    """Cut or pad cleaned ``text`` to exactly ``width`` cells."""
    text = clip(text, width)
    blank = " " * (width - cell_len(text))
    return blank + text if right else text + blank


def _replace_unsafe(text: str) -> str:
    parts: list[str] = []
    marks = 0
    for character in text:
        category = unicodedata.category(character)
        marks = marks + 1 if category in ("Mn", "Me", "Mc") else 0
        harmless = character == " " or (
            category not in _UNSAFE_CATEGORIES and marks <= _COMBINING_LIMIT and not _INVISIBLE.match(character)
        )
        parts.append(character if harmless else _visible(character))
    return "".join(parts)


def _visible(character: str) -> str:
    code = ord(character)
    return f"<{_NAMED.get(code, f'U+{code:04X}')}>"
