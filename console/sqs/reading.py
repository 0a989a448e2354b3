"""Owns how one message reads: its decoded body as bounded clean lines, its attributes, times and where its payload is.

Must not know AWS calls, groups or widgets.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

from console.sqs.message import Attribute, Message
from console.text.clean import LINE_LIMIT, clean
from console.text.document import DocumentLine, json_lines, plain_lines
from console.text.format import number, plural

LINES = 2_000
"""Lines of a body that are shown unless told otherwise."""
VALUE_LIMIT = 10_000
"""Characters shown of one string inside of JSON."""
_DECODE_LIMIT = 1024 * 1024
"""Characters of a body that are read as JSON at most."""
_TEXT_LIMIT = 1024 * 1024
"""Characters that are shown of a text, which cost much where all of them are harmful; a message has no more."""
_OFFLOADED_LIMIT = 4 * _DECODE_LIMIT
"""The same of a payload, which was put elsewhere because it is long."""
_DEPTH = 100
_NOTES = 5
_POINTERS = frozenset({
    "software.amazon.payloadoffloading.PayloadS3Pointer", "com.amazon.sqs.javamessaging.MessageS3Pointer",
})  # fmt: skip
_PAYLOAD_SIZES = ("ExtendedPayloadSize", "SQSLargePayloadSize")
_BUCKET = re.compile(r"[A-Za-z0-9._:/-]{3,2048}")
_TRACES = (re.compile(r"1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}"), re.compile(r"(?<=^[0-9a-f]{2}-)[0-9a-f]{32}(?=-)"))
_TRACE_NAMES = frozenset({"awstraceheader", "x-amzn-trace-id", "traceparent"})


@dataclass(frozen=True, slots=True)
class Document:
    """A text read as JSON; ``repeated`` is whether an object has a key twice, of which ``value`` has the last."""

    value: object
    repeated: bool


@dataclass(frozen=True, slots=True)
class S3Pointer:
    """Where a payload is that was too long for a message. ``bucket`` and ``key`` are exact, for a call: not clean."""

    bucket: str
    key: str
    size: int | None
    """Bytes, as the sender told them."""

    @property
    def text(self) -> str:
        """The clean address of the object."""
        return clean(f"s3://{self.bucket}/{self.key}")


@dataclass(frozen=True, slots=True)
class Offloaded:
    """A payload that was read from where its message points; ``told`` says, clean, from where and how much of it."""

    text: str
    told: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One attribute, clean; ``type`` is empty for SQS's own."""

    name: str
    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Pages:
    """The clean lines of a body, ``more`` of which are left out; ``notes`` tell what is not as it was sent."""

    lines: tuple[DocumentLine, ...]
    more: int
    notes: tuple[str, ...]
    is_json: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """One message as it is read. Times are seconds since the epoch; ``size`` is in bytes; ``trace`` may be empty."""

    lines: tuple[DocumentLine, ...]
    """The last one says how many more there are, if any."""
    more: int
    notes: tuple[str, ...]
    is_json: bool
    attributes: tuple[Entry, ...]
    system: tuple[Entry, ...]
    trace: str
    sent_at: float | None
    first_received_at: float | None
    pointer: S3Pointer | None
    size: int
    payload: str = ""
    """From where the lines are, if not from the message itself; empty for its own."""


def read(message: Message, *, limit: int = LINES, as_sent: bool = False, offloaded: Offloaded | None = None) -> Reading:
    """Return how ``message`` reads in at most ``limit`` lines of body and one; ``as_sent`` decodes no JSON.

    ``offloaded`` is shown in place of the body that points to it.
    """
    if as_sent:
        pages = _text_pages(message.body, limit, ())
    elif offloaded:
        pages = pages_of(offloaded.text, limit, most=_OFFLOADED_LIMIT)
    else:
        pages = pages_of(message.body, limit)
    tail = plain_lines([f"… and {plural(pages.more, 'more line')}"]) if pages.more else []
    first = message.system.get("ApproximateFirstReceiveTimestamp", "")
    return Reading(
        lines=(*pages.lines, *tail),
        more=pages.more,
        notes=pages.notes,
        is_json=pages.is_json,
        attributes=_entries(message.attributes),
        system=tuple(Entry(clean(name), "", clean(value)) for name, value in sorted(message.system.items())),
        trace=_trace(message),
        sent_at=message.sent_at,
        first_received_at=int(first) / 1000 if first.isdecimal() and len(first) < 20 else None,
        pointer=pointer_of(message),
        size=message.size,
        payload=offloaded.told if offloaded and not as_sent else "",
    )


