"""The naive way to keep five panes fresh: every list and every row of it, every fifteen seconds, seen or not.

It batches where AWS takes batches, so that it is no straw man. Arguments: endpoint, seconds, scale of the period.
"""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

from aiobotocore.config import AioConfig
from aiobotocore.session import get_session

PERIOD = 15.0


async def main(endpoint: str, seconds: float, scale: float) -> None:
    """Poll everything until ``seconds`` have passed."""
    config = AioConfig(max_pool_connections=20, s3={"addressing_style": "path"})
    async with AsyncExitStack() as stack:
        session = get_session()
        clients = {
            name: await stack.enter_async_context(session.create_client(name, endpoint_url=endpoint, config=config))
            for name in ("ec2", "s3", "sqs", "cloudwatch", "iam")
        }
        began = time.monotonic()
        due = began
        while due < began + seconds:
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            await asyncio.gather(*(pane(clients) for pane in (_ec2, _s3, _sqs, _cloudwatch, _iam)))
            due += PERIOD * scale


async def _ec2(clients: Any) -> None:
    page = await clients["ec2"].describe_instances(MaxResults=1000)
    ids = [instance["InstanceId"] for group in page["Reservations"] for instance in group["Instances"]]
    for start in range(0, len(ids), 100):
        await clients["ec2"].describe_instance_status(InstanceIds=ids[start : start + 100])
    for start in range(0, len(ids), 500):
        await clients["cloudwatch"].get_metric_data(**_cpu(ids[start : start + 500]))


def _cpu(ids: list[str]) -> dict[str, Any]:
    now = datetime.now(UTC)
    metrics = [
        {"Namespace": "AWS/EC2", "MetricName": "CPUUtilization", "Dimensions": [{"Name": "InstanceId", "Value": id_}]}
        for id_ in ids
    ]
    queries = [
        {"Id": f"m{place}", "MetricStat": {"Metric": metric, "Period": 300, "Stat": "Average"}}
        for place, metric in enumerate(metrics)
    ]
    return {"StartTime": now - timedelta(hours=1), "EndTime": now, "MetricDataQueries": queries}


async def _s3(clients: Any) -> None:
    for bucket in (await clients["s3"].list_buckets())["Buckets"]:
        await clients["s3"].get_bucket_versioning(Bucket=bucket["Name"])
        await clients["s3"].get_public_access_block(Bucket=bucket["Name"])


async def _sqs(clients: Any) -> None:
    urls = (await clients["sqs"].list_queues(MaxResults=1000))["QueueUrls"]
    for start in range(0, len(urls), 20):
        batch = urls[start : start + 20]
        await asyncio.gather(
            *(clients["sqs"].get_queue_attributes(QueueUrl=url, AttributeNames=["All"]) for url in batch)
        )


async def _cloudwatch(clients: Any) -> None:
    await clients["cloudwatch"].describe_alarms()


async def _iam(clients: Any) -> None:
    for role in (await clients["iam"].list_roles())["Roles"]:
        await clients["iam"].get_role(RoleName=role["RoleName"])


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2]), float(sys.argv[3])))
