"""Owns writing the audit log: what was meant before a call leaves, what came of it after. Never rewrites a line.

One JSON object per line, in a file only its owner can write. A line that cannot be made durable is an
``AuditUnwritable``, and then nothing may be sent. Must not know AWS, policy or the screen.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import stat
import time
import uuid
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from console.actions.operator import Operator, this_operator
from console.actions.outcome import Outcome, Settled
from console.actions.plan import Clock, Plan, PlannedCall
from console.actions.redact import TEXT_LIMIT, recordable, redacted
from console.resources.model import Parameters
from console.scope.model import Identity, Scope
from console.text.clean import clean
from console.text.format import iso

_LOCK_SECONDS = 2.0
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


class AuditUnwritable(Exception):
    """The log cannot take a line. The message says what, why and what to do, cleaned."""


class AuditLog:
    """Appends to one file. Blocking; each line is on the disk when its method returns."""

    def __init__(self, path: Path, clock: Clock, operator: Operator | None = None) -> None:
        self.path = path
        self._clock = clock
        self.operator = operator or this_operator()

    def check(self) -> None:
        """Raise ``AuditUnwritable`` if a line could not be written now; leaves an empty file where there was none."""
        with self._opened():
            pass

    def intent(self, plan: Plan, call: PlannedCall, reason: str) -> str:
        """Record that ``call`` is about to be sent and return the entry's id. Raises ``AuditUnwritable``."""
        entry = str(uuid.uuid4())
        self._append({**self._head(entry, "intent"), **_planned(plan, call, reason)})
        return entry

    def outcome(self, entry: str, settled: Settled | Outcome) -> None:
        """Record what came of the intent ``entry``. Raises ``AuditUnwritable``."""
        settled = Settled(settled) if isinstance(settled, Outcome) else settled
        self._append({**self._head(entry, "outcome"), **_settled(settled)})

    def refusal(self, plan: Plan, call: PlannedCall, reason: str, why: str) -> None:
        """Record in one line that ``call`` was asked for and not sent. Raises ``AuditUnwritable``."""
        entry = str(uuid.uuid4())
        settled = Settled(Outcome.REFUSED, why=why)
        self._append({**self._head(entry, "outcome"), **_planned(plan, call, reason), **_settled(settled)})

    def presign(
        self, scope: Scope, identity: Identity, operation: str, parameters: Parameters, expires: int, reason: str = ""
    ) -> str:
        """Record that a URL is about to be signed, ``expires`` in seconds; the URL itself is never given to the log."""
        entry = str(uuid.uuid4())
        called = {
            "service": "s3",
            "operation": f"Presign{operation}",
            "parameters": recordable({**parameters, "ExpiresIn": expires}),
            "targets": [{"id": clean(f"s3://{parameters['Bucket']}/{parameters['Key']}", TEXT_LIMIT)}],
        }
        self._append({**self._head(entry, "intent"), **_where(scope, identity), **called, "reason": redacted(reason)})
        return entry

    def _head(self, entry: str, phase: str) -> dict[str, Any]:
        who = self.operator
        return {
            "at": iso(self._clock()), "id": entry, "phase": phase,
            "user": who.user, "host": who.host, "ssh_client": who.ssh_client,
        }  # fmt: skip

    def _append(self, entry: Mapping[str, Any]) -> None:
        line = json.dumps(entry, ensure_ascii=True, separators=(",", ":"), default=str).encode() + b"\n"
        with self._opened() as handle:
            if _ends_torn(handle):
                line = b"\n" + line
            written = os.write(handle, line)
            if written != len(line):
                raise OSError(f"only {written} of {len(line)} bytes were written")
            os.fsync(handle)

    @contextlib.contextmanager
    def _opened(self) -> Iterator[int]:
        """Yield the checked, locked file. Whatever fails inside is an ``AuditUnwritable``."""
        try:
            with contextlib.ExitStack() as stack:
                directory = open_private_directory(self.path.parent)
                stack.callback(os.close, directory)
                handle = _open_file(directory, self.path.name)
                stack.callback(os.close, handle)
                _lock(handle)
                yield handle
        except OSError as error:
            why = clean(error.strerror or error, 200)
            raise AuditUnwritable(
                f"The audit log {clean(self.path)} cannot be written: {why}. "
                "Mend it, or set XDG_STATE_HOME to another folder."
            ) from error


