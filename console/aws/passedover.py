"""Owns leaving out of a page what nothing is wanted of, before anybody reads it; must not know what a page means.

Two thirds of what EC2 says of an instance are elements that a list does not show. To find where one ends takes a
fraction of what walking through it takes. A page in which such an element is not what it seems comes out malformed,
never different, because one end too many is left.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

Opening = re.Pattern[bytes]


def opening(names: Collection[str]) -> Opening | None:
    """Return what finds the beginning of any element of ``names``, none of which has its like inside; None for none."""
    if not names:
        return None
    return re.compile(b"<(" + b"|".join(re.escape(name.encode()) for name in sorted(names)) + b")>")


def pieces(body: bytes, left_out: Opening | None, size: int) -> Iterator[bytes]:
    """Yield ``body`` without what ``left_out`` begins, in pieces of about ``size`` bytes."""
    at, parts, held = 0, list[bytes](), 0
    if left_out and _is_plain(body):
        while (found := left_out.search(body, at)) and (end := _end(body, found)):
            parts.append(body[at : found.start()])
            held, at = held + found.start() - at, end
            if held >= size:
                yield b"".join(parts)
                parts, held = [], 0
    yield b"".join([*parts, body[at : at + size]])
    for start in range(at + size, len(body), size):
        yield body[start : start + size]


def _end(body: bytes, found: re.Match[bytes]) -> int:
    """Return where the element that begins with ``found`` is over; 0 where it never is."""
    closing = b"</%b>" % found[1]
    at = body.find(closing, found.end())
    return at + len(closing) if at >= 0 else 0


def _is_plain(body: bytes) -> bool:
    """Return whether every ``<`` begins an element: there are no comments, and no text that is not to be read."""
    return b"<!" not in body and body.find(b"<?", 1) < 0
