"""A FIFO redrive, killed (-9) at every step: nothing is lost, sent again or overtaken, and its journal is exact."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.workbench.journal import Account, Standing
from console.workbench.sending import deduplication_id
from tests.support.forking import Template
from tests.support.sqsfaults import SqsBackend
from tests.workbench.killing import Redrive
from tests.workbench.redrive import PARTS
from tests.workbench.site import Site, by_group

pytestmark = pytest.mark.usefixtures("quick")

GROUPS = {"a": 6, "b": 4, "c": 2, "d": 1}
COUNT = sum(GROUPS.values())
BATCHES = 10
"""One message of each group at most in a batch, and never one past another: only where a group ends two go together."""
WRITES = 2 + 2 + 4 * BATCHES + 1
"""Two heads, two of messages, four for each batch, the end."""


class FifoRedrive(Redrive):
    """The same of a FIFO dead-letter queue of several groups."""

    def __init__(self, backend: SqsBackend, template: Template, name: str, folder: Path) -> None:
        numbers = range(max(GROUPS.values()))
        among = [(group, number) for number in numbers for group, count in GROUPS.items() if number < count]
        given = [{"body": f"{group} {number}", "group": group} for group, number in among]
        super().__init__(backend, template, f"{name}.fifo", folder, given)

    def report(self) -> Account | None:
        account = super().report()
        if account is not None:
            self.judge_order(account)
        return account

    async def resume(self, site: Site) -> list[Account]:
        before = self.report()
        assert before is not None
        jobs = await super().resume(site)
        self.judge_order(before, *jobs)
        return jobs

    def judge_order(self, *jobs: Account) -> None:
        """Hold what arrived against its group's order, and what it is called against the jobs that may have sent it."""
        for group, bodies in by_group(self.backend, self.source).items():
            assert bodies == [f"{group} {number}" for number in range(len(bodies))], "nothing overtook"
        for group, bodies in by_group(self.backend, self.dead).items():
            assert bodies == sorted(bodies), f"what is left of {group} is in its order"
        ids = {body: id_ for id_, body in self.before.items()}
        for message in self.backend.messages(self.source):
            names = {deduplication_id(job.order.id, ids[message.body]) for job in jobs}
            assert message.deduplication in names


@pytest.fixture
def redrive(backend: SqsBackend, template: Template, name: str, home: Path) -> FifoRedrive:
    """A FIFO queue's dead letters and the process that moves them."""
    return FifoRedrive(backend, template, name, home / "work")


CALLS = [(operation, nth) for operation in ("SendMessageBatch", "DeleteMessageBatch") for nth in (1, 4, 6, BATCHES)]


@pytest.mark.parametrize("kind", ["hold", "stall"])
@pytest.mark.parametrize(("operation", "nth"), CALLS)
async def test_killed_in_the_middle_of_a_call(
    site: Site, redrive: FifoRedrive, operation: str, nth: int, kind: str
) -> None:
    account = await redrive.killed_in(operation, nth, kind)
    assert account is not None
    doubtful = account.those(Standing.IN_DOUBT)
    assert len(doubtful) in (1, 2), "the batch whose call was under way, and nothing else"
    assert not account.those(Standing.COPIED)
    await redrive.resume(site)


@pytest.mark.parametrize("kind", ["hold", "stall"])
@pytest.mark.parametrize("nth", [1, 2])
async def test_killed_while_it_receives(redrive: FifoRedrive, nth: int, kind: str) -> None:
    assert await redrive.killed_in("ReceiveMessage", nth, kind) is None


async def killed_at(site: Site, redrive: FifoRedrive, number: int, part: str) -> None:
    if await redrive.killed_at(number, part) is not None and number < WRITES:
        await redrive.resume(site)


@pytest.mark.parametrize("number", [3, 4, 5, 6, 7, 8, 9, 10, 26, 28, 30, 43, 45])
async def test_killed_in_the_middle_of_writing(site: Site, redrive: FifoRedrive, number: int) -> None:
    await killed_at(site, redrive, number, PARTS[number % len(PARTS)])


@pytest.mark.long
@pytest.mark.parametrize("part", ["half", "written"])  # before it is after the one before it
@pytest.mark.parametrize("number", range(1, WRITES + 1))
async def test_killed_at_every_point_of_every_write(site: Site, redrive: FifoRedrive, number: int, part: str) -> None:
    await killed_at(site, redrive, number, part)


async def test_not_killed_it_comes_to_its_end_after_so_many_writes(redrive: FifoRedrive) -> None:
    await redrive.finished(WRITES + 1)
    counts = redrive.backend.counts()
    assert (counts["ReceiveMessage"], counts["SendMessageBatch"], counts["DeleteMessageBatch"]) == (2, BATCHES, BATCHES)


async def test_at_its_last_write_it_has_only_to_say_that_it_ended(redrive: FifoRedrive) -> None:
    account = await redrive.killed_at(WRITES, "before")
    assert account is not None
    assert not account.ended
    assert account.counts()[Standing.DONE] == COUNT
