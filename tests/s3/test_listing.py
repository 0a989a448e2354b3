"""Buckets, prefixes, objects and versions."""

from __future__ import annotations

from typing import Any

import pytest

from console.resources.model import Missing, Tone
from console.s3 import listing
from console.text.faults import AwsError, Fault, FaultKind
from tests.support.reader import DENIED, FakeReader


async def listed(generator: Any) -> list[Any]:
    return [part async for part in generator]


async def flat(generator: Any) -> list[Any]:
    return [item for batch in await listed(generator) for item in batch]


PAGES = [
    {"CommonPrefixes": [{"Prefix": "logs/2026/"}], "Contents": [{"Key": "logs/"}, {"Key": "logs/a", "Size": 1}]},
    {"Contents": [{"Key": "logs/b\x1b", "Size": 2}]},
    {},
]  # fmt: skip


async def test_objects_come_page_by_page_with_their_bucket():
    reader = FakeReader({"ListObjectsV2": PAGES})
    batches = await listed(listing.fetch_objects(reader, "things/logs/"))
    assert [[item["Key"] for item in batch] for batch in batches] == [["logs/", "logs/a"], ["logs/b\x1b"], []]
    assert {item["Bucket"] for batch in batches for item in batch} == {"things"}
    assert reader.asked == [("ListObjectsV2", {"Bucket": "things", "Prefix": "logs/"})]


async def test_a_level_names_what_is_under_the_prefix():
    reader = FakeReader({"ListObjectsV2": PAGES})
    found = await flat(listing.fetch_level(reader, "s3://things/logs/"))
    assert [(item["Name"], listing.kind(item)) for item in found] == [
        ("2026/", "prefix"), ("logs/", "object"), ("a", "object"), ("b\x1b", "object"),
    ]  # fmt: skip
    assert reader.asked[0][1]["Delimiter"] == "/"


async def test_versions_and_delete_markers_have_ids_of_their_own():
    page = {
        "Versions": [{"Key": "a", "VersionId": "v1"}, {"Key": "a", "VersionId": "null"}],
        "DeleteMarkers": [{"Key": "a", "VersionId": "v2"}],
    }
    found = await flat(listing.fetch_versions(FakeReader({"ListObjectVersions": [page]}), "things"))
    assert [(listing.version_id(item), listing.kind(item)) for item in found] == [
        ("a?versionId=v1", "version"), ("a?versionId=null", "version"), ("a?versionId=v2", "delete marker"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("item", "storage"),
    [
        ({"Key": "a"}, "STANDARD"),
        ({"Key": "a", "StorageClass": "GLACIER"}, "GLACIER"),
        ({"Key": "a/", "IsPrefix": True}, None),
        ({"Key": "a", "IsDeleteMarker": True}, None),
    ],
)
def test_storage_class(item, storage):
    assert listing.storage_class(item) == storage


async def test_a_place_that_is_none_is_invalid_and_nothing_is_asked():
    reader = FakeReader({})
    for fetch in (listing.fetch_objects, listing.fetch_level, listing.fetch_versions):
        with pytest.raises(AwsError) as caught:
            await listed(fetch(reader, "no bucket/x"))
        assert caught.value.fault.kind is FaultKind.INVALID


def test_an_object_or_a_version_is_named_by_its_id():
    assert listing.object_parameters("a b", "things/x/") == {"Bucket": "things", "Key": "a b"}
    assert listing.object_parameters("a?versionId=v", "things") == {"Bucket": "things", "Key": "a", "VersionId": "v"}


BLOCKED = {"PublicAccessBlockConfiguration": dict.fromkeys(("a", "b", "c", "d"), True)}
HALF = {"PublicAccessBlockConfiguration": {"a": True, "b": False}}
PUBLIC = {"PolicyStatus": {"IsPublic": True}}
PRIVATE = {"PolicyStatus": {"IsPublic": False}}


@pytest.mark.parametrize(
    ("status", "block", "text"),
    [
        (PUBLIC, BLOCKED, "blocked"),
        (DENIED, BLOCKED, "blocked"),
        (PUBLIC, HALF, "public policy"),
        (PUBLIC, None, "public policy"),
        (PUBLIC, DENIED, "public policy"),
        (PRIVATE, None, "not blocked"),
        (None, None, "not blocked"),
        (None, HALF, "not blocked"),
        (DENIED, None, "unknown"),
        (DENIED, HALF, "unknown"),
        (PRIVATE, DENIED, "unknown"),
        (None, DENIED, "unknown"),
    ],
)
def test_exposure_is_never_safer_than_what_is_known(status, block, text):
    assert listing.exposure(status, block) == text


def buckets(**changes: Any) -> FakeReader:
    return FakeReader(
        {"GetBucketVersioning": {}, "GetBucketPolicyStatus": PRIVATE, "GetPublicAccessBlock": BLOCKED, **changes}
    )


async def exposure_of(reader: FakeReader) -> Any:
    return dict(await listed(listing.read_exposure(reader, ["things"])))["things"]


async def test_a_bucket_without_policy_or_block_is_told_from_one_that_is_denied():
    absent = {
        "GetBucketPolicyStatus": Fault(FaultKind.NOT_FOUND, "x", "x", code="NoSuchBucketPolicy"),
        "GetPublicAccessBlock": Fault(FaultKind.NOT_FOUND, "x", "x", code="NoSuchPublicAccessBlockConfiguration"),
    }
    assert await exposure_of(buckets(**absent)) == {"versioning": "never enabled", "public_access": "not blocked"}
    denied = dict.fromkeys(absent, DENIED)
    assert await exposure_of(buckets(**denied)) == {"versioning": "never enabled", "public_access": "unknown"}


async def test_versioning_that_is_denied_is_unknown_and_a_bucket_denied_in_all_is_a_fault():
    assert await exposure_of(buckets(GetBucketVersioning=DENIED)) == {
        "versioning": Missing.UNKNOWN, "public_access": "blocked",
    }  # fmt: skip
    everything = dict.fromkeys(("GetBucketVersioning", "GetBucketPolicyStatus", "GetPublicAccessBlock"), DENIED)
    assert await exposure_of(buckets(**everything)) is DENIED


def test_a_public_bucket_is_a_warning():
    assert listing.bucket_problem({"public_access": "public policy"}) is Tone.WARN
    assert listing.bucket_problem({"public_access": "unknown"}) is Tone.NONE


async def test_a_detail_without_tags_stands():
    head = {"ContentLength": 3, "ETag": '"e"', "ResponseMetadata": {"RequestId": "r"}}
    document = await listing.describe_object(
        FakeReader({"HeadObject": head, "GetObjectTagging": DENIED}), "a", "things"
    )
    assert document["place"] == "s3://things/a"
    assert document["object"] == {"Key": "a", "ContentLength": 3, "ETag": '"e"'}
    assert document["tags"] is DENIED
