"""Owns reading buckets, prefixes, objects and versions page by page; must not know the screen.

botocore asks for URL-encoded keys and decodes them by itself, so that keys no XML can hold survive.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import Any

from console.resources.model import Item, Missing, Parameters, Reader, Tone, Value, Values
from console.resources.parts import attempt, gather
from console.s3.address import Place, join_version, parse_parent, split_version
from console.text.faults import AwsError, Fault, FaultKind

ABSENT = {
    "encryption": ("ServerSideEncryptionConfigurationNotFoundError",),
    "public_access_block": ("NoSuchPublicAccessBlockConfiguration",),
    "policy_status": ("NoSuchBucketPolicy",),
    "tags": ("NoSuchTagSet",),
}
"""Error codes that mean "there is none"."""


async def fetch_buckets(reader: Reader, _parent: str) -> AsyncIterator[list[Item] | Fault]:
    """Yield the buckets page by page."""
    async for page in reader.pages("s3", "ListBuckets", {"MaxBuckets": 1000}):
        yield list(page.get("Buckets") or ())


async def fetch_objects(reader: Reader, parent: str) -> AsyncIterator[list[Item] | Fault]:
    """Yield the objects under ``BUCKET/PREFIX``, all levels."""
    place = _place(parent)
    async for page in reader.pages("s3", "ListObjectsV2", _under(place)):
        yield [_inside(item, place) for item in page.get("Contents") or ()]


async def fetch_level(reader: Reader, parent: str) -> AsyncIterator[list[Item] | Fault]:
    """Yield one level under ``BUCKET/PREFIX``: prefixes as items without a size, then objects."""
    place = _place(parent)
    async for page in reader.pages("s3", "ListObjectsV2", {**_under(place), "Delimiter": "/"}):
        prefixes = [{"Key": part["Prefix"], "IsPrefix": True} for part in page.get("CommonPrefixes") or ()]
        found = [_inside(item, place) for item in [*prefixes, *(page.get("Contents") or ())]]
        yield [{**item, "Name": item["Key"].removeprefix(place.key) or item["Key"]} for item in found]


async def fetch_versions(reader: Reader, parent: str) -> AsyncIterator[list[Item] | Fault]:
    """Yield every version and delete marker under ``BUCKET/PREFIX``."""
    place = _place(parent)
    async for page in reader.pages("s3", "ListObjectVersions", _under(place)):
        markers = [{**item, "IsDeleteMarker": True} for item in page.get("DeleteMarkers") or ()]
        yield [_inside(item, place) for item in [*(page.get("Versions") or ()), *markers]]


def object_id(item: Item) -> str:
    """Return the key; one that itself reads like a version's id is told apart by an empty version."""
    key = str(item["Key"])
    return key if split_version(key) == (key, "") else join_version(key, "")


def inside(row: Values, id_: str, parent: str) -> str:
    """Return where the rows of a prefix are; nothing is inside an object."""
    return f"{_place(parent).bucket}/{split_version(id_)[0]}" if row.get("type") == "prefix" else ""


def version_id(item: Item) -> str:
    """Return the id of a version."""
    return join_version(item["Key"], item.get("VersionId") or "null")


def storage_class(item: Item) -> str | None:
    """Return the storage class; None for a prefix and a delete marker."""
    if item.get("IsPrefix") or item.get("IsDeleteMarker"):
        return None
    return str(item.get("StorageClass") or "STANDARD")


def etag(item: Item) -> str | None:
    """Return the entity tag as S3 sends it, quotes included; None where there is none."""
    return item.get("ETag")


def kind(item: Item) -> str:
    """Return ``prefix``, ``object``, ``version`` or ``delete marker``."""
    if item.get("IsPrefix"):
        return "prefix"
    if item.get("IsDeleteMarker"):
        return "delete marker"
    return "version" if "VersionId" in item else "object"


async def read_exposure(reader: Reader, names: Sequence[str]) -> AsyncIterator[tuple[str, Values | Fault]]:
    """Yield each bucket's versioning and whether the public can reach it."""
    for reading in asyncio.as_completed([_exposure(reader, name) for name in names]):
        yield await reading


async def _exposure(reader: Reader, name: str) -> tuple[str, Values | Fault]:
    wanted = {"Bucket": name}
    parts = await gather(
        {
            "versioning": reader.call("s3", "GetBucketVersioning", wanted),
            "status": attempt(reader.call("s3", "GetBucketPolicyStatus", wanted), ABSENT["policy_status"]),
            "block": attempt(reader.call("s3", "GetPublicAccessBlock", wanted), ABSENT["public_access_block"]),
        }
    )
    values = {
        "versioning": _versioning(parts["versioning"]),
        "public_access": exposure(parts["status"], parts["block"]),
    }
    faults = [part for part in parts.values() if isinstance(part, Fault)]
    return name, faults[0] if len(faults) == len(parts) else values


def _versioning(answer: Any) -> Value:
    if isinstance(answer, Fault):
        return Missing.UNKNOWN
    return str(answer.get("Status") or "never enabled").lower()


def exposure(status: Any, block: Any) -> str:
    """Return what is known of a bucket's exposure; ACLs and access points are not looked at."""
    settings = (block or {}).get("PublicAccessBlockConfiguration", {}) if not isinstance(block, Fault) else {}
    if settings and all(settings.values()):
        return "blocked"
    if isinstance(status, Fault):
        return "unknown"
    if status and status.get("PolicyStatus", {}).get("IsPublic"):
        return "public policy"
    return "unknown" if isinstance(block, Fault) else "not blocked"


def bucket_problem(values: Values) -> Tone:
    """Return how bad a bucket's row is."""
    return Tone.WARN if values.get("public_access") == "public policy" else Tone.NONE


async def describe_object(reader: Reader, id_: str, parent: str) -> dict[str, Any]:
    """Return an object's document. Raises ``AwsError`` when the object itself cannot be read.

    A prefix, which need not be an object, has a document that says no more than where it is.
    """
    wanted = object_parameters(id_, parent)
    place = Place(wanted["Bucket"], wanted["Key"])
    head = await attempt(
        reader.call("s3", "HeadObject", wanted), ("404", "NoSuchKey") if place.key.endswith("/") else ()
    )
    if isinstance(head, Fault):
        raise AwsError(head)
    if head is None:
        return {"place": f"s3://{place}", "object": {"Key": wanted["Key"]}, "tags": None}
    head.pop("ResponseMetadata", None)
    parts = await gather({"tags": _tags(reader, wanted)})
    return {"place": f"s3://{place}", "object": {"Key": wanted["Key"], **head}, **parts}


async def _tags(reader: Reader, wanted: Parameters) -> list[Any]:
    answer = await reader.call("s3", "GetObjectTagging", wanted)
    return list(answer.get("TagSet") or ())


def object_parameters(id_: str, parent: str) -> Parameters:
    """Return the parameters that name one object or version inside a parent."""
    key, version = split_version(id_)
    wanted: Parameters = {"Bucket": _place(parent).bucket, "Key": key}
    if version:
        wanted["VersionId"] = version
    return wanted


def _under(place: Place) -> Parameters:
    return {"Bucket": place.bucket, "Prefix": place.key}


def _inside(item: Item, place: Place) -> Item:
    return {**item, "Bucket": place.bucket}


def _place(parent: str) -> Place:
    try:
        return parse_parent(parent)
    except ValueError as error:
        raise AwsError(Fault(FaultKind.INVALID, "The place in S3 is not valid", str(error))) from error
