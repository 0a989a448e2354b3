"""Owns payloads in S3 that messages point to: measured, read as far as a bound goes, kept beside the spool.

A payload is read because somebody asked for it, knowing what it costs. What a message says of bucket and key was chosen
by whoever sent it. Must not know who asks, nor how it is shown.
"""

from __future__ import annotations

import base64
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from console.resources.model import Reader
from console.s3.part import Measured, beginning, measure
from console.s3.preview import hex_lines, is_binary
from console.sqs.message import Message
from console.sqs.reading import Offloaded, S3Pointer, pointer_of
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind
from console.text.format import size
from console.workbench.keeping import Ledger

LIMIT = 16 * 1024 * 1024
"""Bytes read of one payload."""
_HEXADECIMAL = 4096
"""Bytes shown of one that is no text."""
_PIECE = 1024 * 1024
"""Bytes in one line on the disk."""
_LONGEST_KEY = 1024
_DELETED = "It may have been deleted with the message, or by a lifecycle rule"
_REMEDIES = {
    FaultKind.DENIED: "It takes s3:GetObject, and kms:Decrypt of the object's key; without s3:ListBucket S3 denies "
    "also what is not there",
    FaultKind.NOT_FOUND: _DELETED,
}
_BY_CODE = {
    "400": ("S3 did not take the question", "It says no more than that; also where credentials have ended"),
    "404": ("there is no such object, or no such bucket", _DELETED),
    "301": ("the bucket is in another region", "Open the queue again with that region, or read it with aws s3 cp"),
    "412": ("the object was changed since its size was asked for", "Ask again"),
}
"""HTTP status or error code → (why, what to do); HeadObject answers an error by its status alone."""
_SAME = {"PermanentRedirect": "301", "TemporaryRedirect": "301", "PreconditionFailed": "412"}


@dataclass(frozen=True, slots=True)
class Weight:
    """What reading a payload takes. ``place`` is clean."""

    place: str
    size: int
    """Bytes of all of it."""
    sent: int | None = None
    """Bytes that its sender says it has, where that is said."""

    @property
    def cost(self) -> str:
        """Say it in words."""
        but = f"; its sender says {self.sent:,} B, S3 {self.size:,} B" if self.sent not in (None, self.size) else ""
        if not self.size:
            return f"nothing to read: it is empty{but}"
        cut = f", of which the first {size(LIMIT)} are read" if self.size > LIMIT else ""
        return f"one GetObject, {size(self.size)}{cut}{but}"


@dataclass(frozen=True, slots=True)
class Payload:
    """A payload that was read, exactly. ``place`` is clean; ``total`` are the bytes of all of it."""

    place: str
    body: bytes
    total: int

    @property
    def told(self) -> str:
        """Say how much of it there is, and from where, in one line."""
        if len(self.body) < self.total:
            return f"cut: the first {size(len(self.body))} of {size(self.total)} from {self.place}"
        return f"{size(self.total)} from {self.place}"

    def offloaded(self) -> Offloaded:
        """Return it as text to be read; what is no text in hexadecimal."""
        if is_binary(self.body):
            shown = "\n".join(hex_lines(self.body[:_HEXADECIMAL]))
            return Offloaded(shown, f"binary, its first {size(min(len(self.body), _HEXADECIMAL))} of {self.told}")
        return Offloaded(self.body.decode("utf-8", "ignore"), self.told)  # only a last character may be cut

    def exported(self) -> dict[str, Any]:
        """Return it as plain data, exactly; binary in base64."""
        found: dict[str, Any] = {"from": self.place, "bytes": self.total, "cut": len(self.body) < self.total}
        try:
            return {**found, "text": self.body.decode()}
        except UnicodeDecodeError:
            return {**found, "base64": base64.b64encode(self.body).decode()}


def pointer_in(message: Message) -> S3Pointer:
    """Return where a message's payload is. Raises ``AwsError`` for a message that carries its own."""
    pointer = pointer_of(message)
    if pointer is None:
        raise AwsError(Fault(FaultKind.INVALID, "Nothing was read from S3", "the message does not point there"))
    return pointer


