"""Owns reading the beginning of an object: measured first, then read in one call. Must not know what it is read for."""

from __future__ import annotations

from dataclasses import dataclass

from console.resources.model import Parameters, Reader
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind

_ARCHIVED = ("GLACIER", "DEEP_ARCHIVE")


@dataclass(frozen=True, slots=True)
class Measured:
    """An object as it is now. ``wanted`` are the parameters that name it."""

    wanted: Parameters
    size: int
    """Bytes."""
    etag: str
    encoding: str
    """Its ``Content-Encoding``; raw."""


async def measure(reader: Reader, wanted: Parameters) -> Measured:
    """Ask for an object's size. Raises ``AwsError``, also for an archived one, which cannot be read."""
    head = await reader.call("s3", "HeadObject", wanted)
    archive = head.get("ArchiveStatus") or (head.get("StorageClass") if head.get("StorageClass") in _ARCHIVED else "")
    if archive and 'ongoing-request="false"' not in (head.get("Restore") or ""):
        raise AwsError(_archived(str(archive)))
    size = int(head.get("ContentLength") or 0)
    return Measured(wanted, size, str(head.get("ETag") or ""), str(head.get("ContentEncoding") or ""))


async def beginning(reader: Reader, measured: Measured, most: int) -> bytes:
    """Return the first ``most`` bytes of an object that is still as it was measured. Raises ``AwsError``."""
    if measured.size == 0:
        return b""
    ranged = {**measured.wanted, "Range": f"bytes=0-{most - 1}", "IfMatch": measured.etag}
    answer = await reader.call("s3", "GetObject", ranged)
    if not measured.etag or answer.get("ETag") != measured.etag:
        raise AwsError(_FOREIGN)
    return bytes(answer["Body"])


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
