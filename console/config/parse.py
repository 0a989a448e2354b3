"""Owns what a configuration file may say, read with every reason why not; must not know who uses it."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from typing import Any

import yaml

from console.config import values
from console.config.errors import Problems
from console.config.yamlfile import entries, is_null, line_of, read_root

_Section = Mapping[str, values.ReadValue]

TOP: _Section = {
    "theme": values.theme,
    "profile": values.text,
    "regions": values.regions,
    "endpoint_url": values.url,
}
SECTIONS: Mapping[str, _Section] = {
    "production": {"profiles": values.texts, "accounts": values.texts},
    "writes": {
        "allow": values.flag,
        "unlock": values.duration(60, 12 * 3600),
        "reason_required": values.texts,
    },
    "presign": {"expires": values.duration(1, 7 * 86400)},
    "poll": {"scale": values.scale, "rest": values.duration_or_off(1, 86400)},
}
_KEYS = "keys"


def read_settings(text: str, problems: Problems, commands: Collection[str] = ()) -> dict[str, Any]:
    """Return what ``text`` sets, that of a section in a dict of its own; what is wrong goes to ``problems``.

    ``commands`` are the ids that ``keys`` may name; empty leaves them unchecked. Raises ``ConfigError``.
    """
    root = read_root(text, problems)
    return _read(root, problems, commands) if root else {}


def _read(root: yaml.MappingNode, problems: Problems, commands: Collection[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, line, node in entries(root, problems):
        if name in TOP:
            _take(found, name, node, TOP[name], problems, name)
        elif name not in SECTIONS and name != _KEYS:
            _unknown(problems, line, name, (*TOP, *SECTIONS, _KEYS))
        elif is_null(node):
            continue
        elif not isinstance(node, yaml.MappingNode):
            problems.add("it must hold KEY: VALUE lines, indented", line_of(node), name)
        elif name == _KEYS:
            found[_KEYS] = _bindings(node, problems, commands)
        else:
            found[name] = _section(node, SECTIONS[name], problems, f"{name}.")
    return found


def _section(node: yaml.MappingNode, section: _Section, problems: Problems, within: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, line, value in entries(node, problems, within):
        if name in section:
            _take(found, name, value, section[name], problems, within + name)
        else:
            _unknown(problems, line, name, section, within)
    return found


def _bindings(node: yaml.MappingNode, problems: Problems, commands: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    within = f"{_KEYS}."
    for command, line, value in entries(node, problems, within):
        if commands and command not in commands:
            _unknown(problems, line, command, commands, within, "command")
        else:
            _take(found, command, value, values.key, problems, within + command)
    return found


def _take(
    found: dict[str, Any], name: str, node: yaml.Node, read: values.ReadValue, problems: Problems, key: str
) -> None:
    try:
        found[name] = read(node)
    except ValueError as error:
        problems.add(str(error), line_of(node), key)


def _unknown(
    problems: Problems, line: int, name: str, known: Collection[str], within: str = "", noun: str = "setting"
) -> None:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
    guess = f"; did you mean {within}{close[0]}?" if close else f"; there are {', '.join(sorted(known)[:12])}"
    problems.add(f"there is no such {noun}{guess}", line, within + name)
