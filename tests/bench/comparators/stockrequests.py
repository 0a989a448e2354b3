"""Signed requests by aiobotocore as it comes: GetQueueAttributes, sixteen at once. Prints CPU seconds a request."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

AT_ONCE = 16


async def main(endpoint: str, count: int) -> None:
    """Make ``count`` requests after as many that warm up, at most 200, and print what one cost."""
    config = AioConfig(max_pool_connections=20)
    async with get_session().create_client("sqs", endpoint_url=endpoint, config=config) as client:
        urls = (await client.list_queues(MaxResults=1000))["QueueUrls"]
        await _ask(client, urls, min(count, 200))
        before = time.process_time()
        await _ask(client, urls, count)
        print(json.dumps({"seconds": (time.process_time() - before) / count}))


async def _ask(client: Any, urls: list[str], count: int) -> None:
    left = iter(range(count))

    async def one_after_the_other() -> None:
        for number in left:
            await client.get_queue_attributes(QueueUrl=urls[number % len(urls)], AttributeNames=["All"])

    await asyncio.gather(*(one_after_the_other() for _ in range(AT_ONCE)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2])))
