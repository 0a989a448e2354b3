"""S3 as the demo answers it."""

from __future__ import annotations

import gzip
import hashlib
import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from xml.etree import ElementTree

import pytest
from botocore import handlers
from botocore.exceptions import ClientError

from console.demo.process import DemoAccount
from console.demo.seed import hostile
from console.text.clean import clean
from tests.demo.conftest import Admin, Clients, connect

STATE = "northwind-terraform-state"
STATE_KEY = "production/orders/terraform.tfstate"
GONE = "staging/old-checkout/terraform.tfstate"
BUCKETS = {
    "northwind-access-logs", "northwind-assets", "northwind-backups", "northwind-data-lake", "northwind-invoices",
    "northwind-orders-archive", STATE,
}  # fmt: skip


@pytest.fixture
def s3(client: Clients) -> Any:
    """A client of the seeded account, which the tests only read."""
    return client("s3")


@pytest.fixture
def own(fresh: DemoAccount) -> Any:
    """A client of an empty account with the bucket ``mine``."""
    made = connect(fresh, "s3")
    made.create_bucket(Bucket="mine", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return made


def code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def keys(s3: Any, bucket: str, **parameters: Any) -> list[str]:
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, **parameters)
    return [item["Key"] for page in pages for item in page.get("Contents", ())]


def test_buckets_have_a_region_when_they_are_listed_in_pages(s3: Any) -> None:
    pages = list(s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": 3}))
    found = {item["Name"]: item["BucketRegion"] for page in pages for item in page["Buckets"]}
    assert len(pages) == 3
    assert found.keys() == BUCKETS
    assert found["northwind-data-lake"] == "eu-central-1"
    assert "BucketRegion" not in s3.list_buckets()["Buckets"][0]


def test_the_account_holds_about_three_thousand_keys_and_lists_each_once(s3: Any) -> None:
    total = 0
    for bucket in BUCKETS:
        found = keys(s3, bucket, PaginationConfig={"PageSize": 190})
        assert found == sorted(found, key=str.encode)
        assert len(found) == len(set(found))
        total += len(found)
    assert 2_500 < total < 3_500


def test_a_delimiter_rolls_up_and_pages_go_on_behind_a_prefix(s3: Any) -> None:
    pages = s3.get_paginator("list_objects_v2").paginate(
        Bucket="northwind-assets", Delimiter="/", PaginationConfig={"PageSize": 2}
    )
    found = [(page.get("CommonPrefixes", ()), page.get("Contents", ())) for page in pages]
    assert len(found) == 5
    rolled = [part["Prefix"] for prefixes, _ in found for part in prefixes]
    assert rolled == ["css/", "fonts/", "img/", "js/", "releases/"]
    plain = [item["Key"] for _, contents in found for item in contents]
    assert plain == ["favicon.svg", "index.html", "robots.txt", "sitemap.xml"]


def test_common_prefixes_count_against_the_page(s3: Any) -> None:
    page = s3.list_objects_v2(Bucket="northwind-assets", Delimiter="/", MaxKeys=4)
    assert (page["KeyCount"], page["IsTruncated"]) == (4, True)
    assert len(page.get("CommonPrefixes", ())) + len(page.get("Contents", ())) == 4


def test_a_listing_can_start_behind_a_key(s3: Any) -> None:
    every = keys(s3, "northwind-assets")
    assert keys(s3, "northwind-assets", StartAfter=every[40]) == every[41:]


def test_a_page_holds_a_thousand_at_most_and_none_when_none_are_wanted(own: Any) -> None:
    for number in range(1_003):
        own.put_object(Bucket="mine", Key=f"{number:05d}", Body=b"")
    page = own.list_objects_v2(Bucket="mine", MaxKeys=5_000)
    assert (len(page["Contents"]), page["MaxKeys"], page["IsTruncated"]) == (1_000, 1_000, True)
    rest = own.list_objects_v2(Bucket="mine", ContinuationToken=page["NextContinuationToken"])
    assert (rest["KeyCount"], rest["IsTruncated"]) == (3, False)
    none = own.list_objects_v2(Bucket="mine", MaxKeys=0)
    assert (none["KeyCount"], none["IsTruncated"]) == (0, False)


def test_a_false_continuation_token_is_refused(s3: Any) -> None:
    with pytest.raises(ClientError) as refused:
        s3.list_objects_v2(Bucket="northwind-assets", ContinuationToken="nonsense")
    assert code(refused) == "InvalidArgument"


@pytest.mark.parametrize("page_size", [1, 3, 1000])
def test_versions_and_delete_markers_are_listed_once_each_newest_first(s3: Any, page_size: int) -> None:
    pages = s3.get_paginator("list_object_versions").paginate(
        Bucket=STATE, Prefix="production/orders/", PaginationConfig={"PageSize": page_size}
    )
    versions: list[dict[str, Any]] = []
    markers: list[dict[str, Any]] = []
    for page in pages:
        versions += page.get("Versions", ())
        markers += page.get("DeleteMarkers", ())
    assert len({(item["Key"], item["VersionId"]) for item in versions + markers}) == len(versions) + len(markers)
    states = [item for item in versions if item["Key"] == STATE_KEY]
    assert [item["IsLatest"] for item in states] == [True] + [False] * (len(states) - 1)
    assert states == sorted(states, key=lambda item: item["LastModified"], reverse=True)
    assert states[-1]["VersionId"] == "null"
    assert len(markers) == 3
    assert markers[0]["IsLatest"]


def test_an_old_version_and_the_null_version_can_be_read(s3: Any) -> None:
    listed = s3.list_object_versions(Bucket=STATE, Prefix=STATE_KEY)["Versions"]
    states = [item for item in listed if item["Key"] == STATE_KEY]
    newest = json.load(s3.get_object(Bucket=STATE, Key=STATE_KEY)["Body"])
    oldest = json.load(s3.get_object(Bucket=STATE, Key=STATE_KEY, VersionId="null")["Body"])
    assert (newest["serial"], oldest["serial"]) == (len(states), 1)
    assert s3.head_object(Bucket=STATE, Key=STATE_KEY)["VersionId"] == states[0]["VersionId"]


def test_a_deleted_object_is_not_there_and_its_marker_says_so(s3: Any) -> None:
    assert GONE not in keys(s3, STATE)
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=STATE, Key=GONE)
    assert code(refused) == "NoSuchKey"
    assert refused.value.response["ResponseMetadata"]["HTTPHeaders"]["x-amz-delete-marker"] == "true"
    marker = s3.list_object_versions(Bucket=STATE, Prefix=GONE)["DeleteMarkers"][0]["VersionId"]
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=STATE, Key=GONE, VersionId=marker)
    assert code(refused) == "MethodNotAllowed"


