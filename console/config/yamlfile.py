"""Owns reading a small YAML file a person wrote, with the line of everything in it; must not know its keys.

The file is read as nodes, not as objects: a node knows its line, an alias costs nothing however often it is
used, and a number keeps the digits that were written (``012345678901`` is an account, not an octal number).
"""

from __future__ import annotations

from collections.abc import Iterator

import yaml

from console.config.errors import Problems


def read_root(text: str, problems: Problems) -> yaml.MappingNode | None:
    """Return the top mapping of a file's ``text``, None for an empty one. Raises ``ConfigError``."""
    try:
        root = yaml.compose(text, yaml.SafeLoader)  # not its C twin, which dies of deep nesting
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise problems.stop(f"it is not YAML: {error.problem or error.context}", line) from None
    except yaml.YAMLError as error:
        raise problems.stop(f"it is not YAML: {str(error).splitlines()[0]}") from None
    except RecursionError:
        raise problems.stop("it is nested too deeply") from None
    if root is None or is_null(root):
        return None
    if not isinstance(root, yaml.MappingNode):
        raise problems.stop("it must be a list of KEY: VALUE lines", line_of(root))
    return root


def entries(node: yaml.MappingNode, problems: Problems, within: str = "") -> Iterator[tuple[str, int, yaml.Node]]:
    """Yield (key, line, value) of a mapping; a key that is no text or comes twice is a problem."""
    seen: dict[str, int] = {}
    for key_node, value in node.value:
        line = line_of(key_node)
        if not isinstance(key_node, yaml.ScalarNode):
            problems.add("a key must be a single word", line, within.rstrip("."))
            continue
        key = str(key_node.value)
        if key in seen:
            problems.add(f"it is already set in line {seen[key]}", line, within + key)
            continue
        seen[key] = line
        yield key, line, value


def line_of(node: yaml.Node) -> int:
    """Return the line a node starts in, counted from 1."""
    return int(node.start_mark.line) + 1 if node.start_mark else 0


def is_null(node: yaml.Node) -> bool:
    """Return whether nothing was written: ``key:`` with no value, or ``null``."""
    return isinstance(node, yaml.ScalarNode) and node.tag == "tag:yaml.org,2002:null"
