"""``cloudtop audit``: the log read back."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from console.actions.audit import AuditLog
from console.actions.outcome import Outcome
from console.config.paths import audit_file
from console.scope.model import Identity, Scope
from tests.command.running import Run

WHO = Identity("123456789012", "arn:aws:iam::123456789012:user/ana")
NOW = datetime.now(UTC)


def record(key: str, at: datetime, *, done: bool = True) -> None:
    log = AuditLog(audit_file(), lambda: at)
    entry = log.presign(Scope("eu-west-1"), WHO, "GetObject", {"Bucket": "things", "Key": key}, 60, "a|b \x1b[31m")
    if done:
        log.outcome(entry, Outcome.DONE)


def test_nothing_recorded_is_said(run: Run) -> None:
    ended = run("audit", "-o", "jsonl")
    assert (ended.code, ended.out) == (0, b"")
    assert "Nothing is recorded" in ended.error


def test_entries_since_a_moment_in_two_forms(run: Run) -> None:
    record("old", NOW - timedelta(days=3))
    record("new", NOW - timedelta(minutes=5), done=False)
    everything = [json.loads(line) for line in run("audit", "-o", "jsonl").out.splitlines()]
    assert [(entry["targets"][0]["id"], entry["outcome"]) for entry in everything] == [
        ("s3://things/old", "done"),
        ("s3://things/new", "unknown"),
    ]
    for since in ("2h", (NOW - timedelta(hours=1)).isoformat(), f"{NOW - timedelta(hours=1):%Y-%m-%dT%H:%M}"):
        recent = run("audit", "--since", since)
        assert "things/new" in recent.out.decode()
        assert "things/old" not in recent.out.decode()
    assert recent.out.decode().startswith("| Time")
    assert b"\x1b" not in recent.out


def test_lines_that_cannot_be_read_are_told(run: Run) -> None:
    record("new", NOW)
    with audit_file().open("a") as log:
        log.write("{torn\n")
    ended = run("audit")
    assert (ended.code, "1 line" in ended.error) == (3, True)


@pytest.mark.parametrize("since", ["soon", "2026-13-01", ""])
def test_a_since_that_is_no_time(run: Run, since: str) -> None:
    assert run("audit", "--since", since).code == 2


def test_a_log_that_cannot_be_opened(run: Run) -> None:
    audit_file().mkdir(parents=True)
    ended = run("audit")
    assert (ended.code, ended.out) == (1, b"")
    assert ended.error.count("\n") == 1
