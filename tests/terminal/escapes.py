"""Owns what cloudtop may write to a terminal while it runs; anything else came from outside. Must not know screens."""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterable

BEGINNING = b"\x1b[?7l\x1b[?1000h\x1b[?1003h\x1b[?1015h\x1b[?1006h"
"""The last of what sets the terminal up; then come pictures."""
_OURS = re.compile(
    rb"\x1b\[[0-9;]*m"  # colours
    rb"|\x1b\[[0-9]*(?:;[0-9]+)?H|\x1b\[[0-9]*[A-DG]|\x08"  # a position
    rb"|\x1b\[[0-9]*[KX]|\x1b\[J"  # erasing
    rb"|\x1b\[[0-9]*[LM]|\x1b\[(?:[0-9]+;[0-9]+)?r"  # moving lines
    rb"|\x1b\[\?2026[hl]"  # one picture
    rb"|\x1b\[\?25[hl]"  # the cursor
    rb"|\x1b\]22;[a-z-]+\x07"  # the mouse's shape
)
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def after_start(raw: bytes) -> bytes:
    """Return what was written since the first picture. Raises ``ValueError`` when there was none."""
    return raw[raw.index(BEGINNING) + len(BEGINNING) :]


def clipboard(text: str) -> bytes:
    """Return the bytes that put ``text`` on the terminal's clipboard."""
    return b"\x1b]52;c;" + base64.b64encode(text.encode()) + b"\x07"


_UNFINISHED = re.compile(rb"\x1b(?:\[[0-9;?]*)?\Z")
"""The beginning of a sequence that is still being written."""


def foreign(written: bytes, copied: Iterable[str] = ()) -> list[str]:
    """Return what is not ours, each with what is around it: sequences, controls, C1, bidi, invisible characters.

    ``copied`` are the texts that the operator copied. Raises ``UnicodeDecodeError``.
    """
    rest = _OURS.sub(b"", _UNFINISHED.sub(b"", written))
    for text in copied:
        rest = rest.replace(clipboard(text), b"")
    shown = rest.decode()
    return [
        ascii(shown[max(0, at - 30) : at + 30])
        for at, character in enumerate(shown)
        if unicodedata.category(character) in _UNSAFE and character not in "\r\n"
    ]
