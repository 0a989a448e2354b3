"""What a journal says of every message, whenever it was broken off."""

from __future__ import annotations

import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from console.workbench import keeping
from console.workbench.journal import Entry, Journal, Kind, Order, Standing, Step, read_journal

IDS = tuple(f"m-{number}" for number in range(8))
ORDER = Order(
    "job-1", Kind.RESEND, "418250713366", "eu-west-1", "https://sqs/orders-dlq", "https://sqs/orders", IDS,
    "/state/spool/one.jsonl", 2.5, "ana@bastion", "INC-1", 1_000.0,
)  # fmt: skip
STEPS = {
    Step.UNTOUCHED: Standing.UNTOUCHED,
    Step.SENDING: Standing.IN_DOUBT,
    Step.LOST: Standing.IN_DOUBT,
    Step.NOT_SENT: Standing.UNTOUCHED,
    Step.SENT: Standing.COPIED,
    Step.KEPT: Standing.COPIED,
    Step.DELETING: Standing.IN_DOUBT,
    Step.DONE: Standing.DONE,
}


@pytest.fixture
def path(home: Path) -> Path:
    return home / "state" / "jobs" / "job-1.jsonl"


def noted(step: Step, id_: str) -> Entry:
    return Entry(id_, step, "new" if step in (Step.SENT, Step.KEPT, Step.DONE) else "", f"because {step}")


def test_the_order_is_on_the_disk_before_anything_else(path: Path) -> None:
    journal = Journal(path, ORDER)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    account = read_journal(path)
    assert account.order == ORDER
    assert (account.ended, account.path) == (False, path)
    assert account.counts()[Standing.UNTOUCHED] == len(IDS)
    assert account.entries == journal.entries == {id_: Entry(id_) for id_ in IDS}
    journal.close()


def test_it_says_whether_its_process_is_still_at_it(path: Path) -> None:
    journal = Journal(path, ORDER)
    assert read_journal(path).running
    journal.close()
    assert not read_journal(path).running
    path.unlink()
    journal = Journal(path, ORDER)
    assert not journal.end().running
    assert not read_journal(path).running


def test_every_step_means_what_is_certain_then(path: Path) -> None:
    assert set(STEPS) == set(Step)
    journal = Journal(path, ORDER)
    steps = dict(zip(IDS, STEPS, strict=True))
    journal.note(noted(step, id_) for id_, step in steps.items())
    for account in (read_journal(path), journal.end(), read_journal(path)):
        assert {id_: entry.standing for id_, entry in account.entries.items()} == {
            id_: STEPS[step] for id_, step in steps.items()
        }
        assert account.entries == {id_: noted(step, id_) for id_, step in steps.items()}
        assert account.counts() == journal.counts
    assert [entry.id for entry in account.those(Standing.IN_DOUBT)] == ["m-1", "m-2", "m-6"]


def test_the_last_line_of_a_message_counts(path: Path) -> None:
    journal = Journal(path, ORDER)
    for step in (Step.SENDING, Step.SENT, Step.DELETING, Step.DONE):
        journal.note([Entry("m-3", step)])
        assert read_journal(path).entries["m-3"].step is step
    assert journal.counts == {
        Standing.DONE: 1, Standing.COPIED: 0, Standing.IN_DOUBT: 0, Standing.UNTOUCHED: 7
    }  # fmt: skip
    journal.close()


def test_lines_are_in_the_order_of_the_steps(path: Path) -> None:
    journal = Journal(path, ORDER)
    journal.note([Entry("m-0", Step.SENDING), Entry("m-1", Step.SENDING)])
    journal.note([Entry("m-1", Step.SENT, "n-1")])
    journal.end()
    lines = [json.loads(line) for line in path.read_text().splitlines()]
    assert lines[0]["cloudtop"] == "journal"
    assert lines[1:] == [
        {"id": "m-0", "step": "sending"},
        {"id": "m-1", "step": "sending"},
        {"id": "m-1", "step": "sent", "new_id": "n-1"},
        {"ended": True},
    ]


def test_broken_off_anywhere_it_says_no_more_than_is_certain(path: Path) -> None:
    journal = Journal(path, ORDER)
    for step in (Step.SENDING, Step.SENT, Step.DELETING, Step.DONE):
        for id_ in IDS[:3]:
            journal.note([Entry(id_, step)])
    journal.close()
    whole = path.read_bytes()
    order = [Step.UNTOUCHED, Step.SENDING, Step.SENT, Step.DELETING, Step.DONE]
    reached = dict.fromkeys(IDS, 0)
    for length in range(whole.index(b"\n"), len(whole) + 1):
        path.write_bytes(whole[:length])
        account = read_journal(path)
        assert not account.ended
        for id_, entry in account.entries.items():
            place = order.index(entry.step)
            assert reached[id_] <= place <= reached[id_] + 1
            reached[id_] = place
    assert list(reached.values()) == [4, 4, 4, 0, 0, 0, 0, 0]
    path.write_bytes(whole[: whole.index(b"\n") - 1])
    with pytest.raises(ValueError, match="no journal"):  # it was broken off before anything was done
        read_journal(path)


def test_an_id_that_is_named_twice_is_one_message(path: Path) -> None:
    journal = Journal(path, replace(ORDER, ids=("m-1", "m-1", "m-2")))
    assert journal.counts[Standing.UNTOUCHED] == 2
    assert read_journal(path).counts()[Standing.UNTOUCHED] == 2
    journal.close()


def test_what_could_not_be_written_is_not_believed(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    journal = Journal(path, ORDER)
    journal.note([Entry("m-0", Step.SENDING)])

    def fail(_handle: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(keeping.os, "write", fail)
        with pytest.raises(OSError, match="No space"):
            journal.note([Entry("m-0", Step.SENT, "n-0"), Entry("m-1", Step.SENDING)])
    assert journal.entries["m-0"].step is Step.SENDING
    assert read_journal(path).entries == journal.entries
    journal.close()


def test_several_batches_note_at_once(path: Path) -> None:
    ids = tuple(f"m-{number}" for number in range(400))
    journal = Journal(path, replace(ORDER, ids=ids))

    def go(first: int) -> None:
        mine = ids[first : first + 10]
        for step in (Step.SENDING, Step.SENT, Step.DELETING, Step.DONE):
            journal.note(Entry(id_, step) for id_ in mine)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(go, range(0, 400, 10)))
    account = journal.end()
    assert account.counts() == journal.counts == read_journal(path).counts()
    assert journal.counts[Standing.DONE] == 400


def test_other_files_are_no_journals(path: Path) -> None:
    path.parent.mkdir(parents=True)
    for text in ("", "[]\n", '{"cloudtop":"spool"}\n', "hello\n"):
        path.write_text(text)
        with pytest.raises(ValueError, match=r"no journal|Expecting"):
            read_journal(path)
    os.unlink(path)
    with pytest.raises(FileNotFoundError):
        read_journal(path)
