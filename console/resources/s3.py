"""Owns the declarations of S3's resource types; must not hold logic."""

from __future__ import annotations

from console.resources.fields import Mapped, Path, Pending, tag_texts
from console.resources.model import (
    Column,
    DetailCall,
    DetailField,
    Enrichment,
    Kind,
    Link,
    Metric,
    Parameters,
    ResourceType,
    Tone,
)
from console.s3 import listing

_EXPOSURE = {
    "blocked": Tone.OK,
    "not blocked": Tone.NONE,
    "public policy": Tone.WARN,
    "unknown": Tone.UNKNOWN,
}
_CLASSES = {"glacier": Tone.DIM, "deep_archive": Tone.DIM}
_DAYS = 30 * 86400
"""S3 sends its storage metrics once a day."""
_HEAD = (("s3", "HeadObject"), ("s3", "GetObjectTagging"), ("s3", "GetObject"))


def _bucket(name: str, _parent: str) -> Parameters:
    return {"Bucket": name}


BUCKETS = ResourceType(
    name="s3.buckets",
    title="S3 buckets",
    service="s3",
    aliases=("s3", "buckets", "bucket"),
    operation="ListBuckets",
    items="Buckets",
    fetch=listing.fetch_buckets,
    id=Path("Name"),
    arn=lambda item, scope: scope.arn("s3", item["Name"], regional=False, owned=False),
    region=lambda item, scope: str(item.get("BucketRegion") or scope.region),
    child="s3.prefixes",
    columns=(
        Column("name", "NAME", Path("Name"), 40, rank=0),
        Column("bucket_region", "REGION", Path("BucketRegion"), 14, rank=2),
        Column("creation_date", "AGE", Path("CreationDate"), 5, Kind.TIME, rank=3),
        Column("versioning", "VERSIONING", Pending(), 14, rank=4),
        Column("public_access", "PUBLIC ACCESS", Pending(), 16, Kind.STATE, _EXPOSURE, rank=1),
    ),
    enrich=(
        Enrichment(
            ("versioning", "public_access"),
            listing.read_exposure,
            600,
            (("s3", "GetBucketVersioning"), ("s3", "GetBucketPolicyStatus"), ("s3", "GetPublicAccessBlock")),
        ),
    ),
    detail=(
        DetailCall("versioning", "GetBucketVersioning", _bucket),
        DetailCall(
            "encryption", "GetBucketEncryption", _bucket,
            "ServerSideEncryptionConfiguration.Rules", listing.ABSENT["encryption"],
        ),
        DetailCall(
            "public_access_block", "GetPublicAccessBlock", _bucket,
            "PublicAccessBlockConfiguration", listing.ABSENT["public_access_block"],
        ),
        DetailCall("policy_status", "GetBucketPolicyStatus", _bucket, "PolicyStatus", listing.ABSENT["policy_status"]),
        DetailCall("tags", "GetBucketTagging", _bucket, "TagSet", listing.ABSENT["tags"]),
    ),
    fields=(
        DetailField("Versioning", Path("versioning.Status")),
        DetailField("MFA delete", Path("versioning.MFADelete")),
        DetailField("Encryption", Path("encryption.0.ApplyServerSideEncryptionByDefault.SSEAlgorithm")),
        DetailField("KMS key", Path("encryption.0.ApplyServerSideEncryptionByDefault.KMSMasterKeyID"), Kind.ID),
        DetailField("Public policy", Path("policy_status.IsPublic"), Kind.FLAG),
        DetailField("ACLs blocked", Path("public_access_block.BlockPublicAcls"), Kind.FLAG),
        DetailField("Policies blocked", Path("public_access_block.BlockPublicPolicy"), Kind.FLAG),
        DetailField("Tags", Mapped("tags", tag_texts), Kind.LIST),
    ),
    metrics=(
        Metric(
            "Size", "AWS/S3", "BucketSizeBytes",
            lambda name: {"BucketName": name, "StorageType": "StandardStorage"}, "Average", Kind.SIZE, _DAYS,
        ),
        Metric(
            "Objects", "AWS/S3", "NumberOfObjects",
            lambda name: {"BucketName": name, "StorageType": "AllStorageTypes"}, "Average",
            seconds=_DAYS,
        ),
    ),
    problem=listing.bucket_problem,
    sort="name",
    period=300,
)  # fmt: skip

