"""Owns where the user's files live; must not know what is in them. The XDG base directories decide."""

from __future__ import annotations

import os
from pathlib import Path

CONFIG_VARIABLE = "CLOUDTOP_CONFIG"
_NAME = "cloudtop"


def config_file() -> Path:
    """Return the configuration file: ``$CLOUDTOP_CONFIG``, else ``config.yaml`` in ``~/.config/cloudtop``."""
    named = os.environ.get(CONFIG_VARIABLE)
    return Path(named).expanduser() if named else config_folder() / "config.yaml"


def config_folder() -> Path:
    """Return ``~/.config/cloudtop``, or what XDG_CONFIG_HOME makes of it."""
    return _base("XDG_CONFIG_HOME", ".config") / _NAME


def themes_folder() -> Path:
    """Return the folder of the user's own themes."""
    return config_folder() / "themes"


def state_folder() -> Path:
    """Return ``~/.local/state/cloudtop``, or what XDG_STATE_HOME makes of it."""
    return _base("XDG_STATE_HOME", ".local/state") / _NAME


def audit_file(*, demo: bool = False) -> Path:
    """Return the file every write is recorded in before it is sent; the demo account's are kept apart."""
    return state_folder() / ("audit-demo.jsonl" if demo else "audit.jsonl")


def queues_folder(*, demo: bool = False) -> Path:
    """Return the folder of received messages and of what became of them; the demo account's are kept apart."""
    return state_folder() / ("queues-demo" if demo else "queues")


def _base(variable: str, otherwise: str) -> Path:
    """Return the base directory of ``variable``; a relative one is ignored, as the XDG standard asks."""
    named = os.environ.get(variable, "")
    return Path(named) if os.path.isabs(named) else Path(os.path.expanduser("~")) / otherwise