def decode(text: str, most: int = _DECODE_LIMIT) -> Document:
    """Return ``text`` read as JSON. Raises ``ValueError`` with plain words for what is not, is too long or too deep."""
    if len(text) > most:
        raise ValueError(f"longer than {most // 1024**2} MiB: not decoded")
    repeated = False

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal repeated
        found = dict(pairs)
        repeated = repeated or len(found) < len(pairs)
        return found

    try:
        return Document(json.loads(text, object_pairs_hook=once), repeated)
    except RecursionError:
        raise ValueError("nested too deeply: not decoded") from None
    except ValueError:  # also a number of too many digits
        raise ValueError("not JSON") from None


def pointer_of(message: Message) -> S3Pointer | None:
    """Return where the payload is, for a body that the extended client library wrote."""
    if len(message.body) > 8_192 or not any(name in message.body for name in _POINTERS):
        return None
    try:
        found = decode(message.body).value
    except ValueError:
        return None
    kind, place = found if isinstance(found, list) and len(found) == 2 else (None, None)
    if not (isinstance(kind, str) and kind in _POINTERS and isinstance(place, dict)):
        return None
    bucket, key = place.get("s3BucketName"), place.get("s3Key")
    if not (isinstance(bucket, str) and isinstance(key, str) and key and _BUCKET.fullmatch(bucket)):
        return None
    return S3Pointer(bucket, key, _payload_size(message))


def pages_of(body: str, limit: int, *, compared: bool = False, most: int = _DECODE_LIMIT) -> Pages:
    """Return a body as JSON where it is, and as lines of text otherwise.

    To be ``compared``, keys are in order, and values that are cut have a digest. What is longer than ``most``
    characters is text.
    """
    try:
        document = decode(body, most)
    except ValueError as error:
        notes = () if str(error) == "not JSON" else (str(error),)
        return _text_pages(body, limit, notes)
    copy = _Copy(limit + 1, compared, repeated=document.repeated)
    shown = copy.of(document.value, 0, "", inside=False)
    total = _count(document.value) + copy.added
    lines = tuple(islice(json_lines(shown), limit))
    return Pages(lines, max(0, total - len(lines)), copy.told(), True)


@dataclass(slots=True)
class _Copy:
    """Makes a clean copy of the first ``left`` values of a document: as many lines of it are whole, but the last."""

    left: int
    compared: bool
    repeated: bool
    added: int = 0
    """Lines that decoded strings take more than the strings would."""
    decoded: dict[str, None] = field(default_factory=dict)
    cut: int = 0
    deep: bool = False

    def of(self, value: object, depth: int, name: str, *, inside: bool) -> object:
        """Return the copy of ``value``, which is called ``name``; ``inside`` of a decoded string none is decoded."""
        self.left -= 1
        if isinstance(value, str):
            return self._text(value, depth, name, inside=inside)
        if not isinstance(value, dict | list) or not value:
            return value
        if depth >= _DEPTH:
            self.deep = True
            return "…"
        if isinstance(value, dict):
            return self._mapping(value, depth, inside=inside)
        return [self.of(part, depth + 1, name, inside=inside) for part in value if self.left > 0]

    def told(self) -> tuple[str, ...]:
        """Return the notes on what the copy shows otherwise than it was sent."""
        notes = [f"{name or 'body'}: JSON inside of a string, decoded" for name in islice(self.decoded, _NOTES)]
        if len(self.decoded) > _NOTES:
            notes.append(f"{plural(len(self.decoded) - _NOTES, 'more string')} decoded")
        if self.cut:
            notes.append(f"{plural(self.cut, 'value')} longer than {number(VALUE_LIMIT)} characters, cut")
        if self.deep:
            notes.append(f"more than {_DEPTH} levels deep: the rest is left out")
        if self.repeated:
            notes.append("an object has a key twice: the last one is shown")
        return tuple(notes)

    def _mapping(self, value: dict[str, object], depth: int, *, inside: bool) -> dict[str, object]:
        found: dict[str, object] = {}
        for key in sorted(value) if self.compared else value:
            if self.left <= 0:
                break
            name = clean(key)
            while name in found:  # two keys that look the same are still two
                name += "′"
            found[name] = self.of(value[key], depth + 1, name, inside=inside)
        return found

    def _text(self, value: str, depth: int, name: str, *, inside: bool) -> object:
        if not inside and value.lstrip()[:1] in ("{", "["):
            try:
                nested = decode(value)
            except ValueError:
                nested = None
            if nested:
                return self._nested(nested, depth, name)
        if len(value) <= VALUE_LIMIT:
            return clean(value, VALUE_LIMIT * 10)
        self.cut += 1
        told = f", digest {digest(value)}" if self.compared else ""
        return f"{clean(value[:VALUE_LIMIT], VALUE_LIMIT * 10)}… ({number(len(value))} characters{told})"

    def _nested(self, nested: Document, depth: int, name: str) -> object:
        self.decoded[name] = None
        self.repeated = self.repeated or nested.repeated
        self.added += _count(nested.value, depth) - 1
        self.left += 1  # the string's own line is the first of the document in it
        return self.of(nested.value, depth, name, inside=True)