def test_versions_that_are_not_there(s3: Any) -> None:
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=STATE, Key=STATE_KEY, VersionId="A" * 32)
    assert code(refused) == "NoSuchVersion"
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket=STATE, Key=STATE_KEY, VersionId="x")
    assert code(refused) == "InvalidArgument"


def test_what_is_not_there_has_s3s_own_codes(s3: Any) -> None:
    with pytest.raises(ClientError) as refused:
        s3.list_objects_v2(Bucket="nobody-has-this")
    assert code(refused) == "NoSuchBucket"
    with pytest.raises(ClientError) as refused:
        s3.get_object(Bucket="northwind-assets", Key="nothing")
    assert code(refused) == "NoSuchKey"
    for head in (lambda: s3.head_bucket(Bucket="nobody-has-this"), lambda: s3.head_object(Bucket=STATE, Key="nothing")):
        with pytest.raises(ClientError) as refused:
            head()
        assert (code(refused), refused.value.response["ResponseMetadata"]["HTTPStatusCode"]) == ("404", 404)


def test_the_contents_are_what_the_listing_said(s3: Any) -> None:
    for bucket, count in (("northwind-assets", 40), ("northwind-access-logs", 3), ("northwind-invoices", 3)):
        for item in s3.list_objects_v2(Bucket=bucket, MaxKeys=count)["Contents"]:
            body = s3.get_object(Bucket=bucket, Key=item["Key"])["Body"].read()
            assert len(body) == item["Size"]
            assert item["ETag"] == f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"'


