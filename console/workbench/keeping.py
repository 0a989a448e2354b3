"""Owns files of one line per fact that outlive the process and are their user's alone. Must not know the facts."""

from __future__ import annotations

import fcntl
import json
import os
import stat
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from console.actions.audit import open_private_directory
from console.text.clean import clean


class Ledger:
    """A new file of JSON lines that only grows. What ``write`` took is on the disk when it returns.

    Any thread may use it. As long as it is open it is locked, which ends with the process however that ends.
    """

    def __init__(self, path: Path) -> None:
        """Make the file; raises ``OSError`` where it is there already, or its folder is not private."""
        self.path = path
        folder = open_private_directory(path.parent)
        try:
            flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            self._handle = os.open(path.name, flags, 0o600, dir_fd=folder)
            fcntl.flock(self._handle, fcntl.LOCK_EX)
            os.fsync(folder)
        finally:
            os.close(folder)
        self.size = 0
        self._writing = threading.Lock()
        self._torn = False

    def write(self, lines: Iterable[Mapping[str, Any]]) -> list[tuple[int, int]]:
        """Append ``lines`` and return (offset, length) of each. Raises ``OSError``; then none of them was taken."""
        written = [_line(line) for line in lines]
        with self._writing:
            self._append(b"".join(written))
            places = []
            for line in written:
                places.append((self.size, len(line)))
                self.size += len(line)
        return places

    def _append(self, data: bytes) -> None:
        if self._torn:
            raise OSError("an earlier line was cut off, and nothing can be added after it")
        done = 0
        try:
            while done < len(data):
                done += os.write(self._handle, data[done:])
            os.fdatasync(self._handle)
        except BaseException:  # what follows half a line could not be read
            self._torn = True
            os.ftruncate(self._handle, self.size)
            self._torn = False
            raise

    def read(self, place: tuple[int, int]) -> Any:
        """Return the line at (offset, length)."""
        return json.loads(os.pread(self._handle, place[1], place[0]))

    def close(self) -> None:
        """Let go of the file; it stays."""
        os.close(self._handle)


def lines_of(path: Path) -> Iterator[tuple[tuple[int, int], Any]]:
    """Yield ((offset, length), line) of a ledger; a last line that was cut off is left out.

    Raises ``OSError``, also for a file that others can write, and ``ValueError`` for one that is no ledger.
    """
    with open(open_private_file(path), "rb") as file:
        offset = 0
        for line in file:
            try:
                yield (offset, len(line)), json.loads(line)
            except ValueError:
                if line.endswith(b"\n"):
                    raise
            offset += len(line)


def is_open(path: Path) -> bool:
    """Return whether a process still has a ledger open to write to it. Raises ``OSError``."""
    handle = open_private_file(path)
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False


def open_private_file(path: Path) -> int:
    """Return a descriptor to read a file by. Raises ``OSError`` where someone else could have written it."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK)
    found = os.fstat(handle)
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & (stat.S_IWGRP | stat.S_IWOTH):
        os.close(handle)
        raise PermissionError(f"{clean(path)} is not a file that only you can write")
    return handle


def open_new_file(path: Path) -> int:
    """Return a descriptor to write a file by that was not there before and that only its owner can read.

    Raises ``OSError``, also where something is there already.
    """
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)


def _line(values: Mapping[str, Any]) -> bytes:
    return json.dumps(values, ensure_ascii=True, separators=(",", ":")).encode() + b"\n"
