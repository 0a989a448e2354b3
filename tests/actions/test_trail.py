"""Reading the audit log back."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from console.actions.audit import AuditLog, Operator
from console.actions.outcome import Outcome, Settled
from console.actions.trail import json_lines, markdown, read
from tests.actions.plans import NOON, Clock, plan, row


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "audit.jsonl"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def log(path: Path, clock: Clock) -> AuditLog:
    return AuditLog(path, clock, Operator("ana", "bastion-a"))


async def test_intent_and_outcome_become_one_entry(log, path, clock):
    made = await plan()
    entry = log.intent(made, made.calls[0], "INC-1")
    clock.forward(2)
    log.outcome(entry, Settled(Outcome.DONE, request_id="r-1"))
    (found,) = read(path).entries
    assert (found.at, found.outcome, found.text("reason")) == (NOON, Outcome.DONE, "INC-1")
    assert found.fields["ended_at"] == "2026-11-21T12:00:02Z"
    assert found.targets() == "web-1 (i-1)"


async def test_an_intent_without_outcome_is_unknown(log, path):
    made = await plan()
    log.intent(made, made.calls[0], "")
    (found,) = read(path).entries
    assert found.outcome is Outcome.UNKNOWN
    assert "may have happened" in found.text("error")


async def test_a_refusal_is_an_entry_of_its_own(log, path):
    made = await plan()
    log.refusal(made, made.calls[0], "", "the session is read-only")
    (found,) = read(path).entries
    assert (found.outcome, found.text("error")) == (Outcome.REFUSED, "the session is read-only")


async def test_torn_and_foreign_lines_are_counted_and_skipped(log, path):
    made = await plan()
    log.intent(made, made.calls[0], "")
    whole = path.read_bytes()
    foreign = [b"not json", b"[1]", b'"x"', b"{}", b'{"at":1,"id":"a"}', b'{"at":"2026-11-21","id":"a"}',
               b'{"at":"2026-11-21T12:00:00Z","id":{}}', b"\xff\xfe", b"[" * 5000]  # fmt: skip
    path.write_bytes(b"\n".join([*foreign, b""]) + whole + whole[: len(whole) // 2])
    found = read(path)
    assert len(found.entries) == 1
    assert found.unreadable == len(foreign) + 1


async def test_an_endless_line_is_one_unreadable_line(log, path, monkeypatch):
    monkeypatch.setattr("console.actions.trail._LINE_LIMIT", 2_000)
    made = await plan()
    log.intent(made, made.calls[0], "")
    path.write_bytes(b"x" * 9_000 + b"\n" + path.read_bytes())
    assert (len(read(path).entries), read(path).unreadable) == (1, 1)


async def test_since_leaves_out_what_was_meant_earlier(log, path, clock):
    made = await plan()
    early = log.intent(made, made.calls[0], "early")
    clock.forward(60)
    log.intent(made, made.calls[0], "late")
    log.outcome(early, Outcome.DONE)
    assert [entry.text("reason") for entry in read(path, NOON + timedelta(seconds=30)).entries] == ["late"]


def test_no_log_is_an_empty_trail_and_a_link_is_refused(path):
    assert read(path).entries == ()
    path.symlink_to(path.with_name("other"))
    with pytest.raises(OSError, match="symbolic links"):
        read(path)
    path.unlink()
    os.mkfifo(path)
    with pytest.raises(OSError, match="not a regular file"):
        read(path)


async def test_an_outcome_nobody_knows_is_unknown(path):
    path.write_text(json.dumps({"at": "2026-11-21T12:00:00Z", "id": "a", "outcome": "fine"}) + "\n")
    assert read(path).entries[0].outcome is Outcome.UNKNOWN


async def test_the_table_keeps_hostile_text_in_its_cell(log, path):
    made = await plan(rows=[row(name="a|b [x](javascript:1) <script> `c` **d** \\")])
    log.intent(made, made.calls[0], "pipe | line\n| fake | row |")
    table = markdown(read(path).entries)
    head, rule, body = table.splitlines()
    assert head.count("|") == rule.count("|") == 12
    assert body.replace("\\\\", "").replace("\\|", "").count("|") == 12
    assert "\\[x\\](javascript:1) \\<script\\> \\`c\\`" in body
    assert "a\\|b" in body


async def test_targets_show_their_own_outcomes(log, path):
    made = await plan(rows=[row("i-1"), row("i-2", "web-2")])
    entry = log.intent(made, made.calls[0], "")
    log.outcome(entry, Settled(Outcome.UNKNOWN, {"i-1": (Outcome.DONE, ""), "i-2": (Outcome.UNKNOWN, "not named")}))
    assert read(path).entries[0].targets() == "web-1 (i-1): done, web-2 (i-2): unknown"


async def test_json_lines_can_be_read_and_are_ascii(log, path):
    made = await plan(rows=[row(name="wéb")])
    log.intent(made, made.calls[0], "ü")
    text = json_lines(read(path).entries)
    assert text.isascii()
    assert json.loads(text)["reason"] == "ü"
    assert json.loads(text)["outcome"] == "unknown"
    assert datetime.fromisoformat(json.loads(text)["at"]) == datetime(2026, 11, 21, 12, tzinfo=UTC)


def test_a_hand_made_entry_cannot_reach_the_terminal_raw(path):
    record = {
        "at": "2026-11-21T12:00:00Z",
        "id": "a",
        "reason": "\x1b[2J",
        "targets": [{"id": "\x07"}],
        "user": ["\x1b"],
    }
    path.write_text(json.dumps(record) + "\n")
    table = markdown(read(path).entries)
    assert "\x1b" not in table
    assert "\x07" not in table
