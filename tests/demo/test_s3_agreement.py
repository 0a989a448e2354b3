"""The demo's S3 and moto's asked alike: where both know an answer they must not differ in what a client sees."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from console.demo.process import DemoAccount
from tests.demo.conftest import Admin, connect
from tests.support.moto import ACCESS_KEY, SECRET_KEY

BUCKET = "agreement"
KEYS = ("a/b/1", "a/b/2", "a/c", "a0", "b/1", "b/2/3", "c", "é/ü", "z z", "~")


@pytest.fixture
def theirs(moto: str) -> Any:
    """A client of moto, with one bucket."""
    made = boto3.client(
        "s3",
        endpoint_url=moto,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        region_name="eu-west-1",
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}),
    )
    return _prepared(made)


@pytest.fixture
def ours() -> Iterator[Any]:
    """A client of an empty demo account, with one bucket."""
    with DemoAccount.start(empty=True) as running:
        yield _prepared(connect(running, "s3"))
        assert Admin(running.endpoint_url).mistakes() == []


def _prepared(s3: Any) -> Any:
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return s3


def refused(call: Callable[..., Any], **parameters: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as error:
        call(Bucket=BUCKET, **parameters)
    answer = error.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def listing(s3: Any) -> object:
    """List in every way: whole, in pages, below a prefix, rolled up, from a key on."""
    for key in KEYS:
        s3.put_object(Bucket=BUCKET, Key=key, Body=key.encode())
    ways: tuple[dict[str, Any], ...] = (
        {}, {"Prefix": "a/"}, {"Prefix": "a"}, {"Delimiter": "/"}, {"Prefix": "a/", "Delimiter": "/"},
        {"Delimiter": "/b/"}, {"StartAfter": "a/c"}, {"StartAfter": "b", "Delimiter": "/"}, {"Prefix": "none"},
    )  # fmt: skip
    return [_pages(s3, "list_objects_v2", size, way) for way in ways for size in (1, 2, 3, 1000)]


def _pages(s3: Any, operation: str, size: int, way: dict[str, Any]) -> list[object]:
    pages = s3.get_paginator(operation).paginate(Bucket=BUCKET, PaginationConfig={"PageSize": size}, **way)
    return [_page(page) for page in pages]


def _page(page: dict[str, Any]) -> object:
    rows = [(item["Key"], item["ETag"], item["Size"], item["StorageClass"]) for item in page.get("Contents", ())]
    prefixes = [part["Prefix"] for part in page.get("CommonPrefixes", ())]
    return rows, prefixes, page.get("KeyCount"), page["IsTruncated"], page["Name"], page["Prefix"]


def versions(s3: Any) -> object:
    """Write and delete with versioning off, on and suspended, and list what came of it."""
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"before")
    s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"one")
    deleted = s3.delete_object(Bucket=BUCKET, Key="k")
    s3.put_object(Bucket=BUCKET, Key="k", Body=b"two")
    s3.delete_object(Bucket=BUCKET, Key="k", VersionId=deleted["VersionId"])
    seen = [_chain(s3), s3.get_object(Bucket=BUCKET, Key="k", VersionId="null")["Body"].read()]
    s3.delete_object(Bucket=BUCKET, Key="k")
    seen += [_chain(s3), refused(s3.get_object, Key="k")]
    return seen


def _chain(s3: Any) -> object:
    answer = s3.list_object_versions(Bucket=BUCKET)
    rows = [(item["Key"], item["Size"], item["IsLatest"]) for item in answer.get("Versions", ())]
    return rows, [(item["Key"], item["IsLatest"]) for item in answer.get("DeleteMarkers", ())]


def reading(s3: Any) -> object:
    """Read whole, in part, with conditions, and what was said of an object."""
    etag = s3.put_object(
        Bucket=BUCKET, Key="k", Body=b"0123456789", ContentType="text/plain", Metadata={"a": "b"}, Tagging="t=1"
    )["ETag"]
    seen: list[object] = []
    for wanted in ("bytes=0-0", "bytes=3-5", "bytes=8-", "bytes=-3", "bytes=0-99"):
        part = s3.get_object(Bucket=BUCKET, Key="k", Range=wanted)
        status = part["ResponseMetadata"]["HTTPStatusCode"]
        seen.append((part["Body"].read(), part["ContentRange"], part["ContentLength"], status))
    head = s3.head_object(Bucket=BUCKET, Key="k")
    seen.append([head[name] for name in ("ContentLength", "ETag", "ContentType", "Metadata", "AcceptRanges")])
    seen.append(s3.get_object_tagging(Bucket=BUCKET, Key="k")["TagSet"])
    seen.append(refused(s3.get_object, Key="k", IfMatch='"x"'))
    seen.append(refused(s3.get_object, Key="k", IfNoneMatch=etag))
    seen.append(refused(s3.get_object, Key="k", Range="bytes=10-"))
    return seen


def errors(s3: Any) -> object:
    """Ask for what is not there."""
    return [
        refused(s3.get_object, Key="none"),
        refused(s3.head_object, Key="none"),
        refused(s3.get_object_tagging, Key="none"),
        refused(s3.get_bucket_tagging),
        refused(s3.get_bucket_policy_status),
        s3.get_bucket_versioning(Bucket=BUCKET).get("Status"),
        s3.get_bucket_location(Bucket=BUCKET)["LocationConstraint"],
        s3.head_bucket(Bucket=BUCKET)["BucketRegion"],
        s3.delete_object(Bucket=BUCKET, Key="none")["ResponseMetadata"]["HTTPStatusCode"],
    ]


@pytest.mark.parametrize("scenario", [listing, versions, reading, errors])
def test_s3(ours: Any, theirs: Any, scenario: Callable[[Any], object]) -> None:
    assert scenario(ours) == scenario(theirs)
