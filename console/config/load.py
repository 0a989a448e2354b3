"""Owns turning a configuration file into settings, or into every reason why not; must not know who uses them.

What a file sets is kept beside its text, as loading a YAML parser takes longer than all else that a start does with it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from console import __version__
from console.cache import read_cached, write_cached
from console.config.errors import ConfigError, Problems
from console.config.paths import config_file
from console.config.settings import Poll, Presign, Production, Settings, Writes
from console.config.textfile import read_text

__all__ = ["ConfigError", "load_settings"]

_KEPT = "settings"
_LAYOUT = "1"
"""Raise it whenever the same text means something else."""
_TYPES = {"production": Production, "writes": Writes, "presign": Presign, "poll": Poll}


def load_settings(path: Path | None = None, commands: Collection[str] = ()) -> Settings:
    """Return the settings of ``path``, or of the user's own file, which need not exist.

    ``commands`` are the ids that ``keys`` may name; empty leaves them unchecked. Raises ``ConfigError``.
    """
    place = path or config_file()
    problems = Problems(place)
    try:
        text = read_text(place, problems)
    except FileNotFoundError:
        if path is None and not place.is_symlink():
            return Settings()
        raise problems.stop("it does not exist") from None
    return _kept(text) or _read(text, problems, commands)


def _kept(text: str) -> Settings | None:
    found = read_cached(_KEPT, _key(text))
    try:
        return _made(found) if isinstance(found, dict) else None
    except (TypeError, AttributeError):  # of another build of the same version
        return None


def _read(text: str, problems: Problems, commands: Collection[str]) -> Settings:
    from console.config.parse import read_settings

    found = read_settings(text, problems, commands)
    problems.raise_any()
    if not found.get("keys"):  # which are right as long as there are those commands
        write_cached(_KEPT, _key(text), found)
    return _made(found)


def _key(text: str) -> str:
    return "\n".join((_LAYOUT, __version__, text))


def _made(found: Mapping[str, Any]) -> Settings:
    sections = {name: made(**_tuples(found[name])) for name, made in _TYPES.items() if name in found}
    return Settings(**{**_tuples(found), **sections})


def _tuples(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return what was set; what was kept as JSON has lists for tuples."""
    return {name: tuple(value) if isinstance(value, list) else value for name, value in found.items()}
