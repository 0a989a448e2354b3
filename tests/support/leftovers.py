"""Owns finding processes and ports that a test run opened and did not close; must not know what they are."""

from __future__ import annotations

import os
import time
import uuid
from pathlib import Path

MARK = "CLOUDTOP_TEST_RUN"
_GRACE_SECONDS = 5.0
_LISTENING = "0A"


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


def open_ports() -> list[int]:
    """Return the TCP ports that this process itself still listens on; none where there is no /proc."""
    own = {os.readlink(path) for path in Path("/proc/self/fd").glob("*") if path.is_symlink()}
    found = []
    for table in ("tcp", "tcp6"):
        path = Path("/proc/self/net") / table
        for line in path.read_text().splitlines()[1:] if path.exists() else ():
            fields = line.split()
            if fields[3] == _LISTENING and f"socket:[{fields[9]}]" in own:
                found.append(int(fields[1].rsplit(":", 1)[1], 16))
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
