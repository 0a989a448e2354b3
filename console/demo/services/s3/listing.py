"""Owns S3's listings: keys and versions in order, rolled up at a delimiter, page by page."""

from __future__ import annotations

import base64
import bisect
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus

from console.demo.account import Call, Operations
from console.demo.services.s3 import errors
from console.demo.services.s3.administration import OWNER
from console.demo.services.s3.bucket import Bucket, Version
from console.demo.services.s3.requests import asked_bucket, named_version

_PAGE = 1000
_RESTORED = 'ongoing-request="false"'


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What a listing is to show: keys behind ``after`` (a whole prefix when ``after`` is one) and below ``prefix``."""

    prefix: str
    delimiter: str
    most: int
    after: str

    def group(self, key: str) -> str:
        """Return the common prefix that ``key`` is rolled up into, empty if it is not."""
        end = key.find(self.delimiter, len(self.prefix)) if self.delimiter else -1
        return key[: end + len(self.delimiter)] if end >= 0 else ""

    def keys(self, bucket: Bucket) -> Iterator[str]:
        """Yield the keys in question."""
        keys = bucket.keys()
        start = bisect.bisect_left(keys, self.prefix)
        if self.after:
            start = max(start, bisect.bisect_right(keys, self.after))
        rolled = self.after if self.after and self.group(self.after) == self.after else None
        for key in keys[start:]:
            if not key.startswith(self.prefix):
                return
            if rolled is None or not key.startswith(rolled):
                yield key


@dataclass(slots=True)
class _Page:
    """What one answer shows, and where the next begins."""

    rows: list[Version] = field(default_factory=list)
    groups: list[str] = field(default_factory=list)
    last: tuple[str, str] = ("", "")
    truncated: bool = False

    def count(self) -> int:
        return len(self.rows) + len(self.groups)


def _list_objects(call: Call) -> dict[str, Any]:
    bucket, parameters = asked_bucket(call), call.parameters
    token, after = parameters.get("ContinuationToken"), parameters.get("StartAfter", "")
    wanted = _wanted(parameters, _after(token) if token is not None else after)
    page = _read(wanted, ((key, bucket.versions(key)[:1]) for key in wanted.keys(bucket)), markers=False)
    encode = _encoder(parameters)
    answer = _frame(bucket, parameters, wanted, page) | {
        "KeyCount": page.count(),
        "Contents": [_object(row, encode, parameters) for row in page.rows],
        "ContinuationToken": token,
        "StartAfter": encode(after) if after else None,
    }
    if page.truncated:
        answer["NextContinuationToken"] = _token(page.last[0])
    return answer


def _list_versions(call: Call) -> dict[str, Any]:
    bucket, parameters = asked_bucket(call), call.parameters
    marker, version = parameters.get("KeyMarker", ""), parameters.get("VersionIdMarker", "")
    if version and not marker:
        raise errors.bad_argument("version-id-marker", version, "A version-id marker needs a key marker.")
    wanted = _wanted(parameters, marker)
    chains = ((key, bucket.versions(key)) for key in wanted.keys(bucket))
    page = _read(wanted, _resumed(bucket, marker, version, chains), markers=True)
    encode = _encoder(parameters)
    answer = _frame(bucket, parameters, wanted, page) | {
        "KeyMarker": encode(marker),
        "VersionIdMarker": version,
        "Versions": [_version(row, bucket, encode) for row in page.rows if row.content],
        "DeleteMarkers": [_marker(row, bucket, encode) for row in page.rows if not row.content],
    }
    if page.truncated:
        answer |= {"NextKeyMarker": encode(page.last[0]), "NextVersionIdMarker": page.last[1] or None}
    return answer


def _resumed(
    bucket: Bucket, marker: str, version: str, chains: Iterator[tuple[str, list[Version]]]
) -> Iterator[tuple[str, list[Version]]]:
    """Yield the older versions of the marker's key first."""
    if version:
        found = named_version(bucket, marker, version)
        chain = bucket.versions(marker)
        yield marker, chain[chain.index(found) + 1 :] if found else []
    yield from chains