def digest(value: str | bytes) -> str:
    """Return eight hexadecimal digits that tell long values apart."""
    exact = value if isinstance(value, bytes) else value.encode("utf-8", "surrogatepass")
    return hashlib.sha256(exact).hexdigest()[:8]


def _count(value: object, depth: int = 0) -> int:
    """Return the lines that ``value`` takes; without recursion, as JSON may be as deep as its parser takes it."""
    total, waiting = 0, [(value, depth)]
    while waiting:
        one, level = waiting.pop()
        if isinstance(one, dict | list) and one and level < _DEPTH:
            total += 2
            parts = one.values() if isinstance(one, dict) else one
            waiting.extend((part, level + 1) for part in parts)
        else:
            total += 1
    return total


def _text_pages(body: str, limit: int, notes: tuple[str, ...]) -> Pages:
    """Return ``body`` as text; a line that is longer than a line may be goes on in the next."""
    total = sum(-(-len(line) // LINE_LIMIT) or 1 for line in _lines(body))
    shown, left = [], _TEXT_LIMIT
    for piece in islice(_pieces(body), limit):
        if left <= 0:
            break
        left -= len(piece)
        shown.append(clean(piece.replace("\t", "    "), LINE_LIMIT * 10))
    return Pages(tuple(plain_lines(shown)), total - len(shown), notes, False)


def _lines(body: str) -> Iterator[str]:
    """Yield line after line: there may be millions of them."""
    start = 0
    while (end := body.find("\n", start)) >= 0:
        yield body[start:end].removesuffix("\r")
        start = end + 1
    yield body[start:].removesuffix("\r")


def _pieces(body: str) -> Iterator[str]:
    for text in _lines(body):
        for start in range(0, max(len(text), 1), LINE_LIMIT):
            yield text[start : start + LINE_LIMIT]


def _entries(attributes: Mapping[str, Attribute]) -> tuple[Entry, ...]:
    shown = ((name, one.type, one.value[: LINE_LIMIT + 1]) for name, one in sorted(attributes.items()))
    return tuple(Entry(clean(name), clean(kind), clean(value)) for name, kind, value in shown)


def _payload_size(message: Message) -> int | None:
    for name in _PAYLOAD_SIZES:
        one = message.attributes.get(name)
        if one and isinstance(one.value, str) and one.value.isdecimal() and len(one.value) < 20:
            return int(one.value)
    return None


def _trace(message: Message) -> str:
    """Return the trace that a message belongs to, by SQS's own word, its attributes or its body, in this order."""
    named: list[tuple[str, object]] = list(message.system.items())
    named += [(name, one.value) for name, one in message.attributes.items()]
    named += _named_in_body(message.body)
    for name, value in named:
        if name.lower() in _TRACE_NAMES:
            told = value if isinstance(value, str) else _value_of(value)
            found = next((match for match in (form.search(told[:500]) for form in _TRACES) if match), None)
            if found:
                return found[0]
    return ""


def _named_in_body(body: str) -> list[tuple[str, object]]:
    """Return the top-level keys of a body with their values, and those one level deeper."""
    lowered = body.lower()
    if not any(name in lowered for name in _TRACE_NAMES):
        return []
    try:
        document = decode(body).value
    except ValueError:
        return []
    if not isinstance(document, dict):
        return []
    inner = [pair for part in document.values() if isinstance(part, dict) for pair in part.items()]
    return [*document.items(), *inner]


def _value_of(value: object) -> str:
    """Return the text of an attribute as SNS and SQS write it into JSON."""
    if isinstance(value, dict):
        value = value.get("Value") or value.get("stringValue") or value.get("StringValue")
    return value if isinstance(value, str) else ""
