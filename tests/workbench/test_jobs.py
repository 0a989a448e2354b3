"""Jobs found again: by name, what is left of one, what of it can be sent again."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from console.sqs.message import Message, of_answer
from console.workbench.jobs import Jobs, jobs_in
from console.workbench.journal import Entry, Journal, Kind, Order, Step
from console.workbench.spool import Origin, Spool


def order(id_: str, kind: Kind, *ids: str, began: float = 1.0) -> Order:
    queue = "https://sqs/1/orders-dlq"
    return Order(id_, kind, "1", "eu-west-1", queue, "https://sqs/1/orders", ids, "/spool", 0.0, "ana", "", began)


def written(folder: Path, its: Order, steps: dict[str, Step], *, ended: bool = True) -> Path:
    """Write the journal of a job whose messages came so far."""
    journal = Journal(folder / "jobs" / f"{its.id}.jsonl", its)
    journal.note([Entry(id_, step) for id_, step in steps.items()])
    if ended:
        journal.end()
    else:
        journal.close()
    return journal.path


def in_group(id_: str, group: str) -> Message:
    answer = {
        "MessageId": id_, "Body": "b", "MD5OfBody": "", "ReceiptHandle": "h", "Attributes": {"MessageGroupId": group},
    }  # fmt: skip
    return of_answer(answer, 1.0, 2.0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "queues"


def test_no_folder_no_jobs(folder: Path) -> None:
    assert jobs_in(folder) == Jobs(())


def test_the_newest_is_first_and_what_is_no_journal_is_told(folder: Path) -> None:
    written(folder, order("a", Kind.RESEND, "1", began=5.0), {})
    written(folder, order("b", Kind.RESEND, "1", began=9.0), {})
    for name, text in (("x", "{"), ("y", "[1]\n"), ("z", '{"cloudtop": "journal"}\n'), ("w\x1b", "")):
        (folder / "jobs" / f"{name}.jsonl").write_text(text)
        (folder / "jobs" / f"{name}.jsonl").chmod(0o600)
    found = jobs_in(folder)
    assert [account.order.id for account in found.accounts] == ["b", "a"]
    assert [name for name, _ in found.unreadable] == ["w<ESC>.jsonl", "x.jsonl", "y.jsonl", "z.jsonl"]


def test_a_job_is_found_by_the_start_of_its_id(folder: Path) -> None:
    for id_ in ("20261121-1", "20261121-12", "20261122"):
        written(folder, order(id_, Kind.DELETE, "1"), {})
    jobs = jobs_in(folder)
    assert jobs.find("20261122").order.id == jobs.find("202611222"[:8]).order.id == "20261122"
    assert jobs.find("20261121-1").order.id == "20261121-1"
    for text, told in (("2026", "3 jobs"), ("", "without an id"), ("no\x1b", "no<ESC>")):
        with pytest.raises(LookupError, match=told):
            jobs.find(text)


def test_what_a_later_job_went_on_with_is_not_left(folder: Path) -> None:
    written(folder, order("a", Kind.RESEND, "1", "2", "3", "4"), {"1": Step.DONE, "2": Step.SENDING}, ended=False)
    written(folder, order("b", Kind.RESEND, "3", "4", began=2.0), {"3": Step.DONE, "4": Step.NOT_SENT})
    jobs = jobs_in(folder)
    first = jobs.find("a")
    assert jobs.remaining(first) == ("4",)
    assert {id_: job for id_, (job, _) in jobs.since(first).items()} == {"3": "b"}
    assert jobs.remaining(jobs.find("b")) == ("4",)


def test_what_was_deleted_is_sent_again_once(folder: Path) -> None:
    steps = {"1": Step.DONE, "2": Step.DONE, "3": Step.DELETING, "4": Step.NOT_SENT, "5": Step.DONE, "6": Step.DONE}
    written(folder, order("a", Kind.DELETE, *steps), steps)
    written(folder, order("b", Kind.RESTORE, "2", "5", "6", began=2.0), {"2": Step.DONE, "5": Step.LOST})
    jobs = jobs_in(folder)
    ids, left_out = jobs.restorable(jobs.find("a"))
    assert ids == ("1", "6")
    assert set(left_out) == {"2", "3", "4", "5"}
    assert "in doubt" in left_out["3"]
    assert "in doubt" in left_out["5"]
    assert jobs.remaining(jobs.find("a")) == ("4",)
    assert jobs.remaining(jobs.find("b")) == ("6",)


@pytest.mark.parametrize("to", ["https://sqs/1/orders.fifo", "https://sqs/1/orders"])
@pytest.mark.parametrize("later", [None, Step.DONE, Step.LOST])
def test_nothing_of_a_group_overtakes_one_that_may_not_have_been_sent(
    folder: Path, to: str, later: Step | None
) -> None:
    spool = Spool(folder / "spool.jsonl", Origin("1", "eu-west-1", "https://sqs/1/orders-dlq.fifo", 1.0))
    groups = {"1": "a", "2": "b", "3": "a", "4": "b"}
    spool.add([in_group(id_, group) for id_, group in groups.items()])
    spool.close()
    its = replace(order("a", Kind.RESEND, *groups), to=to, spool=str(spool.path))
    written(folder, its, {"1": Step.SENDING})
    if later:
        written(folder, order("b", Kind.DELETE, "1", began=2.0), {"1": later})
    jobs = jobs_in(folder)
    waits = to.endswith(".fifo") and later is not Step.DONE
    assert jobs.waiting(jobs.find("a")) == (("3",) if waits else ())
    assert jobs.remaining(jobs.find("a")) == (("2", "4") if waits else ("2", "3", "4"))
    spool.path.unlink()
    assert jobs.remaining(jobs.find("a")) == (() if waits else ("2", "3", "4"))
