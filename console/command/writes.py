"""Owns whether a command may write: what the configuration and ``--write`` say. Must not know what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from console.command.failure import refused
from console.launch import Launch

if TYPE_CHECKING:
    from console.config.settings import Settings


def require_writes(launch: Launch, settings: Settings, what: str) -> None:
    """Raise ``Failure`` unless this session may write; ``what`` says what is not done."""
    if not settings.writes.allow:
        raise refused(what, "the configuration sets writes.allow: false", "Ask whoever keeps the configuration")
    if not launch.write:
        raise refused(what, "the session is read-only", "Allow writes with --write")
