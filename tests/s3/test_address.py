"""Places in S3 as they are written."""

from __future__ import annotations

import pytest

from console.s3.address import Place, join_version, parse_parent, parse_url, split_version


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("things", Place("things")),
        ("things/", Place("things")),
        ("things/a/b", Place("things", "a/b")),
        ("s3://things/a//b/", Place("things", "a//b/")),
        ("arn:aws:s3:::things/a", Place("things", "a")),
        ("arn:aws-cn:s3:::things/a", Place("things", "a")),
        ("s3://things//leading", Place("things", "/leading")),
        ("s3://things/s3://nested", Place("things", "s3://nested")),
        ("s3://things/über\n\x1b", Place("things", "über\n\x1b")),
    ],
)
def test_a_place_is_read_with_its_key_untouched(text, place):
    assert parse_parent(text) == place


@pytest.mark.parametrize("text", ["", "/", "s3://", "s3:///key", "ab", "a b/c", "x" * 256, "b\x1bucket", "../x"])
def test_what_is_no_bucket_is_an_error(text):
    with pytest.raises(ValueError, match="not a bucket's name"):
        parse_parent(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [("things/a", "s3://"), ("https://things/a", "s3://"), ("s3://things", "no key"), ("s3://things/", "no key")],
)
def test_an_object_needs_a_whole_address(text, why):
    with pytest.raises(ValueError, match=why):
        parse_url(text)
    assert parse_url("s3://things/a") == Place("things", "a")


def test_a_place_is_written_as_it_is_read():
    for text in ("things", "things/a/b/"):
        assert str(parse_parent(text)) == text


@pytest.mark.parametrize("key", ["a", "a/b c", "a?versionId=", "a?versionId=x"])
def test_a_version_and_its_key_come_back(key):
    assert split_version(join_version(key, "null")) == (key, "null")
    assert split_version("a/b") == ("a/b", "")
