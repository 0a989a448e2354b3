"""Bad weather: what goes wrong at AWS's end or on the way, as the command line tells it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.command import answers
from tests.command.running import Run, at
from tests.command.service import serving
from tests.support.faulty import DROP, Answer, FaultyServer
from tests.support.moto import free_port


def _ec2(page: Answer) -> tuple[Answer, Answer]:
    return answers.identity(), page


@pytest.mark.parametrize(
    ("script", "code", "told"),
    [
        ((answers.refusal("ExpiredToken", "it has expired"),), 5, "aws sso login"),
        ((answers.refusal("InvalidClientTokenId", "no such key"),), 5, "no such key"),
        ((answers.refusal("SignatureDoesNotMatch", "wrong key"),), 5, "cloudtop doctor"),
        ((answers.refusal("RequestTimeTooSkewed", "too late"),), 1, "clock"),
        (_ec2(answers.ec2_refusal("UnauthorizedOperation", "ask for ec2:DescribeInstances")), 1, "denied"),
        (_ec2(answers.ec2_refusal("RequestLimitExceeded", "slow down", 503)), 1, "throttled"),
        (_ec2(answers.ec2_refusal("RequestExpired", "gone")), 5, "Sign in again"),
        (_ec2(Answer(200, b"<html>guest network</html>", {"Content-Type": "text/html"})), 1, "captive portal"),
        (_ec2(Answer(302, b"", {"Location": "http://127.0.0.1:9/"})), 1, "captive portal"),
        (_ec2(Answer(500, b"")), 1, "DescribeInstances"),
        (_ec2(DROP), 1, "DescribeInstances"),
        (_ec2(Answer(raw=b"\x1b]0;owned\x07 nonsense\r\n\r\n")), 1, "DescribeInstances"),
    ],
    ids=lambda value: "" if isinstance(value, tuple) else str(value),
)
def test_one_clear_line_and_no_row(
    run: Run, server: FaultyServer, script: tuple[Answer, ...], code: int, told: str
) -> None:
    server.script(*script)
    ended = run("ls", "ec2", *at(server.url))
    assert (ended.code, ended.out) == (code, b"")
    assert told in ended.error
    assert ended.error.startswith("cloudtop: ")
    assert ended.error.count("\n") == 1
    assert "Traceback" not in ended.error
    assert "\x1b" not in ended.error


def test_an_endpoint_that_is_not_there(run: Run) -> None:
    for words in (("ls", "ec2"), ("show", "ec2", "i-1"), ("presign", "s3://things/a"), ("do", "ec2", "stop", "i-1",
                   "--plan")):  # fmt: skip
        ended = run(*words, *at(f"http://127.0.0.1:{free_port()}"))
        assert (ended.code, ended.out) == (1, b""), words
        assert "cannot be reached" in ended.error


@pytest.mark.parametrize("url", ["nonsense", "ftp://host", "http://", "http://a b", "http://host:99999"])
def test_an_endpoint_that_is_none(run: Run, url: str) -> None:
    ended = run("ls", "ec2", *at(url))
    assert (ended.code, ended.out) == (2, b"")
    assert "endpoint" in ended.error


def test_a_half_read_list_keeps_its_rows_and_says_so(run: Run) -> None:
    def choose(request: str) -> Answer:
        if "Action=GetCallerIdentity" in request:
            return answers.identity()
        if "Action=DescribeInstances" in request:
            page = answers.instances(["i-2"])
            return answers.cut(page) if "NextToken=more" in request else answers.instances(["i-1"], token="more")
        return answers.refusal("AccessDenied")

    with serving(choose) as service:
        ended = run("ls", "ec2", "-o", "json", *at(service.url))
        table = run("ls", "ec2", *at(service.url))
    assert ended.code == 3
    assert [row["id"] for row in ended.json["rows"]] == ["i-1"]
    assert ended.json["complete"] is False
    assert {error["what"] for error in ended.json["errors"]} >= {"ec2 DescribeInstances"}
    assert (table.code, len(table.out.splitlines())) == (3, 2)
    assert "there may be more" in table.error


def test_columns_that_cannot_be_read_are_unknown_and_the_rows_are_there(run: Run) -> None:
    def choose(request: str) -> Answer:
        if "Action=GetCallerIdentity" in request:
            return answers.identity()
        ids = [f"i-{number}" for number in range(250)]
        return answers.instances(ids) if "Action=DescribeInstances" in request else answers.refusal("AccessDenied")

    with serving(choose) as service:
        ended = run("ls", "ec2", "-o", "json", *at(service.url))
        table = run("ls", "ec2", *at(service.url))
    assert ended.code == 3
    assert ended.json["complete"] is True
    row = ended.json["rows"][0]
    assert row["unknown"] == ["cpu_hour", "cpu", "status_checks"]
    assert row["cpu"] is None
    assert len(ended.json["errors"]) == 2  # one per call that failed, not one per row
    assert sum(error["count"] for error in ended.json["errors"]) == 500
    assert len(table.error.splitlines()) == 2
    assert " ? " in table.out.decode()


def test_an_endpoint_without_sts_leaves_the_account_unknown(run: Run) -> None:
    def choose(request: str) -> Answer:
        if "Action=GetCallerIdentity" in request:
            return answers.refusal("InvalidAction", "no STS here", 400)
        return answers.instances(["i-1"]) if "Action=DescribeInstances" in request else answers.refusal("AccessDenied")

    with serving(choose) as service:
        row = run("ls", "ec2", "-o", "json", *at(service.url)).json["rows"][0]
        refused = run("do", "ec2", "stop", "i-1", "--yes", "--reason", "x", "--write", *at(service.url))
    assert row["account"] is None
    assert "account" in row["unknown"]
    assert refused.code == 4
    assert service.asked("StopInstances") == 0


def test_one_region_that_fails_leaves_the_others(run: Run) -> None:
    def choose(request: str) -> Answer:
        if "Action=GetCallerIdentity" in request:
            return answers.identity()
        if "/eu-central-1/ec2/" in request:
            return answers.ec2_refusal("UnauthorizedOperation", "not here")
        return answers.instances(["i-1"]) if "Action=DescribeInstances" in request else answers.refusal("AccessDenied")

    with serving(choose) as service:
        ended = run("ls", "ec2", "-r", "eu-central-1", "-o", "json", *at(service.url))
    assert ended.code == 3
    assert [(row["id"], row["region"]) for row in ended.json["rows"]] == [("i-1", "eu-west-1")]
    assert "eu-central-1" in {error["region"] for error in ended.json["errors"]}


def _profiles(home: Path, *names: str) -> None:
    (home / ".aws").mkdir()
    keys = "aws_access_key_id = testing\naws_secret_access_key = testing\n"
    (home / ".aws" / "credentials").write_text("".join(f"[{name}]\n{keys}" for name in names))


def test_one_profile_that_fails_leaves_the_others(run: Run, home: Path) -> None:
    _profiles(home, "one", "two")
    with serving(lambda request: answers.identity() if "GetCaller" in request else answers.instances([])) as service:
        found = run("-p", "one", "ls", "ec2", "-p", "nobody", "-p", "two", "-o", "json", *at(service.url))
    assert found.code == 3
    assert [error["profile"] for error in found.json["errors"]] == ["nobody"]
    assert found.json["complete"] is False


def test_no_credentials_at_all(run: Run, monkeypatch: pytest.MonkeyPatch, server: FaultyServer) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    for words in (("ls", "ec2"), ("show", "ec2", "i-1"), ("do", "ec2", "stop", "i-1", "--yes", "--write")):
        ended = run(*words, *at(server.url))
        assert (ended.code, ended.out) == (5, b"")
        assert "aws sso login" in ended.error
    assert server.requests == []


def test_a_profile_that_is_broken(run: Run, home: Path, server: FaultyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / ".aws").mkdir()
    (home / ".aws" / "config").write_text("[profile half]\nsso_session = nowhere\n[profile torn\n")
    ended = run("ls", "ec2", "-p", "half", *at(server.url))
    assert (ended.code, ended.out) == (5, b"")
    assert ".aws/config" in ended.error


def test_no_region_and_an_unknown_one(
    run: Run, home: Path, monkeypatch: pytest.MonkeyPatch, server: FaultyServer
) -> None:
    none = run("ls", "ec2", "--endpoint-url", server.url)
    assert (none.code, "-r" in none.error) == (2, True)
    monkeypatch.setenv("AWS_REGION", "eu-wset-1")
    wrong = run("ls", "ec2", "--endpoint-url", server.url, "-o", "json")
    assert (wrong.code, wrong.out) == (2, b"")
    assert "eu-west-1" in json.loads(wrong.err)["error"]["remedy"]
    monkeypatch.setenv("AWS_REGION", "eu-west-1\x1b[31m")
    assert b"\x1b" not in run("ls", "ec2", "--endpoint-url", server.url).err
    assert server.requests == []


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("regoins: [eu-west-1]\n", ("config.yaml:1", "regoins", "regions")),
        ("theme: [\n", ("config.yaml:",)),
        ("writes:\n  unlock: soon\n", ("config.yaml:2", "writes.unlock")),
    ],
)
def test_a_configuration_that_cannot_be_used(run: Run, tmp_path: Path, text: str, told: tuple[str, ...]) -> None:
    (tmp_path / "config.yaml").write_text(text)
    ended = run("ls", "ec2", "--config", str(tmp_path / "config.yaml"))
    assert (ended.code, ended.out) == (2, b"")
    assert all(word in ended.error for word in told)
    assert ended.error.count("\n") == 1
    assert run("ls", "ec2", "--config", str(tmp_path / "missing.yaml")).code == 2


def test_the_configuration_says_where(run: Run, tmp_path: Path) -> None:
    with serving(lambda request: answers.identity() if "GetCaller" in request else answers.instances([])) as service:
        config = tmp_path / "config.yaml"
        config.write_text(f"endpoint_url: {service.url}\nregions: [eu-central-1, eu-north-1]\n")
        assert run("ls", "ec2", "--config", str(config)).code == 0
    assert service.asked("/eu-central-1/ec2/") == service.asked("/eu-north-1/ec2/") == 1
