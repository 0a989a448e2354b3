"""Owns S3's operations on whole buckets."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping
from typing import Any

from console.demo.account import ACCOUNT_ID, REGION, Call, Operations
from console.demo.services.s3 import errors
from console.demo.services.s3.bucket import Bucket, Buckets
from console.demo.services.s3.requests import asked_bucket
from console.demo.wire.messages import ServiceError

OWNER = {"ID": "9f2c41d7be605c83a14e7b90cf26d835e1a07c4498b3f65d20e9471ac85f3b6e"}
_NAME = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_MOST_BUCKETS = 10_000
_ALL_BLOCKED = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def _list_buckets(call: Call) -> dict[str, Any]:
    """Without ``MaxBuckets`` everything comes at once; the regions are said only when asked for in pages."""
    wanted = call.parameters
    most = wanted.get("MaxBuckets", _MOST_BUCKETS)
    if not 1 <= most <= _MOST_BUCKETS:
        raise errors.bad_argument("max-buckets", most, "Argument max-buckets must be an integer between 1 and 10000")
    after = _after(wanted.get("ContinuationToken"))
    found = [bucket for name, bucket in sorted(call.account.state(Buckets).by_name.items()) if name > after]
    found = [bucket for bucket in found if bucket.name.startswith(wanted.get("Prefix", ""))]
    found = [bucket for bucket in found if bucket.region == wanted.get("BucketRegion", bucket.region)]
    paged = wanted.keys() & {"MaxBuckets", "Prefix", "BucketRegion", "ContinuationToken"}
    answer: dict[str, Any] = {"Buckets": [_row(bucket, bool(paged)) for bucket in found[:most]], "Owner": OWNER}
    if len(found) > most:
        answer["ContinuationToken"] = base64.b64encode(found[most - 1].name.encode()).decode()
    return answer


def _after(token: str | None) -> str:
    try:
        return base64.b64decode(token or "", validate=True).decode()
    except ValueError as error:
        raise errors.bad_argument("continuation-token", token, "The continuation token is incorrect") from error


def _row(bucket: Bucket, paged: bool) -> dict[str, Any]:
    row: dict[str, Any] = {"Name": bucket.name, "CreationDate": bucket.created_at}
    return row | {"BucketRegion": bucket.region, "BucketArn": f"arn:aws:s3:::{bucket.name}"} if paged else row


def _head_bucket(call: Call) -> dict[str, Any]:
    bucket = asked_bucket(call)
    return {"BucketRegion": bucket.region, "AccessPointAlias": False, "BucketArn": f"arn:aws:s3:::{bucket.name}"}


def _get_bucket_location(call: Call) -> dict[str, Any]:
    region = asked_bucket(call).region
    return {"LocationConstraint": "" if region == "us-east-1" else region}


def _create_bucket(call: Call) -> dict[str, Any]:
    name, buckets = call.parameters["Bucket"], call.account.state(Buckets)
    if not _NAME.fullmatch(name):
        raise errors.bad_bucket_name(name)
    if name in buckets.by_name:
        raise errors.exists()
    found = re.search(rb"<LocationConstraint[^>]*>([a-z0-9-]+)<", call.request.body)
    region = found[1].decode() if found else REGION
    buckets.add(Bucket(name, call.account.now(), region, block=dict.fromkeys(_ALL_BLOCKED, True)))
    return {"Location": f"/{name}", "BucketArn": f"arn:aws:s3:::{name}"}


def _get_bucket_versioning(call: Call) -> dict[str, Any]:
    return {"Status": asked_bucket(call).versioning or None}


def _put_bucket_versioning(call: Call) -> dict[str, Any]:
    bucket = asked_bucket(call)
    found = re.search(rb"<Status>(Enabled|Suspended)</Status>", call.request.body)
    if not found:
        raise ServiceError("MalformedXML", "The XML you provided was not well-formed or did not validate.")
    bucket.versioning = found[1].decode()
    return {}


def _get_bucket_encryption(call: Call) -> dict[str, Any]:
    bucket = asked_bucket(call)
    if not bucket.encryption:
        raise errors.no_encryption(bucket.name)
    default = {"SSEAlgorithm": bucket.encryption}
    if bucket.key:
        default["KMSMasterKeyID"] = f"arn:aws:kms:{bucket.region}:{ACCOUNT_ID}:key/{bucket.key}"
    rule = {"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": bool(bucket.key)}
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


def _get_public_access_block(call: Call) -> dict[str, Any]:
    bucket = asked_bucket(call)
    if not bucket.block:
        raise errors.no_block(bucket.name)
    return {"PublicAccessBlockConfiguration": dict(bucket.block)}


def _get_bucket_policy_status(call: Call) -> dict[str, Any]:
    bucket = asked_bucket(call)
    if bucket.public is None:
        raise errors.no_policy(bucket.name)
    return {"PolicyStatus": {"IsPublic": bucket.public}}


def _get_bucket_tagging(call: Call) -> dict[str, Any]:
    bucket = asked_bucket(call)
    if not bucket.tags:
        raise errors.no_tags(bucket.name)
    return {"TagSet": _tags(bucket.tags)}


def _tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


OPERATIONS: Operations = {
    "ListBuckets": _list_buckets,
    "HeadBucket": _head_bucket,
    "GetBucketLocation": _get_bucket_location,
    "CreateBucket": _create_bucket,
    "GetBucketVersioning": _get_bucket_versioning,
    "PutBucketVersioning": _put_bucket_versioning,
    "GetBucketEncryption": _get_bucket_encryption,
    "GetPublicAccessBlock": _get_public_access_block,
    "GetBucketPolicyStatus": _get_bucket_policy_status,
    "GetBucketTagging": _get_bucket_tagging,
}
