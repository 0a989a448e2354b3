"""Owns the rule that tests talk to this machine only; must not know what they say."""

from __future__ import annotations

import errno
import ipaddress
import sys

strayed: list[str] = []
"""Where this process tried to connect to, beyond this machine."""


def stay_here() -> None:
    """Refuse every connection of this process beyond this machine from now on, and note it."""
    sys.addaudithook(_check)


def _check(event: str, arguments: tuple[object, ...]) -> None:
    if event not in ("socket.connect", "socket.sendto"):
        return
    address = arguments[1]
    if isinstance(address, tuple) and not _is_here(str(address[0])):
        strayed.append(f"{address[0]}:{address[1]}")
        raise OSError(errno.ENETUNREACH, "tests talk to this machine only")


def _is_here(host: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        return host in ("", "localhost")
    return address.is_loopback or address.is_unspecified
