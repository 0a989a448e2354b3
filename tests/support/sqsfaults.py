"""Owns an SQS that fails as it is told: the demo account with its control door; must not know cloudtop."""

from __future__ import annotations

import asyncio
import base64
import json
import urllib.request
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config

from console.demo.process import DemoAccount

_ACCOUNT = "418250713366"


@dataclass(frozen=True, slots=True)
class Weather:
    """One way in which a call goes wrong. ``done`` is whether SQS did it all the same; None where it did it in part."""

    name: str
    kind: str
    done: bool | None
    options: Mapping[str, Any] = field(default_factory=dict)


LOST = Weather("lost on the way", "lost", False)
DROPPED = Weather("answer lost", "drop", True)
CUT = Weather("answer cut", "cut", True)
GARBLED = Weather("answer garbled", "garble", True)
THROTTLED = Weather("throttled", "error", False, {"code": "RequestThrottled", "status": 400})
THROTTLING = Weather("throttled otherwise", "error", False, {"code": "ThrottlingException", "status": 400})
UNAVAILABLE = Weather("unavailable", "unavailable", False)
BROKEN = Weather("internal error", "error", False, {"code": "InternalError", "status": 500})
DENIED = Weather("denied", "deny", False)
EXPIRED = Weather("credentials expired", "expired", False)
LATE = Weather("late", "delay", True, {"seconds": 0.3})
PARTIAL = Weather("half a batch", "partial", None)
DOUBTFUL = Weather("half a batch in doubt", "doubtful", True)
"""The entries are done and said to have failed by SQS's own fault: nobody may send them again blindly."""
CORRUPT = Weather("checksums of other texts", "corrupt", True)
WEATHERS = (
    LOST, DROPPED, CUT, GARBLED, THROTTLED, THROTTLING, UNAVAILABLE, BROKEN, DENIED, EXPIRED, LATE, PARTIAL,
    DOUBTFUL, CORRUPT,
)  # fmt: skip
"""Every way that may befall any call: ``@pytest.mark.parametrize("weather", WEATHERS, ids=lambda one: one.name)``."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One message as it lies in a queue. ``state`` is visible, in flight or delayed; times are in ms since 1970."""

    id: str
    body: str
    md5: str
    attributes: Mapping[str, Mapping[str, str]]
    """Binary values are base64."""
    attributes_md5: str
    state: str
    receives: int
    group: str
    deduplication: str
    sequence: str
    trace: str
    source: str
    sent: str
    returns: str


