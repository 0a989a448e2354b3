"""Sizes and habits that only get better: a module, class or function that grows past its limit is two."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from tests.support.source import MODULES, ROOT, TESTS, Module

MODULE_LINES = 400
TEST_LINES = 500
CLASS_METHODS = 25
FUNCTION_LINES = 60
OTHER_MODULE_LINES = {"console.ui.app": 199}

_BARE_IGNORE = re.compile(r"#\s*type:\s*ignore(?!\[)|#\s*noqa(?!: [A-Z]+[0-9]+)", re.IGNORECASE)
_FUNCTION = (ast.FunctionDef, ast.AsyncFunctionDef)
_PRINTS = ("console.command", "console.cli", "console.__main__", "console.demo")
"""Where the command line writes its output."""


def nodes(modules: list[Module], *kinds: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    """Yield (file:line, node) of every node of these kinds."""
    for module in modules:
        for node in ast.walk(module.tree):
            if isinstance(node, kinds):
                yield f"{module.where}:{node.lineno}", node  # type: ignore[attr-defined]


def none(wrong: list[str]) -> None:
    """Fail with one line for each that is wrong."""
    assert not wrong, "\n".join(wrong)


def test_a_module_is_not_too_long() -> None:
    limits = {module.name: OTHER_MODULE_LINES.get(module.name, MODULE_LINES) for module in MODULES}
    limits |= {module.name: TEST_LINES for module in TESTS}
    lengths = {module: len(module.text.splitlines()) for module in MODULES + TESTS}
    none([f"{module.where} has {count} lines" for module, count in lengths.items() if count > limits[module.name]])


def test_a_class_has_not_too_many_methods() -> None:
    counts = {
        f"{where} {node.name}": sum(isinstance(part, _FUNCTION) for part in node.body)
        for where, node in nodes(MODULES, ast.ClassDef)
        if isinstance(node, ast.ClassDef)
    }
    none([f"{name} has {count} methods" for name, count in counts.items() if count > CLASS_METHODS])


def test_a_function_is_not_too_long() -> None:
    lengths = {
        f"{where} {node.name}": (node.end_lineno or 0) - node.lineno + 1
        for where, node in nodes(MODULES + TESTS, *_FUNCTION)
        if isinstance(node, _FUNCTION)
    }
    none([f"{name} has {length} lines" for name, length in lengths.items() if length > FUNCTION_LINES])


def test_a_module_says_what_it_is() -> None:
    firsts = {module.where: (ast.get_docstring(module.tree) or "").partition("\n")[0] for module in MODULES + TESTS}
    none([f"{where}: {first!r}" for where, first in firsts.items() if not first.endswith((".", "?"))])


def test_every_folder_of_modules_is_a_package_that_says_what_it_is() -> None:
    folders = {module.path.parent for module in MODULES}
    none([str(folder.relative_to(ROOT)) for folder in folders if not (folder / "__init__.py").exists()])


def test_annotations_are_never_evaluated() -> None:
    none([module.where for module in MODULES + TESTS if len(module.tree.body) > 1 and not _postpones(module)])


def _postpones(module: Module) -> bool:
    first = next((node for node in module.tree.body if isinstance(node, ast.ImportFrom)), None)
    return first is not None and first.module == "__future__" and first.names[0].name == "annotations"


def test_a_checker_is_silenced_for_one_named_reason_only() -> None:
    none(
        [
            f"{module.where}:{number}"
            for module in MODULES + TESTS
            for number, line in enumerate(module.text.splitlines(), 1)
            if _BARE_IGNORE.search(line)
        ]
    )


def test_no_text_of_ours_is_printed_past_the_output() -> None:
    quiet = [module for module in MODULES if not module.name.startswith(_PRINTS)]
    calls = [(where, node.func) for where, node in nodes(quiet, ast.Call) if isinstance(node, ast.Call)]
    none([where for where, function in calls if isinstance(function, ast.Name) and function.id == "print"])
