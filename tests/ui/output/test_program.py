"""On a real terminal: the same screen as Textual's own output makes, after any keys, another size, a suspension."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from console.ui.output.hooks import PLAIN_VARIABLE
from tests.support.terminal import Terminal
from tests.ui.output.emulator import Cell, seen

ROOT = Path(__file__).resolve().parents[3]
COMMAND = [sys.executable, "-m", "tests.ui.output.program"]
NAMES = {"pgdn": "pagedown", "pgup": "pageup", "esc": "escape"}
PRESSED = ("down", "down", "down", "up", "pgdn", "pgup", "a", "esc", "x")
TMUX = shutil.which("tmux")
GARBAGE = b"\x1b[31;44;1m" + b"# " * 5000 + b"\x1b[5;9r\x1b[7;7H"
"""What a shell leaves behind that has no other screen."""


@contextmanager
def both(inside: Sequence[Sequence[str]] = ((), ()), **env: str) -> Iterator[tuple[Terminal, Terminal]]:
    """Return the program twice, once on Textual's own output; each ``inside`` another program."""
    common = {"PYTHONPATH": str(ROOT), "TMUX": None, **env}
    with ExitStack() as stack:
        ours = stack.enter_context(Terminal([*inside[0], *COMMAND], (80, 24), common, ROOT))
        theirs = stack.enter_context(Terminal([*inside[1], *COMMAND], (80, 24), {**common, PLAIN_VARIABLE: "1"}, ROOT))
        for terminal in (ours, theirs):
            terminal.wait_for("ready")
        yield ours, theirs


def picture(terminal: Terminal) -> list[list[Cell]]:
    """Return every cell of the screen."""
    lines, width = len(terminal.screen()), terminal._screen.columns
    return [[seen(terminal.cell(y, x)) for x in range(width)] for y in range(lines)]


def press(terminals: tuple[Terminal, ...], number: int, key: str) -> None:
    """Press a key; return once all have told of it."""
    for terminal in terminals:
        terminal.press(key)
    for terminal in terminals:
        terminal.wait_for(rf"^{number} {NAMES.get(key, key)}\.")


def same(ours: Terminal, theirs: Terminal) -> None:
    """Wait until both screens are the same, cell by cell."""
    ours.wait_until(lambda _: picture(ours) == picture(theirs))


@pytest.mark.parametrize("term", ["xterm-256color", "screen-256color", "screen", "linux"])
def test_any_keys_lead_to_the_same_screen(term: str) -> None:
    chance = random.Random(term)
    with both(TERM=term) as (ours, theirs):
        for number in range(1, 60):
            press((ours, theirs), number, chance.choice(PRESSED))
            same(ours, theirs)
            if number == 30:
                for terminal in (ours, theirs):
                    terminal.resize((61, 17))
                same(ours, theirs)
        assert len(ours.raw()) < len(theirs.raw()) / 3


def test_it_comes_back_from_a_suspension_to_a_terminal_that_was_used_meanwhile() -> None:
    with both() as (ours, theirs):
        press((ours, theirs), 1, "down")
        ours.press("ctrl+z")
        os.waitid(os.P_PID, ours.pid, os.WSTOPPED | os.WNOWAIT)
        ours.wait_raw(rb"\x1b\[\?1049l\x1b\[\?25h\x1b\[\?1004l\Z")
        with ours._news:
            ours._stream.feed(GARBAGE)
            ours._screen.reset_mode(7, private=True)
            ours._screen.set_margins()
        ours.kill(signal.SIGCONT)
        press((theirs,), 2, "x")
        ours.wait_until(lambda _: ours.raw().count(b"\x1b[?1049h") == 2)
        press((ours,), 2, "x")
        same(ours, theirs)


def test_another_program_may_have_written_and_a_key_paints_again() -> None:
    with both() as (ours, theirs):
        with ours._news:
            ours._stream.feed(GARBAGE)
            ours._screen.set_margins()
        ours.press("ctrl+l")
        same(ours, theirs)


def test_a_lone_escape_is_a_key_and_one_that_begins_a_sequence_is_not() -> None:
    with both() as (ours, _):
        press((ours,), 1, "esc")
        ours.send("\x1b")
        ours.send("[A")
        ours.wait_for(r"^2 up\.")
        ours.send("\x1bx")
        ours.wait_for(r"^3 alt\+x\.")


def test_it_leaves_the_terminal_as_it_was() -> None:
    with both() as (ours, _):
        ours.press("q")
        assert ours.wait_exit() == 0
        assert ours.restored
        assert b"\x1b[m\x1b[?2004l" in ours.raw()


@pytest.mark.skipif(TMUX is None, reason="tmux is not installed")
def test_inside_tmux_it_is_the_same_too(tmp_path: Path) -> None:
    chance = random.Random(7)
    (tmp_path / "tmux.conf").write_text("set -g status off\nset -sg escape-time 0\n", encoding="utf-8")
    servers = [
        [str(TMUX), "-S", str(tmp_path / name), "-f", str(tmp_path / "tmux.conf")] for name in ("ours", "theirs")
    ]
    try:
        with both([[*server, "new-session"] for server in servers]) as (ours, theirs):
            for number in range(1, 40):
                press((ours, theirs), number, chance.choice(PRESSED))
                same(ours, theirs)
    finally:
        for server in servers:
            subprocess.run([*server, "kill-server"], check=False, capture_output=True)


class _Far(Terminal):
    """A terminal at the other end of the world."""

    def _answer_questions(self) -> None:
        time.sleep(0.2)  # what is measured is time
        super()._answer_questions()


def test_a_terminal_far_away_gets_sixteen_colours_and_no_motion_of_the_mouse() -> None:
    env = {"PYTHONPATH": str(ROOT), "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}
    with _Far(COMMAND, (80, 24), env, ROOT) as far:
        far.wait_raw(b"\x1b\\[\\?1003l\x1b\\[\\?1000h")
        before = len(far.raw())
        for number in range(1, 12):
            press((far,), number, "pgdn")
        later = far.raw()[before:]
        assert b"38;2;" not in later
        assert b"[38;5;" not in later
        assert b"\x1b[?2026$p" in later, "it asks what has arrived"


def test_a_terminal_nearby_is_not_asked_again() -> None:
    env = {"PYTHONPATH": str(ROOT), "SSH_CONNECTION": "192.0.2.1 1 192.0.2.2 22"}
    with Terminal(COMMAND, (80, 24), env, ROOT) as near:
        near.wait_for("ready")
        for number in range(1, 6):
            press((near,), number, "pgdn")
        assert near.raw().count(b"\x1b[?2026$p") == 1
        assert b"\x1b[?1003l" not in near.raw()
