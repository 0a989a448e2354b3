"""Owns finding processes that a test run started and did not end; must not know what they are."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path

MARK = "CLOUDTOP_TEST_RUN"
_GRACE_SECONDS = 5.0


def mark_this_run() -> str:
    """Put a mark into the environment that every process started from now on inherits."""
    os.environ[MARK] = mark = uuid.uuid4().hex
    return mark


def left_behind(mark: str, grace: float = _GRACE_SECONDS) -> list[str]:
    """Return ``pid command`` of each marked process that still runs after ``grace`` seconds.

    Orphans count too. Where there is no /proc (macOS) nothing can be found and the list is empty.
    """
    until = time.monotonic() + grace
    while (found := _marked(f"{MARK}={mark}".encode())) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def _marked(entry: bytes) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if int(folder.name) == os.getpid() or entry not in (folder / "environ").read_bytes().split(b"\0"):
                continue
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
        except OSError:  # it has ended meanwhile, or is another user's
            continue
        if "multiprocessing.resource_tracker" not in command:  # the interpreter's own; ends with it
            found.append(f"{folder.name} {command}")
    return found
