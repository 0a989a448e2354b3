"""Nothing is kept that nothing uses: every function, class, constant, field and module has someone who names it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.support.source import MODULES, Module, imports

_TEXTUAL = re.compile(
    r"(on|action|watch|validate|compute|render|get)_\w+|compose|render|BINDINGS|CSS|CSS_PATH|DEFAULT_CSS"
    r"|COMPONENT_CLASSES|ENABLE_COMMAND_PALETTE|AUTO_FOCUS|ALLOW_SELECT|control|can_focus|_fatal_error|run_input_thread|send_message"
)
"""Names that Textual calls by itself, in console.ui."""
_ENTRIES = {"console.__main__", "console.demo.child", "console.worker.child"}
"""Modules that are started, not imported."""


def names_used(tree: ast.Module) -> Iterator[str]:
    """Yield every name that a module reads, calls, passes by keyword or spells in a string."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
            yield node.id
        elif isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.keyword) and node.arg:
            yield node.arg
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            yield node.value


def names_defined(module: Module) -> Iterator[tuple[str, int]]:
    """Yield (name, line) of what a module and its classes define; what a decorator registers is left out."""
    classes = [node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)]
    for body in (module.tree.body, *(node.body for node in classes)):
        for node in body:
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                if not _is_registered(node):
                    yield node.name, node.lineno
            elif isinstance(node, ast.Assign):
                yield from ((target.id, node.lineno) for target in node.targets if isinstance(target, ast.Name))
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                yield node.target.id, node.lineno


def _is_registered(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> bool:
    kept = {"property", "staticmethod", "classmethod", "cache", "lru_cache", "dataclass", "contextmanager"}
    return any(ast.unparse(part).partition("(")[0].rpartition(".")[2] not in kept for part in node.decorator_list)


def test_nothing_is_defined_that_nobody_uses() -> None:
    used = {name for module in MODULES for name in names_used(module.tree)}
    idle = [
        f"{module.where}:{line} {name}"
        for module in MODULES
        for name, line in names_defined(module)
        if name not in used
        and not (name.startswith("__") and name.endswith("__"))
        and not (module.name.startswith("console.ui") and _TEXTUAL.fullmatch(name))
    ]
    assert not idle, "\n".join(idle)


def test_no_module_is_left_over() -> None:
    known = {module.name for module in MODULES}
    packages = {name.rsplit(".", 1)[0] for name in known}
    wanted = {name for module in MODULES for name, _, _ in imports(module, known) if name != module.name}
    spelled = {name for module in MODULES for name in _dotted(module.tree)}
    by_name = {name for name in known for start in spelled if name == start or (start[-1] == "." and start in name)}
    assert not known - wanted - packages - _ENTRIES - by_name


def _dotted(tree: ast.Module) -> Iterator[str]:
    """Yield module names that are spelled in a string, for what is imported by name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.startswith("console."):
            yield node.value