def test_the_contents_fit_their_names(s3: Any) -> None:
    logs = keys(s3, "northwind-access-logs", Prefix="alb/")
    body = s3.get_object(Bucket="northwind-access-logs", Key=logs[0])["Body"].read()
    assert b"shop.example" in gzip.decompress(body)
    picture = next(key for key in keys(s3, "northwind-assets") if key.endswith(".png"))
    assert s3.get_object(Bucket="northwind-assets", Key=picture)["Body"].read(8) == b"\x89PNG\r\n\x1a\n"
    order = keys(s3, "northwind-orders-archive", Prefix="orders/")[0]
    found = s3.get_object(Bucket="northwind-orders-archive", Key=order)
    assert json.load(found["Body"])["order_id"] in order
    assert found["ContentType"] == "application/json"


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [("bytes=0-3", b"0123"), ("bytes=7-", b"789"), ("bytes=-2", b"89"), ("bytes=4-99", b"456789")],
)
def test_a_range_is_a_part(own: Any, wanted: str, expected: bytes) -> None:
    own.put_object(Bucket="mine", Key="digits", Body=b"0123456789")
    answer = own.get_object(Bucket="mine", Key="digits", Range=wanted)
    assert answer["Body"].read() == expected
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
    assert answer["ContentRange"].endswith("/10")


def test_a_range_behind_the_end_is_refused(own: Any) -> None:
    own.put_object(Bucket="mine", Key="digits", Body=b"0123456789")
    with pytest.raises(ClientError) as refused:
        own.get_object(Bucket="mine", Key="digits", Range="bytes=10-")
    assert code(refused) == "InvalidRange"


def test_a_range_of_a_huge_object_is_cheap_and_consistent(s3: Any) -> None:
    bucket = "northwind-backups"
    newest = [key for key in keys(s3, bucket, Prefix="rds/orders/") if key.endswith(".zst")][-1]
    head = s3.head_object(Bucket=bucket, Key=newest)
    assert head["ContentLength"] > 30_000_000_000
    assert "-" in head["ETag"]
    place = 20_000_000_000
    whole, second = (
        s3.get_object(Bucket=bucket, Key=newest, Range=f"bytes={place + low}-{place + 99}")["Body"].read()
        for low in (0, 50)
    )
    assert len(whole) == 100
    assert whole[50:] == second


def test_conditions(own: Any) -> None:
    etag = own.put_object(Bucket="mine", Key="it", Body=b"one")["ETag"]
    assert own.get_object(Bucket="mine", Key="it", IfMatch=etag)["Body"].read() == b"one"
    with pytest.raises(ClientError) as refused:
        own.get_object(Bucket="mine", Key="it", IfMatch='"other"')
    assert code(refused) == "PreconditionFailed"
    with pytest.raises(ClientError) as refused:
        own.get_object(Bucket="mine", Key="it", IfNoneMatch=etag)
    assert code(refused) == "304"
    with pytest.raises(ClientError) as refused:
        own.put_object(Bucket="mine", Key="it", Body=b"two", IfNoneMatch="*")
    assert code(refused) == "PreconditionFailed"


def test_an_archived_object_can_be_looked_at_but_not_read(s3: Any) -> None:
    bucket = "northwind-backups"
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix="rds/catalogue/")
    rows = [item for page in pages for item in page["Contents"]]
    assert {row["StorageClass"] for row in rows} == {"STANDARD_IA", "GLACIER", "DEEP_ARCHIVE"}
    readable = []
    for row in (row for row in rows if row["StorageClass"] != "STANDARD_IA"):
        head = s3.head_object(Bucket=bucket, Key=row["Key"])
        assert head["StorageClass"] == row["StorageClass"]
        if head.get("Restore", "").startswith('ongoing-request="false"'):
            readable.append(s3.get_object(Bucket=bucket, Key=row["Key"], Range="bytes=0-0")["ContentLength"])
            continue
        with pytest.raises(ClientError) as refused:
            s3.get_object(Bucket=bucket, Key=row["Key"], Range="bytes=0-0")
        assert code(refused) == "InvalidObjectState"
    assert readable == [1]


