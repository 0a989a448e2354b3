"""``cloudtop presign`` on an account in moto."""

from __future__ import annotations

import json
import re
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from console.config.paths import audit_file
from tests.command.conftest import HOSTILE_KEY, Account
from tests.command.running import Run
from tests.command.test_ls import UNSAFE


def entries() -> list[dict[str, object]]:
    return [json.loads(line) for line in Path(audit_file()).read_text().splitlines()]


@pytest.mark.parametrize("key", ["a/1", HOSTILE_KEY])
def test_the_url_alone_is_on_standard_output_and_works(run: Run, account: Account, key: str) -> None:
    ended = run("presign", f"s3://things/{key}", *account.options)
    assert ended.code == 0
    url = ended.out.decode()
    assert re.fullmatch(r"http://\S+\n", url)
    with urllib.request.urlopen(url.strip(), timeout=30) as answer:
        assert answer.read() == b"hello"
    assert not UNSAFE.search(ended.error)
    assert re.search(r"until \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC \(15m\)", ended.error)


def test_it_is_signed_with_version_4_for_the_buckets_region_and_the_time_asked_for(run: Run, account: Account) -> None:
    url = run("presign", "s3://elsewhere/x", "--expires", "2h30m", *account.options).out.decode()
    query = parse_qs(urlsplit(url).query)
    assert query["X-Amz-Algorithm"] == ["AWS4-HMAC-SHA256"]
    assert query["X-Amz-Expires"] == ["9000"]
    assert "/eu-central-1/s3/" in query["X-Amz-Credential"][0]


def test_it_is_recorded_without_the_url(run: Run, account: Account) -> None:
    url = run("presign", "s3://things/a/1", "--reason", "OPS-1", *account.options).out.decode()
    meant, done = entries()
    assert (meant["operation"], meant["phase"], meant["reason"]) == ("PresignGetObject", "intent", "OPS-1")
    assert meant["parameters"] == {"Bucket": "things", "Key": "a/1", "ExpiresIn": 900}
    assert (done["id"], done["outcome"]) == (meant["id"], "done")
    signature = parse_qs(urlsplit(url).query)["X-Amz-Signature"][0].strip()
    assert signature not in Path(audit_file()).read_text()


def test_a_url_to_write_with_needs_write(run: Run, account: Account) -> None:
    refused = run("presign", "s3://things/new", "--put", *account.options)
    assert (refused.code, refused.out) == (4, b"")
    assert not Path(audit_file()).exists()
    made = run("presign", "s3://things/new", "--put", "--write", *account.options)
    plain = {"Content-Type": "application/octet-stream"}
    request = urllib.request.Request(made.out.decode().strip(), b"written", plain, method="PUT")
    with urllib.request.urlopen(request, timeout=30) as answer:
        assert answer.status == 200
    assert account.client("s3").get_object(Bucket="things", Key="new")["Body"].read() == b"written"
    assert "write to s3://things/new" in made.error
    account.client("s3").delete_object(Bucket="things", Key="new")


def test_more_than_seven_days_becomes_seven(run: Run, account: Account) -> None:
    ended = run("presign", "s3://things/a/1", "--expires", "30d", *account.options)
    assert "X-Amz-Expires=604800" in ended.out.decode()
    assert "shorter than asked for: AWS allows 7 days at most" in ended.error


def test_a_version_is_signed_for(run: Run, account: Account) -> None:
    url = run("presign", "s3://things/a/1", "--version", "v-1", *account.options).out.decode()
    assert parse_qs(urlsplit(url).query)["versionId"] == ["v-1"]


def test_the_expiry_that_is_told_is_the_urls(run: Run, account: Account) -> None:
    ended = run("presign", "s3://things/a/1", "--expires", "90s", *account.options)
    query = parse_qs(urlsplit(ended.out.decode()).query)
    signed = datetime.strptime(query["X-Amz-Date"][0], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    told = re.search(r"until (\S+ \S+) UTC", ended.error)
    assert told
    until = datetime.strptime(told[1], "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    assert abs((until - signed).total_seconds() - 90) <= 1


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("things/a/1",), 2, "s3://"),
        (("s3:/things/a",), 2, "s3://"),
        (("s3://things",), 2, "names no key"),
        (("s3://things/",), 2, "names no key"),
        (("s3:///key",), 2, "bucket"),
        (("s3://a b/key",), 2, "bucket"),
        (("s3://things/a", "--expires", "soon"), 2, "soon"),
        (("s3://things/a", "--expires", "0"), 2, "one second"),
        (("s3://things/a", "--put", "--version", "1", "--write"), 2, "version"),
        (("s3://no-such-bucket-here/a",), 1, "no-such-bucket-here"),
        (("s3://things/a", "-p", "nobody"), 5, "nobody"),
    ],
)
def test_mistakes_make_no_url(run: Run, account: Account, words: tuple[str, ...], code: int, told: str) -> None:
    ended = run("presign", *words, *account.options)
    assert (ended.code, ended.out) == (code, b"")
    assert told in ended.error
    assert ended.error.count("\n") == 1
    assert not Path(audit_file()).exists()


def test_without_an_audit_log_there_is_no_url(run: Run, account: Account) -> None:
    audit_file().parent.mkdir(parents=True, mode=0o700)
    audit_file().mkdir()
    ended = run("presign", "s3://things/a/1", *account.options)
    assert (ended.code, ended.out) == (4, b"")
    assert "audit" in ended.error
