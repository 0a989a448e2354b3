"""Owns a server that answers AWS's clients from memory and counts what they ask; must not know who asks. Runs alone.

``python -m tests.bench.replay --instances N --queues N`` prints its address and serves until its input ends. It checks
no signature. Beside AWS's calls it answers ``/_calls`` (counts by operation), ``/_clear`` and ``/_turn``.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import sys
import time
from collections import Counter
from urllib.parse import unquote_plus

from tests.bench import bodies

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_TARGET = re.compile(rb"\r\nx-amz-target: *[\w.]*?(\w+)\r\n", re.IGNORECASE)
_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")
_IDS = re.compile(rb"(?:^|&)InstanceId\.\d+=([^&]+)")
_TOKEN = re.compile(rb"(?:^|&)NextToken=(\d+)")
_ROLES = 20
_BUCKETS = 5

_XML, _JSON, _CBOR = "text/xml;charset=UTF-8", "application/x-amz-json-1.0", "application/cbor"
_STS = (
    '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
    f"<Arn>arn:aws:sts::{bodies.ACCOUNT}:assumed-role/Operator/session</Arn><UserId>AROA:session</UserId>"
    f"<Account>{bodies.ACCOUNT}</Account></GetCallerIdentityResult></GetCallerIdentityResponse>"
)
_IAM = 'xmlns="https://iam.amazonaws.com/doc/2010-05-08/"'
_S3 = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"'


def _role(number: int) -> str:
    return (
        f"<Path>/</Path><RoleName>role-{number:03d}</RoleName><RoleId>AROAEXAMPLE{number:03d}</RoleId>"
        f"<Arn>arn:aws:iam::{bodies.ACCOUNT}:role/role-{number:03d}</Arn><CreateDate>2025-01-02T03:04:05Z</CreateDate>"
        "<AssumeRolePolicyDocument>%7B%22Statement%22%3A%5B%5D%7D</AssumeRolePolicyDocument>"
    )


def _iam(operation: str, inside: str) -> bytes:
    return f"<{operation}Response {_IAM}><{operation}Result>{inside}</{operation}Result></{operation}Response>".encode()


_FIXED: dict[str, tuple[str, bytes]] = {
    "GetCallerIdentity": (_XML, _STS.encode()),
    "ListAccountAliases": (
        _XML,
        _iam(
            "ListAccountAliases",
            "<IsTruncated>false</IsTruncated><AccountAliases><member>bench</member></AccountAliases>",
        ),
    ),
    "ListRoles": (
        _XML,
        _iam(
            "ListRoles",
            "<IsTruncated>false</IsTruncated><Roles>"
            + "".join(f"<member>{_role(number)}</member>" for number in range(_ROLES))
            + "</Roles>",
        ),
    ),
    "GetRole": (_XML, _iam("GetRole", f"<Role>{_role(0)}</Role>")),
    "ListDeadLetterSourceQueues": (_JSON, b'{"queueUrls": []}'),
    "ListQueueTags": (_JSON, b"{}"),
    "DescribeVolumes": (_XML, bodies.nothing("DescribeVolumes")),
    "DescribeSecurityGroups": (_XML, bodies.nothing("DescribeSecurityGroups")),
    "DescribeAutoScalingInstances": (
        _XML,
        b'<DescribeAutoScalingInstancesResponse xmlns="http://autoscaling.amazonaws.com/doc/2011-01-01/">'
        b"<DescribeAutoScalingInstancesResult><AutoScalingInstances/></DescribeAutoScalingInstancesResult>"
        b"</DescribeAutoScalingInstancesResponse>",
    ),
    "ListBuckets": (
        _XML,
        (
            f"<ListAllMyBucketsResult {_S3}><Buckets>"
            + "".join(
                f"<Bucket><Name>bucket-{number}</Name><CreationDate>2025-01-02T03:04:05.000Z</CreationDate>"
                "<BucketRegion>eu-west-1</BucketRegion></Bucket>"
                for number in range(_BUCKETS)
            )
            + "</Buckets><Owner><ID>owner</ID></Owner></ListAllMyBucketsResult>"
        ).encode(),
    ),
    "GetBucketVersioning": (_XML, f"<VersioningConfiguration {_S3}/>".encode()),
    "GetBucketPolicyStatus": (_XML, f"<PolicyStatus {_S3}><IsPublic>FALSE</IsPublic></PolicyStatus>".encode()),
    "GetPublicAccessBlock": (
        _XML,
        (
            f"<PublicAccessBlockConfiguration {_S3}><BlockPublicAcls>TRUE</BlockPublicAcls>"
            "</PublicAccessBlockConfiguration>"
        ).encode(),
    ),
}
_OF_BUCKETS = {
    "versioning": "GetBucketVersioning",
    "policyStatus": "GetBucketPolicyStatus",
    "publicAccessBlock": "GetPublicAccessBlock",
}


class Account:
    """The account that is served."""

    def __init__(self, instances: int, queues: int, endpoint: str) -> None:
        self._instances = bodies.Instances(instances)
        self._queues = bodies.Queues(queues, endpoint)
        self.calls: Counter[str] = Counter()

    def answer(self, path: str, head: bytes, body: bytes) -> tuple[int, str, bytes]:
        """Return (status, content type, body)."""
        if path.startswith("/_"):
            return 200, "application/json", self._control(path)
        operation = _operation(path, head, body)
        self.calls[operation] += 1
        found = self._watched(operation, path, body) or self._made(operation, body) or _FIXED.get(operation)
        return (200, *found) if found else (501, _XML, f"<Error><Code>{operation}</Code></Error>".encode())

    def _made(self, operation: str, body: bytes) -> tuple[str, bytes] | None:
        if operation == "DescribeInstances":
            ids = _IDS.findall(body)
            token = _TOKEN.search(body)
            page = int(token[1]) if token else 0
            return _XML, self._instances.one(ids[0].decode()) if ids else self._instances.page(page)
        if operation == "DescribeInstanceStatus":
            return _XML, self._instances.statuses([id_.decode() for id_ in _IDS.findall(body)])
        if operation == "ListQueues":
            return _JSON, self._queues.list
        if operation == "GetQueueAttributes":
            found = self._queues.attributes(json.loads(body)["QueueUrl"])
            return (_JSON, found) if found else None
        return None

    def _watched(self, operation: str, path: str, body: bytes) -> tuple[str, bytes] | None:
        """Return CloudWatch's answers, in the protocol that was asked in."""
        binary = "/operation/" in path
        kind = _CBOR if binary else _JSON
        if operation == "GetMetricData":
            end = int(time.time()) // 300 + 1
            return kind, bodies.metric_data(body.count(b"MetricStat"), end, binary=binary)
        return (kind, bodies.no_alarms(binary=binary)) if operation == "DescribeAlarms" else None

    def _control(self, path: str) -> bytes:
        calls = json.dumps(self.calls).encode()
        if path == "/_clear":
            self.calls.clear()
        if path == "/_turn":
            self._instances.turn()
        return calls


