"""Nothing in this process connects beyond this machine."""

from __future__ import annotations

import socket

import pytest

from tests.support.loopback import strayed


def test_a_connection_beyond_this_machine_is_refused_and_noted() -> None:
    with socket.socket() as outward, pytest.raises(OSError, match="this machine only"):
        outward.connect(("192.0.2.1", 9))
    assert strayed.pop() == "192.0.2.1:9"


def test_a_connection_to_this_machine_is_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.create_connection(listener.getsockname()):
        pass
    assert not strayed
