"""A redrive of a hundred messages, killed (-9) at every step: nothing is lost, and its journal says it exactly."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.workbench.journal import Standing
from tests.support.forking import Template
from tests.support.sqsfaults import SqsBackend
from tests.workbench.killing import Redrive
from tests.workbench.redrive import PARTS
from tests.workbench.site import Site

pytestmark = pytest.mark.usefixtures("quick")

COUNT = 100
WRITES = 54
"""One more than spool and journal write together: two heads, ten of messages, four for each batch, the end."""


@pytest.fixture
def redrive(backend: SqsBackend, template: Template, name: str, home: Path) -> Redrive:
    """A standard queue's dead letters and the process that moves them."""
    return Redrive(backend, template, name, home / "work", [{"body": f"{name} {number}"} for number in range(COUNT)])


CALLS = [(operation, nth) for operation in ("SendMessageBatch", "DeleteMessageBatch") for nth in (1, 2, 5, 10)] + [
    ("ReceiveMessage", 1),
    ("ReceiveMessage", 10),
]


@pytest.mark.parametrize("kind", ["hold", "stall"])
@pytest.mark.parametrize(("operation", "nth"), CALLS)
async def test_killed_in_the_middle_of_a_call(
    site: Site, redrive: Redrive, operation: str, nth: int, kind: str
) -> None:
    account = await redrive.killed_in(operation, nth, kind)
    if operation == "ReceiveMessage":
        assert account is None
        return
    assert account is not None
    assert account.counts()[Standing.IN_DOUBT] >= 10, "the batch whose call was under way"
    await redrive.resume(site)


SAMPLE = [1, 2, 7, 12, 13, 15, 17, 18, 24, 37, 52, 53]


async def killed_at(site: Site, redrive: Redrive, number: int, part: str) -> None:
    if await redrive.killed_at(number, part) is not None and number < WRITES - 1:
        await redrive.resume(site)


@pytest.mark.parametrize("number", SAMPLE)
async def test_killed_in_the_middle_of_writing(site: Site, redrive: Redrive, number: int) -> None:
    await killed_at(site, redrive, number, PARTS[number % len(PARTS)])


@pytest.mark.long
@pytest.mark.parametrize("part", ["half", "written"])  # before it is after the one before it
@pytest.mark.parametrize("number", range(1, WRITES))
async def test_killed_at_every_point_of_every_write(site: Site, redrive: Redrive, number: int, part: str) -> None:
    await killed_at(site, redrive, number, part)


async def test_not_killed_it_comes_to_its_end_after_so_many_writes(redrive: Redrive) -> None:
    await redrive.finished()
    counts = redrive.backend.counts()
    assert counts["ReceiveMessage"] == counts["SendMessageBatch"] == COUNT // 10
    assert WRITES - 1 == 2 + 10 + 4 * 10 + 1
