"""Owns the list of commands; must not know what one does."""

from __future__ import annotations

from console.ui.commands import act, go, look, take
from console.ui.commands.model import Command

COMMANDS: tuple[Command, ...] = (*look.COMMANDS, *act.COMMANDS, *take.COMMANDS, *go.COMMANDS)
"""Every command, in the order of the line of keys."""

_BY_ID = {entry.id: entry for entry in COMMANDS}


def command(id_: str) -> Command:
    """Return the command of that id. Raises ``KeyError``."""
    return _BY_ID[id_]
