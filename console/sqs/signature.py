"""Owns what makes messages alike: the reason they failed where they tell it, or a guess by what they look like.

Must not know AWS calls, counts or widgets.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import jmespath

from console.sqs.message import Attribute, Message
from console.sqs.reading import decode, pointer_of
from console.text.clean import clean

_TITLE = 120
_WORDS = 200
_SHORT = 4
_LOOKED_AT = 64 * 1024
_KEYS = 50
_ERROR_TYPES = (
    "errortype", "exceptiontype", "exceptionclass", "exceptionname", "xexceptionfqcn", "exception", "errorcode",
    "errorname", "error", "failurereason", "deadletterreason",
)  # fmt: skip
_ERROR_MESSAGES = ("errormessage", "exceptionmessage", "xexceptionmessage", "failuremessage")
_TYPES = (
    "type", "eventtype", "messagetype", "detailtype", "kind", "eventname", "typename", "event", "action", "command",
)  # fmt: skip
_SEPARATORS = re.compile(r"[^a-z0-9]")
_VARYING = re.compile(
    r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"  # a UUID
    r"|\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"  # a date, a time
    r"|(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,8}"  # an address
    r"|(?<![A-Za-z0-9])(?:0x)?(?=[a-fA-F]{0,200}\d)[0-9a-fA-F]{6,}(?![A-Za-z0-9])"  # a hexadecimal number
    r"|(?<![A-Za-z0-9])(?=[A-Za-z]{0,200}\d)[A-Za-z0-9]{12,}"  # an id of letters and digits
    r"|\d+(?:[.,:]\d+)*"
)
_BASE64 = re.compile(r"[A-Za-z0-9+/_=-]{40,}\s*")
_BINARY_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Signature:
    """What messages of one group have in common. ``guess`` is whether nothing in them says why they failed."""

    id: str
    """Ten hexadecimal digits, the same in every run."""
    title: str
    why: str
    """What it was made by."""
    guess: bool


@dataclass(frozen=True, slots=True)
class Key:
    """What a user groups by."""

    text: str
    """Clean, as it was written."""
    value_of: Callable[[Message], str | None]


def parse_key(text: str) -> Key:
    """Return the key of ``attribute:NAME``, ``system:NAME`` or a JMESPath. Raises ``ValueError`` in plain words."""
    wanted = text.strip()
    kind, colon, name = wanted.partition(":")
    if not wanted:
        raise ValueError("group by what? attribute:NAME, system:NAME or a JMESPath into the body")
    if colon and kind in ("attribute", "system"):
        if not name.strip():
            raise ValueError(f"{kind}: needs the name of an attribute after the colon")
        return Key(clean(wanted), _named(kind, name.strip()))
    try:
        path = jmespath.compile(wanted)
    except (ValueError, RecursionError) as error:
        reason = clean(str(error).splitlines()[0] if str(error) else "too deep", _WORDS)
        raise ValueError(f"not attribute:NAME, system:NAME or a JMESPath: {reason}") from None
    return Key(clean(wanted), lambda message: _found(path, message.body))


def signature_of(message: Message, by: Key | None = None) -> Signature:
    """Return what ``message`` is grouped by: the user's key, what it says of its failure, or a guess."""
    if by is not None:
        value = by.value_of(message)
        title = f"{by.text}: no value" if value is None else f"{by.text} = {value[:_LOOKED_AT]}"
        return _signature(title, by.text, False, (by.text, "absent" if value is None else "present", value or ""))
    failure = _failure(message.attributes)
    return failure or _guess(message)


def _signature(title: str, why: str, guess: bool, parts: tuple[str, ...]) -> Signature:
    digest = hashlib.sha256()
    for part in (why, *parts):
        encoded = part.encode("utf-8", "surrogatepass")
        digest.update(len(encoded).to_bytes(8, "big") + encoded)
    return Signature(digest.hexdigest()[:10], clean(title, _TITLE), clean(why, _TITLE), guess)


def _named(kind: str, name: str) -> Callable[[Message], str | None]:
    if kind == "system":
        return lambda message: message.system.get(name)
    return lambda message: _text(message.attributes[name]) if name in message.attributes else None


