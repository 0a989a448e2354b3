"""Owns what the screen's process leaves out when it loads the libraries under it; must not know what uses them."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

PALETTE = "textual.command"
PALETTE_NAMES = (
    "CommandListItem", "CommandPalette", "DiscoveryHit", "Hit", "Hits", "Provider", "SimpleProvider",
)  # fmt: skip
"""What Textual's other modules take from its command palette; a test compares them with what is installed."""


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


def import_textual_without_palette() -> None:
    """Import Textual's app, if it is not there already, without its command palette: cloudtop has one of its own.

    The palette brings eleven widgets along, a tenth of the time to the first picture. Who imports it afterwards gets
    it whole.
    """
    if "textual.app" in sys.modules or PALETTE in sys.modules:
        return
    placeholder = ModuleType(PALETTE)
    vars(placeholder).update({name: type(name, (), {}) for name in PALETTE_NAMES})
    sys.modules[PALETTE] = placeholder
    try:
        importlib.import_module("textual.app")
    finally:
        del sys.modules[PALETTE]
