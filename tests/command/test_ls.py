"""``cloudtop ls`` on an account in moto."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import datetime

import pytest

from console.resources.registry import catalogue
from tests.command import answers
from tests.command.conftest import HOSTILE_BODY, HOSTILE_KEY, HOSTILE_NAME, Account
from tests.command.running import REGION, Run, at
from tests.command.service import serving
from tests.support.faulty import Answer

TYPES = {
    "ec2.instances": (),
    "s3.buckets": (),
    "s3.objects": ("--in", "things"),
    "s3.prefixes": ("--in", "things/a/"),
    "s3.versions": ("--in", "things/a/b"),
    "sqs.queues": (),
    "sqs.messages": ("--in", "orders-dlq"),
    "cloudwatch.alarms": (),
    "cloudwatch.metrics": ("--in", "Shop"),
    "cloudwatch.namespaces": (),
    "iam.roles": (),
}
UNSAFE = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")


def test_every_type_of_the_catalogue_is_tried_here() -> None:
    assert set(TYPES) == set(catalogue())


@pytest.mark.parametrize("name", [name for name in TYPES if name != "sqs.messages"])
def test_json_is_one_object_with_a_value_for_every_column(run: Run, account: Account, name: str) -> None:
    ended = run("ls", name, *TYPES[name], "-o", "json", *account.options)
    assert ended.code == 0, ended.error
    found = ended.json
    assert found.keys() == {"type", "rows", "count", "complete", "errors"}
    assert (found["type"], found["complete"], found["errors"]) == (name, True, [])
    assert found["count"] == len(found["rows"]) > 0
    columns = [column.id for column in catalogue()[name].columns]
    for row in found["rows"]:
        assert list(row) == ["id", "arn", "account", "region", *columns, "unknown"]
        assert (row["id"], row["account"], row["unknown"]) == (row["id"], "123456789012", [])


@pytest.mark.parametrize(
    ("name", "form"),
    [("ec2.instances", "table"), ("ec2.instances", "csv"), ("s3.objects", "table"), ("s3.objects", "csv"),
     ("sqs.messages", "table")],
)  # fmt: skip
def test_no_name_or_content_reaches_the_terminal_as_more_than_text(
    run: Run, account: Account, name: str, form: str
) -> None:
    ended = run("ls", name, *TYPES[name], "-o", form, *account.options)
    assert ended.code == 0
    assert not UNSAFE.search(ended.out.decode() + ended.error)


def test_json_is_exact_and_printable_ascii(run: Run, account: Account) -> None:
    instances = run("ls", "ec2", "-o", "json", *account.options)
    assert instances.out.decode("ascii").replace("\n", "").isprintable()
    assert HOSTILE_NAME in [row["name"] for row in instances.json["rows"]]
    keys = run("ls", "s3.objects", "--in", "things", "-o", "json", *account.options)
    assert HOSTILE_KEY in [row["id"] for row in keys.json["rows"]]
    messages = run("ls", "sqs.messages", "--in", "orders-dlq", "-o", "json", *account.options)
    assert list(messages.json["rows"][0])[4:-1] == [column.id for column in catalogue()["sqs.messages"].columns]
    assert HOSTILE_BODY in {json.loads(row["body"])["text"] for row in messages.json["rows"] if "{" in row["body"]}
    assert b"\x7f" not in messages.out


def test_values_are_typed_and_times_are_utc(run: Run, account: Account) -> None:
    row = run("ls", "ec2", "-o", "json", *account.options).json["rows"][0]
    assert row["launch_time"].endswith("Z")
    assert datetime.fromisoformat(row["launch_time"]).tzinfo is not None
    assert isinstance(row["cpu_hour"], list)
    assert row["cpu"] is None
    queue = run("ls", "sqs", "--filter", "dlq", "-o", "json", *account.options).json["rows"][0]
    assert (queue["visible"], queue["retention"], queue["sources"]) == (2, 345600, ["orders"])


def test_table_has_a_line_per_row_and_nothing_on_standard_error(run: Run, account: Account) -> None:
    ended = run("ls", "sqs.queues", *account.options)
    head, *lines = ended.out.decode().splitlines()
    assert head.split()[:2] == ["NAME", "VISIBLE"]
    assert {line.split()[0] for line in lines} == {"orders", "orders-dlq"}
    assert ended.error == ""


def test_csv_is_read_back_and_holds_no_formula(run: Run, account: Account) -> None:
    rows = list(csv.DictReader(io.StringIO(run("ls", "ec2", "-o", "csv", *account.options).out.decode())))
    assert {row["id"] for row in rows} == set(account.instances)
    assert {row["name"][:2] for row in rows} == {"we", "'="}
    assert {row["unknown"] for row in rows} == {""}


def test_json_lines_are_rows(run: Run, account: Account) -> None:
    ended = run("ls", "ec2", "-o", "jsonl", *account.options)
    assert {json.loads(line)["id"] for line in ended.out.splitlines()} == set(account.instances)


def test_a_limit_says_that_there_is_more(run: Run, account: Account) -> None:
    found = run("ls", "ec2", "--limit", "2", "-o", "json", *account.options)
    assert (found.code, found.json["count"], found.json["complete"]) == (0, 2, False)
    assert "there are more" in run("ls", "ec2", "--limit", "2", *account.options).error
    assert run("ls", "ec2", "--limit", "3", "-o", "json", *account.options).json["complete"] is True


def test_a_filter_is_applied_before_the_limit(run: Run, account: Account) -> None:
    found = run("ls", "s3.objects", "--in", "things", "--filter", "z", "--limit", "1", "-o", "json", *account.options)
    assert [row["key"] for row in found.json["rows"]] == ["z"]
    assert run("ls", "ec2", "--filter", "nothing-has-this", *account.options).error == (
        "0 of 3 rows of EC2 instances match.\n"
    )


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("visible>1", {"orders-dlq"}),
        ("name!=orders-dlq", {"orders"}),
        ("-nothing orders", {"orders", "orders-dlq"}),
    ],
)
def test_the_filters_language_is_the_screens(run: Run, account: Account, text: str, names: set[str]) -> None:
    found = run("ls", "sqs", "--filter", text, "-o", "json", *account.options).json
    assert {row["name"] for row in found["rows"]} == names


def test_a_table_is_in_the_screens_order_and_json_in_awss(run: Run, account: Account) -> None:
    lines = run("ls", "sqs", *account.options).out.decode().splitlines()[1:]
    assert [line.split()[0] for line in lines] == ["orders-dlq", "orders"]  # the dead letters first
    listed = [url.rsplit("/", 1)[-1] for url in account.client("sqs").list_queues()["QueueUrls"]]
    assert [row["name"] for row in run("ls", "sqs", "-o", "json", *account.options).json["rows"]] == listed


def test_objects_are_keys_of_all_levels_under_the_prefix(run: Run, account: Account) -> None:
    for parent in ("things/a/", "s3://things/a/"):
        found = run("ls", "s3.objects", "--in", parent, "-o", "json", *account.options).json
        assert [row["key"] for row in found["rows"]] == [HOSTILE_KEY, "a/1", "a/b/2"]


def test_a_queue_in_use_is_not_peeked_at_unless_insisted_on(run: Run, account: Account) -> None:
    ended = run("ls", "sqs.messages", "--in", "orders", *account.options)
    assert (ended.code, ended.out) == (4, b"")
    assert "redrive policy" in ended.error
    assert "each gains one receive" in ended.error
    assert "--yes" in ended.error
    insisted = run("ls", "sqs.messages", "--in", "orders", "--yes", "-o", "json", *account.options)
    assert [row["receive_count"] for row in insisted.json["rows"]] == [1]
    assert "each gains one receive" in insisted.error


def test_a_sample_that_is_full_is_not_called_complete(run: Run, account: Account) -> None:
    sqs = account.client("sqs")
    url = sqs.create_queue(QueueName="many")["QueueUrl"]
    for start in range(0, 60, 10):
        sqs.send_message_batch(
            QueueUrl=url, Entries=[{"Id": str(n), "MessageBody": str(start + n)} for n in range(10)]
        )  # fmt: skip
    found = run("ls", "sqs.messages", "--in", "many", "-o", "json", *account.options).json
    sqs.delete_queue(QueueUrl=url)
    assert (found["count"], found["complete"]) == (50, False)


def test_regions_are_listed_side_by_side(run: Run, account: Account) -> None:
    ended = run("ls", "ec2", "-r", "us-east-1", "-o", "json", *account.options)
    assert {row["region"] for row in ended.json["rows"]} == {REGION}
    account.client("sqs", "us-east-1").create_queue(QueueName="across")
    found = run("-r", "us-east-1", "ls", "sqs", "-o", "json", *account.options).json
    assert {(row["region"], row["name"]) for row in found["rows"]} >= {("us-east-1", "across"), (REGION, "orders")}
    table = run("ls", "sqs", "-r", "us-east-1", *account.options).out.decode()
    assert table.split()[0] == "REGION"


def test_all_regions_are_those_that_the_account_may_use(run: Run) -> None:
    def choose(request: str) -> Answer:
        if "Action=GetCallerIdentity" in request:
            return answers.identity()
        if "Action=DescribeRegions" in request:
            return answers.regions(["eu-west-1", "us-east-1"])
        return answers.instances([]) if "Action=DescribeInstances" in request else answers.refusal("AccessDenied")

    with serving(choose) as service:
        assert run("ls", "ec2", "--all-regions", *at(service.url)).code == 0
    asked = [request for request in service.requests if "Action=DescribeInstances" in request]
    assert len(asked) == 2
    assert {region for region in ("eu-west-1", "us-east-1") for request in asked if f"/{region}/ec2/" in request} == {
        "eu-west-1", "us-east-1",
    }  # fmt: skip


def test_lists_without_regions_are_read_once(run: Run, account: Account) -> None:
    for name in ("s3.buckets", "iam.roles"):
        rows = run("ls", name, "-r", "us-east-1", "-o", "json", *account.options).json["rows"]
        assert len(rows) == len({row["id"] for row in rows})


@pytest.mark.parametrize(
    ("words", "code", "words_told"),
    [
        (("ec2.instance",), 2, "Nearest: ec2.instances"),
        (("s3.objects",), 2, "--in BUCKET"),
        (("sqs.messages",), 2, "--in QUEUE"),
        (("ec2", "--in", "things"), 2, "--in"),
        (("s3.objects", "--in", "a b"), 2, "no place in S3"),
        (("ec2", "--limit", "0"), 2, "--limit"),
        (("ec2", "--filter", "sise>3"), 2, "no column sise"),
        (("ec2", "--filter", "cpu>lots"), 2, "no number"),
        (("ec2", "-o", "xml"), 2, "xml"),
        (("ec2", "--bogus"), 2, "--bogus"),
        ((), 2, "TYPE"),
        (("s3.objects", "--in", "no-such-bucket"), 1, "bucket does not exist"),
        (("sqs.messages", "--in", "no-such-queue"), 1, "queue does not exist"),
        (("ec2", "-r", "eu-west-9"), 2, "eu-west-1"),
        (("ec2", "-p", "nobody"), 5, "nobody"),
    ],
)
def test_mistakes_are_told_in_one_line(
    run: Run, account: Account, words: tuple[str, ...], code: int, words_told: str
) -> None:
    ended = run("ls", *words, *account.options)
    assert (ended.code, ended.out) == (code, b"")
    assert words_told in ended.error
    assert ended.error.startswith("cloudtop: ")
    assert ended.error.count("\n") == 1
    as_json = run("ls", *words, *account.options, "-o", "json") if "-o" not in words else None
    if as_json:
        assert as_json.code == code
        assert json.loads(as_json.err)["error"]["what"]
