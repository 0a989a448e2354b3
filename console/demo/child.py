"""Owns the demo account's own process: ``python -m console.demo.child``; must not know who started it.

It prints one line of JSON with its address and serves until its standard input ends, which happens however the starter
ends. Control-C is the starter's business.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from argparse import ArgumentParser, Namespace
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING

from console.demo.wire.http import serve
from console.demo.wire.messages import Request, Response

if TYPE_CHECKING:
    from console.demo.server import Server


def _options() -> Namespace:
    parser = ArgumentParser("console.demo.child")
    parser.add_argument("--hostile", action="store_true")
    parser.add_argument("--empty", action="store_true")
    parser.add_argument("--control", action="store_true")
    parser.add_argument("--eager", action="store_true")
    parser.add_argument("--scale", type=int, default=0)
    parser.add_argument("--letters", type=int, default=0)
    return parser.parse_args()


async def _run(options: Namespace) -> None:
    opened: asyncio.Future[Server] = asyncio.get_running_loop().create_future()

    async def answer(request: Request) -> Response:
        return await (await opened).answer(request)

    listener = await serve(answer)
    host, port = listener.sockets[0].getsockname()[:2]
    print(json.dumps({"endpoint": f"http://{host}:{port}"}), flush=True)
    _quiet()
    server = _open(options)
    opened.set_result(server)
    if not options.empty:
        await _warm(server)
    await listener.serve_forever()


def _watch() -> None:
    """End with standard input, at once: neither open connections nor a half-done answer may hold the process."""
    while os.read(sys.stdin.fileno(), 4096):
        pass
    os._exit(0)


def _quiet() -> None:
    """Nobody reads what is said from now on, and a full pipe would stop us."""
    with open(os.devnull, "w") as nowhere:
        os.dup2(nowhere.fileno(), 1)
        os.dup2(nowhere.fileno(), 2)


def _open(options: Namespace) -> Server:
    """Load what AWS looks like; the starter does not wait for it."""
    from console.demo.account import Account
    from console.demo.server import Server

    account = Account(hostile=options.hostile, scale=options.scale, letters=options.letters, eager=options.eager)
    return Server(account, options.empty, control=options.control)


async def _warm(server: Server) -> None:
    """Load each service while the starter is busy starting; whoever asks meanwhile waits for one service at most."""
    for service in (
        "ec2",
        "sqs",
        "cloudwatch",
        "s3",
        "sts",
        "iam",
        "autoscaling",
        "elbv2",
        "logs",
        "cloudtrail",
        "lambda",
    ):
        await asyncio.sleep(0)
        with suppress(Exception):  # whoever asks for the service is told
            server.load(service)


def main() -> None:
    """Serve until standard input ends."""
    options = _options()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_watch, daemon=True).start()
    asyncio.run(_run(options))


if __name__ == "__main__":
    main()