def _wanted(parameters: dict[str, Any], after: str) -> _Wanted:
    most = parameters.get("MaxKeys", _PAGE)
    if most < 0:
        raise errors.bad_argument("max-keys", most, "Argument maxKeys must be an integer between 0 and 2147483647")
    if parameters.get("EncodingType", "url") != "url":
        raise errors.bad_argument("encoding-type", parameters["EncodingType"], "Invalid Encoding Method specified")
    return _Wanted(parameters.get("Prefix", ""), parameters.get("Delimiter", ""), min(most, _PAGE), after)


def _read(wanted: _Wanted, chains: Iterator[tuple[str, list[Version]]], markers: bool) -> _Page:
    page = _Page()
    for key, chain in chains:
        shown = [version for version in chain if markers or version.content]
        group = wanted.group(key) if shown else ""
        if group and group == page.last[0]:
            continue
        for version in shown[:1] if group else shown:
            if page.count() >= wanted.most:
                page.truncated = wanted.most > 0
                return page
            page.groups.append(group) if group else page.rows.append(version)
            page.last = (group, "") if group else (key, version.id)
    return page


def _frame(bucket: Bucket, parameters: dict[str, Any], wanted: _Wanted, page: _Page) -> dict[str, Any]:
    encode = _encoder(parameters)
    return {
        "Name": bucket.name,
        "Prefix": encode(wanted.prefix),
        "Delimiter": encode(wanted.delimiter) if wanted.delimiter else None,
        "MaxKeys": wanted.most,
        "EncodingType": parameters.get("EncodingType"),
        "IsTruncated": page.truncated,
        "CommonPrefixes": [{"Prefix": encode(group)} for group in page.groups],
    }


def _encoder(parameters: dict[str, Any]) -> Any:
    """Return how texts are written: as Java's URL encoder does it, or as they are."""
    if parameters.get("EncodingType") != "url":
        return str
    return lambda text: quote_plus(text, safe="/*")


def _token(key: str) -> str:
    return base64.urlsafe_b64encode(json.dumps(["v1", key]).encode()).decode()


def _after(token: str) -> str:
    try:
        _, key = json.loads(base64.urlsafe_b64decode(token))
    except ValueError as error:
        raise errors.bad_argument(
            "continuation-token", token, "The continuation token provided is incorrect"
        ) from error
    return str(key)


def _object(version: Version, encode: Any, parameters: dict[str, Any]) -> dict[str, Any]:
    row = _common(version, encode)
    if parameters.get("FetchOwner"):
        row["Owner"] = OWNER
    if "RestoreStatus" in str(parameters.get("OptionalObjectAttributes", "")) and version.restore:
        row["RestoreStatus"] = {"IsRestoreInProgress": _RESTORED not in version.restore}
    return row


def _common(version: Version, encode: Any) -> dict[str, Any]:
    content = version.content
    return {
        "Key": encode(version.key),
        "LastModified": version.modified_at.replace(microsecond=0),
        "ETag": content.etag if content else None,
        "Size": content.size if content else None,
        "StorageClass": version.storage_class,
    }


def _version(version: Version, bucket: Bucket, encode: Any) -> dict[str, Any]:
    more = {"VersionId": version.id, "IsLatest": bucket.latest(version.key) is version, "Owner": OWNER}
    return _common(version, encode) | more


def _marker(version: Version, bucket: Bucket, encode: Any) -> dict[str, Any]:
    return {
        "Key": encode(version.key),
        "VersionId": version.id,
        "IsLatest": bucket.latest(version.key) is version,
        "LastModified": version.modified_at.replace(microsecond=0),
        "Owner": OWNER,
    }


OPERATIONS: Operations = {"ListObjectsV2": _list_objects, "ListObjectVersions": _list_versions}
