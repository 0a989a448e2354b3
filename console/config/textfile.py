"""Owns reading a small text file a person wrote; must not know what it says."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from console.config.errors import Problems

SIZE_LIMIT = 64 * 1024


def read_text(path: Path, problems: Problems) -> str:
    """Return the file's text. Raises ``ConfigError``, ``FileNotFoundError``."""
    return _decode(_read(path, problems), problems)


def _read(path: Path, problems: Problems) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        raise problems.stop(_why(error)) from None
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise problems.stop("it is not a regular file")
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            raw = file.read(SIZE_LIMIT + 1)
    except OSError as error:
        raise problems.stop(_why(error)) from None
    finally:
        os.close(descriptor)
    if len(raw) > SIZE_LIMIT:
        raise problems.stop(f"it is larger than {SIZE_LIMIT // 1024} KiB")
    return raw


def _decode(raw: bytes, problems: Problems) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise problems.stop("it is not UTF-8", raw.count(b"\n", 0, error.start) + 1) from None


def _why(error: Exception) -> str:
    if isinstance(error, PermissionError):
        return "it may not be read"
    return f"it cannot be read: {getattr(error, 'strerror', None) or error}"
