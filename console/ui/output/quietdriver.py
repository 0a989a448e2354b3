"""Owns the terminal while the program runs: input that is waited for without a clock, output that never waits.

Must not know what is shown. All that Textual's own driver does besides it does here too.
"""

from __future__ import annotations

import asyncio
import os
import select
import signal
import sys
import time
from codecs import getincrementaldecoder
from types import FrameType
from typing import Any

from rich.color import ColorSystem
from textual.app import App
from textual.drivers.linux_driver import LinuxDriver
from textual.message import Message
from textual.messages import TerminalSupportsSynchronizedOutput

from console.ui.output import hooks
from console.ui.output.link import PATIENCE_SECONDS, QUESTION, Answers, Pace, is_slow
from console.ui.output.outlet import Outlet, open_terminal
from console.ui.output.stage import Stage

DRAIN_SECONDS = 3.0
"""How long leaving waits for a terminal to take the last bytes."""
_WHOLE = 1000
"""Bytes from which on a terminal is asked to show a frame at once; fewer of them come at once anyway."""
_BEGIN, _END = "\x1b[?2026h", "\x1b[?2026l"
_PLAIN = "\x1b[m"
_EVERY_MOTION = "\x1b[?1003h"
_NO_MOTION = "\x1b[?1003l\x1b[?1000h"
"""Buttons are still told: for some terminals the one mode takes the place of the other."""
_POINTER = "\x1b]22;"
"""Begins what says how the mouse's pointer looks; Textual says so with every screen."""
_CHUNK = 4096
_HUNG_UP = 129


