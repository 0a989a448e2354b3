"""Owns what can be set and its defaults; must not know files or YAML.

``config.example.yaml`` holds the same keys with the same defaults; a test keeps the two together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

DEFAULT_THEME = "night"


@dataclass(frozen=True, slots=True)
class Production:
    """Which scopes are production. Patterns as a shell's, in any case: ``*prod*``."""

    profiles: tuple[str, ...] = ("*prod*",)
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Writes:
    """What the configuration says about writes."""

    allow: bool = True
    unlock: float = 15 * 60.0
    """Seconds that writes stay allowed after they were unlocked."""
    reason_required: tuple[str, ...] = ()
    """Patterns of profiles or account numbers where every write needs a reason; production always does."""


@dataclass(frozen=True, slots=True)
class Presign:
    """How pre-signed addresses are made."""

    expires: float = 15 * 60.0
    """Seconds an address stays good for when nothing else is asked for."""


@dataclass(frozen=True, slots=True)
class Poll:
    """How often lists are read again."""

    scale: float = 1.0
    """Every type's own period is multiplied by it; 0 reads again only when asked."""
    rest: float = 60.0
    """Seconds without work after which the part that calls AWS ends until it is needed; 0 keeps it."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that can be set. Strings are as written: clean them before they are shown."""

    theme: str = DEFAULT_THEME
    profile: str = ""
    regions: tuple[str, ...] = ()
    endpoint_url: str = ""
    production: Production = Production()
    writes: Writes = Writes()
    presign: Presign = Presign()
    poll: Poll = Poll()
    keys: Mapping[str, str] = field(default_factory=dict)
    """Command id → the key that runs it instead of its own."""

    def is_production(self, profile: str, account: str) -> bool:
        """Return whether ``profile`` or ``account`` is production."""
        return _matches(profile, self.production.profiles) or _matches(account, self.production.accounts)

    def needs_reason(self, profile: str, account: str) -> bool:
        """Return whether every write there needs a reason."""
        return _matches(profile, self.writes.reason_required) or _matches(account, self.writes.reason_required)


def _matches(name: str, patterns: tuple[str, ...]) -> bool:
    return bool(name) and any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)
