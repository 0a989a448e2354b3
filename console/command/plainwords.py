"""Owns reading the words that nearly every start has, without a parser. Must not know what is done with them.

Loading argparse and building a parser takes a twentieth of the time to the first picture, and half a megabyte.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from console.launch import Launch

OPTIONS = {
    "-p": "profiles", "--profile": "profiles", "-r": "regions", "--region": "regions",
    "--endpoint-url": "endpoint_url", "--config": "config", "--theme": "theme",
}  # fmt: skip
"""Of each option that takes a value, where it goes."""
_REPEATED = ("profiles", "regions")
_FLAGS = {"--slow-link": "slow_link", "--write": "write", "--demo": "demo"}


def plain_launch(words: Sequence[str]) -> Launch | None:
    """Return what ``words`` ask of the full screen; None where a parser has to look at them."""
    found: dict[str, Any] = {}
    rest = iter(words)
    for word in rest:
        if word in _FLAGS:
            found[_FLAGS[word]] = True
            continue
        name, value = (OPTIONS[word], next(rest, "")) if word in OPTIONS else ("view", word)
        if not value or value.startswith("-") or (name == "view" and name in found):
            return None
        found[name] = (*found.get(name, ()), value) if name in _REPEATED else value
    return Launch(**found)
