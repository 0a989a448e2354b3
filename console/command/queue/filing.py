"""Owns messages in a file of the operator's: one JSON object a line, byte for byte, in a new file of theirs alone."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from console.command.failure import Exit, Failure, usage
from console.command.output import json_text
from console.text.clean import clean
from console.text.faults import Fault, FaultKind
from console.workbench.exporting import exported
from console.workbench.keeping import open_new_file

if TYPE_CHECKING:
    from console.sqs.message import Message


class NewFile:
    """A file that was not there before. Unless all that was to be in it is in it, it is gone again in the end."""

    def __init__(self, text: str) -> None:
        """Make it. Raises ``Failure`` where it is there already, and where it cannot be made."""
        self.path = Path(text).expanduser().absolute()
        self._whole = False
        try:
            handle = open_new_file(self.path)
        except OSError as error:
            raise usage(f"{clean(text)} cannot be written", clean(error.strerror), "Name a new file") from error
        self._file: BinaryIO = os.fdopen(handle, "wb")

    def __enter__(self) -> NewFile:
        return self

    def __exit__(self, *_exception: object) -> None:
        with contextlib.suppress(OSError):  # what is left in the buffer of a full disk
            self._file.close()
        if not self._whole:
            self.path.unlink(missing_ok=True)

    def write(self, messages: Iterable[Message]) -> int:
        """Write messages; they are on the disk when this returns their number. Raises ``Failure`` for a full disk."""
        count = 0
        try:
            for message in messages:
                self._file.write(json_text(exported(message), indent=None).encode("ascii") + b"\n")
                count += 1
            self._file.flush()
            os.fsync(self._file.fileno())
        except OSError as error:
            why = clean(error.strerror or error)
            fault = Fault(FaultKind.SERVICE, f"{clean(self.path)} could not be written", why, "Nothing was deleted")
            raise Failure(fault, Exit.FAILED) from error
        self._whole = True
        return count
