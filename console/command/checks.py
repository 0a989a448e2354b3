"""Owns the checks of this host: terminal, programs, files, proxy. Must not know AWS."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from urllib.parse import urlsplit

from console.command.failure import Exit
from console.text.clean import clean

PLUGIN = "session-manager-plugin"
_SMALLEST = (60, 20)
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")


class Check(StrEnum):
    """How a check came out."""

    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. ``text`` is clean; ``code`` is the exit code it asks for."""

    name: str
    result: Check
    text: str
    code: Exit = Exit.DONE


def terminal(environment: Mapping[str, str] = os.environ) -> list[Finding]:
    """Return what can be said of the terminal."""
    return [_screen(environment), _size(), colours(environment), _encoding()]


def _screen(environment: Mapping[str, str]) -> Finding:
    name = clean(environment.get("TERM", ""), 60)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        return Finding("terminal", Check.WARN, "none here (a pipe): commands work, the full screen does not open")
    if name in ("", "dumb", "unknown"):
        return Finding("terminal", Check.WARN, f"TERM is {name or 'not set'}: the full screen does not open")
    return Finding("terminal", Check.OK, f"TERM is {name}")


def _size() -> Finding:
    columns, lines = shutil.get_terminal_size()
    if columns < _SMALLEST[0] or lines < _SMALLEST[1]:
        return Finding("size", Check.WARN, f"{columns}×{lines}: the full screen needs 60×20 at least")
    return Finding("size", Check.OK, f"{columns}×{lines}")


def colours(environment: Mapping[str, str]) -> Finding:
    """Return how many colours the terminal says it has."""
    if environment.get("NO_COLOR"):
        return Finding("colours", Check.OK, "none, because NO_COLOR is set")
    if environment.get("COLORTERM", "").lower() in ("truecolor", "24bit"):
        return Finding("colours", Check.OK, "16 million")
    many = "256" if "256color" in environment.get("TERM", "") else "16"
    return Finding("colours", Check.OK, f"{many}; COLORTERM=truecolor gives more, where the terminal can")


def _encoding() -> Finding:
    name = (sys.stdout.encoding or "").lower().replace("-", "")
    if name == "utf8":
        return Finding("encoding", Check.OK, "UTF-8")
    return Finding("encoding", Check.WARN, f"{clean(name) or 'unknown'}: set LANG to a UTF-8 locale, such as C.UTF-8")


def programs(environment: Mapping[str, str] = os.environ) -> list[Finding]:
    """Return what is found of helpers and proxies."""
    plugin = shutil.which(PLUGIN)
    helper = Finding("shell", Check.OK, f"{PLUGIN}: {clean(plugin)}")
    if not plugin:
        helper = Finding("shell", Check.WARN, f"{PLUGIN} is not on the PATH: no shells on instances; all else works")
    return [helper, _proxy(environment)]


def _proxy(environment: Mapping[str, str]) -> Finding:
    found = []
    for name in _PROXIES:
        value = environment.get(name) or environment.get(name.lower())
        if value:
            found.append(f"{name}={value if name == 'NO_PROXY' else without_password(value)}")
    return Finding("proxy", Check.OK, clean(", ".join(found)) or "none set")


def without_password(address: str) -> str:
    """Return a proxy's address without user and password."""
    try:
        parts = urlsplit(address if "//" in address else f"//{address}")
        host = f"{parts.hostname or '?'}{f':{parts.port}' if parts.port else ''}"
    except ValueError:
        return "(not an address)"
    return f"{parts.scheme}://{host}" if parts.scheme else host


def configuration(named: str) -> Finding:
    """Return which configuration file is used; it was read without a problem."""
    from console.config.paths import config_file

    path = named or config_file()
    there = os.path.exists(path)
    return Finding("configuration", Check.OK, f"{clean(path)}{'' if there else ' (not there: the defaults hold)'}")


def audit_log() -> Finding:
    """Return whether a write could be recorded now."""
    from console.actions.audit import AuditLog, AuditUnwritable
    from console.config.paths import audit_file

    path = audit_file()
    try:
        AuditLog(path, lambda: datetime.now(UTC)).check()
    except AuditUnwritable as error:
        return Finding("audit log", Check.BAD, f"{error} Until then nothing can be written", Exit.FAILED)
    return Finding("audit log", Check.OK, f"{clean(path)} can be written")
