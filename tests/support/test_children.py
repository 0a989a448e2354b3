"""What the programs that tests start inherit."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.source import ROOT

CHILD = "import signal; print([signal.getsignal(number) is signal.SIG_IGN for number in (1, 2, 3)])"
SUITE = f"""
import os, signal, subprocess, sys
from tests.support import children
for number in (1, 2, 3):
    signal.signal(number, signal.SIG_IGN)
children.take_signals()
for number in (1, 2, 3):
    os.kill(os.getpid(), number)
subprocess.run([sys.executable, "-c", {CHILD!r}], check=True)
"""


def test_a_run_that_ignores_signals_goes_on_ignoring_them_and_its_children_do_not() -> None:
    ended = subprocess.run([sys.executable, "-c", SUITE], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stdout) == (0, "[False, False, False]\n"), ended.stderr


def test_children_keep_their_bytecode() -> None:
    assert "PYTHONDONTWRITEBYTECODE" not in os.environ
