"""Copies of messages that a killed process leaves behind: taken away where it had only looked, kept for what it did."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.workbench import leftovers
from console.workbench.edits import keep_edited
from console.workbench.journal import Journal, Kind, Order
from console.workbench.leftovers import take_away
from console.workbench.spool import KeptSpool, Origin, Spool
from tests.workbench.test_spool import message

ROOT = Path(__file__).resolve().parents[2]
QUEUE = "https://sqs/418250713366/orders-dlq"
Start = Callable[..., subprocess.Popen[bytes]]


def spool_at(folder: Path, name: str) -> Spool:
    spool = Spool(folder / "spool" / f"{name}.jsonl", Origin("418250713366", "eu-west-1", QUEUE, 1.0))
    spool.add([message("m-1", name)])
    return spool


def journal_of(folder: Path, spool: Spool) -> Journal:
    order = Order(
        f"job-{spool.path.stem}", Kind.DELETE, "418250713366", "eu-west-1", QUEUE, "", ("m-1",), str(spool.path), 0.0,
        "ana", "", 1.0,
    )  # fmt: skip
    return Journal(folder / "jobs" / f"{order.id}.jsonl", order)


def main(folder: str, name: str, what: str) -> None:
    """Look at a message, or delete or edit it as well, and wait to be killed."""
    held = [spool := spool_at(Path(folder), name)]
    if what == "edit":
        held.append(spool := keep_edited(spool, ["m-1"], {"m-1": "other"}))
    journal = journal_of(Path(folder), spool) if what != "look" else None
    print("ready", flush=True)
    sys.stdin.read()
    print(held, journal)


@pytest.fixture
def folder(home: Path) -> Path:
    return home / "state" / "queues"


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    """Start a process that has a spool."""
    running: list[subprocess.Popen[bytes]] = []

    def started(name: str, what: str = "look") -> subprocess.Popen[bytes]:
        words = [sys.executable, "-m", "tests.workbench.test_leftovers", str(folder), name, what]
        child = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        running.append(child)
        assert child.stdout
        assert child.stdout.readline() == b"ready\n"
        return child

    yield started
    for child in running:
        child.kill()
        child.communicate()


def kill(child: subprocess.Popen[bytes]) -> None:
    child.send_signal(signal.SIGKILL)
    assert child.wait() == -signal.SIGKILL


def names(folder: Path) -> list[str]:
    return sorted(path.stem.partition("-edited")[0] for path in (folder / "spool").iterdir())


def test_what_a_killed_look_left_is_taken_away_and_what_a_running_one_has_is_not(folder: Path, start: Start) -> None:
    killed, _running = start("killed"), start("running")
    assert take_away(folder) == 0
    kill(killed)
    assert names(folder) == ["killed", "running"]
    assert take_away(folder) == 1
    assert names(folder) == ["running"]
    assert take_away(folder) == 0


def test_what_a_killed_job_has_to_do_with_is_kept(folder: Path, start: Start) -> None:
    for what in ("delete", "edit"):
        kill(start(what, what))
    kill(start("look"))
    assert take_away(folder) == 1
    assert names(folder) == ["delete", "edit", "edit"], "what was edited is kept as it was, too"
    kept = {KeptSpool(path).get("m-1").body for path in (folder / "spool").iterdir()}
    assert kept == {"delete", "edit", "other"}


def test_a_job_that_has_ended_keeps_its_copies_to_be_undone(folder: Path) -> None:
    spool = spool_at(folder, "done")
    journal_of(folder, spool).end()
    spool.close()
    assert take_away(folder) == 0
    assert names(folder) == ["done"]


def test_this_process_keeps_what_it_has_open_itself(folder: Path) -> None:
    mine, other = spool_at(folder, "mine"), spool_at(folder, "other")
    other.close()
    assert take_away(folder) == 1
    assert mine.get("m-1").body == "mine"
    assert names(folder) == ["mine"]
    mine.close()


def test_a_journal_that_cannot_be_read_may_need_any_of_them(folder: Path) -> None:
    spool_at(folder, "left").close()
    (folder / "jobs").mkdir()
    broken = folder / "jobs" / "broken.jsonl"
    broken.write_text("what\n")
    assert take_away(folder) == 0
    broken.write_text('{"cloudtop": "journal", "version": 1, "id"')  # cut off before its job began
    assert take_away(folder) == 1


def test_a_file_that_is_just_being_made_is_left_alone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool_at(folder, "left").close()
    young = folder / "spool" / "young.jsonl"
    young.touch(mode=0o600)
    assert take_away(folder) == 1
    assert names(folder) == ["young"]
    monkeypatch.setattr(leftovers, "YOUNG", -1.0)
    assert take_away(folder) == 1


def test_what_is_not_ours_is_not_touched(folder: Path, home: Path) -> None:
    assert take_away(folder) == 0, "there may be no folder yet"
    spool_at(folder, "left").close()
    foreign = home / "letters.jsonl"
    foreign.write_text("dear\n")
    os.symlink(foreign, folder / "spool" / "link.jsonl")
    shared = folder / "spool" / "shared.jsonl"
    shared.write_text("theirs\n")
    shared.chmod(0o666)
    assert take_away(folder) == 1
    assert (names(folder), foreign.read_text()) == (["link", "shared"], "dear\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
