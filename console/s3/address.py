"""Owns how a place in S3 is written: ``s3://BUCKET/KEY`` and ``BUCKET/PREFIX``. Must not know AWS's calls."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BUCKET = re.compile(r"[A-Za-z0-9._-]{3,255}")
_SCHEME = re.compile(r"\A(s3://|arn:aws[a-z-]*:s3:::)")
_VERSION = "?versionId="


@dataclass(frozen=True, slots=True)
class Place:
    """A bucket and a key or prefix in it, raw."""

    bucket: str
    key: str = ""

    def __str__(self) -> str:
        return f"{self.bucket}/{self.key}" if self.key else self.bucket


def parse_parent(text: str) -> Place:
    """Return the place that ``BUCKET[/PREFIX]`` or ``s3://BUCKET[/PREFIX]`` names. Raises ``ValueError``."""
    bucket, _, key = _SCHEME.sub("", text, count=1).partition("/")
    if not _BUCKET.fullmatch(bucket):
        raise ValueError(f"{bucket or 'nothing'} is not a bucket's name")
    return Place(bucket, key)


def parse_url(text: str) -> Place:
    """Return the place that ``s3://BUCKET/KEY`` names. Raises ``ValueError`` for anything else."""
    if not text.startswith("s3://"):
        raise ValueError("it does not start with s3://")
    place = parse_parent(text)
    if not place.key:
        raise ValueError("it names no key")
    return place


def join_version(key: str, version: str) -> str:
    """Return the id of one version of an object."""
    return f"{key}{_VERSION}{version}"


def split_version(id_: str) -> tuple[str, str]:
    """Return (key, version) of an object's or version's id; the version is empty for an object's."""
    key, found, version = id_.rpartition(_VERSION)
    return (key, version) if found else (id_, "")
