"""Owns what the screen's process leaves out when it loads the libraries under it; must not know what uses them."""

from __future__ import annotations

import importlib
import sys


def import_asyncio_without_tls() -> None:
    """Import asyncio, if it is not there already, without TLS: only the worker's process speaks to the network.

    asyncio does without where Python was built without it; leaving it out saves an eighth of the time to the
    first picture. Who imports ``ssl`` afterwards gets it.
    """
    if "asyncio" in sys.modules or "ssl" in sys.modules:
        return
    sys.modules["ssl"] = None  # type: ignore[assignment]  # the documented way to have an import fail
    try:
        importlib.import_module("asyncio")
    finally:
        del sys.modules["ssl"]
