"""Buckets, versions and previews, against a back end of other people's making."""

from __future__ import annotations

import json

from console.s3 import listing
from console.s3.preview import preview
from tests.support.reader import real_reader, seeder

KEYS = ["logs/", "logs/a.txt", "logs/2026/b", "ü b+c%2B?x=1&y", "zero", "line\x0bfeed"]


async def test_keys_of_every_kind_are_listed_and_read_back(moto):
    s3 = seeder(moto, "s3")
    s3.create_bucket(Bucket="things")
    for key in KEYS:
        s3.put_object(Bucket="things", Key=key, Body=b"" if key == "zero" else key.encode())
    async with real_reader(moto) as reader:
        found = [item["Key"] async for batch in listing.fetch_objects(reader, "things") for item in batch]
        level = [item["Name"] async for batch in listing.fetch_level(reader, "things/logs/") for item in batch]
        shown = {key: await preview(reader, key, "things") for key in found}
    assert sorted(found) == sorted(KEYS)
    assert level == ["2026/", "logs/", "a.txt"]
    assert shown["ü b+c%2B?x=1&y"].lines == ("ü b+c%2B?x=1&y",)
    assert shown["zero"].note == "The object is empty."


async def test_versions_are_previewed_each_as_it_was(moto):
    s3 = seeder(moto, "s3")
    s3.create_bucket(Bucket="things")
    s3.put_bucket_versioning(Bucket="things", VersioningConfiguration={"Status": "Enabled"})
    for body in (b"old", b"new"):
        s3.put_object(Bucket="things", Key="k", Body=body)
    s3.delete_object(Bucket="things", Key="k")
    async with real_reader(moto) as reader:
        versions = [item async for batch in listing.fetch_versions(reader, "things/") for item in batch]
        shown = [
            (await preview(reader, listing.version_id(item), "things")).lines
            for item in versions
            if listing.kind(item) == "version"
        ]
        exposure = dict([found async for found in listing.read_exposure(reader, ["things"])])
        document = await listing.describe_object(reader, listing.version_id(versions[0]), "things")
    assert sorted(listing.kind(item) for item in versions) == ["delete marker", "version", "version"]
    assert sorted(shown) == [("new",), ("old",)]
    assert exposure["things"]["versioning"] == "enabled"
    assert document["tags"] == []


async def test_a_public_policy_is_seen_and_a_block_outweighs_it(moto):
    s3 = seeder(moto, "s3")
    for name in ("open", "shut", "bare"):
        s3.create_bucket(Bucket=f"bucket-{name}")
    for name in ("open", "shut"):
        statement = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::bucket-{name}/*",
        }
        s3.put_bucket_policy(
            Bucket=f"bucket-{name}", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        )
    block = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)
    s3.put_public_access_block(Bucket="bucket-shut", PublicAccessBlockConfiguration=block)
    async with real_reader(moto) as reader:
        names = [item["Name"] async for batch in listing.fetch_buckets(reader, "") for item in batch]
        found = {name: values["public_access"] async for name, values in listing.read_exposure(reader, names)}
    assert found["bucket-shut"] == "blocked"
    assert found["bucket-open"] in ("public policy", "unknown")  # moto knows no policy status in some versions
    assert found["bucket-bare"] in ("not blocked", "unknown")