def open_private_directory(path: Path) -> int:
    """Return a descriptor of the directory, made with mode 0700 if need be. Raises ``OSError`` if it is not private."""
    path = Path(os.path.abspath(path))
    for missing in reversed([part for part in (path, *path.parents) if not part.exists()]):
        with contextlib.suppress(FileExistsError):
            os.mkdir(missing, 0o700)
    for ancestor in {*path.parents, *path.resolve().parents}:
        _require_trusted(ancestor)
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        found = os.fstat(handle)
        if found.st_uid != os.geteuid():
            raise PermissionError("its directory belongs to someone else")
        if found.st_mode & _OTHERS_WRITE:
            raise PermissionError("others can write its directory (chmod 700)")
    except BaseException:
        os.close(handle)
        raise
    return handle


def _require_trusted(directory: Path) -> None:
    """Raise if someone else could swap what is below ``directory``; a sticky one such as /tmp is fine."""
    found = directory.stat()
    if found.st_uid not in (0, os.geteuid()):
        raise PermissionError(f"{clean(directory)} belongs to someone else")
    own_group = found.st_gid == os.getegid() and not found.st_mode & stat.S_IWOTH
    if found.st_mode & _OTHERS_WRITE and not found.st_mode & stat.S_ISVTX and not own_group:
        raise PermissionError(f"others can write {clean(directory)}")


def _open_file(directory: int, name: str) -> int:
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    created = True
    try:
        handle = os.open(name, flags | os.O_EXCL, 0o600, dir_fd=directory)
    except FileExistsError:
        created = False
        handle = os.open(name, flags, 0o600, dir_fd=directory)
    try:
        if created:
            os.fchmod(handle, 0o600)
            os.fsync(directory)
        _require_private_file(os.fstat(handle))
    except BaseException:
        os.close(handle)
        raise
    return handle


def _require_private_file(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise PermissionError("it is not a regular file")
    if found.st_uid != os.geteuid():
        raise PermissionError("it belongs to someone else")
    if found.st_mode & _OTHERS_WRITE:
        raise PermissionError("others can write it (chmod 600)")
    if found.st_nlink != 1:
        raise PermissionError("it has another name (a hard link)")


def _lock(handle: int) -> None:
    until = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= until:
                raise BlockingIOError("another process holds its lock") from None
            time.sleep(0.02)


def _ends_torn(handle: int) -> bool:
    """Whether the last line was cut off, by a full disk or a crash; ours must not be glued to it."""
    size = os.fstat(handle).st_size
    return size > 0 and os.pread(handle, 1, size - 1) != b"\n"


def _planned(plan: Plan, call: PlannedCall, reason: str) -> dict[str, Any]:
    names = {target.id: target for target in plan.targets}
    targets = [
        {"id": clean(id_), "name": names[id_].name, "arn": names[id_].arn} if id_ in names else {"id": clean(id_)}
        for id_ in call.ids
    ]
    return {
        "plan": plan.id, "state": plan.state, "action": f"{plan.resource.name} {plan.action.id}",
        **_where(plan.scope, plan.identity),
        "service": call.service, "operation": call.operation, "parameters": recordable(call.parameters),
        "targets": targets, "reason": redacted(reason),
    }  # fmt: skip


def _where(scope: Scope, identity: Identity) -> dict[str, str]:
    return {
        "profile": clean(scope.profile),
        "account": clean(identity.account or scope.account),
        "region": clean(scope.region),
        "identity": clean(identity.arn),
    }


def _settled(settled: Settled) -> dict[str, Any]:
    fault = settled.fault
    error = redacted(fault.sentence() if fault else settled.why)
    results = {clean(id_): [outcome.value, redacted(why)] for id_, (outcome, why) in settled.differing.items()}
    return {
        "outcome": settled.outcome.value,
        "code": settled.code,
        "request_id": settled.request_id or (fault.request_id if fault else ""),
        "error": error,
        **({"results": results} if results else {}),
    }
