"""Ids of objects whose keys read like a version's id."""

from __future__ import annotations

import pytest

from console.s3.address import join_version, split_version
from console.s3.listing import inside, object_id, object_parameters

KEYS = ["a/b.txt", "a?versionId=", "a?versionId=abc", "?versionId=x/", "é ü/\n"]


@pytest.mark.parametrize("key", KEYS)
def test_an_objects_id_is_never_a_versions(key: str) -> None:
    assert split_version(object_id({"Key": key})) == (key, "")
    assert object_parameters(object_id({"Key": key}), "bucket/") == {"Bucket": "bucket", "Key": key}


@pytest.mark.parametrize("key", KEYS)
def test_a_versions_id_keeps_key_and_version(key: str) -> None:
    assert split_version(join_version(key, "v1")) == (key, "v1")


def test_inside_a_prefix_is_its_key() -> None:
    assert inside({"type": "prefix"}, object_id({"Key": "x?versionId=1/"}), "bucket/") == "bucket/x?versionId=1/"
    assert inside({"type": "object"}, "x", "bucket/") == ""
