"""Owns messages with other bodies, on disk before they are sent, so that a job that was ended goes on with the same.

The order of such a job names this spool: what it holds is what is sent. Must not know AWS, nor who edited.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from console.workbench.job import Source
from console.workbench.spool import Spool

_EDITED = re.compile(r"-edited-[0-9a-f]{6}$")
"""The end of the name of a spool of other bodies, after the name of the one it was made from."""
_AT_ONCE = 50
"""Messages in memory, each of up to 1 MiB."""

Bodies = Callable[[str], str | None]
"""(message id) → the body to send in place of its own; None to send it as it is."""


def edited_of(source: Source, ids: Sequence[str], bodies: Bodies) -> dict[str, str]:
    """Return id → body for those of ``ids`` whose body is to be another one than it is."""
    wanted = ((id_, bodies(id_)) for id_ in ids)
    return {id_: body for id_, body in wanted if body is not None and body != source.get(id_).body}


def keep_edited(spool: Spool, ids: Sequence[str], edited: Mapping[str, str]) -> Spool:
    """Keep the messages ``ids`` of ``spool`` as they are sent, in a new one beside it, and return that.

    Raises ``OSError``.
    """
    path = spool.path.with_name(f"{spool.path.stem}-edited-{secrets.token_hex(3)}.jsonl")
    kept = Spool(path, spool.origin)
    wanted = set(ids)
    ids = [id_ for id_ in spool.ids() if id_ in wanted]  # a FIFO queue gets them in the order they were received in
    try:
        for first in range(0, len(ids), _AT_ONCE):
            messages = (spool.get(id_) for id_ in ids[first : first + _AT_ONCE])
            kept.add([one.with_body(edited[one.id]) if one.id in edited else one for one in messages])
    except BaseException:
        kept.close()
        path.unlink(missing_ok=True)
        raise
    return kept


def original_of(path: Path) -> Path:
    """Return the spool that has messages as they were received, where that of ``path`` may have other bodies."""
    return path.with_name(f"{_EDITED.sub('', path.stem)}.jsonl")
