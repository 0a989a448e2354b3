"""Owns one sitting at a large dead-letter queue, by the workbench or by a bare loop of the same calls; prints figures.

``python -m tests.workbench.sitting ours|bare URL KEY SECRET QUEUE TARGET COUNT MOVED FOLDER``
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiobotocore.session import get_session

from console.sqs.signature import signature_of
from console.workbench.job import ABREAST
from console.workbench.journal import Standing
from tests.workbench.site import Site, connection

HOLD = 120
_RECEIVES_ABREAST = 8


class Figures:
    """What is measured on the way."""

    def __init__(self) -> None:
        self.found: dict[str, Any] = {}
        self._gap = 0.0
        self._before = 0.0

    def start(self) -> None:
        """Count memory and the loop's gaps from now on; what a client needs is there."""
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak is counted anew
        self._gap, self._before = 0.0, _memory("VmRSS")

    @contextmanager
    def timed(self, name: str) -> Iterator[None]:
        """Measure how long something takes."""
        began = time.perf_counter()
        yield
        self.found[name] = time.perf_counter() - began

    async def watch(self) -> None:
        """Note the longest time for which the event loop did not come round."""
        while True:
            before = time.perf_counter()
            await asyncio.sleep(0.005)
            self._gap = max(self._gap, time.perf_counter() - before - 0.005)

    def all(self) -> dict[str, Any]:
        """Return the figures; the memory is what was added to the process at its peak."""
        return {**self.found, "gap": self._gap, "memory": _memory("VmHWM") - self._before}


def _memory(name: str) -> float:
    """Return a figure of this process's memory, in megabytes: ``VmHWM`` is the peak, ``VmRSS`` what it is now."""
    found = re.search(rf"^{name}:\s+(\d+) kB", Path("/proc/self/status").read_text(encoding="ascii"), re.MULTILINE)
    return int(found[1]) / 1024 if found else 0.0


async def ours(figures: Figures, way: Sequence[str], count: int, moved: int, folder: Path) -> None:
    """Lease, spool and group all, resend some of two groups, give the rest back."""
    url, key, secret, queue, target = way
    async with connection(url, key, secret, "eu-west-1") as gateway:
        site = Site(None, gateway, folder)
        await site.reader.call("sqs", "GetQueueAttributes", {"QueueUrl": queue})
        figures.start()
        groups: dict[str, list[str]] = defaultdict(list)
        lease = site.lease(queue, hold=HOLD)
        async with lease:
            with figures.timed("take"):
                async for part in lease.take(count):
                    assert isinstance(part, tuple), part
                    for message in part:
                        groups[signature_of(message).id].append(message.id)
            sizes = sorted(groups.values(), key=len)
            chosen = [id_ for ids in sizes[-2:] for id_ in ids[: moved // 2]]
            with figures.timed("move"):
                account = await site.resend(lease, target, ids=chosen)
            leaving = time.perf_counter()
        figures.found["leave"] = time.perf_counter() - leaving
        figures.found |= {
            "messages": len(lease.spool), "groups": sorted(map(len, sizes)), "chosen": len(chosen),
            "done": account.counts()[Standing.DONE], "unreleased": len(lease.unreleased),
        }  # fmt: skip


async def bare(figures: Figures, way: Sequence[str], count: int, moved: int, _folder: Path) -> None:
    """Make the same calls, as many at once, and nothing else."""
    url, key, secret, queue, target = way
    keys = {"aws_access_key_id": key, "aws_secret_access_key": secret}
    found: list[dict[str, Any]] = []
    async with get_session().create_client("sqs", endpoint_url=url, region_name="eu-west-1", **keys) as sqs:
        await sqs.get_queue_attributes(QueueUrl=queue)
        figures.start()
        asked = {"QueueUrl": queue, "MaxNumberOfMessages": 10, "VisibilityTimeout": HOLD, "WaitTimeSeconds": 2}
        names = {"MessageSystemAttributeNames": ["All"], "MessageAttributeNames": ["All"]}

        async def take() -> None:
            found.extend((await sqs.receive_message(**asked, **names)).get("Messages", ()))

        async def move(messages: Sequence[Any]) -> None:
            entries = [{"Id": str(place), **_sent(message)} for place, message in enumerate(messages)]
            await sqs.send_message_batch(QueueUrl=target, Entries=entries)
            handles = [{"Id": str(n), "ReceiptHandle": one["ReceiptHandle"]} for n, one in enumerate(messages)]
            await sqs.delete_message_batch(QueueUrl=queue, Entries=handles)

        async def release(messages: Sequence[Any]) -> None:
            entries = [
                {"Id": str(n), "ReceiptHandle": one["ReceiptHandle"], "VisibilityTimeout": 0}
                for n, one in enumerate(messages)
            ]
            await sqs.change_message_visibility_batch(QueueUrl=queue, Entries=entries)

        with figures.timed("take"):
            await _abreast([take() for _ in range(count // 10)], _RECEIVES_ABREAST)
        with figures.timed("move"):
            await _abreast([move(found[at : at + 10]) for at in range(0, moved, 10)], ABREAST)
        with figures.timed("leave"):
            await _abreast([release(found[at : at + 10]) for at in range(moved, len(found), 10)], _RECEIVES_ABREAST)
    figures.found |= {"messages": len(found), "done": moved}


def _sent(message: dict[str, Any]) -> dict[str, Any]:
    sent = {"MessageBody": message["Body"]}
    attributes = {
        name: {key: value for key, value in part.items() if not key.endswith("ListValues")}
        for name, part in message.get("MessageAttributes", {}).items()
    }
    return {**sent, "MessageAttributes": attributes} if attributes else sent


async def _abreast(work: Sequence[Awaitable[None]], most: int) -> None:
    room = asyncio.Semaphore(most)

    async def one(part: Awaitable[None]) -> None:
        async with room:
            await part

    await asyncio.gather(*(one(part) for part in work))


async def sit(words: Sequence[str]) -> dict[str, Any]:
    """Do what the command line says and return the figures."""
    way, *where = words
    figures = Figures()
    watching = asyncio.create_task(figures.watch())
    count, moved, folder = int(where[5]), int(where[6]), Path(where[7])
    await {"ours": ours, "bare": bare}[way](figures, where[:5], count, moved, folder)
    watching.cancel()
    return figures.all()


if __name__ == "__main__":
    print(json.dumps(asyncio.run(sit(sys.argv[1:]))))
