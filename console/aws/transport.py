"""Owns how one HTTP request is sent: once, and only to where it was addressed; must not know AWS's operations.

Left alone aiohttp sends a PUT or GET a second time when the connection breaks, and follows redirects with the
session token still in the headers. Repeating is botocore's to decide, where the meter sees it; a redirect is an answer.
"""

from __future__ import annotations

import console.aws.lean  # noqa: F401  before aiohttp is imported

# isort: split

from functools import cache
from ssl import PROTOCOL_TLS_CLIENT, SSLContext
from types import SimpleNamespace
from typing import Any

from aiobotocore.httpsession import AIOHTTPSession
from aiohttp import ClientTimeout


class _Direct:
    """One aiohttp session that follows no redirect."""

    def __init__(self, session: Any) -> None:
        self._session = session

    async def request(self, method: str, **options: Any) -> Any:
        return await self._session.request(method, allow_redirects=False, **options)


_NO_PROXY = SimpleNamespace(settings={}, proxy_url_for=lambda _url: None, proxy_headers_for=lambda _url: {})
"""botocore's settings of proxies where there are none; it would take every address apart to find that out."""


@cache
def _verifying(verify: bool | str) -> Any:
    """Return the TLS settings for one set of authorities; reading them takes longer than a request."""
    return AIOHTTPSession(verify=verify)._build_verify_context()


class SendOnceSession(AIOHTTPSession):  # type: ignore[misc]  # aiobotocore has no types
    """aiobotocore's HTTP session, which sends each request exactly once."""

    _timeout: ClientTimeout

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        if not options.get("proxies"):
            self._proxy_config = _NO_PROXY
        given = self._timeout
        # Looking up the name and the TLS handshake have no limit of their own.
        whole = given.sock_connect * 2 if given.sock_connect else None
        self._timeout = ClientTimeout(connect=whole, sock_connect=given.sock_connect, sock_read=given.sock_read)

    def _build_ssl_contexts(self, proxy_url: str | None) -> Any:
        if proxy_url or self._cert_file:
            return super()._build_ssl_contexts(proxy_url)
        return _verifying(self._verify), None

    async def _get_session(self, proxy_url: str | None) -> _Direct:
        session = await super()._get_session(proxy_url)
        session._retry_connection = False
        return _Direct(session)


class PlainSession(SendOnceSession):
    """The same for an address without TLS. It reads no authorities, and so would trust nobody."""

    def _build_ssl_contexts(self, proxy_url: str | None) -> Any:
        return super()._build_ssl_contexts(proxy_url) if proxy_url else (SSLContext(PROTOCOL_TLS_CLIENT), None)
