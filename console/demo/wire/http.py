"""Owns HTTP/1.1 on asyncio streams, as much as AWS clients use; must not know AWS."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from email.utils import formatdate
from http import HTTPStatus

from console.demo.wire.messages import Ending, Request, Response

Handler = Callable[[Request], Awaitable[Response]]
HEAD_LIMIT = 256 * 1024
BODY_LIMIT = 256 * 1024 * 1024


class BadRequest(ValueError):
    """What came is not HTTP, or more of it than we take."""


async def serve(handler: Handler, host: str = "127.0.0.1") -> asyncio.Server:
    """Listen on a free port of ``host`` and answer every request with ``handler``."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError, ValueError, asyncio.LimitOverrunError):
            await _converse(handler, reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    return await asyncio.start_server(connected, host, 0, limit=HEAD_LIMIT)


async def _converse(handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while (request := await _read_request(reader, writer)) is not None:
        response = await handler(request)
        if response.ending is Ending.DROPPED:
            return
        _write(writer, request, response)
        await writer.drain()
        if response.ending is Ending.CUT or request.headers.get("connection", "").lower() == "close":
            return


async def _read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        if error.partial:
            raise BadRequest from error
        return None
    first, *lines = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    parts = first.split(" ")
    if len(parts) != 3:
        raise BadRequest
    headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    body = await _read_body(reader, headers)
    path, _, query = parts[1].partition("?")
    return Request(parts[0], path, query, headers, body)


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> bytes:
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return await _read_chunks(reader)
    length = int(headers.get("content-length") or 0)
    if length > BODY_LIMIT:
        raise BadRequest
    return await reader.readexactly(length)


async def _read_chunks(reader: asyncio.StreamReader) -> bytes:
    body = bytearray()
    while True:
        size = int((await reader.readline()).split(b";")[0], 16)
        if size == 0:
            break
        body += await reader.readexactly(size)
        await reader.readexactly(2)
        if len(body) > BODY_LIMIT:
            raise BadRequest
    while (await reader.readline()).strip():
        pass
    return bytes(body)


def _write(writer: asyncio.StreamWriter, request: Request, response: Response) -> None:
    headers = {"Date": formatdate(usegmt=True), "Server": "cloudtop-demo", **response.headers}
    if "Content-Length" not in headers:
        headers["Content-Length"] = str(len(response.body))
    lines = [f"HTTP/1.1 {response.status} {_reason(response.status)}"]
    lines += [f"{name}: {_header_text(value)}" for name, value in headers.items()]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    if request.method != "HEAD":
        cut = len(response.body) // 2 if response.ending is Ending.CUT else None
        writer.write(response.body[:cut])


def _header_text(value: str) -> str:
    """A header cannot hold line ends, and beyond Latin-1 AWS sends UTF-8."""
    return value.replace("\r", " ").replace("\n", " ").encode().decode("latin-1")


def _reason(status: int) -> str:
    with suppress(ValueError):
        return HTTPStatus(status).phrase
    return "Unknown"
