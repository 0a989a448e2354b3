"""Owns the demo account's back door under ``/_demo/``: what was called, faults, and the clock. For tests.

``GET /_demo/calls``, ``DELETE /_demo/calls``; ``POST /_demo/fault`` with one fault, ``DELETE /_demo/fault``;
``POST /_demo/release`` for what is stalled or held; ``POST /_demo/clock`` with ``{"advance": seconds}``.
Only where the account was started with ``control``: ``GET /_demo/messages``, every message of every queue, or of
those named by ``{"queues": ["orders"]}``, ``POST /_demo/messages`` to put some there, and
``POST /_demo/wait`` with ``{"call": "sqs:SendMessage", "count": 1, "done": false}``.
Only an address on loopback is answered, so that no web page reaches it through a name of its own.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from inspect import isawaitable
from typing import Any

from console.demo import faults
from console.demo.account import Account
from console.demo.calls import Calls
from console.demo.wire.messages import Request, Response

PREFIX = "/_demo/"
_LOOPBACK = ("127.0.0.1", "localhost")
_PATIENCE = 30


class Admin:
    """Answers requests under ``PREFIX``."""

    def __init__(self, account: Account, calls: Calls, active: faults.Faults, *, control: bool = False) -> None:
        self._account = account
        self._calls = calls
        self._clock, self._ahead = account.clock, timedelta()
        self._doors: dict[tuple[str, str], Callable[[Any], object]] = {
            ("GET", "calls"): lambda _: calls.document(),
            ("DELETE", "calls"): lambda _: calls.clear(),
            ("POST", "fault"): lambda document: active.add(faults.parse(document)),
            ("DELETE", "fault"): lambda _: active.clear(),
            ("POST", "release"): lambda _: active.release(),
            ("POST", "clock"): self._advance,
        }
        if control:
            self._doors |= {("POST", "wait"): self._wait, **_queues(account)}

    async def answer(self, request: Request) -> Response:
        """Return the answer as JSON; 400 for what makes no sense, 403 for strangers, 404 for what is not there.

        408 says that what was waited for has not come.
        """
        if request.headers.get("host", "").partition(":")[0] not in _LOOPBACK:
            return _response(403, {"error": "only on loopback"})
        door = self._doors.get((request.method, request.path.removeprefix(PREFIX)))
        if door is None:
            return _response(404, {"error": "no such door"})
        try:
            found = door(dict(json.loads(request.body or b"{}")))
            return _response(200, (await found if isawaitable(found) else found) or {})
        except TimeoutError:
            return _response(408, {"error": f"not within {_PATIENCE} s"})
        except (ValueError, KeyError, TypeError) as error:
            return _response(400, {"error": str(error)})

    def _advance(self, document: dict[str, Any]) -> None:
        self._ahead += timedelta(seconds=float(document["advance"]))
        self._account.clock = lambda: self._clock() + self._ahead

    async def _wait(self, document: dict[str, Any]) -> None:
        async with asyncio.timeout(_PATIENCE):
            count, done = int(document.get("count", 1)), bool(document.get("done"))
            await self._calls.wait(str(document["call"]), count, done=done)


def _queues(account: Account) -> dict[tuple[str, str], Callable[[Any], object]]:
    from console.demo.services.sqs import inventory  # only where it is asked for

    return {
        ("GET", "messages"): lambda document: inventory.messages(account, document),
        ("POST", "messages"): lambda document: inventory.place(account, document),
    }


def _response(status: int, document: object) -> Response:
    return Response(status, {"Content-Type": "application/json"}, json.dumps(document).encode())
