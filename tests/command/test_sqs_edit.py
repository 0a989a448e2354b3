"""``cloudtop sqs resend --edit``: other bodies are shown, sent instead, and gone on with after a kill."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.config.paths import queues_folder
from tests.command.queues import Shop
from tests.command.running import ROOT


def exported(shop: Shop, file: Path, old: str, new: str) -> Path:
    """Export all letters and replace something in them."""
    assert shop.sqs("export", shop.dead, str(file)).code == 0
    file.write_text(file.read_text().replace(old, new))
    return file


def test_what_was_edited_in_an_export_is_sent(shop: Shop, file: Path) -> None:
    shop.fill(12)
    exported(shop, file, "letter 3", "letter \\u00e9 3\\n")
    ended = shop.write("resend", shop.dead, "--all", "--edit", str(file))
    assert ended.code == 0, ended.error
    bodies = {message.body for message in shop.left(shop.source)}
    assert bodies == {f"letter {at}" for at in range(12) if at != 3} | {"letter é 3\n"}
    assert "  - letter 3" in ended.error
    assert "  + letter é 3" in ended.error
    assert {message.attributes["ErrorType"]["StringValue"] for message in shop.left(shop.source)} == {
        "Timeout", "Refused",
    }  # fmt: skip


def test_what_sqs_would_refuse_is_not_sent(shop: Shop, file: Path) -> None:
    shop.fill(2)
    for bad in ("\\u0000", "\\ud800", "\\uffff"):
        file.unlink(missing_ok=True)
        exported(shop, file, "letter 1", bad)
        ended = shop.write("resend", shop.dead, "--all", "--edit", str(file))
        assert (ended.code, "SQS refuses" in ended.error) == (4, True)
    assert len(shop.left()) == 2
    assert shop.all_given_back()
    assert list((queues_folder() / "spool").iterdir()) == []


def test_an_edit_that_changes_nothing_sends_nothing(shop: Shop, file: Path) -> None:
    shop.fill(2)
    exported(shop, file, "nothing", "else")
    ended = shop.write("resend", shop.dead, "--all", "--edit", str(file))
    assert (ended.code, "no body in the file" in ended.error) == (4, True)
    assert len(shop.left()) == 2


@pytest.mark.parametrize(
    "text",
    [b"{", b"[]", b'{"id": "a"}', b'{"id": 1, "body": "b"}', b"\xff", b'{"id": "a", "body": "b"}\n' * 2, b"[" * 99_999],
)
def test_a_file_that_is_no_export_receives_nothing(shop: Shop, file: Path, text: bytes) -> None:
    file.write_bytes(text)
    for name in (file, file.with_name("missing")):
        ended = shop.write("resend", shop.dead, "--all", "--edit", str(name))
        assert (ended.code, ended.out) == (2, b"")
    assert shop.backend.counts()["ReceiveMessage"] == 0


def test_a_killed_job_goes_on_with_what_was_edited(shop: Shop, file: Path) -> None:
    shop.fill(30)
    exported(shop, file, "letter", "mended")
    shop.backend.fault("stall", "SendMessageBatch", nth=2)
    words = ["resend", shop.dead, "--all", "--max", "30", "--rate", "50", "--edit", str(file), *shop.place]
    command = [sys.executable, "-m", "console", "sqs", *words, "--write", "--yes", "--reason", "x"]
    with subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=-1, stderr=-1) as process:
        shop.backend.wait("SendMessageBatch", 2)
        process.kill()
        process.communicate()
    shop.backend.mend()
    shop.backend.advance(130)
    (listed,) = [json.loads(line) for line in shop.sqs("jobs", "-o", "jsonl").out.splitlines()]
    ended = shop.write("jobs", listed["job"], "--resume", "-o", "json")
    assert ended.code == 0, ended.error
    assert ended.json["counts"]["done"] == listed["remaining"] > 0
    assert {message.body.split()[0] for message in shop.left(shop.source)} == {"mended"}
    assert {message.body.split()[0] for message in shop.left()} == {"letter"}
    assert len(shop.left()) == listed["counts"]["in doubt"]
