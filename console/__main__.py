"""Owns the end of the process: whatever happens inside becomes an exit code and at most one line. Knows no command."""

from __future__ import annotations

import console.quickclasses  # noqa: F401  before any dataclass of ours is made

# isort: split

import contextlib
import os
import sys
import traceback
import warnings

from console.command.failure import Exit, Failure, exit_of
from console.text.clean import clean_lines
from console.text.faults import AwsError, Fault, fault_of

DEBUG_VARIABLE = "CLOUDTOP_DEBUG"


def main() -> int:
    """Run the command line of this process and return its exit code. Never raises."""
    _prepare_streams()
    if not sys.warnoptions:
        warnings.simplefilter("ignore")  # they are for developers, and would be written across the operator's screen
    try:
        return _run(sys.argv[1:])
    except BrokenPipeError:
        return Exit.PIPE_CLOSED
    finally:
        _leave_streams()


def _prepare_streams() -> None:
    """Make writing never fail for a character, nor for a stream that was closed before we started."""
    sys.stdout = sys.stdout or open(os.devnull, "w")  # noqa: SIM115  # as long as the process
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(AttributeError, ValueError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def _leave_streams() -> None:
    """Let go of what cannot be written: the interpreter would try once more, and complain."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            with contextlib.suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


def _run(words: list[str]) -> int:
    from console.cli import run, wants_json

    as_json = wants_json(words)
    try:
        code = run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except SystemExit as end:  # --help and --version, or a signal
        return int(end.code or 0)
    except (Failure, AwsError) as error:
        ended = error.code if isinstance(error, Failure) else exit_of(error.fault)
        return _told(error.fault, ended, as_json, error)
    except Exception as error:  # the last stop: one line, never a traceback unasked
        return _told(fault_of(error), Exit.FAILED, as_json, error)
    return code


def _told(fault: Fault, code: Exit, as_json: bool, error: Exception) -> int:
    from console.command.output import tell_failure

    if os.environ.get(DEBUG_VARIABLE) == "1":
        for line in clean_lines("".join(traceback.format_exception(error)).rstrip()):
            print(line, file=sys.stderr)
    tell_failure(fault, code, as_json)
    return code


if __name__ == "__main__":
    sys.exit(main())
