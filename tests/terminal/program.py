"""Owns cloudtop in a pseudo-terminal at an account of the demo's, used as an operator would. Must not know any test."""

from __future__ import annotations

import base64
import os
import re
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType

from pyte.screens import Char

from console.demo.process import DemoAccount
from tests.demo.conftest import Admin
from tests.support.leftovers import MARK
from tests.support.terminal import Terminal

ROOT = Path(__file__).resolve().parents[2]
LOW, HIGH = (80, 24), (120, 40)
_COPIED = re.compile(rb"\x1b\]52;c;([^\x07]*)\x07")
_FOREIGN = ("AWS_", "XDG_", "CLOUDTOP_", "TEXTUAL")


def surroundings(home: Path, **more: str | None) -> dict[str, str | None]:
    """Return an environment that holds nothing of the user's; None takes a variable out.

    Keys are typed whole, so that a lone esc is known for one soon.
    """
    hidden = {name: None for name in os.environ if name.startswith(_FOREIGN) and name != MARK}
    folders = {f"XDG_{kind}_HOME": str(home / kind.lower()) for kind in ("CONFIG", "CACHE", "DATA", "STATE")}
    files = {
        "AWS_CONFIG_FILE": str(home / ".aws" / "config"),
        "AWS_SHARED_CREDENTIALS_FILE": str(home / ".aws" / "credentials"),
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    own = {"HOME": str(home), "PYTHONPATH": str(ROOT), "NO_COLOR": None, "ESCDELAY": "25"}
    return {**hidden, **folders, **files, **own, **more}


class Program(Terminal):
    """cloudtop, opened at ``account``. Its files are in ``home``, which is also where it was started."""

    def __init__(
        self,
        account: DemoAccount,
        home: Path,
        size: tuple[int, int] = LOW,
        words: Sequence[str] = (),
        module: str = "console",
        **environment: str | None,
    ) -> None:
        self.account = account
        self.admin = Admin(account.endpoint_url)
        self.home = home
        command = [sys.executable, "-m", module, "--endpoint-url", account.endpoint_url, *words]
        super().__init__(command, size, surroundings(home, **account.environment(), **environment), home)

    def __enter__(self) -> Program:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @property
    def audit_file(self) -> Path:
        """The audit log."""
        return self.home / "state" / "cloudtop" / "audit.jsonl"

    def ready(self, title: str = "EC2 instances") -> Program:
        """Return once the list called ``title`` has been read."""
        self.wait_for(rf"^ {re.escape(title)} .*as of \d")
        return self

    def pane(self, key: str, title: str) -> None:
        """Go to a pane and wait for its list."""
        self.press(key)
        self.ready(title)

    def opens(self, key: str, pattern: str) -> re.Match[str]:
        """Press a key that opens a dialog; return the match once it shows ``pattern`` and takes keys.

        One that was answered may be seen a picture longer than what came of it.
        """
        self.wait_until(lambda _: not self._asks())
        self.press(key)
        return self.dialog(pattern)

    def dialog(self, pattern: str) -> re.Match[str]:
        """Return the match once a dialog shows ``pattern`` and takes keys, which its last line then tells."""
        found = self.wait_for(pattern)
        self.wait_until(lambda _: self._asks())
        return found

    def _asks(self) -> bool:
        """Return whether a dialog is on screen and takes keys."""
        return bool(re.search(r"\besc (cancel|close)", self.screen()[-1]))

    def back(self, pattern: str) -> re.Match[str]:
        """Press esc and return the match once ``pattern`` is on screen; what comes next is then a key of its own."""
        self.press("esc")
        return self.wait_for(pattern)

    def cursor_line(self) -> str:
        """Return the line under the list's cursor."""
        return next((line for line in self.screen() if line.startswith("▸")), "")

    def cursor_on(self, text: str, limit: int = 60) -> str:
        """Move down until the cursor is on a row that holds ``text``; return its line.

        A list that was just opened may be seen under its title a picture later.
        """
        self.settle()
        for _ in range(limit):
            if text in (line := self.cursor_line()):
                return line
            row = self._row()
            self.press("j")
            self.wait_until(lambda _, row=row: self._row() not in (row, None))
        raise AssertionError(f"no row holds {text!r}:\n{self.text()}")

    def settle(self, silence: float = 0.25) -> None:
        """Return once nothing was written for a while, a minute at most."""
        for _ in range(int(60 / silence)):
            written = len(self.raw())
            time.sleep(silence)
            if len(self.raw()) == written:
                return

    def _row(self) -> tuple[str, int] | None:
        """Return what tells the row under the cursor from others, whatever is read of it meanwhile; None without one.

        It is what the first column says; where that is cut, the line it is on too.
        """
        for at, line in enumerate(self.screen()):
            if line.startswith("▸"):
                name = line[2:].partition("  ")[0]
                return name, at if name.endswith("…") else 0
        return None

    def only(self, text: str) -> None:
        """Filter the list by ``text``; return once it shows what is left, with the cursor in the list."""
        if re.search("· / ", self.text()):
            self.press("esc")
            self.wait_gone("· / ")
        self.press("/")
        self.wait_for("text, state=stopped")
        self.send(text)
        self.wait_for(rf"· / {re.escape(text)}")
        self.press("enter")
        self.wait_gone(rf"^ {re.escape(text)}$")

    def unlock(self) -> None:
        """Allow writes."""
        self.opens("w", "Unlock writes")
        self.press("tab", "enter")
        self.wait_for(r"WRITES 1[45]:\d\d")

    def plan(self, action: str, downs: int = 0) -> None:
        """Choose the action ``downs`` below the first possible one and wait for its plan, which ``action`` names."""
        self.opens("a", rf"\b{action}\b")
        self.press(*["down"] * downs, "enter")
        self.wait_for(rf"─ {action} 1 ")
        self.dialog("plan is .* old")

    def confirm(self, verb: str, reason: str, name: str = "") -> None:
        """Fill in what a plan asks for, see that its verb can be chosen, and choose it."""
        before = self._button(verb).fg
        self.press(*["shift+tab"] * (2 if name else 1))
        self.send(reason)
        self.press("tab")
        if name:
            self.send(name)
            self.press("tab")
        self.wait_until(lambda _: self._button("Cancel").bold)
        self.wait_until(lambda _: self._button(verb).fg != before)
        self.press("tab")
        self.wait_until(lambda _: self._button(verb).bold)
        self.press("enter")

    def _button(self, words: str) -> Char:
        """Return the first letter of a button, as it is painted: bold has the focus."""
        lines = self.screen()
        row = max(at for at, line in enumerate(lines) if " Cancel " in line and f" {words} " in line)
        return self.cell(row, lines[row].index(f" {words} ") + 1)

    def copied(self) -> list[str]:
        """Return what was put on the terminal's clipboard, oldest first."""
        return [base64.b64decode(text).decode() for text in _COPIED.findall(self.raw())]

    def notice(self) -> str:
        """Return the line that tells what became of the last command."""
        return self.screen()[-2].strip()
