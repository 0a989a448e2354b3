"""Owns files that can be made again: the user's cache folder, read with suspicion; must not know what is in them."""

from __future__ import annotations

import contextlib
import json
import os
import stat
import tempfile
from pathlib import Path
from typing import Any

_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def cache_folder() -> Path:
    """Return ``~/.cache/cloudtop``, or what XDG_CACHE_HOME makes of it; a relative one is ignored, as XDG asks."""
    named = os.environ.get("XDG_CACHE_HOME", "")
    base = Path(named) if os.path.isabs(named) else Path(os.path.expanduser("~")) / ".cache"
    return base / "cloudtop"


def read_cached(name: str, key: str) -> Any:
    """Return what was written under ``name`` and ``key``; None for anything else, and for what others may write."""
    try:
        with (cache_folder() / f"{name}.json").open("rb") as file:
            about = os.fstat(file.fileno())
            if about.st_uid != os.geteuid() or about.st_mode & _OTHERS_WRITE or not stat.S_ISREG(about.st_mode):
                return None
            found = json.loads(file.read())
    except (OSError, ValueError):
        return None
    return found.get("data") if isinstance(found, dict) and found.get("key") == key else None


def write_cached(name: str, key: str, data: Any) -> None:
    """Put ``data`` where ``read_cached`` finds it, whole or not at all; without a folder to write to, not."""
    folder = cache_folder()
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, path = tempfile.mkstemp(dir=folder, prefix=f".{name}-")  # readable by the owner only
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump({"key": key, "data": data}, file, separators=(",", ":"))
            os.replace(path, folder / f"{name}.json")
        except BaseException:
            with contextlib.suppress(OSError):
                os.unlink(path)
            raise
