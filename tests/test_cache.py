"""Files that can be made again lie where XDG says. What is kept there is tested by who keeps it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from console import cache


def test_the_folder_is_xdgs(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    assert cache.cache_folder() == Path(os.environ["XDG_CACHE_HOME"]) / "cloudtop"
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert cache.cache_folder() == home / ".cache" / "cloudtop"
