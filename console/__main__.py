"""Owns the end of the process: whatever happens inside becomes an exit code and at most one line. Knows no command."""

from __future__ import annotations

import contextlib
import os
import sys
import traceback

from console.command.failure import Exit, Failure, exit_of
from console.text.clean import clean_lines
from console.text.faults import AwsError, Fault, fault_of

DEBUG_VARIABLE = "CLOUDTOP_DEBUG"


def main() -> int:
    """Run the command line of this process and return its exit code. Never raises."""
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    try:
        code = _run(sys.argv[1:])
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the interpreter flushes once more
        return Exit.PIPE_CLOSED
    return code


def _run(words: list[str]) -> int:
    from console.cli import run, wants_json

    as_json = wants_json(words)
    try:
        return run(words)
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except SystemExit as end:  # --help and --version, or a signal
        return int(end.code or 0)
    except (Failure, AwsError) as error:
        code = error.code if isinstance(error, Failure) else exit_of(error.fault)
        return _told(error.fault, code, as_json, error)
    except Exception as error:  # the last stop: one line, never a traceback unasked
        return _told(fault_of(error), Exit.FAILED, as_json, error)


def _told(fault: Fault, code: Exit, as_json: bool, error: Exception) -> int:
    from console.command.output import tell_failure

    if os.environ.get(DEBUG_VARIABLE) == "1":
        for line in clean_lines("".join(traceback.format_exception(error)).rstrip()):
            print(line, file=sys.stderr)
    tell_failure(fault, code, as_json)
    return code


if __name__ == "__main__":
    sys.exit(main())
