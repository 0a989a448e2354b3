"""Owns what differs between two messages, line by line and bounded. Must not know which of them is sent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from console.sqs.message import Attribute, Message
from console.sqs.reading import digest, pages_of
from console.text.clean import LINE_LIMIT, clean
from console.text.document import line_text
from console.text.format import number, plural

_LINES = 2_000
"""Lines of a body that are compared; without a bound it takes time of the second power and more."""
_CONTEXT = 3


@dataclass(frozen=True, slots=True)
class Line:
    """One clean line; ``mark`` is ``-`` (only in the one), ``+`` (only in the other), ``=`` (both) or ``…`` (told)."""

    mark: str
    text: str


def difference(one: Message, other: Message) -> tuple[Line, ...]:
    """Return what differs with a few lines around it; nothing for messages that say the same, byte for byte."""
    first, second = _Written.of(one), _Written.of(other)
    lines = list(_shortened(_compared(first.lines, second.lines)))
    changed = any(line.mark in "-+" for line in lines)
    return (*(lines if changed else ()), *_told(one, other, first, second, changed))


@dataclass(frozen=True, slots=True)
class _Written:
    lines: tuple[str, ...]
    more: int
    is_json: bool

    @classmethod
    def of(cls, message: Message) -> _Written:
        pages = pages_of(message.body, _LINES, compared=True)
        named = [_attribute(name, one) for name, one in sorted(message.attributes.items())]
        group = [f"group: {clean(message.group)}"] if message.group else []
        return cls((*group, *named, *map(line_text, pages.lines)), pages.more, pages.is_json)


def _attribute(name: str, one: Attribute) -> str:
    """Return the line of an attribute; a value that is cut has a digest."""
    cut = f" (digest {digest(one.value)})" if len(one.value) > LINE_LIMIT else ""
    return f"attribute {clean(name)} ({clean(one.type)}): {clean(one.value[: LINE_LIMIT + 1])}{cut}"


def _told(one: Message, other: Message, first: _Written, second: _Written, changed: bool) -> Iterator[Line]:
    """Yield what lines do not show: what was not compared, and what reads the same and is not."""
    more = max(first.more, second.more)
    if more and one.body != other.body:
        yield Line("…", f"{plural(more, 'more line')} not compared")
    if changed or (one.body, one.attributes, one.group) == (other.body, other.attributes, other.group):
        return
    if one.body == other.body:
        yield Line("…", "the attributes differ where they are not shown")
        return
    place = next((at for at, (a, b) in enumerate(zip(one.body, other.body, strict=False)) if a != b), None)
    at = min(len(one.body), len(other.body)) if place is None else place
    words = "the same JSON, written differently" if first.is_json and not more else "the bodies differ"
    yield Line("…", f"{words}: from character {number(at + 1)} on")


def _compared(one: Sequence[str], other: Sequence[str]) -> Iterator[Line]:
    """Yield all lines of both. Equal starts and ends are set aside first, as most of a long document is equal."""
    start = _alike(one, other)
    end = _alike(one[start:][::-1], other[start:][::-1])
    yield from (Line("=", text) for text in one[:start])
    yield from _matched(one[start : len(one) - end], other[start : len(other) - end])
    yield from (Line("=", text) for text in one[len(one) - end :])


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


def _matched(one: Sequence[str], other: Sequence[str]) -> Iterator[Line]:
    for kind, a, b, c, d in SequenceMatcher(None, one, other).get_opcodes():
        if kind == "equal":
            yield from (Line("=", text) for text in one[a:b])
        else:
            yield from (Line("-", text) for text in one[a:b])
            yield from (Line("+", text) for text in other[c:d])


def _shortened(lines: Iterator[Line]) -> Iterator[Line]:
    """Yield ``lines`` with only those equal ones that are next to a change."""
    run: list[Line] = []
    begun = False
    for line in lines:
        if line.mark == "=":
            run.append(line)
            continue
        yield from _folded(run, _CONTEXT if begun else 0, _CONTEXT)
        run, begun = [], True
        yield line
    yield from _folded(run, _CONTEXT if begun else 0, 0)


def _folded(run: list[Line], before: int, after: int) -> Iterator[Line]:
    hidden = len(run) - before - after
    if hidden <= 1:
        yield from run
        return
    yield from run[:before]
    yield Line("…", f"{plural(hidden, 'line')} the same")
    yield from run[len(run) - after :]
