"""Ten thousand dead letters of twelve makes are leased, spooled and grouped, and five hundred moved, in one sitting."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.source import ROOT
from tests.support.sqsfaults import SqsBackend, running_sqs

COUNT, MOVED = 10_000, 500
MEMORY = 30.0
"""Megabytes that ten thousand held messages may add; their spool is larger than the index that is kept of it."""


def sitting(backend: SqsBackend, way: str, folder: Path) -> dict[str, Any]:
    account = backend.account
    queues = backend.queue("returns-dlq"), backend.queue("returns")
    words = [way, backend.url, account.access_key, account.secret_key, *queues, str(COUNT), str(MOVED), str(folder)]
    command = [sys.executable, "-m", "tests.workbench.sitting", *words]
    ended = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return dict(json.loads(ended.stdout))


@pytest.mark.long
def test_a_large_queue_is_worked_in_one_sitting(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with running_sqs(empty=False, letters=COUNT) as backend:
        before = backend.contents("returns-dlq")
        assert before.total() == COUNT
        found = sitting(backend, "ours", home / "ours")
        assert (found["messages"], found["chosen"], found["done"]) == (COUNT, MOVED, MOVED)
        assert len(found["groups"]) == 12
        assert found["unreleased"] == 0
        assert backend.contents("returns-dlq", "returns") == before
        assert backend.contents("returns").total() == MOVED
        states = {message.state for message in backend.messages("returns-dlq")}
        assert states == {"visible"}
    with running_sqs(empty=False, letters=COUNT) as backend:
        bare = sitting(backend, "bare", home / "bare")
        assert bare["messages"] == COUNT
    assert found["memory"] < MEMORY
    with capsys.disabled():
        print(f"\n{json.dumps({'ours': found, 'bare': bare})}")
