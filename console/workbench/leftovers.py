"""Owns taking away the copies that a killed look left behind. Must not know AWS, nor what is in them.

A process locks each spool as long as it works with it, and that ends with the process, however it ends. What no process
has locked and no journal names was only looked at: its messages are in their queue still. What a job has to do with is
kept, as it may be gone on with or undone.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path

from console.workbench.journal import spool_of
from console.workbench.keeping import open_private_file

YOUNG = 3600.0
"""Seconds for which an empty file is left alone: it is there for a moment before it is locked and begun."""


def take_away(folder: Path) -> int:
    """Remove from ``folder``, the queues' own, the spools that nobody needs any more, and return how many.

    Where a journal cannot be read, it may name any of them, and all are kept. Raises ``OSError``.
    """
    with ExitStack() as stack:
        left = [path for path in sorted((folder / "spool").glob("*.jsonl")) if _locked(path, stack)]
        if not left:
            return 0
        named = _named(folder)  # only now: a job is written down while its spool is locked
        if named is None:
            return 0
        gone = [path for path in left if not _is_needed(path, named)]
        for path in gone:
            path.unlink(missing_ok=True)
        return len(gone)


def _locked(path: Path, stack: ExitStack) -> bool:
    """Return whether a spool is nobody's; it is locked until ``stack`` is left."""
    with suppress(OSError):
        handle = open_private_file(path)
        stack.callback(os.close, handle)
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        found = os.fstat(handle)
        return found.st_size > 0 or time.time() - found.st_mtime > YOUNG
    return False


def _named(folder: Path) -> Sequence[str] | None:
    """Return the names of the spools that jobs have to do with; None where that cannot be known."""
    try:
        return list(_names(folder))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _names(folder: Path) -> Iterator[str]:
    for path in (folder / "jobs").glob("*.jsonl"):
        spool = spool_of(path)
        if spool:
            yield Path(spool).stem


def _is_needed(path: Path, named: Sequence[str]) -> bool:
    """Return whether a job names a spool, or one that was made from it and is called by its name and more."""
    return any(name.startswith(path.stem) for name in named)
