"""Bytes reach the terminal whole and in order, and nobody waits for a terminal that takes none."""

from __future__ import annotations

import asyncio
import os
import tty
from collections.abc import Iterator

import pytest

from console.ui.output.outlet import Outlet, open_terminal

Ends = tuple[int, int]
MUCH = b"".join(b"%06d" % number for number in range(20_000))


@pytest.fixture
def ends() -> Iterator[Ends]:
    """The two ends of a terminal: ours to read, the program's."""
    master, slave = os.openpty()
    tty.setraw(slave)
    yield master, slave
    os.close(slave)
    os.close(master)


def read_all(master: int, count: int) -> bytes:
    """Return so many bytes of what was written."""
    data = b""
    while len(data) < count:
        data += os.read(master, 65536)
    return data


async def test_what_a_full_terminal_does_not_take_comes_later_in_order(ends: Ends) -> None:
    emptied = asyncio.Event()
    outlet = Outlet(open_terminal(ends[1]), asyncio.get_running_loop(), emptied.set)
    outlet.send(MUCH)
    outlet.send(b"the end")
    assert outlet.behind
    assert await asyncio.to_thread(read_all, ends[0], len(MUCH) + 7) == MUCH + b"the end"
    await emptied.wait()
    assert not outlet.behind
    outlet.close()


async def test_the_standard_streams_go_on_waiting(ends: Ends) -> None:
    outlet = Outlet(open_terminal(ends[1]), asyncio.get_running_loop(), lambda: None)
    assert os.get_blocking(ends[1])
    outlet.close()


async def test_leaving_does_not_wait_for_ever(ends: Ends) -> None:
    outlet = Outlet(open_terminal(ends[1]), asyncio.get_running_loop(), lambda: None)
    outlet.send(MUCH)
    outlet.drain(0.01)
    assert not outlet.behind
    outlet.close()


async def test_a_terminal_that_is_gone_takes_no_more() -> None:
    master, slave = os.openpty()
    outlet = Outlet(open_terminal(slave), asyncio.get_running_loop(), lambda: None)
    os.close(slave)
    os.close(master)
    outlet.send(b"x")
    assert not outlet.behind
    outlet.close()


def test_what_is_no_terminal_is_not_opened() -> None:
    reading, writing = os.pipe()
    with pytest.raises(OSError):  # noqa: PT011  # whichever of its kinds
        open_terminal(writing)
    os.close(reading)
    os.close(writing)
