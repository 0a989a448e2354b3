"""Owns a loopback EC2 that stops instances, and loses, resets or refuses answers as told; must not know cloudtop."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import Enum
from urllib.parse import parse_qs

_EC2 = 'xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"'
ACCOUNT = "123456789012"


class Mode(Enum):
    """What becomes of a write that has arrived complete."""

    OK = "done and answered"
    DROP = "done, the connection closes without an answer"
    RESET = "done, the connection is reset"
    HALF = "done, the answer is cut in its middle"
    PAGE = "done, a web page comes back"
    HANG = "done, no answer comes"
    PARTIAL = "done for the first only, and the answer says so"
    ERROR_500 = "an internal error"
    ERROR_503 = "unavailable"
    THROTTLED = "over the limit, status 503 as EC2 sends it"
    DENIED = "not allowed"
    WRONG_STATE = "a 400 of a code cloudtop does not know"


_ERRORS = {
    Mode.ERROR_500: (500, "InternalError"),
    Mode.ERROR_503: (503, "Unavailable"),
    Mode.THROTTLED: (503, "RequestLimitExceeded"),
    Mode.DENIED: (403, "UnauthorizedOperation"),
    Mode.WRONG_STATE: (400, "IncorrectInstanceState"),
}


class Account:
    """The instances, what was asked, and how the next write ends."""

    def __init__(self, *ids: str) -> None:
        self.states = dict.fromkeys(ids, "running")
        self.names = {id_: f"web-{number}" for number, id_ in enumerate(ids, 1)}
        self.asked: Counter[str] = Counter()
        self.mode = Mode.OK
        self.caller = f"arn:aws:sts::{ACCOUNT}:assumed-role/OnCall/ana"
        self.arrived = asyncio.Event()
        """Set when a write has arrived."""
        self.url = ""

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer requests on one connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                length = next(
                    int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:")
                )
                form = parse_qs((await reader.readexactly(length)).decode())
                if not await self._answer(form, writer):
                    break
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    async def _answer(self, form: dict[str, list[str]], writer: asyncio.StreamWriter) -> bool:
        action = form["Action"][0]
        self.asked[action] += 1
        ids = [value[0] for name, value in form.items() if name.startswith("InstanceId.")]
        if action == "GetCallerIdentity":
            return await _send(writer, 200, _identity(self.caller))
        if action == "DescribeInstances":
            return await _send(writer, 200, self._described(ids))
        self.arrived.set()
        return await self._write(ids, writer)

    async def _write(self, ids: list[str], writer: asyncio.StreamWriter) -> bool:
        if self.mode in _ERRORS:
            status, code = _ERRORS[self.mode]
            return await _send(writer, status, _error(code))
        done = ids[:1] if self.mode is Mode.PARTIAL else ids
        self.states.update(dict.fromkeys(done, "stopping"))
        body = _stopping(done)
        if self.mode is Mode.RESET:
            writer.transport.abort()
        elif self.mode is Mode.HANG:
            await asyncio.Event().wait()
        elif self.mode is Mode.HALF:
            await _send(writer, 200, body, cut=len(body) // 2)
        elif self.mode is Mode.PAGE:
            return await _send(writer, 200, "<html>Sign in to the guest network</html>", kind="text/html")
        elif self.mode is not Mode.DROP:
            return await _send(writer, 200, body)
        return False

    def _described(self, ids: list[str]) -> str:
        items = "".join(
            f"<item><instanceId>{id_}</instanceId><instanceState><name>{self.states[id_]}</name></instanceState>"
            f"<tagSet><item><key>Name</key><value>{self.names[id_]}</value></item></tagSet></item>"
            for id_ in ids
            if id_ in self.states
        )
        return (
            f"<DescribeInstancesResponse {_EC2}><requestId>r-read</requestId><reservationSet><item><instancesSet>"
            f"{items}</instancesSet></item></reservationSet></DescribeInstancesResponse>"
        )


@asynccontextmanager
async def running(account: Account) -> AsyncIterator[Account]:
    """Serve ``account`` on a free port of 127.0.0.1."""
    connections: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connections.add(asyncio.ensure_future(account.serve(reader, writer)))

    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    account.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield account
    finally:
        server.close()
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


async def _send(
    writer: asyncio.StreamWriter, status: int, body: str, *, cut: int | None = None, kind: str = "text/xml"
) -> bool:
    head = f"HTTP/1.1 {status} X\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n\r\n"
    writer.write((head + body[:cut]).encode())
    await writer.drain()
    return True


def _identity(arn: str) -> str:
    return (
        '<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        f"<Arn>{arn}</Arn><UserId>AIDA</UserId><Account>{arn.split(':')[4]}</Account></GetCallerIdentityResult>"
        "<ResponseMetadata><RequestId>r-sts</RequestId></ResponseMetadata></GetCallerIdentityResponse>"
    )


def _stopping(ids: list[str]) -> str:
    items = "".join(
        f"<item><instanceId>{id_}</instanceId><currentState><code>64</code><name>stopping</name></currentState></item>"
        for id_ in ids
    )
    return (
        f"<StopInstancesResponse {_EC2}><requestId>r-stop</requestId><instancesSet>{items}</instancesSet>"
        "</StopInstancesResponse>"
    )


def _error(code: str) -> str:
    return (
        f"<Response><Errors><Error><Code>{code}</Code><Message>told to</Message></Error></Errors>"
        "<RequestID>r-error</RequestID></Response>"
    )
