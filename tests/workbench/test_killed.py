"""A redrive of a hundred messages, killed (-9) at every step: nothing is lost, and its journal says it exactly."""

from __future__ import annotations

import asyncio
import signal
import sys
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from console.workbench import lease as leases
from console.workbench.journal import Account, Standing, read_journal
from console.workbench.spool import KeptSpool
from tests.support.source import ROOT
from tests.support.sqsfaults import SqsBackend
from tests.workbench.redrive import HOLD, PARTS
from tests.workbench.site import Site, check, taken

COUNT = 100
WRITES = 54
"""One more than spool and journal write together: two heads, ten of messages, four for each batch, the end."""


class Redrive:
    """The queues, what was in them, and the process."""

    def __init__(self, backend: SqsBackend, name: str, folder: Path) -> None:
        self.backend = backend
        self.dead, self.source = f"{name}-dlq", name
        backend.make(self.dead)
        backend.make(self.source, dead=self.dead)
        bodies = [f"{name} {number}" for number in range(COUNT)]
        given = [{"body": body, "source": self.source} for body in bodies]
        self.before = dict(zip(backend.put(self.dead, given), bodies, strict=True))
        self.folder = folder
        backend.forget()

    @asynccontextmanager
    async def process(self, number: int = 0, part: str = "before") -> AsyncIterator[asyncio.subprocess.Process]:
        """Run the redrive in a process that is gone afterwards."""
        account = self.backend.account
        words = (
            self.backend.url, account.access_key, account.secret_key, self.backend.queue(self.dead),
            self.backend.queue(self.source), str(self.folder), str(COUNT), str(number), part,
        )  # fmt: skip
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.workbench.redrive", *words, cwd=ROOT
        )
        try:
            async with asyncio.timeout(60):
                yield process
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()

    def report(self) -> Account | None:
        """Return what a restart reports, held against what is where; None where no job had begun."""
        source, target = self.backend.bodies(self.dead), self.backend.bodies(self.source)
        try:
            account = read_journal(self.folder / "job.jsonl")
        except (FileNotFoundError, ValueError):
            assert (source, target) == (Counter(self.before.values()), Counter())
            return None
        assert not account.running
        check(account, self.before, source, target)
        return account

    async def resume(self, site: Site) -> None:
        """Move what was not touched, and nothing else; then only what was in doubt or copied may be left or double."""
        account = self.report()
        assert account is not None
        assert not account.ended
        kept = KeptSpool(Path(account.order.spool))
        assert set(account.entries) <= set(kept.ids()), "what was begun can be restored"
        site.advance(HOLD + 1)
        rest = {entry.id for entry in account.those(Standing.UNTOUCHED)}
        async with site.lease(self.backend.queue(self.dead)) as lease:
            await taken(lease, COUNT)
            chosen = [id_ for id_ in lease.ids() if id_ in rest]
            after = await site.resend(lease, self.backend.queue(self.source), ids=chosen)
        assert after.counts()[Standing.DONE] == len(rest)
        doubtful = account.counts()[Standing.IN_DOUBT] + account.counts()[Standing.COPIED]
        target, source = self.backend.bodies(self.source), self.backend.bodies(self.dead)
        assert set(target.values()) <= {1}, "nothing is there twice"
        assert COUNT - doubtful <= len(target) <= COUNT
        assert set(target) | set(source) == set(self.before.values())


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A queue without messages says so at once; it is one server."""
    monkeypatch.setattr(leases, "WAIT", 0)


CALLS = [(operation, nth) for operation in ("SendMessageBatch", "DeleteMessageBatch") for nth in (1, 2, 5, 10)] + [
    ("ReceiveMessage", 1),
    ("ReceiveMessage", 10),
]


@pytest.mark.parametrize("kind", ["hold", "stall"])
@pytest.mark.parametrize(("operation", "nth"), CALLS)
async def test_killed_in_the_middle_of_a_call(
    site: Site, backend: SqsBackend, name: str, home: Path, operation: str, nth: int, kind: str
) -> None:
    redrive = Redrive(backend, name, home / "work")
    backend.fault(kind, operation, nth=nth)
    async with redrive.process() as process:
        await backend.arrived(operation, nth, done=kind == "hold")
        process.send_signal(signal.SIGKILL)
        assert await process.wait() == -signal.SIGKILL
    backend.mend()
    account = redrive.report()
    if operation == "ReceiveMessage":
        assert account is None
        return
    assert account is not None
    assert account.counts()[Standing.IN_DOUBT] >= 10, "the batch whose call was under way"
    await redrive.resume(site)


SAMPLE = [1, 2, 7, 12, 13, 15, 17, 18, 24, 37, 52, 53]


async def killed_at(backend: SqsBackend, site: Site, redrive: Redrive, number: int, part: str) -> None:
    async with redrive.process(number, part) as process:
        assert await process.wait() == -signal.SIGKILL
    if redrive.report() is not None and number < WRITES - 1:
        await redrive.resume(site)


@pytest.mark.parametrize("number", SAMPLE)
async def test_killed_in_the_middle_of_writing(
    site: Site, backend: SqsBackend, name: str, home: Path, number: int
) -> None:
    part = PARTS[number % len(PARTS)]
    await killed_at(backend, site, Redrive(backend, name, home / "work"), number, part)


@pytest.mark.long
@pytest.mark.parametrize("part", ["half", "written"])  # before it is after the one before it
@pytest.mark.parametrize("number", range(1, WRITES))
async def test_killed_at_every_point_of_every_write(
    site: Site, backend: SqsBackend, name: str, home: Path, number: int, part: str
) -> None:
    await killed_at(backend, site, Redrive(backend, name, home / "work"), number, part)


async def test_not_killed_it_comes_to_its_end_after_so_many_writes(backend: SqsBackend, name: str, home: Path) -> None:
    redrive = Redrive(backend, name, home / "work")
    async with redrive.process() as process:
        assert await process.wait() == 0
    account = redrive.report()
    assert account is not None
    assert account.ended
    assert account.counts()[Standing.DONE] == COUNT
    assert backend.counts()["ReceiveMessage"] == backend.counts()["SendMessageBatch"] == COUNT // 10
    assert WRITES - 1 == 2 + 10 + 4 * 10 + 1