def _found(path: Any, body: str) -> str | None:
    """Return what a JMESPath finds in a body, as text; None where it finds nothing or does not fit."""
    document = _document(body)
    try:
        found = path.search(document)
        if found is None and isinstance(document, dict):  # it may be in JSON inside of a string, as SNS delivers it
            found = path.search({name: _opened(value) for name, value in document.items()})
        return found if found is None or isinstance(found, str) else json.dumps(found, sort_keys=True)
    except (
        ValueError,
        TypeError,
        AttributeError,
        RecursionError,
    ):  # what the library raises for values that do not fit
        return None


def _opened(value: object) -> object:
    holds = isinstance(value, str) and value.lstrip()[:1] in ("{", "[")
    return (_document(str(value)) or value) if holds else value


def _text(one: Attribute) -> str:
    return one.value if isinstance(one.value, str) else one.value.decode("utf-8", "backslashreplace")


def _failure(attributes: Mapping[str, Attribute]) -> Signature | None:
    """Return the signature of a message whose attributes say why it failed."""
    if not attributes:
        return None
    told = {name: _text(one) for name, one in attributes.items()}
    if "ERROR_CODE" in told and not told.keys().isdisjoint({"RULE_ARN", "SCHEDULE_ARN", "TARGET_ARN"}):
        return _event_failure(told)
    if "RequestID" in told and "ErrorCode" in told:
        words = _words(told.get("ErrorMessage", ""))
        title = ": ".join(filter(None, (f"Lambda {told['ErrorCode']}", words.lstrip("# "))))
        return _signature(title, "Lambda ErrorCode", False, (told["ErrorCode"], words))
    names = {_plain(name): name for name in told}
    kind = next((names[one] for one in _ERROR_TYPES if one in names), None)
    message = next((names[one] for one in _ERROR_MESSAGES if one in names), None)
    parts = [_name(told[kind]) if kind else "", _words(told[message]) if message else ""]
    if not any(parts):
        return None
    return _signature(": ".join(filter(None, parts)), f"attribute {kind or message}", False, tuple(parts))


def _event_failure(told: Mapping[str, str]) -> Signature:
    rule = told.get("RULE_ARN") or told.get("SCHEDULE_ARN") or ""
    target, code = told.get("TARGET_ARN", ""), told["ERROR_CODE"]
    words = _words(told.get("ERROR_MESSAGE", ""))
    way = " → ".join(filter(None, (_last(rule), _last(target))))
    title = ": ".join(filter(None, (f"{way} {code}".strip(), words)))
    condition = told.get("EXHAUSTED_RETRY_CONDITION", "")
    return _signature(title, "EventBridge ERROR_CODE", False, (rule, target, code, condition, words))


def _last(arn: str) -> str:
    return arn.rpartition(":")[2].rpartition("/")[2]


def _plain(name: str) -> str:
    return _SEPARATORS.sub("", name.lower())


def _words(text: str) -> str:
    """Return a text with all that is different each time as ``#``, so that texts of one make are the same."""
    return " ".join(_VARYING.sub("#", text[: _WORDS * 10]).split())[:_WORDS]


def _name(text: str) -> str:
    """Return what is the name of a kind: its short numbers belong to it, as in ``E1001`` and ``order.v2``."""
    return " ".join(_VARYING.sub(lambda match: match[0] if len(match[0]) <= _SHORT else "#", text[:_WORDS]).split())


def _guess(message: Message) -> Signature:
    """Return the signature of what a message looks like."""
    pointer = pointer_of(message)
    if pointer:
        return _signature(f"payload in S3, bucket {pointer.bucket}", "S3 pointer", True, (pointer.bucket,))
    document = _document(message.body)
    attribute = _attribute_type(message.attributes)
    looks = _looks(document) if isinstance(document, dict) else None
    by_shape = _shape(document) if isinstance(document, dict | list) else None
    title, why = looks or attribute or by_shape or _text_looks(message)
    return _signature(title, why, True, (title,))


def _document(text: str) -> object:
    """Return a text read as JSON, also where that is a string that holds JSON; None for other text."""
    try:
        found = decode(text).value
        return decode(found).value if isinstance(found, str) else found
    except ValueError:
        return None


def _attribute_type(attributes: Mapping[str, Attribute]) -> tuple[str, str] | None:
    names = {_plain(name): name for name in attributes}
    for one in _TYPES:
        if one in names:
            return _name(_text(attributes[names[one]])), f"attribute {names[one]}"
    return None


Looks = tuple[str, str]
"""(title, why)"""


def _looks(document: Mapping[str, object]) -> Looks | None:
    """Return how the envelope or the type in a JSON object reads."""
    for envelope in (_notification, _destination, _event, _record):
        found = envelope(document)
        if found:
            return found
    return _typed(document)


