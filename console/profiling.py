"""Owns measuring a run for its user to send: where start-up, parsing, drawing and waiting went. Knows no feature.

What is written holds versions, seconds, counts and names of functions; never a name, an id or a value of an account.
Measuring takes time itself: shares are to be compared, not seconds.
"""

from __future__ import annotations

import cProfile
import json
import os
import platform
import pstats
import re
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from console import __version__
from console.command.failure import usage
from console.worker.place import PROFILE_VARIABLE

NAMED = 40
"""Functions that are named, those that took longest."""
_GROUPS = (
    ("waiting", r"'poll' of|'acquire' of|'recv|'read' of .*posix|time\.sleep|posix\.(waitpid|read)|select\.select"),
    (
        "starting",
        r"importlib|<frozen|marshal\.|builtins\.(compile|exec|__build_class__)|/(dataclasses|enum)\.py",
    ),
    ("drawing", r"textual/|rich/|console/ui/"),
    ("network", r"aiohttp/|yarl/|multidict/|ssl|hmac|hashlib|socket|/asyncio/"),
    (
        "parsing",
        r"botocore/|expat|json|re\.py|/store/(rows|watch|packing|packedrows|delta)|/aws/|/resources/|timestamps|pickle|wire\.py",
    ),
)
"""(part, what its functions are called), the first that fits."""
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW


@contextmanager
def profiled(target: str) -> Iterator[None]:
    """Measure what happens inside and write it to the new file ``target``, its user's alone.

    Raises ``Failure`` before anything is done when the file cannot be made.
    """
    try:
        handle = os.open(target, _NEW, 0o600)
    except (OSError, ValueError) as error:
        raise usage("The profile cannot be written", f"{target}: {getattr(error, 'strerror', error)}") from error
    part = Path(f"{os.path.abspath(target)}.worker")
    os.environ[PROFILE_VARIABLE] = str(part)
    measurement = _Measurement()
    try:
        yield
    finally:
        found = {"machine": _machine(), "this_process": measurement.report(), "worker": _taken(part)}
        with open(handle, "w", encoding="utf-8") as file:
            json.dump(found, file, indent=1)


@contextmanager
def part_profiled() -> Iterator[None]:
    """Measure the worker's process where the screen's is measured."""
    target = os.environ.get(PROFILE_VARIABLE)
    measurement = _Measurement() if target else None
    try:
        yield
    finally:
        if target and measurement:
            with suppress(OSError), open(os.open(target, _NEW, 0o600), "w", encoding="utf-8") as file:
                json.dump(measurement.report(), file)


class _Measurement:
    """What one thread did since this was made."""

    def __init__(self) -> None:
        self._started = time.perf_counter()
        self._profile = cProfile.Profile()
        self._profile.enable()

    def report(self) -> dict[str, Any]:
        """Return seconds by part and the functions that took longest; nothing is measured after this."""
        self._profile.disable()
        stats: dict[Any, Any] = pstats.Stats(self._profile).stats  # type: ignore[attr-defined]
        parts: dict[str, float] = {}
        functions = []
        for (file, line, function), (_, calls, own, with_others, _) in stats.items():
            name = _name(file, line, function)
            part = next((part for part, pattern in _GROUPS if re.search(pattern, name)), "the rest")
            parts[part] = parts.get(part, 0.0) + own
            functions.append((own, with_others, calls, name))
        functions.sort(reverse=True)
        return {
            "seconds": round(time.perf_counter() - self._started, 4),
            "parts": {part: round(seconds, 4) for part, seconds in sorted(parts.items())},
            "functions": [
                {"own": round(own, 4), "with_called": round(total, 4), "calls": calls, "name": name}
                for own, total, calls, name in functions[:NAMED]
            ],
        }


def _name(file: str, line: int, function: str) -> str:
    """Return a function's name as on every machine: no folder of this one's is told."""
    if file == "~":
        return function
    for folder in sorted({path for path in sys.path if path}, key=len, reverse=True):
        if file.startswith(f"{folder}/"):
            return f"{file[len(folder) + 1 :]}:{line} {function}"
    return f"{os.path.basename(file)}:{line} {function}"


def _machine() -> dict[str, Any]:
    from importlib.metadata import PackageNotFoundError, version

    versions = {"cloudtop": __version__, "python": platform.python_version(), "system": platform.system()}
    for package in ("textual", "rich", "aiobotocore", "botocore", "aiohttp"):
        with suppress(PackageNotFoundError):
            versions[package] = version(package)
    size = list(os.get_terminal_size()) if sys.stdout.isatty() else None
    return {"versions": versions, "cores": os.cpu_count(), "terminal": os.environ.get("TERM", ""), "size": size}


def _taken(part: Path) -> Any:
    """Return what the worker's process left, and take it away; None where there was none."""
    try:
        found = json.loads(part.read_text(encoding="utf-8"))
        part.unlink()
    except (OSError, ValueError):
        return None
    return found