_OBJECT_COLUMNS = (
    Column("size", "SIZE", Path("Size"), 10, Kind.SIZE, rank=1),
    Column("last_modified", "AGE", Path("LastModified"), 5, Kind.TIME, rank=2),
    Column("storage_class", "CLASS", listing.storage_class, 19, Kind.STATE, _CLASSES, rank=3),
    Column("etag", "ETAG", listing.etag, 34, Kind.ID, rank=8),
)

_OBJECT_FIELDS = (
    DetailField("Object", Path("place")),
    DetailField("Size", Path("object.ContentLength"), Kind.SIZE),
    DetailField("Modified", Path("object.LastModified"), Kind.TIME),
    DetailField("Type", Path("object.ContentType")),
    DetailField("Encoding", Path("object.ContentEncoding")),
    DetailField("Class", Path("object.StorageClass")),
    DetailField("Restore", Path("object.Restore")),
    DetailField("Encryption", Path("object.ServerSideEncryption")),
    DetailField("KMS key", Path("object.SSEKMSKeyId"), Kind.ID),
    DetailField("Version", Path("object.VersionId"), Kind.ID),
    DetailField("ETag", Path("object.ETag"), Kind.ID),
    DetailField("Lock", Path("object.ObjectLockMode")),
    DetailField("Tags", Mapped("tags", tag_texts), Kind.LIST),
)

OBJECTS = ResourceType(
    name="s3.objects",
    title="S3 objects",
    service="s3",
    aliases=("objects", "object", "keys"),
    operation="ListObjectsV2",
    items="Contents",
    fetch=listing.fetch_objects,
    parent="s3.buckets",
    id=listing.object_id,
    arn=lambda item, scope: scope.arn("s3", f"{item['Bucket']}/{item['Key']}", regional=False, owned=False),
    columns=(Column("key", "KEY", Path("Key"), 60, rank=0), *_OBJECT_COLUMNS),
    describe=listing.describe_object,
    calls=_HEAD,
    fields=_OBJECT_FIELDS,
    page_rows=5_000,
    period=0,
)

PREFIXES = ResourceType(
    name="s3.prefixes",
    title="S3 objects by prefix",
    service="s3",
    aliases=("prefixes", "prefix"),
    operation="ListObjectsV2",
    items="CommonPrefixes",
    fetch=listing.fetch_level,
    parent="s3.buckets",
    child="s3.prefixes",
    inside=listing.inside,
    id=listing.object_id,
    arn=OBJECTS.arn,
    columns=(
        Column("name", "NAME", Path("Name"), 60, rank=0),
        Column("type", "TYPE", listing.kind, 8, rank=4),
        *_OBJECT_COLUMNS,
    ),
    describe=listing.describe_object,
    calls=_HEAD,
    fields=_OBJECT_FIELDS,
    links=(Link("Versions", "s3.versions", lambda document: [(document.get("object") or {}).get("Key", "")]),),
    page_rows=5_000,
    period=0,
)

VERSIONS = ResourceType(
    name="s3.versions",
    title="S3 object versions",
    service="s3",
    aliases=("versions", "version"),
    operation="ListObjectVersions",
    items="Versions",
    fetch=listing.fetch_versions,
    parent="s3.buckets",
    id=listing.version_id,
    arn=OBJECTS.arn,
    columns=(
        Column("key", "KEY", Path("Key"), 50, rank=0),
        Column("version_id", "VERSION", Path("VersionId"), 34, Kind.ID, rank=2),
        Column("type", "TYPE", listing.kind, 13, rank=1),
        Column("is_latest", "LATEST", Path("IsLatest"), 6, Kind.FLAG, rank=1),
        *_OBJECT_COLUMNS,
    ),
    describe=listing.describe_object,
    calls=_HEAD,
    fields=_OBJECT_FIELDS,
    page_rows=5_000,
    period=0,
)

TYPES = (BUCKETS, PREFIXES, OBJECTS, VERSIONS)
