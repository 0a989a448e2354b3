"""Owns the product's source as syntax trees, for tests about the code itself; must not know what they ask."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """One Python file."""

    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def where(self) -> str:
        """The file's path as an editor takes it."""
        return str(self.path.relative_to(ROOT))


def read_modules(top: str) -> list[Module]:
    """Return every Python file below ``top``, in order of its name."""
    return [_read(path) for path in sorted((ROOT / top).rglob("*.py"))]


def imports(module: Module, known: set[str]) -> Iterator[tuple[str, int, bool]]:
    """Yield (module, line, whether it is at the file's top level) of everything that is imported.

    ``from package import name`` is the module ``package.name`` where ``known`` has one.
    """
    top = set(ast.iter_child_nodes(module.tree))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node.lineno, node in top
        elif isinstance(node, ast.ImportFrom):
            package = _absolute(node, module)
            for alias in node.names:
                inner = f"{package}.{alias.name}"
                yield inner if inner in known else package, node.lineno, node in top


def _absolute(node: ast.ImportFrom, module: Module) -> str:
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    is_package = module.path.name == "__init__.py"
    base = parts[: len(parts) - node.level + is_package]
    return ".".join([*base, node.module] if node.module else base)


def _read(path: Path) -> Module:
    parts = path.relative_to(ROOT).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    text = path.read_text(encoding="utf-8")
    return Module(name, path, text, ast.parse(text))


MODULES = read_modules("console")
"""The product."""
TESTS = read_modules("tests")
