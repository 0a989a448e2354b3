"""``cloudtop doctor``: every check said, whatever is broken."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from console.command.checks import Check, colours, without_password
from console.command.doctor import clock
from console.config.paths import audit_file, config_file
from tests.command import answers
from tests.command.conftest import Account
from tests.command.running import Run, at
from tests.support.faulty import FaultyServer

NAMES = {
    "terminal", "size", "colours", "encoding", "shell", "proxy", "configuration", "audit log", "credentials",
    "identity", "clock", "region",
}  # fmt: skip


def found(run: Run, *words: str) -> tuple[int, dict[str, tuple[str, str]]]:
    ended = run("doctor", "-o", "json", *words)
    return ended.code, {each["check"]: (each["result"], each["text"]) for each in ended.json["checks"]}


def test_everything_is_checked(run: Run, account: Account) -> None:
    code, checks = found(run, *account.options)
    assert code == 0
    assert set(checks) == NAMES
    assert checks["identity"][0] == checks["clock"][0] == checks["region"][0] == "ok"
    table = run("doctor", *account.options).out.decode()
    assert {line.split("  ")[1].strip() for line in table.splitlines()} <= NAMES | {""}
    assert len(table.splitlines()) == len(NAMES)


def test_what_is_wrong_on_this_host_stops_no_other_check(run: Run, account: Account) -> None:
    audit_file().mkdir(parents=True)
    config_file().parent.mkdir(parents=True)
    config_file().write_text("colour: red\n")
    code, checks = found(run, *account.options)
    assert code == 1
    assert set(checks) == NAMES
    assert checks["audit log"][0] == checks["configuration"][0] == "bad"
    assert "colour" in checks["configuration"][1]
    assert checks["identity"][0] == "ok"


def test_wrong_credentials(run: Run, server: FaultyServer) -> None:
    server.script(answers.refusal("InvalidClientTokenId", "no such key"))
    code, checks = found(run, *at(server.url))
    assert code == 5
    assert checks["credentials"][0] == "bad"
    assert "no such key" in checks["credentials"][1]
    assert found(run, "-p", "nobody", *at(server.url))[0] == 5


def test_a_region_that_is_not_enabled(run: Run, server: FaultyServer) -> None:
    server.script(answers.identity(), answers.identity(), answers.regions(["us-east-1"]))
    code, checks = found(run, *at(server.url))
    assert code == 1
    assert checks["region"] == ("bad", "eu-west-1 is not enabled for this account")


@pytest.mark.parametrize(
    ("off", "result"), [(0, Check.OK), (-30, Check.OK), (90, Check.WARN), (-90, Check.WARN), (900, Check.BAD)]
)
def test_the_clock_is_compared_with_aws(off: int, result: Check) -> None:
    now = datetime.now(UTC).replace(microsecond=0)
    date = format_datetime(now + timedelta(seconds=off), usegmt=True)
    finding = clock({"ResponseMetadata": {"HTTPHeaders": {"date": date}}}, now, now + timedelta(milliseconds=300))
    assert finding.result is result
    if result is not Check.OK:
        assert ("behind" if off > 0 else "ahead of") in finding.text


@pytest.mark.parametrize("date", ["", "yesterday"])
def test_an_answer_without_a_date_leaves_the_clock_unknown(date: str) -> None:
    now = datetime.now(UTC)
    finding = clock({"ResponseMetadata": {"HTTPHeaders": {"date": date}}}, now, now)
    assert (finding.result, "not known" in finding.text) == (Check.WARN, True)


def test_a_proxys_password_is_not_printed() -> None:
    assert without_password("http://ana:secret@proxy.example:8080") == "http://proxy.example:8080"
    assert without_password("ana:secret@proxy.example:8080") == "proxy.example:8080"
    assert "secret" not in without_password("http://ana:secret@[broken")


def test_colours_are_told_from_the_environment() -> None:
    assert "NO_COLOR" in colours({"NO_COLOR": "1", "COLORTERM": "truecolor"}).text
    assert "million" in colours({"COLORTERM": "truecolor"}).text
    assert "256" in colours({"TERM": "xterm-256color"}).text
