"""What the tests leave behind is found."""

from __future__ import annotations

import os
import socket
import subprocess
import sys

from tests.support.leftovers import MARK, left_behind, open_ports


def test_a_process_that_still_runs_is_found_by_its_mark() -> None:
    environment = {**os.environ, MARK: "a-mark-of-its-own"}
    command = [sys.executable, "-c", "print('ready', flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
        assert process.stdout
        process.stdout.readline()
        found = left_behind("a-mark-of-its-own", grace=0)
        process.kill()
    assert [int(line.split()[0]) for line in found] == [process.pid]
    assert not left_behind("a-mark-of-its-own", grace=5)


def test_a_port_that_is_still_listened_on_is_found() -> None:
    before = open_ports()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        assert listener.getsockname()[1] in open_ports()
    assert open_ports() == before
