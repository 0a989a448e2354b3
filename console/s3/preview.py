"""Owns the bounded look into an object; must not know the screen. Nothing is decompressed or decoded further."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from console.resources.model import Reader
from console.s3.listing import object_parameters
from console.s3.part import beginning, measure
from console.text.clean import clean, clean_lines
from console.text.format import size

LIMIT = 64 * 1024
"""Bytes read."""


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of an object, as clean lines."""

    lines: tuple[str, ...]
    note: str
    binary: bool


async def preview(reader: Reader, id_: str, parent: str) -> Preview:
    """Return the first ``LIMIT`` bytes of an object. Raises ``AwsError``, also for an archived one."""
    measured = await measure(reader, object_parameters(id_, parent))
    if measured.size == 0:
        return Preview((), "The object is empty.", False)
    return render(await beginning(reader, measured, LIMIT), measured.size, measured.encoding)


def render(body: bytes, total: int, encoding: str = "") -> Preview:
    """Return ``body`` as lines: text as text, anything else as a hexadecimal dump."""
    shown = f"{size(len(body))} of {size(total)}" if total > len(body) else size(total)
    if encoding:
        shown += f", sent as {clean(encoding)} and shown undecoded"
    if is_binary(body):
        return Preview(hex_lines(body[:4096]), f"Binary, first {size(min(len(body), 4096))} of {size(total)}.", True)
    return Preview(clean_lines(body), f"{shown}.", False)


def is_binary(body: bytes) -> bool:
    """Return whether ``body`` is not text in UTF-8, a cut last character aside."""
    if b"\0" in body:
        return True
    try:
        codecs.getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        return True
    return False


def hex_lines(body: bytes) -> tuple[str, ...]:
    """Return a hexadecimal dump, 16 bytes a line."""
    return tuple(_hex_line(start, body[start : start + 16]) for start in range(0, len(body), 16))


def _hex_line(start: int, part: bytes) -> str:
    text = "".join(chr(byte) if 32 <= byte < 127 else "·" for byte in part)
    return f"{start:08x}  {part.hex(' '):<47}  {text}"
