"""Owns messages in a file of the operator's: one JSON object a line, byte for byte. Must not know who asks for it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from console.sqs.message import Message
from console.workbench.keeping import open_new_file

_OURS = ("handle", "held_until")
"""What only this session can use, and what would let others delete the message meanwhile."""


def exported(message: Message) -> dict[str, Any]:
    """Return a message as plain data, exactly as it was sent; binary values in base64."""
    return {name: value for name, value in message.line().items() if name not in _OURS}


def export(path: Path, messages: Iterable[Message]) -> int:
    """Write messages into a new file and return their number; unless all are in it, it is gone again.

    Raises ``OSError``, also where the file is there already, and what reading the messages raises.
    """
    count = 0
    with os.fdopen(open_new_file(path), "wb") as file:
        try:
            for message in messages:
                line = json.dumps(exported(message), ensure_ascii=True, allow_nan=False).replace("\x7f", "\\u007f")
                file.write(line.encode("ascii") + b"\n")
                count += 1
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            path.unlink(missing_ok=True)
            raise
    return count