class SqsBackend:
    """A running account. Methods block; ``arrived`` is for a test with a loop of its own."""

    def __init__(self, account: DemoAccount) -> None:
        self.account = account
        self.url = account.endpoint_url
        self.sqs = self.client("sqs")

    def client(self, service: str) -> Any:
        """Return a boto3 client that sends each request once."""
        return boto3.client(
            service,
            endpoint_url=self.url,
            aws_access_key_id=self.account.access_key,
            aws_secret_access_key=self.account.secret_key,
            region_name=self.account.region,
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, max_pool_connections=50),
        )

    def queue(self, name: str) -> str:
        """Return a queue's URL, whether or not there is one."""
        return f"{self.url}/{_ACCOUNT}/{name}"

    def arn(self, name: str) -> str:
        """Return a queue's ARN."""
        return f"arn:aws:sqs:{self.account.region}:{_ACCOUNT}:{name}"

    def make(self, name: str, dead: str = "", receives: int = 3, **attributes: str) -> str:
        """Create a queue, FIFO by its name, with ``dead`` as its dead-letter queue, and return its URL."""
        if dead:
            policy = {"deadLetterTargetArn": self.arn(dead), "maxReceiveCount": receives}
            attributes["RedrivePolicy"] = json.dumps(policy)
        if name.endswith(".fifo"):
            attributes["FifoQueue"] = "true"
        return str(self.sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"])

    def put(self, name: str, messages: Sequence[Mapping[str, Any] | str]) -> list[str]:
        """Put messages there past the API and its counts, and return their ids.

        A message is its body, or what ``console.demo.services.sqs.inventory.place`` describes; a ``bytes`` among
        attribute values is encoded.
        """
        given = [{"body": message} if isinstance(message, str) else dict(message) for message in messages]
        for message in given:
            message["attributes"] = {key: _plain(part) for key, part in message.get("attributes", {}).items()}
        return list(self._ask("POST", "messages", {"queue": name, "messages": given})["ids"])

    def fault(self, kind: str | Weather, operation: str = "*", **options: Any) -> None:
        """Let calls go wrong: the ``nth`` alone, or from the ``first`` on so many ``times``; see ``FaultKind``."""
        if isinstance(kind, Weather):
            kind, options = kind.kind, {**kind.options, **options}
        self._ask("POST", "fault", {"service": "sqs", "operation": operation, "kind": kind, **options})

    def release(self) -> None:
        """Let what is stalled or held now go on; the faults stay."""
        self._ask("POST", "release")

    def mend(self) -> None:
        """Remove all faults. Calls that are stalled are lost, answers that are held too."""
        self._ask("DELETE", "fault")

    def advance(self, seconds: float) -> None:
        """Move the account's clock forward: leases, delays, retention, move tasks, pauses and long polls follow."""
        self._ask("POST", "clock", {"advance": seconds})

    def counts(self) -> Counter[str]:
        """Return how often each operation of SQS has arrived since the start or ``forget``."""
        counts = self._ask("GET", "calls")["counts"]
        return Counter({name.partition(":")[2]: count for name, count in counts.items() if name.startswith("sqs:")})

    def calls(self) -> list[tuple[str, int, tuple[str, ...]]]:
        """Return (operation, status or 0, kinds of fault) of SQS's last 10,000 calls, oldest first."""
        calls = self._ask("GET", "calls")["calls"]
        return [
            (call["operation"], call["status"], tuple(call["faults"])) for call in calls if call["service"] == "sqs"
        ]

    def forget(self) -> None:
        """Start the counts anew."""
        self._ask("DELETE", "calls")

    def wait(self, operation: str, count: int = 1, *, done: bool = False, service: str = "sqs") -> None:
        """Return when so many calls have arrived, or are ``done``, answered or not. Raises ``HTTPError`` after 30 s."""
        self._ask("POST", "wait", {"call": f"{service}:{operation}", "count": count, "done": done})

    async def arrived(self, operation: str, count: int = 1, *, done: bool = False, service: str = "sqs") -> None:
        """Do what ``wait`` does beside a running loop."""
        await asyncio.to_thread(self.wait, operation, count, done=done, service=service)

    def messages(self, name: str) -> list[Stored]:
        """Return what is in a queue, in order of arrival, hidden or not. Nothing is received for it."""
        return [Stored(**message) for message in self._stored(name).get(name, [])]

    def bodies(self, *names: str) -> Counter[str]:
        """Return how often each body is in these queues together; in all without names."""
        return Counter(message["body"] for messages in self._stored(*names).values() for message in messages)

    def contents(self, *names: str) -> Counter[tuple[str, str, str]]:
        """Return how often each (body's MD5, attributes' MD5, group) is in these queues together."""
        every = (message for messages in self._stored(*names).values() for message in messages)
        return Counter((message["md5"], message["attributes_md5"], message["group"]) for message in every)

    def mistakes(self) -> list[str]:
        """Return the tracebacks of the account's own mistakes; a test ends with none."""
        return [call["mistake"] for call in self._ask("GET", "calls")["calls"] if call["mistake"]]

    def _stored(self, *names: str) -> dict[str, list[dict[str, Any]]]:
        return dict(self._ask("GET", "messages", {"queues": names} if names else None))

    def _ask(self, method: str, door: str, document: object = None) -> Any:
        body = json.dumps(document or {}).encode()
        request = urllib.request.Request(f"{self.url}/_demo/{door}", body, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)


def _plain(part: Mapping[str, Any]) -> dict[str, str]:
    return {key: base64.b64encode(value).decode() if isinstance(value, bytes) else value for key, value in part.items()}


@contextmanager
def running_sqs(
    *, empty: bool = True, letters: int = 0, hostile: bool = False, eager: bool = False
) -> Iterator[SqsBackend]:
    """Run an account, without anything in it or with all of the demo; a mistake of its own fails the test.

    One that is ``eager`` answers long polls of an empty queue at once.
    """
    with DemoAccount.start(empty=empty, letters=letters, hostile=hostile, control=True, eager=eager) as account:
        backend = SqsBackend(account)
        yield backend
        assert backend.mistakes() == []
