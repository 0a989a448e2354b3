"""Owns how one HTTP request is sent: once, and only to where it was addressed; must not know AWS's operations.

Left alone aiohttp sends a PUT or GET a second time when the connection breaks, and follows redirects with the
session token still in the headers. Repeating is botocore's to decide, where the meter sees it; a redirect is an answer.
"""

from __future__ import annotations

from typing import Any

from aiobotocore.httpsession import AIOHTTPSession


class _Direct:
    """One aiohttp session that follows no redirect."""

    def __init__(self, session: Any) -> None:
        self._session = session

    async def request(self, method: str, **options: Any) -> Any:
        return await self._session.request(method, allow_redirects=False, **options)


class SendOnceSession(AIOHTTPSession):  # type: ignore[misc]  # aiobotocore has no types
    """aiobotocore's HTTP session, which sends each request exactly once."""

    async def _get_session(self, proxy_url: str | None) -> _Direct:
        session = await super()._get_session(proxy_url)
        session._retry_connection = False
        return _Direct(session)
