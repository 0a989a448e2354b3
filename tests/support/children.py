"""Owns what the programs that tests start inherit from this process; must not know which programs."""

from __future__ import annotations

import os
import signal

_ENDING = (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP)
"""What a shell lets its background jobs ignore, or ``nohup`` does; whoever ignores hands that on."""


def take_signals() -> None:
    """Let children begin with the signals' own actions. What this process ignores it goes on not heeding."""
    for number in _ENDING:
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, _not_heeded)  # unlike what is ignored, what is handled is not handed on


def keep_bytecode() -> None:
    """Let Python keep what it compiles; most tests of a program would have all of it compiled again."""
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def _not_heeded(_number: int, _frame: object) -> None:
    pass
