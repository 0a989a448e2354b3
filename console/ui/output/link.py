"""Owns judging the line to the terminal: whether it is slow, and how much may be under way on it at once.

Must not know what is sent. A terminal far away is asked to answer after some of what it was sent; what it has not
answered yet is still on its way, for all that anybody here can see.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping

QUESTION = "\x1b[?2026$p"
"""Asked of every terminal at the start, whether it can show a frame at once; nearly all of them answer."""
LONG_SECONDS = 0.15
"""A round trip from which on a line is slow: a key is then answered later than a person expects."""
PATIENCE_SECONDS = 3.0
"""How long an answer is waited for before the terminal is taken to be one that does not answer."""
_ANSWER = re.compile(rb"\x1b\[\?2026;\d+\$y")
_LONGEST_ANSWER = 12
_ASKED_AFTER = 2000
_UNDER_WAY = 8000
"""Bytes: a quarter of a second on a line of 32 kB/s."""


def is_slow(environment: Mapping[str, str], seconds: float) -> bool:
    """Return whether a session over SSH with such a round trip is on a slow line."""
    return bool(environment.get("SSH_CONNECTION")) and seconds >= LONG_SECONDS


class Answers:
    """Counts the terminal's answers among what it sends, also those that come in two pieces."""

    def __init__(self) -> None:
        self._rest = b""

    def count(self, data: bytes) -> int:
        """Return how many answers ended in ``data``."""
        data = self._rest + data
        found = list(_ANSWER.finditer(data))
        self._rest = data[found[-1].end() if found else 0 :][-_LONGEST_ANSWER:]
        return len(found)


class Pace:
    """How many bytes are under way."""

    def __init__(self) -> None:
        self._asked: deque[int] = deque()
        self._since = 0

    def sent(self, count: int) -> bool:
        """Note that so many bytes were sent; return whether the terminal is to be asked now."""
        self._since += count
        if self._since < _ASKED_AFTER:
            return False
        self._asked.append(self._since)
        self._since = 0
        return True

    def answered(self, count: int) -> None:
        """Note so many answers."""
        for _ in range(min(count, len(self._asked))):
            self._asked.popleft()

    @property
    def full(self) -> bool:
        """Whether no more should be sent before an answer comes."""
        return sum(self._asked) >= _UNDER_WAY
