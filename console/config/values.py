"""Owns what a single setting may hold: each reader turns a YAML node into a value or says why not.

Must not know which setting it reads.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import yaml

from console.config.duration import parse_duration
from console.config.yamlfile import is_null
from console.text.format import duration as spoken

ReadValue = Callable[[yaml.Node], Any]
"""node → value. Raises ``ValueError`` with the reason in words."""

_KEY = re.compile(r"(?:(?:ctrl|alt|shift|super)\+)*(?:[^\s\x00-\x1f\x7f]|[a-z][a-z0-9_]*)")
_REGION = re.compile(r"[a-z]{2,}(?:-[a-z0-9]+){2,5}")
_THEME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_TEXT_LIMIT = 500


def text(node: yaml.Node) -> str:
    """Read one line of text."""
    if is_null(node):
        raise ValueError("it has no value")
    if not isinstance(node, yaml.ScalarNode):
        raise ValueError("it must be a single text")
    value = str(node.value)
    if len(value) > _TEXT_LIMIT or not value.isprintable():
        raise ValueError(f"it must be one line of at most {_TEXT_LIMIT} printable characters")
    return value


def texts(node: yaml.Node) -> tuple[str, ...]:
    """Read a list of texts; a single one stands for a list of one."""
    if isinstance(node, yaml.SequenceNode):
        return tuple(text(part) for part in node.value)
    if is_null(node):
        raise ValueError("it has no value; write [] for none")
    return (text(node),)


def flag(node: yaml.Node) -> bool:
    """Read ``true`` or ``false``."""
    if node.tag != "tag:yaml.org,2002:bool":
        raise ValueError("it must be true or false")
    return str(node.value).lower() in ("true", "yes", "on")


def duration(least: float, most: float) -> ReadValue:
    """Return the reader of a length of time between ``least`` and ``most`` seconds."""

    def read(node: yaml.Node) -> float:
        seconds = parse_duration(text(node))
        if not least <= seconds <= most:
            raise ValueError(f"it must be between {spoken(least)} and {spoken(most)}")
        return seconds

    return read


def duration_or_off(least: float, most: float) -> ReadValue:
    """Return the reader of a length of time between ``least`` and ``most`` seconds; ``off`` is 0."""
    read = duration(least, most)
    return lambda node: 0.0 if _is_off(node) else read(node)


def _is_off(node: yaml.Node) -> bool:
    return node.tag == "tag:yaml.org,2002:bool" and not flag(node)


def scale(node: yaml.Node) -> float:
    """Read a factor between 0.2 and 100; ``off`` is 0."""
    if _is_off(node):
        return 0.0
    try:
        factor = float(text(node))
    except ValueError:
        factor = -1.0
    if factor != 0 and not 0.2 <= factor <= 100:
        raise ValueError("it must be a number between 0.2 and 100, or off")
    return factor


def theme(node: yaml.Node) -> str:
    """Read a theme's name."""
    return _matching(node, _THEME, "it must be a theme's name: letters a to z, digits and dashes")


def regions(node: yaml.Node) -> tuple[str, ...]:
    """Read a list of region names."""
    names = texts(node)
    wrong = next((name for name in names if not _REGION.fullmatch(name)), None)
    if wrong is not None:
        raise ValueError(f"{wrong!r} is no region's name such as eu-central-1")
    return names


def key(node: yaml.Node) -> str:
    """Read a key: one character, or a name such as ``ctrl+p``, ``f5``, ``enter``."""
    return _matching(node, _KEY, "it must be a key: one character, or a name such as ctrl+p, f5 or enter")


def url(node: yaml.Node) -> str:
    """Read an address ``http[s]://HOST[:PORT][/PATH]``, or nothing."""
    value = text(node)
    if not value:
        return value
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        good = False
    if not good or parts.query or parts.fragment:
        raise ValueError("it must be an address such as http://127.0.0.1:4566")
    if parts.username is not None:
        raise ValueError("it must not hold a user name or password")
    return value


def _matching(node: yaml.Node, pattern: re.Pattern[str], why: str) -> str:
    value = text(node)
    if not pattern.fullmatch(value):
        raise ValueError(why)
    return value
