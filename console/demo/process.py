"""Owns the child process that a demo account lives in; must not know AWS's answers. Standard library only."""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

ACCESS_KEY = "AKIADEMO00000EXAMPLE"
SECRET_KEY = "demo-secret-of-no-value"  # noqa: S105  # opens nothing but the demo
REGION = "eu-west-1"
_READY_SECONDS = 20
_END_SECONDS = 3


class DemoFailed(RuntimeError):
    """The demo account did not start; the text says why."""


class DemoAccount:
    """A running demo account on loopback. It ends with ``stop()``, or with this process however that ends."""

    access_key = ACCESS_KEY
    secret_key = SECRET_KEY
    region = REGION

    def __init__(self, process: subprocess.Popen[bytes], endpoint_url: str) -> None:
        self._process = process
        self.endpoint_url = endpoint_url

    @classmethod
    def start(
        cls,
        *,
        hostile: bool = False,
        scale: int = 0,
        empty: bool = False,
        letters: int = 0,
        control: bool = False,
        eager: bool = False,
    ) -> DemoAccount:
        """Start a demo account and return when it answers. Raises ``DemoFailed``.

        ``hostile`` adds names and contents that attack a terminal, ``scale`` makes so many instances, ``letters`` so
        many dead letters in a queue of their own, ``empty`` leaves everything out. ``control`` lets tests see and hold
        what no caller of AWS could; ``eager`` answers a long poll of an empty queue at once.
        """
        flags = [f"--scale={scale}", f"--letters={letters}"]
        flags += ["--hostile"] * hostile + ["--empty"] * empty + ["--control"] * control + ["--eager"] * eager
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "console.demo.child", *flags],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(),
            start_new_session=True,
        )
        try:
            endpoint = _endpoint(process)
        except BaseException:
            _end(process)
            raise
        _close(process.stdout, process.stderr)
        return cls(process, endpoint)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def environment(self) -> dict[str, str]:
        """Return the variables with which AWS's SDKs reach this account and read nothing of the user's.

        Any other ``AWS_`` variable, such as a session token or a profile, must be removed beside them.
        """
        return {
            "AWS_ACCESS_KEY_ID": self.access_key,
            "AWS_SECRET_ACCESS_KEY": self.secret_key,
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_CONFIG_FILE": os.devnull,
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def stop(self) -> None:
        """End the child; when this returns it is gone. May be called again."""
        _end(self._process)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()


def _environment() -> dict[str, str]:
    """The child finds this package, and sees nothing of the user's AWS settings."""
    root = str(Path(__file__).resolve().parents[2])
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return kept | {"PYTHONPATH": os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))}


def _endpoint(process: subprocess.Popen[bytes]) -> str:
    output = cast(IO[bytes], process.stdout)
    with selectors.DefaultSelector() as selector:
        selector.register(output, selectors.EVENT_READ)
        if not selector.select(_READY_SECONDS):
            raise DemoFailed(f"the demo account said nothing for {_READY_SECONDS} s")
    line = output.readline()
    try:
        return str(json.loads(line)["endpoint"])
    except (ValueError, KeyError) as error:
        raise DemoFailed(f"the demo account did not start: {_last_words(process)}") from error


def _last_words(process: subprocess.Popen[bytes]) -> str:
    process.kill()
    lines = cast(IO[bytes], process.stderr).read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "no reason given"


def _end(process: subprocess.Popen[bytes]) -> None:
    _close(process.stdin, process.stdout, process.stderr)
    try:
        process.wait(_END_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _close(*streams: IO[bytes] | None) -> None:
    for stream in streams:
        if stream:
            stream.close()