def test_buckets_differ_in_what_protects_them(s3: Any) -> None:
    def of(call: Any, bucket: str) -> Any:
        try:
            return call(Bucket=bucket)
        except ClientError as error:
            return error.response["Error"]["Code"]

    assert s3.get_bucket_policy_status(Bucket="northwind-assets")["PolicyStatus"]["IsPublic"] is True
    assert of(s3.get_bucket_policy_status, "northwind-invoices") == "NoSuchBucketPolicy"
    assert of(s3.get_public_access_block, "northwind-access-logs") == "NoSuchPublicAccessBlockConfiguration"
    assert of(s3.get_bucket_encryption, "northwind-access-logs") == "ServerSideEncryptionConfigurationNotFoundError"
    assert of(s3.get_bucket_tagging, "northwind-access-logs") == "NoSuchTagSet"
    rules = s3.get_bucket_encryption(Bucket="northwind-invoices")["ServerSideEncryptionConfiguration"]["Rules"]
    assert rules[0]["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "aws:kms"
    assert s3.get_bucket_versioning(Bucket=STATE)["Status"] == "Enabled"
    assert s3.get_bucket_versioning(Bucket="northwind-backups")["Status"] == "Suspended"
    assert "Status" not in s3.get_bucket_versioning(Bucket="northwind-assets")


def test_another_regions_bucket_redirects(demo: DemoAccount, s3: Any) -> None:
    assert s3.get_bucket_location(Bucket="northwind-data-lake")["LocationConstraint"] == "eu-central-1"
    assert keys(s3, "northwind-data-lake", Prefix="exports/") == ["exports/prices.csv", "exports/stock.csv"]
    address = connect(demo, "s3").generate_presigned_url(
        "get_object", {"Bucket": "northwind-data-lake", "Key": "exports/stock.csv"}
    )
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(address, timeout=30)
    assert b"AuthorizationQueryParametersError" in refused.value.read()
    there = connect(demo, "s3", region_name="eu-central-1").generate_presigned_url(
        "get_object", {"Bucket": "northwind-data-lake", "Key": "exports/stock.csv"}
    )
    assert urllib.request.urlopen(there, timeout=30).read().startswith(b"sku,")


def test_a_plain_client_puts_and_gets_with_a_signed_address(own: Any) -> None:
    put = own.generate_presigned_url("put_object", {"Bucket": "mine", "Key": "a b/ü.txt"})
    with urllib.request.urlopen(urllib.request.Request(put, b"hello", method="PUT"), timeout=30) as answer:
        assert answer.status == 200
    named = {"ResponseContentDisposition": 'attachment; filename="x.txt"'}
    get = own.generate_presigned_url("get_object", {"Bucket": "mine", "Key": "a b/ü.txt", **named})
    with urllib.request.urlopen(get, timeout=30) as answer:
        assert answer.read() == b"hello"
        assert answer.headers["Content-Disposition"] == named["ResponseContentDisposition"]
    assert keys(own, "mine") == ["a b/ü.txt"]


def test_an_object_keeps_what_was_said_of_it(own: Any) -> None:
    own.put_object(
        Bucket="mine", Key="it", Body=b"x", ContentType="text/x-note", CacheControl="no-store", Metadata={"who": "me"},
        StorageClass="STANDARD_IA", Tagging="team=web&empty=",
    )  # fmt: skip
    head = own.head_object(Bucket="mine", Key="it")
    assert (head["ContentType"], head["CacheControl"], head["Metadata"]) == ("text/x-note", "no-store", {"who": "me"})
    assert head["StorageClass"] == "STANDARD_IA"
    tags = own.get_object_tagging(Bucket="mine", Key="it")["TagSet"]
    assert tags == [{"Key": "team", "Value": "web"}, {"Key": "empty", "Value": ""}]


def test_without_versioning_the_last_one_wins_and_deleting_is_for_good(own: Any) -> None:
    own.put_object(Bucket="mine", Key="it", Body=b"one")
    own.put_object(Bucket="mine", Key="it", Body=b"two")
    assert [item["VersionId"] for item in own.list_object_versions(Bucket="mine")["Versions"]] == ["null"]
    assert own.get_object(Bucket="mine", Key="it")["Body"].read() == b"two"
    own.delete_object(Bucket="mine", Key="it")
    own.delete_object(Bucket="mine", Key="it")
    assert "Versions" not in own.list_object_versions(Bucket="mine")


def test_with_versioning_writing_and_deleting_add() -> None:
    with DemoAccount.start() as account:
        s3 = connect(account, "s3")
        before = len(s3.list_object_versions(Bucket=STATE, Prefix=STATE_KEY)["Versions"])
        written = s3.put_object(Bucket=STATE, Key=STATE_KEY, Body=b"{}")["VersionId"]
        deleted = s3.delete_object(Bucket=STATE, Key=STATE_KEY)
        assert deleted["DeleteMarker"] is True
        listed = s3.list_object_versions(Bucket=STATE, Prefix=STATE_KEY)
        assert len(listed["Versions"]) == before + 1
        assert s3.get_object(Bucket=STATE, Key=STATE_KEY, VersionId=written)["Body"].read() == b"{}"
        s3.delete_object(Bucket=STATE, Key=STATE_KEY, VersionId=deleted["VersionId"])
        assert s3.get_object(Bucket=STATE, Key=STATE_KEY)["VersionId"] == written
        assert Admin(account.endpoint_url).mistakes() == []


def test_refused_writes(own: Any) -> None:
    for bucket, key, expected in (("none-such", "it", "NoSuchBucket"), ("mine", "x" * 1_025, "KeyTooLongError")):
        with pytest.raises(ClientError) as refused:
            own.put_object(Bucket=bucket, Key=key, Body=b"")
        assert code(refused) == expected
    with pytest.raises(ClientError) as refused:
        own.put_object(Bucket="mine", Key="it", Body=b"x", ContentMD5="1B2M2Y8AsgTpgAmY7PhCfg==")
    assert code(refused) == "BadDigest"
    with pytest.raises(ClientError) as refused:
        own.create_bucket(Bucket="mine", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    assert code(refused) == "BucketAlreadyOwnedByYou"


@pytest.fixture(scope="module")
def attacked() -> Iterator[Any]:
    """A client of an account whose names and contents attack."""
    with DemoAccount.start(hostile=True) as account:
        yield connect(account, "s3")
        assert Admin(account.endpoint_url).mistakes() == []


def test_hostile_keys_arrive_whole_and_lead_to_their_objects(attacked: Any) -> None:
    found = keys(attacked, "hostile", PaginationConfig={"PageSize": 4})
    assert any("\x1b]52;" in key for key in found)
    assert any("\u202e" in key for key in found)
    assert sum(clean(key) != key for key in found) > len(hostile.RAW) / 2
    assert max(len(key.encode()) for key in found) == 1024
    for key in found:
        assert len(attacked.get_object(Bucket="hostile", Key=key)["Body"].read()) > 0


def test_hostile_headers_arrive(attacked: Any) -> None:
    heads = [attacked.head_object(Bucket="hostile", Key=key) for key in keys(attacked, "hostile")[:12]]
    kinds = {head["ContentType"].encode("latin-1").decode() for head in heads}
    assert "[@click=app.quit]click me[/]" in kinds
    assert any("\u202e" in kind for kind in kinds)
    assert {head["Metadata"]["note"] for head in heads} == {head["ContentType"] for head in heads}


def test_a_listing_that_is_not_encoded_is_xml_that_nobody_can_read(attacked: Any) -> None:
    attacked.meta.events.unregister(
        "before-parameter-build.s3.ListObjectsV2", handlers.set_list_objects_encoding_type_url
    )
    address = attacked.generate_presigned_url("list_objects_v2", {"Bucket": "hostile"})
    body = urllib.request.urlopen(address, timeout=30).read()
    assert b"&#x1b;]52;" in body
    with pytest.raises(ElementTree.ParseError):
        ElementTree.fromstring(body)  # noqa: S314  # our own child wrote it


def test_heads_have_no_body(demo: DemoAccount, s3: Any) -> None:
    address = s3.generate_presigned_url("head_object", {"Bucket": STATE, "Key": "nothing"})
    connection = http.client.HTTPConnection(demo.endpoint_url.removeprefix("http://"), timeout=30)
    connection.request("HEAD", address.removeprefix(demo.endpoint_url))
    answer = connection.getresponse()
    assert (answer.status, answer.read()) == (404, b"")
    connection.close()
