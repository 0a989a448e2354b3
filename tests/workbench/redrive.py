"""Owns a redrive in a process of its own, which is killed from outside or kills itself in the middle of a write.

As a program it is what such processes are forked from.
"""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from console.text.faults import AwsError
from console.workbench import keeping
from console.workbench import lease as leases
from console.workbench.job import Job
from console.workbench.journal import Journal, Kind, Order
from tests.support.forking import serve
from tests.workbench.site import Site, connection, taken

HOLD = 120
PARTS = ("before", "half", "written", "synced")
"""Where in a write to the disk it dies."""


@dataclass
class End:
    """Kills this process at the ``number``-th write of spool and journal together; 0 never does."""

    number: int
    part: str
    count: int = 0

    def put_in(self) -> None:
        """Stand between the ledgers and the disk."""
        real_write, real_sync = os.write, os.fdatasync

        def write(handle: int, data: bytes) -> int:
            self.count += 1
            self._die_at("before")
            if self.part == "half" and self.count == self.number:
                real_write(handle, data[: len(data) // 2])
            self._die_at("half")
            written = real_write(handle, data)
            self._die_at("written")
            return written

        def sync(handle: int) -> None:
            real_sync(handle)
            self._die_at("synced")

        keeping.os.write, keeping.os.fdatasync = write, sync  # type: ignore[attr-defined]

    def _die_at(self, part: str) -> None:
        if self.count == self.number and self.part == part:
            os.kill(os.getpid(), signal.SIGKILL)


async def redrive(url: str, key: str, secret: str, source: str, target: str, folder: Path, count: int) -> None:
    """Take ``count`` messages from ``source`` and resend them to ``target``; the journal is ``job.jsonl``."""
    async with connection(url, key, secret, "eu-west-1") as gateway:
        site = Site(None, gateway, folder)
        async with site.lease(source, hold=HOLD) as lease:
            await taken(lease, count)
            ids = lease.ids()
            order = Order(
                "killed", Kind.RESEND, "418250713366", "eu-west-1", source, target, ids, str(lease.spool.path), 0.0,
                "ana", "", 1.0,
            )  # fmt: skip
            await Job(Journal(folder / "job.jsonl", order), lease.spool, site.write, lease).run()


def main(
    url: str, key: str, secret: str, source: str, target: str, folder: str, count: str, number: str, part: str
) -> None:
    """Run it."""
    leases.WAIT = 0
    End(int(number), part).put_in()
    asyncio.run(redrive(url, key, secret, source, target, Path(folder), int(count)))


async def prepare() -> None:
    """Load what a client is made of, for all who are forked: a call without its parameters is made and not sent."""
    async with connection("http://127.0.0.1:9", "key", "secret", "eu-west-1") as gateway:
        with suppress(AwsError):
            await Site(None, gateway, Path()).reader.call("sqs", "GetQueueAttributes", {})


if __name__ == "__main__":
    asyncio.run(prepare())
    serve(main)
