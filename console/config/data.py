"""Owns finding the files that come with cloudtop, installed or not; must not know what they mean.

A wheel carries them in ``console/data``; in a source tree, and so in an editable install, they lie beside ``console``.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from pathlib import Path

import console
from console.config.errors import ConfigError, Problems
from console.config.paths import themes_folder
from console.config.plain import read_plain
from console.config.textfile import read_text

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,40}")
_SUFFIX = ".yaml"


def theme_names() -> tuple[str, ...]:
    """Return the names of all themes, cloudtop's and the user's own, in order."""
    found = (file.stem for folder in _theme_folders() for file in folder.glob(f"*{_SUFFIX}"))
    return tuple(sorted({name for name in found if _NAME.fullmatch(name)}))


def load_theme(name: str) -> Mapping[str, str]:
    """Return a theme's keys and values as written; the user's own wins. Raises ``ConfigError``."""
    known = theme_names()
    if name not in known:
        close = difflib.get_close_matches(name, known, n=1, cutoff=0.4)
        guess = f"did you mean {close[0]}?" if close else f"there are {', '.join(known) or 'none'}"
        raise Problems(Path("theme")).stop(f"{name!r} is not known; {guess}")
    paths = (folder / f"{name}{_SUFFIX}" for folder in _theme_folders())
    return _read_theme(next(path for path in paths if path.exists() or path.is_symlink()))


def example_config() -> Path:
    """Return the commented example of a configuration file."""
    return _shipped("config.example.yaml")


def _theme_folders() -> tuple[Path, Path]:
    return themes_folder(), _shipped("themes")


def _shipped(name: str) -> Path:
    package = Path(console.__file__).parent
    inside = package / "data" / name
    return inside if inside.exists() else package.parent / name


def _read_theme(path: Path) -> Mapping[str, str]:
    problems = Problems(path)
    try:
        text = read_text(path, problems)
    except FileNotFoundError:
        raise problems.stop("it does not exist") from None
    return read_plain(text) or _read_yaml(text, problems)


def _read_yaml(text: str, problems: Problems) -> Mapping[str, str]:
    import yaml

    from console.config.yamlfile import entries, line_of, read_root

    root = read_root(text, problems)
    found: dict[str, str] = {}
    for key, _, node in entries(root, problems) if root else ():
        if isinstance(node, yaml.ScalarNode):
            found[key] = str(node.value)
        else:
            problems.add("it must be a single text", line_of(node), key)
    problems.raise_any()
    return found


__all__ = ["ConfigError", "example_config", "load_theme", "theme_names"]
