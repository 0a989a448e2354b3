"""Owns the exit codes and the error that ends a command; must not know which command it was."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from enum import IntEnum

from console.text.clean import clean
from console.text.faults import CREDENTIAL_KINDS, Fault, FaultKind


class Exit(IntEnum):
    """What a command's end tells the shell."""

    DONE = 0
    FAILED = 1  # also: no resource of that id
    USAGE = 2
    PARTIAL = 3  # some scopes or items failed, the rest is there
    REFUSED = 4  # by policy, or because the session is read-only
    CREDENTIALS = 5
    INTERRUPTED = 130
    PIPE_CLOSED = 141


class Failure(Exception):
    """A command that cannot go on. ``fault`` has the words, ``code`` the exit code."""

    def __init__(self, fault: Fault, code: Exit) -> None:
        super().__init__(fault.sentence())
        self.fault = fault
        self.code = code


def usage(what: str, why: str = "", remedy: str = "") -> Failure:
    """Return the failure of a command that was written wrongly; its words are cleaned."""
    return Failure(Fault(FaultKind.INVALID, clean(what), clean(why), clean(remedy)), Exit.USAGE)


def refused(what: str, why: str, remedy: str = "") -> Failure:
    """Return the failure of something that is not allowed; nothing was sent."""
    return Failure(Fault(FaultKind.REFUSED, clean(what), clean(why), clean(remedy)), Exit.REFUSED)


def not_found(what: str, remedy: str = "") -> Failure:
    """Return the failure of an id that names nothing."""
    return Failure(Fault(FaultKind.NOT_FOUND, clean(what), "", clean(remedy)), Exit.FAILED)


def exit_of(fault: Fault) -> Exit:
    """Return the exit code of a command that ends in ``fault``."""
    if fault.kind in CREDENTIAL_KINDS:
        return Exit.CREDENTIALS
    return Exit.REFUSED if fault.kind is FaultKind.REFUSED else Exit.FAILED


def nearest(word: str, known: Iterable[str]) -> str:
    """Return ``Nearest: A, B`` for the known words closest to ``word``; empty without one."""
    close = difflib.get_close_matches(word.lower(), list(known), n=3, cutoff=0.5)
    return f"Nearest: {', '.join(close)}" if close else ""
