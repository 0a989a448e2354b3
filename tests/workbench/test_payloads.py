"""Payloads that messages point to: what they cost, how far they are read, where they are kept, how faults are told."""

from __future__ import annotations

import json
import stat
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.sqs.message import Message
from console.sqs.reading import S3Pointer, read
from console.text.faults import AwsError, Fault, FaultKind
from console.workbench import keeping, payloads
from console.workbench.leftovers import take_away
from console.workbench.payloads import Payload, Payloads, fetch, pointer_in, weigh
from tests.support.reader import DENIED, FakeReader
from tests.workbench.site import Site
from tests.workbench.test_spool import message

POINTER = S3Pointer("bulk", "sqs/one", None)
KINDS = ("software.amazon.payloadoffloading.PayloadS3Pointer", "com.amazon.sqs.javamessaging.MessageS3Pointer")


def pointing(kind: str = KINDS[0], key: str = "sqs/one") -> Message:
    return message("m-1", json.dumps([kind, {"s3BucketName": "bulk", "s3Key": key}]))


def store(body: bytes, **head: Any) -> FakeReader:
    def get(given: dict[str, Any]) -> dict[str, Any]:
        assert given["IfMatch"] == '"e"'
        first, last = given["Range"].removeprefix("bytes=").split("-")
        return {"Body": body[int(first) : int(last) + 1], "ETag": '"e"'}

    return FakeReader({"HeadObject": {"ContentLength": len(body), "ETag": '"e"', **head}, "GetObject": get})


async def fetched(reader: FakeReader, pointer: S3Pointer = POINTER) -> Payload:
    return await fetch(reader, *await weigh(reader, pointer))


@pytest.mark.parametrize("kind", KINDS)
async def test_weighing_asks_for_the_size_alone_and_says_what_reading_costs(kind: str) -> None:
    reader = store(b"x" * 2048)
    weight, _ = await weigh(reader, pointer_in(pointing(kind)))
    assert (weight.place, weight.cost) == ("s3://bulk/sqs/one", "one GetObject, 2.0 KiB")
    assert reader.asked == [("HeadObject", {"Bucket": "bulk", "Key": "sqs/one"})]


async def test_a_size_that_is_not_what_the_sender_says_is_told() -> None:
    told = [(await weigh(store(b"x" * 2048), replace(POINTER, size=size)))[0].cost for size in (2048, 2000)]
    assert told == ["one GetObject, 2.0 KiB", "one GetObject, 2.0 KiB; its sender says 2,000 B, S3 2,048 B"]


async def test_a_message_that_carries_its_own_body_points_nowhere() -> None:
    with pytest.raises(AwsError, match="does not point there"):
        pointer_in(message("m-1", '{"s3BucketName": "bulk"}'))


async def test_reading_is_one_call_and_is_exact() -> None:
    body = '{"é": "\u202e\\u0000"}'.encode()
    reader = store(body)
    found = await fetched(reader)
    assert (found.body, found.told) == (body, "19 B from s3://bulk/sqs/one")
    assert [name for name, _ in reader.asked] == ["HeadObject", "GetObject"]
    assert found.exported() == {"from": "s3://bulk/sqs/one", "bytes": len(body), "cut": False, "text": body.decode()}


async def test_what_is_longer_than_the_bound_is_cut_and_that_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(payloads, "LIMIT", 1024)
    reader = store("€".encode() * 1000)
    weight, measured = await weigh(reader, POINTER)
    assert weight.cost == "one GetObject, 2.9 KiB, of which the first 1.0 KiB are read"
    found = await fetch(reader, weight, measured)
    assert reader.asked[-1][1]["Range"] == "bytes=0-1023"
    assert len(found.body) == 1024
    assert found.told == "cut: the first 1.0 KiB of 2.9 KiB from s3://bulk/sqs/one"
    assert found.offloaded().text == "€" * 341, "half a character at the cut is no binary"
    exported = found.exported()
    assert exported["cut"]
    assert "base64" in exported, "exactly what was read"


