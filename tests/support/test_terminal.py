"""The driver itself: what it shows, sends, notices and leaves behind."""

from __future__ import annotations

import os
import signal
import sys

import pytest

from tests.support.terminal import Sequences, Terminal


def python(program: str) -> list[str]:
    return [sys.executable, "-I", "-u", "-c", program]


def test_shows_what_was_written_and_types_what_is_pressed() -> None:
    with Terminal(python("print('hello', input())"), size=(40, 10)) as terminal:
        terminal.send("you")
        terminal.press("enter")
        terminal.wait_for("^hello you$")
        assert terminal.wait_exit() == 0
        assert terminal.restored


def test_control_c_reaches_the_program_as_a_signal() -> None:
    program = "import signal\ntry:\n print('ready'); signal.pause()\nexcept KeyboardInterrupt:\n print('stopped')"
    with Terminal(python(program)) as terminal:
        terminal.wait_for("ready")
        terminal.press("ctrl+c")
        terminal.wait_for("stopped")


def test_size_and_resize_reach_the_program() -> None:
    program = (
        "import os, signal\n"
        "signal.signal(signal.SIGWINCH, lambda *_: os.write(1, f'\\n{os.get_terminal_size()}\\n'.encode()))\n"
        "print(os.get_terminal_size())\n"
        "while True: signal.pause()"
    )
    with Terminal(python(program), size=(81, 25)) as terminal:
        terminal.wait_for(r"columns=81, lines=25")
        terminal.resize((60, 20))
        terminal.wait_for(r"columns=60, lines=20")


def test_answers_what_a_terminal_is_asked() -> None:
    program = (
        "import sys, tty; tty.setcbreak(0); sys.stdout.write('\\x1b[?2026$p'); sys.stdout.flush()\n"
        "answer = ''\nwhile not answer.endswith('y'): answer += sys.stdin.read(1)\nprint(repr(answer))"
    )
    with Terminal(python(program)) as terminal:
        terminal.wait_for(r"2026;2\$y")


def test_a_program_that_leaves_the_settings_changed_is_noticed() -> None:
    with Terminal(python("import tty; tty.setraw(0)")) as terminal:
        terminal.wait_exit()
        assert not terminal.restored


def test_what_a_dying_program_wrote_last_is_not_lost() -> None:
    with Terminal(python("import os; print('x' * 5000 + 'end'); os._exit(7)"), size=(120, 60)) as terminal:
        assert terminal.wait_exit() == 7
        assert terminal.raw().rstrip().endswith(b"end")


def test_waiting_in_vain_tells_what_was_on_the_screen() -> None:
    with Terminal(python("print('something else')")) as terminal, pytest.raises(AssertionError, match="else"):
        terminal.wait_for("never")


def test_leaving_kills_the_program() -> None:
    with Terminal(python("import signal; print('here'); signal.pause()")) as terminal:
        terminal.wait_for("here")
        pid = terminal.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_program_whose_terminal_is_taken_away_gets_its_signal() -> None:
    with Terminal(python("import signal; print('here'); signal.pause()")) as terminal:
        terminal.wait_for("here")
        terminal.hang_up()
        assert terminal.wait_exit() == -signal.SIGHUP


def test_half_a_picture_is_not_looked_at() -> None:
    program = (
        "import sys\nfor part in ('\\x1b[?2026hone', ' two\\x1b[?2026l'):\n"
        " sys.stdout.write(part); sys.stdout.flush(); input()"
    )
    with Terminal(python(program)) as terminal:
        terminal.wait_raw(b"one")
        with pytest.raises(AssertionError):
            terminal.wait_for("one", seconds=0.5)
        terminal.press("enter")
        terminal.wait_for("one")


def test_a_variable_can_be_taken_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OUTER", "there")
    with Terminal(python("import os; print(os.environ.get('OUTER'), os.environ['INNER'])"),
                  env={"OUTER": None, "INNER": "in"}) as terminal:  # fmt: skip
        terminal.wait_for("^None in$")


def test_a_signal_gives_a_negative_status() -> None:
    with Terminal(python("import signal; print('here'); signal.pause()")) as terminal:
        terminal.wait_for("here")
        terminal.kill(signal.SIGTERM)
        assert terminal.wait_exit() == -signal.SIGTERM


@pytest.mark.parametrize(
    "unknown",
    [
        b"\x1b[>1u", b"\x1b[<u", b"\x1b[=5;1u", b"\x1b[?2026$p", b"\x1b[>4;1m", b"\x1b[2 q",
        b"\x1bP1$r0m\x1b\\",
        b"\x1b_Gq=2;AAAA\x1b\\", b"\x1b[4:3m",
    ],
)  # fmt: skip
def test_sequences_that_pyte_does_not_know_are_dropped_wherever_a_read_cuts_them(unknown: bytes) -> None:
    stream = b"before" + unknown + b"\x1b[1mafter"
    for cut in range(len(stream) + 1):
        sequences = Sequences()
        assert sequences.filter(stream[:cut]) + sequences.filter(stream[cut:]) == b"before\x1b[1mafter"


def test_a_broken_sequence_does_not_swallow_what_follows() -> None:
    assert Sequences().filter(b"a\x1b\x1b[1mb\x1b[\x07c\xc3\xa4") == b"a\x1b[1mb\x07c\xc3\xa4"


def test_a_parameter_too_many_does_not_end_the_reading() -> None:
    with Terminal(python(r"print('\x1b[1;1;1;9Hfirst\x1b[?25;h'); print('second')")) as terminal:
        terminal.wait_for("first")
        terminal.wait_for("second")
