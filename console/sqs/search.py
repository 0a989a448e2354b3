"""Owns whether a message says what somebody looks for; must not know where messages are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from console.sqs.message import Message

_ESCAPE = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")


@dataclass(frozen=True, slots=True)
class Needle:
    """Plain words that must all occur, in any order and in any case; no words at all are in every message."""

    words: tuple[str, ...]

    @classmethod
    def compile(cls, text: str) -> Needle:
        """Return the needle of the words in ``text``."""
        return cls(tuple(dict.fromkeys(text.casefold().split())))

    def matches(self, message: Message) -> bool:
        """Whether each word is in the body, in a value of an attribute or in the id."""
        missing = set(self.words)
        for text in _texts(message):
            if not missing:
                break
            folded = text.casefold()
            missing = {word for word in missing if word not in folded}
        return not missing


def _texts(message: Message) -> Iterator[str]:
    yield message.id
    yield message.body
    for one in message.attributes.values():
        yield one.value if isinstance(one.value, str) else one.value.decode("utf-8", "replace")
    if "\\u" in message.body:
        yield _ESCAPE.sub(_plain, message.body)


def _plain(match: re.Match[str]) -> str:
    """Return the characters of JSON escapes; two halves of one character become that character."""
    codes = match[0].split("\\u")[1:]
    units = b"".join(int(code, 16).to_bytes(2, "little") for code in codes)
    return units.decode("utf-16-le", "replace")