async def test_an_empty_payload_is_not_asked_for() -> None:
    reader = store(b"")
    assert (await weigh(reader, POINTER))[0].cost == "nothing to read: it is empty"
    assert (await fetched(reader)).body == b""
    assert reader.count("GetObject") == 0


async def test_binary_is_shown_in_hexadecimal_and_exported_exactly() -> None:
    found = await fetched(store(b"\0\xff\x1b[2J"))
    offloaded = found.offloaded()
    assert offloaded.text.startswith("00000000  00 ff 1b 5b 32 4a")
    assert offloaded.told == "binary, its first 6 B of 6 B from s3://bulk/sqs/one"
    assert found.exported()["base64"] == "AP8bWzJK"


async def test_a_message_reads_as_its_payload_and_as_sent_still_as_itself() -> None:
    payload = Payload("s3://bulk/sqs/one", b'{"a": "\\u001b[2J' + b"x" * (2 * 1024 * 1024) + b'"}', 2_097_170)
    found = read(pointing(), offloaded=payload.offloaded())
    assert found.is_json, "it may be longer than what a queue takes"
    assert found.payload == payload.told
    assert "<ESC>[2J" in str(found.lines)
    assert found.pointer
    as_sent = read(pointing(), as_sent=True, offloaded=payload.offloaded())
    assert (as_sent.payload, "PayloadS3Pointer" in str(as_sent.lines)) == ("", True)


def _fault(kind: FaultKind, code: str, why: str = "") -> Fault:
    return Fault(kind, "s3 GetObject", why or code, "", code)


@pytest.mark.parametrize("operation", ["HeadObject", "GetObject"])
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (DENIED, "s3:GetObject, and kms:Decrypt"),
        (_fault(FaultKind.DENIED, "403", "denied: Forbidden"), "denies also what is not there"),
        (_fault(FaultKind.NOT_FOUND, "404"), "no such object, or no such bucket"),
        (
            _fault(FaultKind.NOT_FOUND, "NoSuchKey", "the key does not exist"),
            "the key does not exist. It may have been",
        ),
        (_fault(FaultKind.INVALID, "301"), "in another region"),
        (_fault(FaultKind.INVALID, "PermanentRedirect"), "in another region"),
        (_fault(FaultKind.SERVICE, "PreconditionFailed"), "changed since its size was asked for"),
        (_fault(FaultKind.THROTTLED, "SlowDown", "throttled: slow down"), "throttled: slow down"),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
async def test_faults_are_told_as_those_of_the_payload(operation: str, fault: Fault, words: str) -> None:
    reader = store(b"x")
    reader.script[operation] = fault
    with pytest.raises(AwsError) as caught:
        await fetched(reader)
    told = caught.value.fault
    assert told.what == "The payload s3://bulk/sqs/one was not read"
    assert words in told.sentence()
    assert (told.kind, told.code) == (fault.kind, fault.code)


async def test_what_is_archived_cut_short_or_not_s3s_is_not_shown() -> None:
    with pytest.raises(AwsError, match="was not read: it is archived in DEEP_ARCHIVE"):
        await weigh(store(b"x", StorageClass="DEEP_ARCHIVE"), POINTER)
    with pytest.raises(AwsError, match="only 3 B of 9 B came"):
        await fetched(store(b"xxx", ContentLength=9))
    reader = store(b"x")
    reader.script["GetObject"] = {"Body": b"log in here", "ETag": ""}
    with pytest.raises(AwsError, match="entity tag"):
        await fetched(reader)


