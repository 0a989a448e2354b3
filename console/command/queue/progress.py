"""Owns the one line on a terminal that tells how far a command is; must not know what it does."""

from __future__ import annotations

import contextlib
import sys
import time

from console.text.clean import clean, fit

_EVERY = 0.1
"""Seconds between two lines at least."""


class ProgressLine:
    """Writes over itself on standard error, where that is a terminal; nothing anywhere else."""

    def __init__(self) -> None:
        self._shown = False
        self._said_at = 0.0

    def say(self, text: str) -> None:
        """Show ``text`` in place of what was shown, unless something was a moment ago."""
        now = time.monotonic()
        if now - self._said_at < _EVERY or not sys.stderr.isatty():
            return
        self._said_at, self._shown = now, True
        self._write(fit(clean(text), _width()))

    def end(self) -> None:
        """Leave an empty line to write on."""
        if self._shown:
            self._shown = False
            self._write(" " * _width())

    def _write(self, text: str) -> None:
        with contextlib.suppress(OSError, ValueError):
            sys.stderr.write(f"\r{text}\r")
            sys.stderr.flush()


def _width() -> int:
    """Return the cells of a line on standard error, less one: a full line would go on in the next."""
    import os

    try:
        return max(os.get_terminal_size(sys.stderr.fileno()).columns - 1, 1)
    except (OSError, ValueError):
        return 79
