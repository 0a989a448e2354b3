"""Owns S3's operations that write or delete one object."""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any
from urllib.parse import parse_qsl

from console.demo.account import Call, Operations
from console.demo.services.s3 import errors
from console.demo.services.s3.bucket import NULL, Bucket, Stored, Version
from console.demo.services.s3.requests import asked_bucket, named_version, shown_id
from console.demo.wire.messages import ServiceError

_KEPT = ("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires")
_LONGEST_KEY = 1024
_CLASSES = (
    "STANDARD", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE",
    "REDUCED_REDUNDANCY",
)  # fmt: skip


def new_version_id(bucket: Bucket) -> str:
    """Return the id of what is written next."""
    return secrets.token_urlsafe(24) if bucket.versioning == "Enabled" else NULL


def _put_object(call: Call) -> dict[str, Any]:
    bucket = asked_bucket(call)
    _check(call, bucket)
    wanted = call.parameters
    version = Version(
        wanted["Key"],
        new_version_id(bucket),
        call.account.now(),
        Stored(wanted.get("Body", b"")),
        wanted.get("StorageClass", "STANDARD"),
        {name: wanted[name] for name in _KEPT if name in wanted},
        wanted.get("Metadata", {}),
        dict(parse_qsl(wanted.get("Tagging", ""), keep_blank_values=True)),
    )
    bucket.add(version)
    answer = {"ETag": Stored(wanted.get("Body", b"")).etag, "VersionId": shown_id(bucket, version)}
    return answer | ({"ServerSideEncryption": bucket.encryption} if bucket.encryption else {})


def _check(call: Call, bucket: Bucket) -> None:
    wanted = call.parameters
    if (size := len(wanted["Key"].encode())) > _LONGEST_KEY:
        raise errors.key_too_long(size)
    digest = hashlib.md5(wanted.get("Body", b""), usedforsecurity=False).digest()
    if "ContentMD5" in wanted and wanted["ContentMD5"] != base64.b64encode(digest).decode():
        raise errors.bad_digest()
    if wanted.get("StorageClass", "STANDARD") not in _CLASSES:
        text = "The storage class you specified is not valid"
        raise ServiceError("InvalidStorageClass", text, details={"StorageClassRequested": wanted["StorageClass"]})
    _check_current(wanted, bucket.latest(wanted["Key"]))


def _check_current(wanted: dict[str, Any], current: Version | None) -> None:
    """Check the two conditions that S3 knows for writing: ``*`` as none-match, an entity tag as match."""
    content = current.content if current else None
    if wanted.get("IfNoneMatch") == "*" and content:
        raise errors.precondition("If-None-Match")
    if "IfMatch" not in wanted:
        return
    if content is None:
        raise errors.no_key(wanted["Key"])
    if wanted["IfMatch"].strip('"') != content.etag.strip('"'):
        raise errors.precondition("If-Match")


def _delete_object(call: Call) -> dict[str, Any]:
    """Delete an object; that there is none is no error."""
    bucket, key = asked_bucket(call), call.parameters["Key"]
    if wanted := call.parameters.get("VersionId"):
        return {"StatusCode": 204, **_delete_version(named_version(bucket, key, wanted), bucket, wanted)}
    if not bucket.versioning:
        for version in list(bucket.versions(key)):
            bucket.remove(version)
        return {"StatusCode": 204}
    marker = Version(key, new_version_id(bucket), call.account.now(), None)
    bucket.add(marker)
    return {"StatusCode": 204, "DeleteMarker": True, "VersionId": marker.id}


def _delete_version(version: Version | None, bucket: Bucket, wanted: str) -> dict[str, Any]:
    if version is None:
        return {"VersionId": wanted}
    bucket.remove(version)
    return {"VersionId": wanted, "DeleteMarker": True if version.content is None else None}


OPERATIONS: Operations = {"PutObject": _put_object, "DeleteObject": _delete_object}
