"""Owns how wrong configuration is told: all of it at once, each with its place. Must not know what can be set."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from console.text.clean import clean


class ConfigError(Exception):
    """The configuration cannot be used. ``messages`` are clean lines ``FILE:LINE: KEY: WHY``."""

    def __init__(self, messages: tuple[str, ...]) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages


@dataclass(slots=True)
class Problems:
    """What is wrong with one file, gathered while it is read."""

    path: Path
    messages: list[str] = field(default_factory=list)

    def add(self, why: str, line: int = 0, key: str = "") -> None:
        """Note one problem; ``line`` counts from 1, 0 stands for the whole file."""
        place = f"{clean(self.path)}:{line}" if line else clean(self.path)
        self.messages.append(": ".join(part for part in (place, clean(key, 80), clean(why, 300)) if part))

    def stop(self, why: str, line: int = 0) -> ConfigError:
        """Return the error of a file that cannot be read any further."""
        self.add(why, line)
        return ConfigError(tuple(self.messages))

    def raise_any(self) -> None:
        """Raise ``ConfigError`` with everything noted, if anything was."""
        if self.messages:
            raise ConfigError(tuple(self.messages))
