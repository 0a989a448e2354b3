"""Owns S3's operations that read one object."""

from __future__ import annotations

import re
from typing import Any

from console.demo.account import ACCOUNT_ID, Call, Operations
from console.demo.services.s3 import errors
from console.demo.services.s3.bucket import Bucket, Content, Version
from console.demo.services.s3.requests import asked_bucket, asked_version, check_conditions, shown_id
from console.demo.wire.messages import ServiceError

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_ARCHIVES = ("GLACIER", "DEEP_ARCHIVE")
_RESTORED = 'ongoing-request="false"'
_OVERRIDES = ("CacheControl", "ContentDisposition", "ContentEncoding", "ContentLanguage", "ContentType", "Expires")
_MOST_AT_ONCE = 64 * 1024 * 1024
"""Bytes of one answer: the demo keeps whole answers in memory."""


def _head_object(call: Call) -> dict[str, Any]:
    bucket = asked_bucket(call)
    version = asked_version(call, bucket)
    check_conditions(call, version)
    return _description(bucket, version)


def _get_object(call: Call) -> dict[str, Any]:
    bucket = asked_bucket(call)
    version = asked_version(call, bucket)
    check_conditions(call, version)
    if version.storage_class in _ARCHIVES and _RESTORED not in version.restore:
        raise errors.archived(version.storage_class)
    answer = _description(bucket, version)
    for name in _OVERRIDES:
        if override := call.parameters.get(f"Response{name}"):
            answer[name] = override
    return answer | _body(_content(version), call.parameters.get("Range", ""))


def _content(version: Version) -> Content:
    if version.content is None:
        raise TypeError("a delete marker has no content")
    return version.content


def _body(content: Content, wanted: str) -> dict[str, Any]:
    found = _RANGE.fullmatch(wanted.replace(" ", ""))
    if not found or not any(found.groups()):
        if content.size > _MOST_AT_ONCE:
            raise ServiceError("NotImplemented", "The demo account sends an object of this size by ranges only.", 501)
        return {"Body": content.read(0, content.size)}
    start, end = _span(wanted, found[1], found[2], content.size)
    body = content.read(start, min(end, start + _MOST_AT_ONCE))
    last = start + len(body) - 1
    span = f"bytes {start}-{last}/{content.size}"
    return {"StatusCode": 206, "Body": body, "ContentLength": len(body), "ContentRange": span}


def _span(wanted: str, first: str, last: str, size: int) -> tuple[int, int]:
    """Return where a range begins and where it has ended. Raises ``ServiceError`` where nothing is in it."""
    if not first:
        start, end = max(0, size - int(last)), size
    else:
        start, end = int(first), min(size, int(last) + 1) if last else size
        if last and int(last) < start:
            raise errors.bad_range(wanted, size)
    if start >= end:
        raise errors.bad_range(wanted, size)
    return start, end


def _description(bucket: Bucket, version: Version) -> dict[str, Any]:
    content = _content(version)
    answer: dict[str, Any] = {
        "AcceptRanges": "bytes",
        "LastModified": version.modified_at,
        "ContentLength": content.size,
        "ETag": content.etag,
        "VersionId": shown_id(bucket, version),
        "ContentType": "binary/octet-stream",
        **version.headers,
        **_encryption(bucket),
        "Metadata": dict(version.metadata),
    }
    if version.storage_class != "STANDARD":
        answer["StorageClass"] = version.storage_class
    if version.restore:
        answer["Restore"] = version.restore
    return answer


def _encryption(bucket: Bucket) -> dict[str, Any]:
    if not bucket.encryption:
        return {}
    if not bucket.key:
        return {"ServerSideEncryption": bucket.encryption}
    key = f"arn:aws:kms:{bucket.region}:{ACCOUNT_ID}:key/{bucket.key}"
    return {"ServerSideEncryption": bucket.encryption, "SSEKMSKeyId": key, "BucketKeyEnabled": True}


def _get_object_tagging(call: Call) -> dict[str, Any]:
    bucket = asked_bucket(call)
    version = asked_version(call, bucket)
    tags = [{"Key": key, "Value": value} for key, value in version.tags.items()]
    return {"VersionId": shown_id(bucket, version), "TagSet": tags}


OPERATIONS: Operations = {
    "HeadObject": _head_object,
    "GetObject": _get_object,
    "GetObjectTagging": _get_object_tagging,
}
