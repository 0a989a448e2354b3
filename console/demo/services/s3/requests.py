"""Owns what a request to S3 is about: which bucket, which version, under which conditions; must not know answers."""

from __future__ import annotations

import re

from console.demo.account import ACCOUNT_ID, Call
from console.demo.services.s3 import errors
from console.demo.services.s3.bucket import NULL, Bucket, Buckets, Version
from console.demo.wire.messages import ServiceError

_SCOPE = re.compile(r"Credential=[^/]+/\d+/([a-z0-9-]+)/")
_VERSION = re.compile(r"[A-Za-z0-9._-]{32}|null")


def asked_bucket(call: Call) -> Bucket:
    """Return the bucket that a call names. Raises ``ServiceError``, also for one in another region."""
    name = call.parameters["Bucket"]
    bucket = call.account.state(Buckets).by_name.get(name)
    if bucket is None:
        raise errors.no_bucket(name)
    owner = call.parameters.get("ExpectedBucketOwner", ACCOUNT_ID)
    if owner != ACCOUNT_ID:
        raise ServiceError("AccessDenied", "Access Denied", 403)
    _check_region(call, bucket)
    return bucket


def _check_region(call: Call, bucket: Bucket) -> None:
    presigned = dict(call.request.query_pairs()).get("X-Amz-Credential", "")
    header = call.request.headers.get("authorization", "")
    found = _SCOPE.search(f"Credential={presigned}" if presigned else header)
    if found and found[1] != bucket.region:
        raise errors.signed_for_elsewhere(bucket.region) if presigned else errors.elsewhere(bucket.name, bucket.region)


def asked_version(call: Call, bucket: Bucket) -> Version:
    """Return the version to read, which has content. Raises ``ServiceError``."""
    key, wanted = call.parameters["Key"], call.parameters.get("VersionId")
    version = named_version(bucket, key, wanted) if wanted else bucket.latest(key)
    if version is None:
        raise errors.no_version(key, wanted) if wanted else errors.no_key(key)
    if version.content is None:
        raise errors.is_marker(version.id) if wanted else errors.deleted(key, version.id)
    return version


def named_version(bucket: Bucket, key: str, wanted: str) -> Version | None:
    """Return the version with the id ``wanted``. Raises ``ServiceError`` for what is no version id."""
    if not _VERSION.fullmatch(wanted):
        raise errors.bad_version(wanted)
    return next((version for version in bucket.versions(key) if version.id == wanted), None)


def check_conditions(call: Call, version: Version) -> None:
    """Raise ``ServiceError`` unless the reader's conditions hold. An entity tag counts more than a date."""
    wanted, etag = call.parameters, version.content.etag if version.content else ""
    match, none_match = wanted.get("IfMatch"), wanted.get("IfNoneMatch")
    modified = version.modified_at.replace(microsecond=0)
    if match and not _matches(match, etag):
        raise errors.precondition("If-Match")
    if not match and "IfUnmodifiedSince" in wanted and modified > wanted["IfUnmodifiedSince"]:
        raise errors.precondition("If-Unmodified-Since")
    if none_match and _matches(none_match, etag):
        raise errors.not_modified(etag)
    if not none_match and "IfModifiedSince" in wanted and modified <= wanted["IfModifiedSince"]:
        raise errors.not_modified(etag)


def _matches(wanted: str, etag: str) -> bool:
    return wanted.strip() == "*" or etag.strip('"') in (part.strip().strip('"') for part in wanted.split(","))


def shown_id(bucket: Bucket, version: Version) -> str | None:
    """Return the version id that an answer shows: none from a bucket that never had versioning."""
    return version.id if bucket.versioning or version.id != NULL else None
