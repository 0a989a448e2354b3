"""Signed requests through cloudtop's gateway, as ``comparators/stockrequests.py`` makes them. Runs alone."""

from __future__ import annotations

import asyncio
import json
import sys
import time

from console.aws.cost import Meter
from console.aws.gateway import Gateway, Reader
from console.aws.guard import Guard
from console.aws.session import Connection
from console.scope.model import Scope

AT_ONCE = 16


async def main(endpoint: str, count: int) -> None:
    """Make ``count`` requests after as many that warm up, at most 200, and print what one cost."""
    async with Gateway(Connection(region="eu-west-1", endpoint_url=endpoint), Guard(), Meter()) as gateway:
        reader = gateway.reader(Scope("eu-west-1"))
        urls = (await reader.call("sqs", "ListQueues", {"MaxResults": 1000}))["QueueUrls"]
        await _ask(reader, urls, min(count, 200))
        before = time.process_time()
        await _ask(reader, urls, count)
        print(json.dumps({"seconds": (time.process_time() - before) / count}))


async def _ask(reader: Reader, urls: list[str], count: int) -> None:
    left = iter(range(count))

    async def one_after_the_other() -> None:
        for number in left:
            parameters = {"QueueUrl": urls[number % len(urls)], "AttributeNames": ["All"]}
            await reader.call("sqs", "GetQueueAttributes", parameters)

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
