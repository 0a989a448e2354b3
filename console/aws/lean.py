"""Owns importing aiohttp without the two sets of certificate authorities that it reads at import and we never use.

Reading them takes longer than all the rest of aiohttp's import. Every connection of ours brings TLS settings of its
own (``transport``); what aiohttp keeps for those that bring none trusts nobody, so that nothing passes unverified.
"""

from __future__ import annotations

import importlib
import ssl
import sys

_READS = "set_default_verify_paths"


def import_aiohttp() -> None:
    """Import aiohttp, if it is not there already."""
    if "aiohttp.connector" in sys.modules:
        return
    setattr(ssl.SSLContext, _READS, lambda _context: None)
    try:
        importlib.import_module("aiohttp.connector")
    finally:
        delattr(ssl.SSLContext, _READS)  # the interpreter's own is in the class underneath


import_aiohttp()