def _operation(path: str, head: bytes, body: bytes) -> str:
    if target := _TARGET.search(head):
        return target[1].decode()
    if "/operation/" in path:
        return path.rpartition("/")[2]
    if action := _ACTION.search(body):
        return action[1].decode()
    query = path.partition("?")[2].partition("&")[0].partition("=")[0]
    return _OF_BUCKETS.get(unquote_plus(query), "ListBuckets" if path.partition("?")[0] == "/" else f"S3 {path}")


class Conversation(asyncio.Protocol):
    """One connection: requests one after the other."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        """Answer every request that has come whole."""
        self._held += data
        while (end := self._held.find(b"\r\n\r\n")) >= 0:
            head = self._held[: end + 4]
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._held) < whole:
                return
            body, self._held = self._held[end + 4 : whole], self._held[whole:]
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        path = head.split(b" ", 2)[1].decode()
        status, kind, found = self._account.answer(path, head, body)
        rpc = "smithy-protocol: rpc-v2-cbor\r\n" if kind == _CBOR else ""
        self._transport.write(
            f"HTTP/1.1 {status} OK\r\ncontent-type: {kind}\r\ncontent-length: {len(found)}\r\n{rpc}"
            f"x-amzn-requestid: {bodies.REQUEST}\r\n\r\n".encode()
        )
        self._transport.write(found)


async def main(instances: int, queues: int) -> None:
    """Serve until standard input ends."""
    loop = asyncio.get_running_loop()
    accounts: list[Account] = []
    server = await loop.create_server(lambda: Conversation(accounts[0]), "127.0.0.1", 0)
    endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    accounts.append(Account(instances, queues, endpoint))
    print(endpoint, flush=True)
    ended = loop.create_future()
    loop.add_reader(sys.stdin.fileno(), lambda: ended.done() or ended.set_result(None))
    await ended


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--instances", type=int, default=1000)
    parser.add_argument("--queues", type=int, default=0)
    asked = parser.parse_args()
    asyncio.run(main(asked.instances, asked.queues))
