"""The bounded look into an object."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from console.aws.cost import Meter
from console.aws.gateway import Gateway
from console.aws.guard import Guard
from console.aws.session import Connection
from console.s3.part import beginning, measure
from console.s3.preview import LIMIT, is_binary, preview, render
from console.scope.model import Scope
from console.text.faults import AwsError, FaultKind
from tests.support.faulty import Answer, faulty
from tests.support.reader import FakeReader


def store(body: bytes, *, etag: str = '"e"', answered: str | None = None, **head: Any) -> FakeReader:
    def get(given: dict[str, Any]) -> dict[str, Any]:
        assert given["Range"] == f"bytes=0-{LIMIT - 1}"
        assert given["IfMatch"] == etag
        return {"Body": body[:LIMIT], "ETag": etag if answered is None else answered}

    return FakeReader({"HeadObject": {"ContentLength": len(body), "ETag": etag, **head}, "GetObject": get})


async def test_text_is_shown_as_clean_lines():
    shown = await preview(store("eins\tzwei\r\n\x1b[2Jüber\u202e".encode()), "k", "things")
    assert shown.lines == ("eins    zwei", "<ESC>[2Jüber<U+202E>")
    assert (shown.binary, shown.note) == (False, "23 B.")


async def test_only_the_beginning_is_read_and_that_is_said():
    shown = await preview(store(b"line\n" * 40_000), "k", "things")
    assert shown.note == "64.0 KiB of 195 KiB."


async def test_one_huge_line_is_cut_where_it_shows():
    (line,) = (await preview(store(b"x" * 50_000), "k", "things")).lines
    assert len(line) == 2_000
    assert line.endswith("…")


async def test_a_character_cut_by_the_limit_leaves_it_text():
    shown = await preview(store("€".encode() * 40_000), "k", "things")
    assert not shown.binary


@pytest.mark.parametrize(
    ("body", "binary"),
    [
        (b"plain", False), ("über".encode(), False), ("über".encode()[:2], False), (b"a\0b", True), (b"\xff\xfe", True),
        (b"ok so far \xff", True), (gzip.compress(b"x", mtime=0), True), (b"\x89PNG\r\n", True), (b"", False),
    ],
)  # fmt: skip
def test_what_is_binary(body, binary):
    assert is_binary(body) is binary


async def test_binary_is_shown_as_a_dump():
    shown = await preview(store(bytes(range(256)) * 40), "k", "things")
    assert shown.binary
    assert shown.note == "Binary, first 4.0 KiB of 10.0 KiB."
    assert len(shown.lines) == 256
    assert shown.lines[0] == "00000000  00 01 02 03 04 05 06 07 08 09 0a 0b 0c 0d 0e 0f  ················"
    assert shown.lines[4].endswith("@ABCDEFGHIJKLMNO")


async def test_what_is_packed_is_not_unpacked():
    shown = await preview(store(gzip.compress(b"secret" * 100, mtime=0), ContentEncoding="gzip"), "k", "things")
    assert shown.binary
    assert "secret" not in "".join(shown.lines)
    assert render(b"x", 1, "aws-chunked\x1b").note == "1 B, sent as aws-chunked<ESC> and shown undecoded."


async def test_an_empty_object_is_not_read():
    reader = store(b"")
    assert (await preview(reader, "k", "things")).note == "The object is empty."
    assert reader.count("GetObject") == 0


@pytest.mark.parametrize(
    "head",
    [
        {"StorageClass": "GLACIER"},
        {"StorageClass": "DEEP_ARCHIVE"},
        {"StorageClass": "GLACIER", "Restore": 'ongoing-request="true"'},
        {"StorageClass": "INTELLIGENT_TIERING", "ArchiveStatus": "ARCHIVE_ACCESS"},
    ],
)
async def test_an_archived_object_is_said_to_be_and_not_asked_for(head):
    reader = store(b"x", **head)
    with pytest.raises(AwsError) as caught:
        await preview(reader, "k", "things")
    assert "archived" in caught.value.fault.sentence()
    assert reader.count("GetObject") == 0


@pytest.mark.parametrize(
    "head",
    [
        {"StorageClass": "GLACIER", "Restore": 'ongoing-request="false", expiry-date="x"'},
        {"StorageClass": "GLACIER_IR"},
        {"StorageClass": "INTELLIGENT_TIERING"},
        {},
    ],
)
async def test_what_can_be_read_is_read(head):
    assert (await preview(store(b"x", **head), "k", "things")).lines == ("x",)


async def test_a_version_is_asked_for_by_its_id():
    reader = store(b"x")
    await preview(reader, "k?versionId=v1", "things/prefix")
    assert all((given["Key"], given["VersionId"]) == ("k", "v1") for _, given in reader.asked)


@pytest.mark.parametrize(("etag", "answered"), [('"e"', '"other"'), ('"e"', ""), ("", "")])
async def test_a_body_without_the_objects_own_tag_is_not_shown(etag, answered):
    with pytest.raises(AwsError) as caught:
        await preview(store(b"<html>sign in</html>", etag=etag, answered=answered), "k", "things")
    assert caught.value.fault.kind is FaultKind.MALFORMED


async def test_the_range_and_the_tag_are_sent_and_a_changed_object_is_not_shown():
    head = {"ETag": '"e"', "Content-Length": "3"}
    changed = Answer(412, b"<Error><Code>PreconditionFailed</Code><Message>m</Message></Error>")
    with faulty(
        Answer(200, b"", head), Answer(206, b"abc", {"ETag": '"e"'}), Answer(200, b"", head), changed
    ) as server:
        connection = Connection(region="us-east-1", endpoint_url=server.url, access_key="a", secret_key="b")
        async with Gateway(connection, Guard(), Meter()) as gateway:
            reader = gateway.reader(Scope("us-east-1"))
            assert (await preview(reader, "k", "things")).lines == ("abc",)
            with pytest.raises(AwsError) as caught:
                await preview(reader, "k", "things")
    assert caught.value.fault.code == "PreconditionFailed"
    assert [request.method for request in server.requests] == ["HEAD", "GET", "HEAD", "GET"]
    assert server.requests[1].headers["range"] == f"bytes=0-{LIMIT - 1}"
    assert server.requests[1].headers["if-match"] == '"e"'


async def test_who_sends_more_than_the_range_that_was_asked_for_is_not_read_further():
    head = {"ETag": '"e"', "Content-Length": "3"}
    with faulty(Answer(200, b"", head), Answer(200, b"x" * 500_000, {"ETag": '"e"'})) as server:
        connection = Connection(region="us-east-1", endpoint_url=server.url, access_key="a", secret_key="b")
        async with Gateway(connection, Guard(), Meter()) as gateway:
            wanted = {"Bucket": "things", "Key": "k"}
            reader = gateway.reader(Scope("us-east-1"))
            assert await beginning(reader, await measure(reader, wanted), 1000) == b"x" * 1000
