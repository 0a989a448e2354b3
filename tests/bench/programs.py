"""Owns how each program of the benchmark is started, and the environment they share; must not measure."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from tests.bench.pty import Pty
from tests.support.leftovers import MARK

ROOT = Path(__file__).resolve().parents[2]
LOW, HIGH = (80, 24), (120, 40)
"""The two sizes of terminal."""
_COMPARATORS = Path(__file__).with_name("comparators")
_HIDDEN = ("AWS_", "XDG_", "CLOUDTOP_", "TEXTUAL", "PYTHON", "SSH_", "TMUX", "STY", "NO_COLOR", "COLUMNS", "LINES")


class Replay:
    """A replay server in a process of its own."""

    def __init__(self, instances: int, queues: int = 0) -> None:
        self.instances = instances
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.replay", f"--instances={instances}", f"--queues={queues}"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        assert self._process.stdout is not None
        self.url = self._process.stdout.readline().decode().strip()

    def calls(self) -> dict[str, int]:
        """Return how often each operation was asked for."""
        return self._ask("_calls")

    def clear(self) -> None:
        """Forget the calls."""
        self._ask("_clear")

    def turn(self) -> None:
        """Change one row in a hundred."""
        self._ask("_turn")

    def stop(self) -> None:
        """End the server."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream:
                stream.close()
        try:
            self._process.wait(5)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def _ask(self, path: str) -> dict[str, int]:
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(f"{self.url}/{path}", timeout=10) as answer:
            return dict(json.load(answer))


@dataclass
class Bench:
    """One run of the benchmark: how often, how large, and what is started for it."""

    rounds: int = 5
    few: int = 1_000
    many: int = 10_000
    most: int = 100_000
    keys: int = 25
    seconds: float = 5.0
    """How long something that lasts is watched."""
    minutes: float = 10.0
    """How long panes are open."""
    scale: float = 1.0
    """What every period is multiplied by meanwhile; less than 1 hurries, and then reading itself takes its share."""
    calm: float = 0.5
    """Seconds without work that count as being at rest."""
    rest: str = "1m"
    """How long nothing is asked before the AWS side ends, as the configuration says it: the product's own default."""
    warm_ups: int = 1
    """Rounds that are dropped."""
    sizes: tuple[tuple[int, int], ...] = (HIGH, LOW)
    watched: tuple[int, int] = (200, 500)
    """Instances and queues that are watched for ``minutes``."""
    _stack: ExitStack = field(default_factory=ExitStack)
    _servers: dict[tuple[int, int], Replay] = field(default_factory=dict)
    home: Path = Path()

    def __enter__(self) -> Self:
        self.home = Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="cloudtop-bench-")))
        still = f"poll: {{scale: off, rest: {self.rest}}}\n"
        (self.home / "still.yaml").write_text(still, encoding="utf-8")
        return self

    def __exit__(self, *_exception: object) -> None:
        self._stack.close()

    @property
    def few_rounds(self) -> int:
        """How often what takes minutes is measured: of three, one round in which the machine was busy tells nothing."""
        return (self.rounds + 1) // 2

    def server(self, instances: int, queues: int = 0) -> Replay:
        """Return a server with so many instances and queues, kept for the whole run."""
        key = (instances, queues)
        if key not in self._servers:
            self._servers[key] = Replay(instances, queues)
            self._stack.callback(self._servers[key].stop)
        return self._servers[key]

    def environment(self, **more: str) -> dict[str, str]:
        """Return what every program sees: nothing of the user's, bytecode kept, a terminal of true colour."""
        kept = {name: value for name, value in os.environ.items() if name == MARK or not name.startswith(_HIDDEN)}
        folders = {f"XDG_{kind}_HOME": str(self.home / kind.lower()) for kind in ("CONFIG", "CACHE", "DATA", "STATE")}
        return {
            **kept, **folders, "HOME": str(self.home), "PYTHONPATH": str(ROOT),
            "TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8", "NO_PROXY": "127.0.0.1",
            "AWS_ACCESS_KEY_ID": "AKIABENCHBENCHBENCH0", "AWS_SECRET_ACCESS_KEY": "opens nothing",
            "AWS_REGION": "eu-west-1", "AWS_DEFAULT_REGION": "eu-west-1", "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CONFIG_FILE": os.devnull, "AWS_SHARED_CREDENTIALS_FILE": os.devnull, "AWS_PAGER": "",
            **more,
        }  # fmt: skip

    def start(
        self,
        command: list[str],
        size: tuple[int, int] = HIGH,
        rate: float = 0,
        env: Mapping[str, str] | None = None,
    ) -> Pty:
        """Start a program in a pseudo-terminal."""
        return Pty(command, size, env or self.environment(), str(self.home), rate, self.calm)

    def cloudtop(self, server: Replay, *words: str, still: bool = True) -> list[str]:
        """Return the command of cloudtop at ``server``; ``still`` reads again only when asked."""
        config = ["--config", str(self.home / "still.yaml")] if still else []
        return [sys.executable, "-m", "console", "--endpoint-url", server.url, *config, *words]

    def inside(self, server: Replay, *, clock: bool) -> list[str]:
        """Return the command of cloudtop that changes on demand; with a ``clock`` on its loop ``lags`` tells of it."""
        out = [str(self.home / "lags.json")] if clock else []
        return [sys.executable, "-m", "tests.bench.inside", server.url, str(self.home / "still.yaml"), *out]

    def lags(self) -> list[tuple[float, float]]:
        """Return what ``inside`` wrote: (moment, seconds the loop was held)."""
        found = json.loads((self.home / "lags.json").read_text(encoding="utf-8"))
        return [(moment, lag) for moment, lag in found]


def comparator(name: str, *words: str) -> list[str]:
    """Return the command of one of the comparators."""
    return [sys.executable, str(_COMPARATORS / f"{name}.py"), *words]


def aws(*words: str) -> list[str] | None:
    """Return the command of the AWS CLI installed beside this Python; None without one."""
    path = Path(sys.executable).with_name("aws")
    return [str(path), *words] if path.exists() else None
