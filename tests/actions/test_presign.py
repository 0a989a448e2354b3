"""Pre-signed URLs: region, lifetime, lock and record, with a signer that signs nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from console.actions.audit import AuditLog
from console.actions.presign import LONGEST, Presigned, presign
from console.resources.model import Parameters
from console.s3.address import Place
from console.scope.model import Identity, Scope
from console.text.faults import AwsError, Fault, FaultKind

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
HERE = Scope("eu-west-1", "acme", "123456789012")
ANA = Identity("123456789012", "arn:aws:iam::123456789012:user/ana")


@dataclass
class Guard:
    forbidden: bool = False
    seconds: float = 0.0
    warranted: list[tuple[str, str]] = field(default_factory=list)

    def unlocked_for(self) -> float:
        return self.seconds

    @contextmanager
    def warrant(self, service: str, operation: str) -> Iterator[None]:
        self.warranted.append((service, operation))
        yield


class _Answered(Exception):
    """What botocore raises for an answer that is an error."""

    def __init__(self, region: str) -> None:
        super().__init__(region)
        headers = {"x-amz-bucket-region": region} if region else {}
        self.response = {"ResponseMetadata": {"HTTPHeaders": headers}}


@dataclass
class Signer:
    """Answers ``HeadBucket`` with a region or a fault, and signs by naming what it was asked."""

    region: str = "eu-west-1"
    fault: FaultKind | None = None
    end: datetime | None = None
    guard: Guard = field(default_factory=Guard)
    signed: list[tuple[str, str, Parameters, int]] = field(default_factory=list)
    broken: bool = False

    async def call(self, _scope: Scope, service: str, operation: str, parameters: Parameters) -> dict[str, Any]:
        assert (service, operation, parameters) == ("s3", "HeadBucket", {"Bucket": "things"})
        if self.fault:
            raise AwsError(Fault(self.fault, "s3 HeadBucket", "told to")) from _Answered(self.region)
        return _Answered(self.region).response

    async def presign(self, scope: Scope, operation: str, parameters: Parameters, expires: int) -> str:
        if self.broken:
            raise AwsError(Fault(FaultKind.REFUSED, "s3 was not sent", "told to"))
        self.signed.append((scope.region, operation, parameters, expires))
        return "https://things.example/?X-Amz-Signature=abc"

    async def credentials_expire(self) -> datetime | None:
        return self.end


@pytest.fixture
def log(tmp_path: Path) -> AuditLog:
    return AuditLog(tmp_path / "private" / "audit.jsonl", lambda: NOON)


async def made(signer: Signer, log: AuditLog, *, put: bool = False, seconds: float = 900, **more: Any) -> Presigned:
    place = Place("things", "a/b")
    return await presign(signer, HERE, ANA, log, place, put=put, seconds=seconds, clock=lambda: NOON, **more)


def recorded(log: AuditLog) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.path.read_text().splitlines()] if log.path.exists() else []


async def test_a_url_to_read_with(log: AuditLog) -> None:
    signer = Signer()
    url = await made(signer, log, version="v-1")
    assert url == Presigned("https://things.example/?X-Amz-Signature=abc", NOON + timedelta(minutes=15), 900)
    assert signer.signed == [
        ("eu-west-1", "GetObject", {"Bucket": "things", "Key": "a/b", "VersionId": "v-1"}, 900)
    ]  # fmt: skip
    assert signer.guard.warranted == []
    meant, done = recorded(log)
    assert (meant["operation"], meant["parameters"]["ExpiresIn"], done["outcome"]) == ("PresignGetObject", 900, "done")
    assert "Signature" not in log.path.read_text()


@pytest.mark.parametrize(
    ("wanted", "credentials", "seconds", "why"),
    [
        (900, None, 900, ""),
        (900, 901, 900, ""),
        (900, 900, 900, ""),
        (900, 899, 899, "the credentials end"),
        (7 * 86400, 1200, 1200, "the credentials end"),
        (LONGEST + 1, None, LONGEST, "7 days"),
        (30 * 86400, 10, 10, "the credentials end"),
        (1.9, None, 1, ""),
    ],
)
async def test_it_lives_no_longer_than_its_credentials_or_seven_days(
    log: AuditLog, wanted: float, credentials: int | None, seconds: int, why: str
) -> None:
    end = NOON + timedelta(seconds=credentials) if credentials else None
    signer = Signer(end=end)
    url = await made(signer, log, seconds=wanted)
    assert (url.seconds, signer.signed[0][3], url.expires_at) == (seconds, seconds, NOON + timedelta(seconds=seconds))
    assert why in url.shortened_by
    assert bool(url.shortened_by) is bool(why)


@pytest.mark.parametrize("left", [0, -5, 0.4])
async def test_credentials_that_have_ended_sign_nothing(log: AuditLog, left: float) -> None:
    signer = Signer(end=NOON + timedelta(seconds=left))
    with pytest.raises(AwsError) as caught:
        await made(signer, log)
    assert caught.value.fault.kind is FaultKind.EXPIRED
    assert signer.signed == recorded(log) == []


async def test_a_url_to_write_with_is_a_write(log: AuditLog) -> None:
    locked = Signer()
    with pytest.raises(AwsError) as caught:
        await made(locked, log, put=True)
    assert caught.value.fault.kind is FaultKind.REFUSED
    assert locked.signed == recorded(log) == []
    unlocked = Signer(guard=Guard(seconds=60))
    await made(unlocked, log, put=True, version="ignored")
    assert unlocked.guard.warranted == [("s3", "PutObject")]
    assert unlocked.signed[0][1:3] == ("PutObject", {"Bucket": "things", "Key": "a/b"})


@pytest.mark.parametrize(
    ("signer", "region"),
    [
        (Signer("eu-central-1"), "eu-central-1"),
        (Signer(""), "eu-west-1"),
        (Signer("eu-central-1", FaultKind.DENIED), "eu-central-1"),
        (Signer("", FaultKind.DENIED), "eu-west-1"),
        (Signer("us-gov-west-1", FaultKind.INVALID), "us-gov-west-1"),
        (Signer("evil.example/x", FaultKind.DENIED), "eu-west-1"),
    ],
)
async def test_it_is_signed_for_the_buckets_region(log: AuditLog, signer: Signer, region: str) -> None:
    await made(signer, log)
    assert signer.signed[0][0] == recorded(log)[0]["region"] == region


@pytest.mark.parametrize("kind", [FaultKind.NOT_FOUND, FaultKind.UNREACHABLE, FaultKind.EXPIRED])
async def test_a_bucket_that_cannot_be_asked_ends_it(log: AuditLog, kind: FaultKind) -> None:
    region = "eu-west-1" if kind is FaultKind.NOT_FOUND else ""
    signer = Signer(region, kind)
    with pytest.raises(AwsError) as caught:
        await made(signer, log)
    assert (caught.value.fault.kind, caught.value.fault.subject) == (kind, "things")
    assert signer.signed == recorded(log) == []


async def test_what_cannot_be_recorded_is_not_handed_out(log: AuditLog) -> None:
    log.path.parent.mkdir()
    log.path.mkdir()
    signer = Signer()
    with pytest.raises(AwsError) as caught:
        await made(signer, log)
    assert caught.value.fault.kind is FaultKind.REFUSED
    assert signer.signed == []


async def test_a_signing_that_fails_is_recorded_as_failed(log: AuditLog) -> None:
    with pytest.raises(AwsError):
        await made(Signer(broken=True), log)
    assert [entry.get("outcome") for entry in recorded(log)] == [None, "failed"]
