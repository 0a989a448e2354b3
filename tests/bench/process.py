"""Owns what the kernel knows of a running program and its children: CPU, memory, wake-ups. Linux only."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Usage:
    """What a program used so far: ``cpu`` in seconds of all its threads, ``wakeups`` as voluntary switches."""

    cpu: float
    wakeups: int


def family(pid: int) -> list[int]:
    """Return a process and all that it started, as far as they run."""
    found, at = [pid], 0
    while at < len(found):
        for path in (_PROC / str(found[at]) / "task").glob("*/children"):
            found += [int(child) for child in _read(path).split()]
        at += 1
    return found


def usage(pid: int) -> Usage:
    """Return what a program and its children used so far."""
    tasks = [task for one in family(pid) for task in (_PROC / str(one) / "task").glob("*")]
    nanoseconds = sum(int((_read(task / "schedstat") or "0").split()[0]) for task in tasks)
    return Usage(nanoseconds / 1e9, sum(_field(task / "status", "voluntary_ctxt_switches") for task in tasks))


def memory(pid: int) -> float:
    """Return the resident megabytes of a program and its children; what they share counts once.

    Of a program that is one process this is what ``ps`` calls RSS.
    """
    private, shared = [], []
    for one in family(pid):
        rollup = _PROC / str(one) / "smaps_rollup"
        own = _field(rollup, "Private_Clean") + _field(rollup, "Private_Dirty")
        private.append(own)
        shared.append(max(0, _field(_PROC / str(one) / "status", "VmRSS") - own))
    return (sum(private) + max(shared, default=0)) / 1024


def _field(path: Path, name: str) -> int:
    for line in _read(path).splitlines():
        if line.startswith(f"{name}:"):
            return int(line.split()[1])
    return 0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:  # it has just ended
        return ""


def has_kernel_figures() -> bool:
    """Return whether this machine tells what is measured here."""
    return (_PROC / str(os.getpid()) / "schedstat").exists()
