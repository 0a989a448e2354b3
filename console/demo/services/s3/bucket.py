"""Owns one bucket: its settings and every version of its objects; must not know requests."""

from __future__ import annotations

import bisect
import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Protocol

from console.demo.account import REGION

NULL = "null"
"""The version id of what was written while versioning was off."""


class Content(Protocol):
    """The bytes of one version."""

    @property
    def size(self) -> int:
        """Bytes in all."""

    @property
    def etag(self) -> str:
        """The entity tag, quotes included."""

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` until before ``end``."""


@dataclass(frozen=True)
class Stored:
    """Bytes that somebody put."""

    body: bytes

    @property
    def size(self) -> int:
        """Bytes in all."""
        return len(self.body)

    @cached_property
    def etag(self) -> str:
        """The entity tag, quotes included."""
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'

    def read(self, start: int, end: int) -> bytes:
        """Return the bytes from ``start`` until before ``end``."""
        return self.body[start:end]


@dataclass(slots=True)
class Version:
    """One version of an object; one without ``content`` is a delete marker."""

    key: str
    id: str
    modified_at: datetime
    content: Content | None
    storage_class: str = "STANDARD"
    headers: Mapping[str, str] = field(default_factory=dict)
    """Members of GetObject's answer that the writer chose: ``ContentType`` and the like."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    restore: str = ""
    """What S3 says of a copy brought back from the archive."""


@dataclass(slots=True)
class Bucket:
    """A bucket. ``fill`` gives what it holds from the start and is asked when somebody looks.

    ``public`` is None without a policy, ``encryption`` is empty without a default one, ``block`` without a public
    access block.
    """

    name: str
    created_at: datetime
    region: str = REGION
    versioning: str = ""
    encryption: str = "AES256"
    key: str = ""
    block: Mapping[str, bool] = field(default_factory=dict)
    public: bool | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    fill: Callable[[], Iterable[Version]] | None = None
    _chains: dict[str, list[Version]] = field(default_factory=dict)
    _keys: list[str] = field(default_factory=list)

    def keys(self) -> list[str]:
        """Return the keys that have versions, in the order of their code points."""
        self._settle()
        return self._keys

    def versions(self, key: str) -> list[Version]:
        """Return a key's versions, newest first; none for an unknown key."""
        self._settle()
        return self._chains.get(key, [])

    def latest(self, key: str) -> Version | None:
        """Return what a read of ``key`` without a version sees, which may be a delete marker."""
        found = self.versions(key)
        return found[0] if found else None

    def add(self, version: Version) -> None:
        """Put a version on top; without versioning it takes the place of the one before."""
        self._settle()
        self._add(version)

    def remove(self, version: Version) -> None:
        """Remove one version for good."""
        chain = self._chains[version.key]
        chain.remove(version)
        if not chain:
            del self._chains[version.key]
            self._keys.remove(version.key)

    def _settle(self) -> None:
        if self.fill:
            fill, self.fill = self.fill, None
            for version in fill():
                self._add(version)

    def _add(self, version: Version) -> None:
        if version.key not in self._chains:
            bisect.insort(self._keys, version.key)
        chain = self._chains.setdefault(version.key, [])
        chain[:] = [version, *(other for other in chain if other.id != version.id)]


@dataclass(slots=True)
class Buckets:
    """The account's buckets by name."""

    by_name: dict[str, Bucket] = field(default_factory=dict)

    def add(self, bucket: Bucket) -> Bucket:
        """Add a bucket and return it."""
        self.by_name[bucket.name] = bucket
        return bucket
