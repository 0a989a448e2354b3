"""Owns importing aiohttp and botocore without what they make ready at import and we never use.

aiohttp reads the certificate authorities twice, which takes longer than all the rest of its import. Every connection
of ours brings TLS settings of its own (``transport``); what aiohttp keeps for those that bring none trusts nobody,
so that nothing passes unverified. botocore loads what writes its documentation, to have it at hand for ``help()``.
"""

from __future__ import annotations

import importlib
import ssl
import sys
from pathlib import Path
from types import ModuleType

from console.latepatterns import late_patterns

_READS = "set_default_verify_paths"
_DOCS, _DOCSTRING = "botocore.docs", "botocore.docs.docstring"

_DOCSTRINGS = ("ClientMethodDocstring", "PaginatorDocstring", "WaiterDocstring")


def import_aiohttp() -> None:
    """Import aiohttp, if it is not there already."""
    if "aiohttp.connector" in sys.modules:
        return
    setattr(ssl.SSLContext, _READS, lambda _context: None)
    try:
        importlib.import_module("aiohttp.connector")
    finally:
        delattr(ssl.SSLContext, _READS)  # the interpreter's own is in the class underneath


class _NoDocstring(str):
    def __new__(cls, *_about: object, **_more: object) -> _NoDocstring:
        return super().__new__(cls)


def import_botocore() -> None:
    """Import what makes clients, if it is not there already; who wants documentation later imports the real one."""
    if "botocore.client" in sys.modules or _DOCS in sys.modules:
        return
    package, docstring = ModuleType(_DOCS), ModuleType(_DOCSTRING)
    package.__path__ = [str(Path(folder) / "docs") for folder in importlib.import_module("botocore").__path__]
    vars(docstring).update(dict.fromkeys(_DOCSTRINGS, _NoDocstring))
    sys.modules.update({_DOCS: package, _DOCSTRING: docstring})
    try:
        importlib.import_module("aiobotocore.session")
    finally:
        del sys.modules[_DOCS], sys.modules[_DOCSTRING]


with late_patterns():
    import_aiohttp()
    import_botocore()