@pytest.mark.parametrize(
    ("bucket", "key", "words"),
    [("bulk", "\ud800", "half a character"), ("bulk", "x" * 1025, "longer than 1,024"), ("bulk", "é" * 600, "longer")],
    ids=["half", "long", "bytes"],
)
async def test_keys_that_none_can_have_are_not_sent(bucket: str, key: str, words: str) -> None:
    reader = store(b"x")
    with pytest.raises(AwsError) as caught:
        await weigh(reader, S3Pointer(bucket, key, None))
    assert words in caught.value.fault.why
    assert len(caught.value.fault.what) < 350
    assert not reader.asked


async def test_hostile_names_are_names_and_nothing_else(site: Site) -> None:
    """At a real door: a path is no way up, a host's name is a bucket's, and what is shown is clean."""
    assert site.backend
    s3, key = site.backend.client("s3"), "../\x1b[2J%2e%2e/é \u202e?versionId=1#x"
    for bucket, region in (("bulk", "eu-west-1"), ("far-away", "us-west-2")):
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})
    s3.put_object(Bucket="bulk", Key="plain", Body=b"plain")
    s3.put_object(Bucket="far-away", Key=key.replace("\x1b", ""), Body=b"far")
    far = S3Pointer("far-away", key.replace("\x1b", ""), None)
    found = await fetch(site.reader, *await weigh(site.reader, far))
    assert found.body == b"far", "the bucket's own region is found"
    assert found.place.isprintable()
    for pointer in (
        S3Pointer("bulk", "../bulk/plain", None), S3Pointer("bulk", "./plain", None), S3Pointer("bulk", key, None),
        S3Pointer("../bulk", "plain", None), S3Pointer("bulk/plain", "x", None),
        S3Pointer("evil.example.com", "plain", None), S3Pointer("evil.example.com:80", "plain", None),
        S3Pointer("a--usw2-az1--x-s3", "plain", None),
    ):  # fmt: skip
        with pytest.raises(AwsError) as caught:
            await weigh(site.reader, pointer)
        assert caught.value.fault.kind in (FaultKind.NOT_FOUND, FaultKind.INVALID), pointer
        assert caught.value.fault.sentence().isprintable()


@pytest.fixture
def spool(home: Path) -> Path:
    return home / "state" / "spool" / "one.jsonl"


@pytest.fixture
def kept(spool: Path) -> Iterator[Payloads]:
    found = Payloads(spool)
    yield found
    found.close()


BODY = bytes(range(256)) * 8192 + b"end"
ONE = Payload("s3://bulk/one", BODY, len(BODY))


def test_they_are_kept_on_the_disk_for_their_owner_alone_and_only_as_long_as_needed(
    kept: Payloads, spool: Path
) -> None:
    kept.keep("m-1", ONE)
    kept.keep("m-2", replace(ONE, body=b"", total=0))
    assert (kept.get("m-1"), kept.get("m-3")) == (ONE, None)
    empty = kept.get("m-2")
    assert empty
    assert empty.body == b""
    (path,) = spool.parent.iterdir()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.stat().st_size > len(BODY)
    kept.close()
    assert not list(spool.parent.iterdir())
    assert kept.get("m-1") is None


def test_where_the_disk_is_full_one_is_kept_in_memory(
    kept: Payloads, spool: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept.keep("m-1", ONE)

    def full(_handle: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(keeping.os, "write", full)
    kept.keep("m-2", ONE)
    assert (kept.get("m-1"), kept.get("m-2")) == (ONE, ONE)
    kept.keep("m-3", ONE)
    assert (kept.get("m-1"), kept.get("m-2"), kept.get("m-3")) == (ONE, None, ONE)
    other = Payloads(spool.with_name("other.jsonl"))
    other.keep("m-1", ONE)
    assert other.get("m-1") == ONE
    other.close()


def test_what_a_killed_process_leaves_of_them_is_taken_away(spool: Path) -> None:
    killed = Payloads(spool)
    killed.keep("m-1", ONE)
    assert take_away(spool.parent.parent) == 0
    assert killed._ledger
    killed._ledger.close()  # as the kernel does
    assert take_away(spool.parent.parent) == 1
    assert not list(spool.parent.iterdir())