class QuietDriver(LinuxDriver):
    """Textual's driver for POSIX terminals, without its clock and its queue."""

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._here = app
        self._slow = getattr(app, "slow_link", False)
        self._running_loop = asyncio.get_running_loop()
        self._with_debug = debug
        self._outlet: Outlet | None = None
        self._stopping: tuple[int, int] = (-1, -1)
        self._waiting = False
        self._asked = 0.0
        self._answers = Answers()
        self._pace: Pace | None = None
        self._synchronised = False
        self._pointer = f"{_POINTER}default\x07"
        self.stage: Stage | None = None
        """The pictures; None where the terminal cannot be opened anew, and Textual writes as it does."""

    # --- output

    def start_application_mode(self) -> None:
        """Take the terminal, at the start and after it was given back."""
        if self._stopping[0] < 0:  # in the background it is tried and tried again
            self._stopping = os.pipe()
            self._open()
        super().start_application_mode()  # type: ignore[no-untyped-call]
        told = signal.getsignal(signal.SIGWINCH)

        def resized(number: int, frame: FrameType | None) -> None:
            if self.stage is not None:
                self.stage.doubt()
            if callable(told):
                told(number, frame)

        signal.signal(signal.SIGWINCH, resized)

    def _open(self) -> None:
        try:
            handle = open_terminal((sys.__stderr__ or sys.stderr).fileno())
        except (OSError, ValueError):
            self.stage = None
            return
        self._outlet = Outlet(handle, self._running_loop, self._emptied)
        if self.stage is None:
            self.stage = Stage(hooks.colours(self._here), erases=erases_in_colour(os.environ))
            if self._slow:
                self.stage.recolour(ColorSystem.STANDARD)
        self.stage.forget()

    def stop_application_mode(self) -> None:
        """Give the terminal back as it was."""
        self._pointer = ""  # who has the terminal meanwhile may say otherwise
        if self._outlet is not None:
            self.write(_PLAIN)
        super().stop_application_mode()
        if self._outlet is not None:
            self._outlet.drain(DRAIN_SECONDS)

    def close(self) -> None:
        """Let go of the terminal."""
        super().close()
        if self._outlet is not None:
            self._outlet.drain(DRAIN_SECONDS)
            self._outlet.close()
            self._outlet = None
        for handle in self._stopping:
            if handle >= 0:
                os.close(handle)
        self._stopping = (-1, -1)

    def write(self, data: str) -> None:
        """Write as it is, after what was written before."""
        if data == QUESTION:
            self._asked = time.monotonic()
        if (data == _EVERY_MOTION and self._slow) or data == self._pointer:
            return
        if data.startswith(_POINTER):
            self._pointer = data
        if self._outlet is None:
            super().write(data)
        else:
            self._outlet.send(data.encode("utf-8", "backslashreplace"))

    def show(self) -> None:
        """Show the stage's picture; later, and then the one that is wanted by then, while the terminal is behind."""
        if self._outlet is None or self.stage is None:
            return
        self._waiting = self._outlet.behind or (self._pace is not None and self._pace.full)
        if not self._waiting and (frame := self.stage.frame()):
            whole = self._synchronised and len(frame) >= _WHOLE
            self.write(f"{_BEGIN}{frame}{_END}" if whole else frame)
            if self._pace is not None and self._pace.sent(len(frame)):
                self.write(QUESTION)
                self._running_loop.call_later(PATIENCE_SECONDS, self._overdue, self._asked)

    def _emptied(self) -> None:
        if self._waiting:
            self.show()

    def spare(self) -> None:
        """Use a slow line sparingly: sixteen colours, no motion of the mouse, little under way at once."""
        self._slow = True
        self.write(_NO_MOTION)
        if self.stage is not None:
            self.stage.recolour(ColorSystem.STANDARD)

    def _answered(self, count: int, seconds: float) -> None:
        """Hear the terminal's answers; ``seconds`` after the last question."""
        if self._pace is not None:
            self._pace.answered(count)
        elif not self._slow and is_slow(os.environ, seconds):
            hooks.slow_down(self._here)
        if self._slow and self._pace is None:
            self._pace = Pace()  # it does answer
        self._emptied()

    def _overdue(self, asked: float) -> None:
        """Go on without answers where none came for too long."""
        if self._pace is not None and self._pace.full and asked == self._asked:
            self._pace = Pace()
            self._emptied()

    # --- input

    def disable_input(self) -> None:
        """Stop reading."""
        if self._stopping[1] >= 0:
            os.write(self._stopping[1], b"!")
        super().disable_input()

    def run_input_thread(self) -> None:
        """Sleep until something is typed, a sequence that was begun is overdue, or reading is to stop."""
        parser = hooks.parser(self._with_debug)
        decode = getincrementaldecoder("utf-8")().decode
        stop = self._stopping[0]
        poll = select.poll()
        poll.register(self.fileno, select.POLLIN)
        poll.register(stop, select.POLLIN)
        try:
            while True:
                ready = {handle for handle, _ in poll.poll(hooks.milliseconds_left(parser))}
                if stop in ready:
                    return
                if self.fileno in ready:
                    data = _read(self.fileno)
                    if not data:
                        poll.unregister(self.fileno)
                        self._hung_up()
                    if answers := self._answers.count(data):
                        seconds = time.monotonic() - self._asked
                        self._running_loop.call_soon_threadsafe(self._answered, answers, seconds)
                    for event in parser.feed(text) if (text := decode(data)) else ():
                        self.process_message(event)
                for event in parser.tick():
                    self.process_message(event)
        finally:
            hooks.finish(parser)

    def _hung_up(self) -> None:
        """Leave when the terminal is gone; input that is no terminal may end."""
        if self.input_tty:
            self._running_loop.call_soon_threadsafe(self._here.exit, None, _HUNG_UP)

    def send_message(self, message: Message) -> None:
        """Give a message to the application, from this thread to its loop."""
        self._here.post_message(message)

    def process_message(self, message: Message) -> None:
        """Pass on what was typed or told by the terminal."""
        if isinstance(message, TerminalSupportsSynchronizedOutput):
            self._synchronised = True
        super().process_message(message)


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, _CHUNK)
    except OSError:  # how Linux says that the terminal is gone
        return b""


def erases_in_colour(environment: Any) -> bool:
    """Return whether the terminal erases in the background it paints with; GNU screen and old ones do not."""
    return "TMUX" in environment or not environment.get("TERM", "").startswith(("screen", "vt", "ansi"))