async def weigh(reader: Reader, pointer: S3Pointer) -> tuple[Weight, Measured]:
    """Return what reading a payload takes: asks for the object's size alone. Raises ``AwsError``."""
    place = _place(pointer)
    try:
        _require_a_name(pointer)
        measured = await measure(reader, {"Bucket": pointer.bucket, "Key": pointer.key})
    except AwsError as error:
        raise AwsError(_told(error.fault, place)) from error
    return Weight(place, measured.size, pointer.size), measured


async def fetch(reader: Reader, weight: Weight, measured: Measured) -> Payload:
    """Return what was weighed, the first ``LIMIT`` bytes at most. Raises ``AwsError``."""
    try:
        body = await beginning(reader, measured, LIMIT)
    except AwsError as error:
        raise AwsError(_told(error.fault, weight.place)) from error
    if len(body) < min(measured.size, LIMIT):
        fault = Fault(FaultKind.MALFORMED, "", f"only {size(len(body))} of {size(measured.size)} came", "Ask again")
        raise AwsError(_told(fault, weight.place))
    return Payload(weight.place, body, measured.size)


class Payloads:
    """The payloads that were read for the messages of one spool. On the disk if they fit there, else in memory."""

    def __init__(self, spool: Path) -> None:
        """``spool`` is the spool's file; theirs stands beside it, and is gone when they are closed."""
        self._path = spool.with_name(f"{spool.stem}-payloads.jsonl")
        self._ledger: Ledger | None = None
        self._kept: dict[str, tuple[Payload, list[tuple[int, int]]]] = {}

    def keep(self, message_id: str, payload: Payload) -> None:
        """Keep a payload. Blocks."""
        try:
            self._ledger = self._ledger or Ledger(self._path)
            pieces = range(0, len(payload.body), _PIECE)
            places = [place for at in pieces for place in self._ledger.write([_line(payload.body[at : at + _PIECE])])]
        except OSError:  # a full disk, above all
            self._kept = {id_: kept for id_, kept in self._kept.items() if not kept[0].body}  # one in memory at most
            self._kept[message_id] = payload, []
        else:
            self._kept[message_id] = replace(payload, body=b""), places

    def get(self, message_id: str) -> Payload | None:
        """Return a payload, None where it was not read. Blocks. Raises ``OSError`` and ``ValueError``."""
        payload, places = self._kept.get(message_id, (None, []))
        if payload is None or self._ledger is None or not places:
            return payload
        pieces = (base64.b64decode(self._ledger.read(place)["base64"], validate=True) for place in places)
        return replace(payload, body=b"".join(pieces))

    def close(self) -> None:
        """Let go of them, and of their file."""
        self._kept = {}
        if self._ledger:
            self._ledger.close()
            self._ledger = None
            with suppress(OSError):
                self._path.unlink(missing_ok=True)


def _line(piece: bytes) -> dict[str, Any]:
    return {"base64": base64.b64encode(piece).decode()}


def _place(pointer: S3Pointer) -> str:
    return clean(pointer.text, 300)


def _require_a_name(pointer: S3Pointer) -> None:
    """Raise ``AwsError`` for a key that no object can have."""
    try:
        long = len(pointer.key.encode()) > _LONGEST_KEY
    except UnicodeEncodeError:
        raise AwsError(Fault(FaultKind.INVALID, "", "its key holds half a character, which no key can")) from None
    if long:
        raise AwsError(Fault(FaultKind.INVALID, "", "its key is longer than 1,024 bytes, which no key is"))


def _told(fault: Fault, place: str) -> Fault:
    """Return a fault of S3 as one of the payload."""
    what = f"The payload {place} was not read"
    if words := _BY_CODE.get(_SAME.get(fault.code, fault.code)):
        return replace(fault, what=what, why=words[0], remedy=words[1])
    return replace(fault, what=what, remedy=_REMEDIES.get(fault.kind, fault.remedy))
