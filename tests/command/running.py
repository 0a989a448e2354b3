"""Owns running the command line in a test, in this process or in one of its own; must not know any command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.moto import ACCESS_KEY, SECRET_KEY

REGION = "eu-west-1"
ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ended:
    """How a command ended. ``out`` and ``err`` are the raw bytes of its two streams."""

    code: int
    out: bytes
    err: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> str:
        return self.err.decode()


Run = Callable[..., Ended]


def credentials() -> dict[str, str]:
    return {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY}


def at(url: str) -> list[str]:
    """The options that lead to the endpoint ``url``."""
    return ["--endpoint-url", url, "-r", REGION]


def process(*words: str, environment: dict[str, str] | None = None, **options: Any) -> Ended:
    """Run ``cloudtop`` as a process of its own."""
    ended = subprocess.run(
        [sys.executable, "-m", "console", *words],
        check=False,
        cwd=ROOT,
        env={**os.environ, **credentials(), **(environment or {})},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=60,
        **options,
    )
    return Ended(ended.returncode, ended.stdout, ended.stderr)
