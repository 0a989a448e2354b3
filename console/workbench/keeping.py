"""Owns files of one line per fact that outlive the process and are their user's alone. Must not know the facts."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from console.actions.audit import open_private_directory


class Ledger:
    """A new file of JSON lines that only grows. What ``write`` took is on the disk when it returns."""

    def __init__(self, path: Path) -> None:
        """Make the file; raises ``OSError`` where it is there already, or its folder is not private."""
        self.path = path
        folder = open_private_directory(path.parent)
        try:
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            self._handle = os.open(path.name, flags, 0o600, dir_fd=folder)
            os.fsync(folder)
        finally:
            os.close(folder)
        self.size = 0

    def write(self, lines: Iterable[Mapping[str, Any]], *, durable: bool = True) -> list[tuple[int, int]]:
        """Append ``lines`` and return (offset, length) of each. Raises ``OSError``; half a line is never believed."""
        written = [_line(line) for line in lines]
        data = b"".join(written)
        done = 0
        while done < len(data):
            done += os.write(self._handle, data[done:])
        if durable:
            os.fdatasync(self._handle)
        places = []
        for line in written:
            places.append((self.size, len(line)))
            self.size += len(line)
        return places

    def read(self, place: tuple[int, int]) -> Any:
        """Return the line at (offset, length)."""
        return json.loads(os.pread(self._handle, place[1], place[0]))

    def close(self) -> None:
        """Let go of the file; it stays."""
        os.close(self._handle)


def lines_of(path: Path) -> Iterator[tuple[tuple[int, int], Any]]:
    """Yield ((offset, length), line) of a ledger; a last line that was cut off is left out. Raises ``OSError``."""
    with open(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        offset = 0
        for line in file:
            try:
                yield (offset, len(line)), json.loads(line)
            except ValueError:
                if line.endswith(b"\n"):
                    raise
            offset += len(line)


def _line(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
