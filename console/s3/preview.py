"""Owns the bounded look into an object; must not know the screen. Nothing is decompressed or decoded further."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from console.resources.model import Reader
from console.s3.listing import object_parameters
from console.text.clean import clean, clean_lines
from console.text.faults import AwsError, Fault, FaultKind
from console.text.format import size

LIMIT = 64 * 1024
"""Bytes read."""
_ARCHIVED = ("GLACIER", "DEEP_ARCHIVE")


@dataclass(frozen=True, slots=True)
class Preview:
    """The beginning of an object, as clean lines."""

    lines: tuple[str, ...]
    note: str
    binary: bool


async def preview(reader: Reader, id_: str, parent: str) -> Preview:
    """Return the first ``LIMIT`` bytes of an object. Raises ``AwsError``, also for an archived one."""
    wanted = object_parameters(id_, parent)
    head = await reader.call("s3", "HeadObject", wanted)
    archive = head.get("ArchiveStatus") or (head.get("StorageClass") if head.get("StorageClass") in _ARCHIVED else "")
    if archive and 'ongoing-request="false"' not in (head.get("Restore") or ""):
        raise AwsError(_archived(str(archive)))
    total = int(head.get("ContentLength") or 0)
    if total == 0:
        return Preview((), "The object is empty.", False)
    ranged = {**wanted, "Range": f"bytes=0-{LIMIT - 1}", "IfMatch": str(head.get("ETag") or "")}
    answer = await reader.call("s3", "GetObject", ranged)
    if not head.get("ETag") or answer.get("ETag") != head["ETag"]:
        raise AwsError(_FOREIGN)
    body = bytes(answer["Body"])
    return render(body, total, str(head.get("ContentEncoding") or ""))


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


_FOREIGN = Fault(
    FaultKind.MALFORMED,
    "The object cannot be shown",
    "what came does not carry the entity tag of the object",
    "A proxy or captive portal may be in the way",
)


def _archived(storage_class: str) -> Fault:
    return Fault(
        FaultKind.INVALID,
        "The object cannot be read",
        f"it is archived in {clean(storage_class)}",
        "Restore it first: that takes minutes to hours and is charged",
    )
