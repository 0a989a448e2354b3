"""Owns being the shell of a terminal for one program: it notices a stop, and goes on when a line comes. Runs alone.

It prints ``stopped, restored`` (or ``stopped, changed`` when the terminal's settings are not as before) and, at the
end, ``ended CODE, restored``.
"""

from __future__ import annotations

import os
import signal
import sys
import termios

INPUT = 0


def main(command: list[str]) -> None:
    """Run ``command`` in a process group of its own, in the foreground, until it ends."""
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    before = termios.tcgetattr(INPUT)
    child = os.fork()
    if not child:
        os.setpgid(0, 0)
        os.tcsetpgrp(INPUT, os.getpid())
        signal.signal(signal.SIGTTOU, signal.SIG_DFL)
        os.execvp(command[0], command)  # noqa: S606
    while True:
        _, status = os.waitpid(child, os.WUNTRACED)
        os.tcsetpgrp(INPUT, os.getpgrp())
        kept = "restored" if termios.tcgetattr(INPUT) == before else "changed"
        if not os.WIFSTOPPED(status):
            print(f"ended {os.waitstatus_to_exitcode(status)}, {kept}", flush=True)
            return
        print(f"stopped, {kept}", flush=True)
        sys.stdin.readline()
        os.tcsetpgrp(INPUT, child)
        os.kill(-child, signal.SIGCONT)


if __name__ == "__main__":
    main(sys.argv[1:])
