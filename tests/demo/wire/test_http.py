"""HTTP/1.1 as the demo speaks it, by the byte."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from console.demo.wire.http import serve
from console.demo.wire.messages import Ending, Request, Response

seen: list[Request] = []


async def answer(request: Request) -> Response:
    seen.append(request)
    ending = {"/cut": Ending.CUT, "/drop": Ending.DROPPED}.get(request.path, Ending.KEPT)
    return Response(200, {"X-Name": "caf\u00e9 \u5bff\r\nInjected: yes"}, b"0123456789", ending)


@pytest.fixture
async def port() -> AsyncIterator[int]:
    seen.clear()
    server = await serve(answer)
    yield int(server.sockets[0].getsockname()[1])
    server.close()


async def talk(port: int, data: bytes) -> bytes:
    """Send ``data`` and return all that comes until the other side closes."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    try:
        return await asyncio.wait_for(reader.read(), 20)
    except ConnectionResetError:
        return b""
    finally:
        writer.close()


LAST = b"Host: a\r\nConnection: close\r\n\r\n"


async def test_a_connection_is_kept(port: int) -> None:
    received = await talk(port, b"GET /a HTTP/1.1\r\nHost: a\r\n\r\nGET /b?x=1&y=%2F HTTP/1.1\r\n" + LAST)
    assert received.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert [(request.path, request.query) for request in seen] == [("/a", ""), ("/b", "x=1&y=%2F")]
    assert seen[1].query_pairs() == [("x", "1"), ("y", "/")]


async def test_bodies_by_length_and_in_chunks(port: int) -> None:
    head = b"PUT /a HTTP/1.1\r\nHost: a\r\n"
    await talk(port, head + b"Content-Length: 5\r\nConnection: close\r\n\r\nhello")
    chunked = (
        b"Transfer-Encoding: chunked\r\nConnection: close\r\n\r\n5;x=y\r\nhello\r\n2\r\n!!\r\n0\r\nTrailer: 1\r\n\r\n"
    )
    await talk(port, head + chunked)
    assert [request.body for request in seen] == [b"hello", b"hello!!"]


async def test_a_client_that_waits_is_told_to_go_on(port: int) -> None:
    head = b"PUT /a HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
    received = await talk(port, head + b"ok")
    assert received.startswith(b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n")


async def test_head_has_no_body(port: int) -> None:
    received = await talk(port, b"HEAD /a HTTP/1.1\r\n" + LAST)
    assert b"Content-Length: 10\r\n" in received
    assert received.endswith(b"\r\n\r\n")


async def test_endings(port: int) -> None:
    cut = await talk(port, b"GET /cut HTTP/1.1\r\nHost: a\r\n\r\n")
    assert b"Content-Length: 10\r\n" in cut
    assert cut.endswith(b"\r\n\r\n01234")
    assert await talk(port, b"GET /drop HTTP/1.1\r\nHost: a\r\n\r\n") == b""


async def test_a_header_cannot_be_split(port: int) -> None:
    received = await talk(port, b"GET /a HTTP/1.1\r\n" + LAST)
    assert b"\r\nInjected" not in received
    assert "X-Name: caf\u00e9 \u5bff".encode() in received


@pytest.mark.parametrize(
    "data",
    [
        b"nonsense\r\n\r\n",
        b"PUT / HTTP/1.1\r\nContent-Length: many\r\n\r\n",
        b"PUT / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"PUT / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        b"GET / HTTP/1.1\r\nX: " + b"a" * 300_000 + b"\r\n\r\n",
    ],
)
async def test_nonsense_is_hung_up_on(port: int, data: bytes) -> None:
    assert await talk(port, data) == b""
    assert seen == []
    assert b"200 OK" in await talk(port, b"GET /a HTTP/1.1\r\n" + LAST)
