"""Owns seeing, after the fact, when a screen showed what: bytes with their moments go through a terminal emulator."""

from __future__ import annotations

from collections.abc import Callable

import pyte

from tests.bench.pty import Pty
from tests.support.terminal import Sequences, _Screen

Lines = list[str]


class Screen:
    """Follows what a program writes; ``moment`` is that of the last bytes it was fed."""

    def __init__(self, program: Pty) -> None:
        self._program = program
        self._screen = _Screen(*program.size)
        self._stream = pyte.ByteStream(self._screen)
        self._sequences = Sequences()
        self._at = 0
        self.moment = program.started

    def lines(self) -> Lines:
        """Return the screen with everything the program has written so far."""
        while self._at < len(self._program.chunks):
            self._feed()
        return self.shown()

    def shown(self) -> Lines:
        """Return the screen as far as it was fed."""
        return [line.rstrip() for line in self._screen.display]

    def wait(self, condition: Callable[[str], object], seconds: float = 60) -> float:
        """Read until ``condition`` holds of the screen's text; return the moment of the bytes that made it so."""
        found: list[float] = []

        def holds() -> bool:
            while self._at < len(self._program.chunks) and not found:
                self._feed()
                if condition("\n".join(self.shown())):
                    found.append(self.moment)
            return bool(found)

        if condition("\n".join(self.shown())):
            return self.moment
        self._program.until(holds, seconds)
        return found[0]

    def settled(self, look: Callable[[Lines], Lines] = list) -> float:
        """Feed what is left; return the moment since which what ``look`` picks of the screen is as it is now."""
        seen = [(self.moment, look(self.shown()))]
        while self._at < len(self._program.chunks):
            self._feed()
            seen.append((self.moment, look(self.shown())))
        last = seen[-1][1]
        moment = seen[-1][0]
        for at, picked in reversed(seen):
            if picked != last:
                break
            moment = at
        return moment

    def _feed(self) -> None:
        self.moment, data = self._program.chunks[self._at]
        self._stream.feed(self._sequences.filter(data))
        self._at += 1
