"""Owns killing a redrive that runs in a process of its own; and what has to be true of it then, and once resumed."""

from __future__ import annotations

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from console.workbench.jobs import Jobs
from console.workbench.journal import Account, Standing, read_journal
from console.workbench.spool import KeptSpool
from tests.support.forking import Forked, Template
from tests.support.sqsfaults import SqsBackend
from tests.workbench.redrive import HOLD
from tests.workbench.site import Site, check, taken


class Redrive:
    """The queues, what was in them, and the process."""

    def __init__(
        self, backend: SqsBackend, template: Template, name: str, folder: Path, given: Sequence[Mapping[str, str]]
    ) -> None:
        """``given`` are the dead letters; ``name`` ending in ``.fifo`` makes both queues so."""
        self.backend = backend
        self.template = template
        stem, fifo, _ = name.partition(".fifo")
        self.dead, self.source = f"{stem}-dlq{fifo}", name
        backend.make(self.dead)
        backend.make(self.source, dead=self.dead)
        ids = backend.put(self.dead, [{**one, "source": self.source} for one in given])
        self.before = {id_: one["body"] for id_, one in zip(ids, given, strict=True)}
        self.folder = folder
        backend.forget()

    @asynccontextmanager
    async def process(self, number: int = 0, part: str = "before") -> AsyncIterator[Forked]:
        """Run the redrive in a process that is gone afterwards."""
        account = self.backend.account
        words = (
            self.backend.url, account.access_key, account.secret_key, self.backend.queue(self.dead),
            self.backend.queue(self.source), str(self.folder), str(len(self.before)), str(number), part,
        )  # fmt: skip
        process = self.template.run(*words)
        try:
            async with asyncio.timeout(60):
                yield process
        finally:
            process.send_signal(signal.SIGKILL)
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

    async def resume(self, site: Site) -> list[Account]:
        """Move what may be gone on with, and nothing else, and return the jobs that did.

        What was in doubt or copied may be left, or be in both.
        """
        account = self.report()
        assert account is not None
        assert not account.ended
        kept = KeptSpool(Path(account.order.spool))
        assert set(account.entries) <= set(kept.ids()), "what was begun can be restored"
        rest = set(Jobs((account,)).remaining(account))
        ids = set(rest)
        jobs = []
        while ids:
            site.advance(HOLD + 1)
            jobs.append(await self._go_on(site, ids))
            done = {entry.id for entry in jobs[-1].those(Standing.DONE)}
            assert done, "it comes further"
            ids -= done
        target, source = self.backend.bodies(self.source), self.backend.bodies(self.dead)
        assert set(target.values()) <= {1}, "nothing is there twice"
        done = {self.before[entry.id] for entry in account.those(Standing.DONE)} | {self.before[id_] for id_ in rest}
        assert done <= set(target)
        assert not done & set(source)
        assert set(target) | set(source) == set(self.before.values())
        return jobs

    async def _go_on(self, site: Site, ids: Collection[str]) -> Account:
        """Move those of ``ids`` that can be received at once; of a FIFO queue that may not be all."""
        async with site.lease(self.backend.queue(self.dead)) as lease:
            await taken(lease, len(self.before))
            chosen = [id_ for id_ in lease.ids() if id_ in ids]
            return await site.resend(lease, self.backend.queue(self.source), ids=chosen)

    async def finished(self, number: int = 0) -> None:
        """Let the process come to its end, short of the write ``number`` at which it would die; all is done then."""
        async with self.process(number) as process:
            assert await process.wait() == 0
        account = self.report()
        assert account is not None
        assert account.ended
        assert account.counts()[Standing.DONE] == len(self.before)

    async def killed_at(self, number: int, part: str) -> Account | None:
        """Let the process kill itself at a write; return what a restart reports."""
        async with self.process(number, part) as process:
            assert await process.wait() == -signal.SIGKILL
        return self.report()

    async def killed_in(self, operation: str, nth: int, kind: str) -> Account | None:
        """Kill the process while a call is under way: ``hold``, once it was done, ``stall``, before it is."""
        self.backend.fault(kind, operation, nth=nth)
        async with self.process() as process:
            await self.backend.arrived(operation, nth, done=kind == "hold")
            process.send_signal(signal.SIGKILL)
            assert await process.wait() == -signal.SIGKILL
        self.backend.mend()
        return self.report()
