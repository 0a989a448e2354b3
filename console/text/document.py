"""Owns how a clean document reads as lines of YAML or JSON, each piece with its kind. Must not know widgets.

The lines can be pasted back: they are YAML and JSON that parse to the same document.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime

import yaml

from console.text.clean import clean
from console.text.format import iso

Piece = tuple[str, str]
"""(text, kind); kinds are ``key``, ``text``, ``number``, ``mark`` and ``plain``."""
DocumentLine = tuple[Piece, ...]

_INDENT = "  "


def plain_lines(lines: Sequence[str]) -> list[DocumentLine]:
    """Return clean lines as they are."""
    return [((line, "plain"),) for line in lines]


def yaml_lines(document: object) -> list[DocumentLine]:
    """Return a clean document as YAML."""
    return list(_yaml(document, 0, ()))


def json_lines(document: object) -> list[DocumentLine]:
    """Return a clean document as JSON."""
    return list(_json(document, 0, (), ""))


def line_text(line: DocumentLine) -> str:
    """Return a line's text."""
    return "".join(text for text, _ in line)


def _yaml(value: object, depth: int, lead: DocumentLine) -> Iterator[DocumentLine]:
    """Yield the lines of ``value``; the first one starts with ``lead``, which ends where the value begins."""
    if isinstance(value, Mapping) and value:
        yield from _yaml_mapping(value, depth, lead)
    elif isinstance(value, list | tuple) and value:
        yield from _yaml_list(value, depth, lead)
    else:
        yield (*lead, _yaml_scalar(value))


def _yaml_mapping(value: Mapping[object, object], depth: int, lead: DocumentLine) -> Iterator[DocumentLine]:
    inside = bool(lead) and lead[-1] == ("- ", "mark")
    if lead and not inside:
        yield lead
    for number, (key, part) in enumerate(value.items()):
        start = lead if inside and number == 0 else ((_INDENT * depth, "plain"),) if depth else ()
        name: Piece = (f"{_yaml_text(str(key))}:", "key")
        if isinstance(part, Mapping | list | tuple) and part:
            yield from _yaml(part, depth + 1, (*start, name))
        else:
            yield (*start, name, (" ", "plain"), _yaml_scalar(part))


def _yaml_list(value: Sequence[object], depth: int, lead: DocumentLine) -> Iterator[DocumentLine]:
    nested = bool(lead) and lead[-1] == ("- ", "mark")
    if lead and not nested:
        yield lead
        depth -= 1
    for number, part in enumerate(value):
        start = lead if nested and number == 0 else ((_INDENT * depth, "plain"),) if depth else ()
        yield from _yaml(part, depth + 1, (*start, ("- ", "mark")))


def _yaml_scalar(value: object) -> Piece:
    if isinstance(value, bool) or value is None:
        return {True: "true", False: "false", None: "null"}[value], "number"
    if isinstance(value, int | float):
        return _yaml_number(value), "number"
    if isinstance(value, datetime):
        return f'"{iso(value)}"', "text"
    if isinstance(value, Mapping):
        return "{}", "mark"
    if isinstance(value, list | tuple):
        return "[]", "mark"
    return _yaml_text(str(value)), "text"


def _yaml_number(value: float) -> str:
    """Return a number as YAML 1.1 knows it: an exponent needs a point before it, infinity has a name of its own."""
    if not math.isfinite(value):
        return ".nan" if math.isnan(value) else ".inf" if value > 0 else "-.inf"
    digits, exponent, power = json.dumps(value).partition("e")
    return f"{digits}.0e{power}" if exponent and "." not in digits else f"{digits}{exponent}{power}"


def _yaml_text(text: str) -> str:
    """Return a text as YAML reads it back, quoted only where it must be."""
    plain = bool(text) and text == text.strip() and not set(text) & set("#:{}[],&*!|>'\"%@`\\\n\t")
    if plain and not text.startswith(("-", "?", "=", "<", "~", "...")) and _reads_back(text):
        return text
    return json.dumps(text, ensure_ascii=False)


def _reads_back(text: str) -> bool:
    """Whether YAML takes a bare ``text`` for text, and not for a number, a moment or a truth."""
    tag = yaml.SafeLoader.yaml_implicit_resolvers
    resolvers = [*tag.get(text[0], ()), *tag.get(None, ())]
    return not any(expression.match(text) for _, expression in resolvers)


def _json(value: object, depth: int, lead: DocumentLine, tail: str) -> Iterator[DocumentLine]:
    start: DocumentLine = lead or (((_INDENT * depth, "plain"),) if depth else ())
    if isinstance(value, Mapping) and value:
        parts = [(((f"{json.dumps(str(key), ensure_ascii=False)}:", "key"), (" ", "plain")), part)
                 for key, part in value.items()]  # fmt: skip
        yield from _json_block(parts, "{", "}", depth, start, tail)
    elif isinstance(value, list | tuple) and value:
        yield from _json_block([((), part) for part in value], "[", "]", depth, start, tail)
    else:
        yield (*start, _json_scalar(value), (tail, "mark"))


def _json_block(
    parts: Sequence[tuple[DocumentLine, object]], opening: str, closing: str, depth: int, start: DocumentLine, tail: str
) -> Iterator[DocumentLine]:
    yield (*start, (opening, "mark"))
    indent: Piece = (_INDENT * (depth + 1), "plain")
    for number, (name, part) in enumerate(parts, 1):
        yield from _json(part, depth + 1, (indent, *name), "," if number < len(parts) else "")
    yield ((_INDENT * depth, "plain"), (f"{closing}{tail}", "mark"))


def _json_scalar(value: object) -> Piece:
    if isinstance(value, datetime):
        return json.dumps(iso(value)), "text"
    if value is None or isinstance(value, bool | int | float):
        known = not isinstance(value, float) or math.isfinite(value)
        return json.dumps(value if known else str(value)), "number"  # JSON has no word for infinity
    if isinstance(value, Mapping):
        return "{}", "mark"
    if isinstance(value, list | tuple):
        return "[]", "mark"
    return json.dumps(clean(value, 1_000_000), ensure_ascii=False), "text"