def _notification(document: Mapping[str, object]) -> Looks | None:
    topic = document.get("TopicArn")
    if not isinstance(topic, str) or "Message" not in document:
        return None
    words = _subject(document)
    return f"SNS {_last(topic)}" + (f": {words}" if words else ""), "SNS topic"


def _subject(document: Mapping[str, object]) -> str:
    """Return what a notification is about: the type in its message, its subject, its shape or its words."""
    text = document["Message"] if isinstance(document["Message"], str) else ""
    inner = _document(text)
    looks = _typed(inner) if isinstance(inner, dict) else None
    subject = document.get("Subject")
    if looks:
        return looks[0]
    if isinstance(subject, str) and subject:
        return _words(subject)
    return _shape(inner)[0] if isinstance(inner, dict | list) else _words(text)


def _destination(document: Mapping[str, object]) -> Looks | None:
    """Read what Lambda sends to the destination for failures."""
    context, answer = document.get("requestContext"), document.get("responsePayload")
    if not isinstance(context, dict) or not isinstance(context.get("condition"), str):
        return None
    parts = [_last(_string(context, "functionArn").removesuffix(":$LATEST")), context["condition"]]
    if isinstance(answer, dict):
        parts += [_words(_string(answer, name)) for name in ("errorType", "errorMessage")]
    return ": ".join(filter(None, parts)), "Lambda destination"


def _event(document: Mapping[str, object]) -> Looks | None:
    kind, source = document.get("detail-type"), document.get("source")
    if not isinstance(kind, str) or not isinstance(source, str):
        return None
    return f"{_name(kind)} from {_name(source)}", "EventBridge detail-type"


def _record(document: Mapping[str, object]) -> Looks | None:
    """Read the events of S3 and of others that write like it."""
    records = document.get("Records")
    first = records[0] if isinstance(records, list) and records else None
    if not isinstance(first, dict) or not isinstance(first.get("eventName"), str):
        return None
    bucket = first.get("s3")
    named = bucket.get("bucket") if isinstance(bucket, dict) else None
    place = _string(named, "name") if isinstance(named, dict) else ""
    source = "S3" if bucket is not None else _words(_string(first, "eventSource")) or "event"
    return f"{source} {_name(first['eventName'])}" + (f" in {place}" if place else ""), f"{source} event"


def _string(document: Mapping[str, object], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) else ""


def _typed(document: Mapping[str, object]) -> Looks | None:
    """Read a field that says what an object is."""
    names = {_plain(name): name for name in list(document)[:_KEYS]}
    for one in ("errortype", *_TYPES):
        value = document.get(names[one]) if one in names else None
        if isinstance(value, dict):
            value = value.get("type") or value.get("name")
        if isinstance(value, str) and value.strip():
            return _name(value), f"field {names[one]}"
    return None


def _shape(document: dict[str, object] | list[object]) -> Looks:
    """Return the keys of an object, or those of the first in a list."""
    if isinstance(document, list):
        first = document[0] if document else None
        return (f"list of {_shape(first)[0]}" if isinstance(first, dict) else f"list of {_kind(first)}"), "JSON shape"
    keys = sorted({_words(name) for name in sorted(document)[:_KEYS]})
    return f"JSON with {', '.join(keys)}" if keys else "empty JSON object", "JSON shape"


def _kind(value: object) -> str:
    names = {
        bool: "true or false",
        int: "numbers",
        float: "numbers",
        str: "texts",
        list: "lists",
        type(None): "nothing",
    }
    return names.get(type(value), "objects")


def _text_looks(message: Message) -> Looks:
    """Read plain text; where it has no words, the group or the queue that the message came from."""
    start = message.body[:_LOOKED_AT]
    opaque = _is_binary(start) or bool(_BASE64.fullmatch(start))
    words = _words(start)
    if not opaque and any(character.isalpha() for character in words):
        return words, "words of the text"
    if message.group:
        return f"group {message.group}", "message group"
    if message.source_arn:
        return f"from {_last(message.source_arn)}", "source queue"
    return ("binary or encoded text" if opaque else words or "empty text"), "text without words"


def _is_binary(text: str) -> bool:
    sample = text[:2_000]
    odd = sum(1 for character in sample if not character.isprintable() and not character.isspace())
    return odd > len(sample) * _BINARY_SHARE
