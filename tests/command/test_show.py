"""``cloudtop show`` on an account in moto."""

from __future__ import annotations

import json

import pytest
import yaml

from tests.command.conftest import HOSTILE_KEY, HOSTILE_NAME, Account
from tests.command.running import Run
from tests.command.test_ls import UNSAFE


@pytest.mark.parametrize(
    ("words", "id_"),
    [
        (("sqs", "orders"), None),
        (("sqs", "arn:aws:sqs:eu-west-1:123456789012:orders"), None),
        (("iam", "deployer"), "deployer"),
        (("iam", "arn:aws:iam::123456789012:role/deployer"), "deployer"),
        (("s3", "things"), "things"),
        (("s3.objects", "s3://things/a/1"), "a/1"),
        (("s3.objects", "a/b/2", "--in", "things"), "a/b/2"),
        (("cloudwatch.namespaces", "Shop"), "Shop"),
    ],
)
def test_one_resource_is_named_in_several_ways(
    run: Run, account: Account, words: tuple[str, ...], id_: str | None
) -> None:
    ended = run("show", *words, "-o", "json", *account.options)
    assert ended.code == 0, ended.error
    assert ended.json["id"] == (id_ or account.queue)
    assert ended.json["detail"]
    assert ended.json["account"] == "123456789012"


def test_a_part_that_cannot_be_read_is_told_and_the_rest_is_there(run: Run, account: Account) -> None:
    ended = run("show", "alarms", "cpu-high", "-o", "json", *account.options)  # moto has no alarm history
    assert ended.code == 3
    assert ended.json["detail"]["alarm"]["AlarmName"] == "cpu-high"
    assert "unreadable" in ended.json["detail"]["history"]
    assert [error["what"] for error in ended.json["errors"]] == ["cloudwatch DescribeAlarmHistory"]


def test_json_is_exact_and_yaml_is_clean(run: Run, account: Account) -> None:
    words = ("show", "ec2", account.instances[0], *account.options)
    exact = run(*words, "-o", "json")
    assert json.loads(exact.out.decode("ascii"))["detail"]["instance"]["Tags"][0]["Value"] == HOSTILE_NAME
    readable = run(*words).out.decode()
    assert not UNSAFE.search(readable)
    tags = yaml.safe_load(readable)["detail"]["instance"]["Tags"]
    assert tags[0]["Value"] == "web [/]<U+202E><U+009B>31m[@click=app.quit]x[/]"


def test_a_key_of_hostile_characters_is_found(run: Run, account: Account) -> None:
    ended = run("show", "s3.objects", f"s3://things/{HOSTILE_KEY}", "-o", "json", *account.options)
    assert (ended.code, ended.json["id"]) == (0, HOSTILE_KEY)


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("ec2", "i-0123456789abcdef0"), 1, "i-0123456789abcdef0"),
        (("ec2", "nonsense"), 1, "nonsense"),
        (("sqs", "nobody"), 1, "nobody"),
        (("iam", "nobody"), 1, "nobody"),
        (("alarms", "nobody"), 1, "nobody"),
        (("s3", "nobody-has-this"), 1, "nobody-has-this"),
        (("s3.objects", "s3://things/nope"), 1, "nope"),
        (("cloudwatch.metrics", "nope"), 1, "nope"),
        (("s3.objects", "s3://things"), 2, "names no key"),
        (("s3.objects", "a/1"), 2, "--in"),
        (("sqs.messages", "m-1", "--in", "orders"), 2, "cloudtop ls sqs.messages"),
        (("nothing", "x"), 2, "no type"),
        (("ec2", ""), 2, "empty"),
    ],
)
def test_what_does_not_exist_is_named(run: Run, account: Account, words: tuple[str, ...], code: int, told: str) -> None:
    ended = run("show", *words, *account.options)
    assert (ended.code, ended.out) == (code, b""), ended.error
    assert told in ended.error
    assert ended.error.count("\n") == 1
