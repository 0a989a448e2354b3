"""Owns cloudtop with two mistakes in it: ``!`` cannot read the calls, and ``?`` breaks the screen. Runs alone."""

from __future__ import annotations

import sys
from typing import NoReturn

from console.__main__ import main
from console.session import Session
from console.ui.screens.help import Help

WORDS = "mistake \x1b]52;c;eA==\x07 made"


def _fail(*_arguments: object) -> NoReturn:
    secret = "AKIAIOSFODNN7EXAMPLE/wJalrXUtnFEMI"  # noqa: F841  # a local variable that no one may print
    raise RuntimeError(WORDS)


if __name__ == "__main__":
    Session.calls = _fail  # type: ignore[method-assign]
    Help.body = _fail  # type: ignore[method-assign]
    sys.exit(main())
