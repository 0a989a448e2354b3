"""What is asked for often is done at once, then seldom, and in the end as it was asked for last."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from console.ui.spaced import Spaced


class Clock:
    """Stands for a widget: keeps what is to be called later."""

    def __init__(self) -> None:
        self.later: list[tuple[float, Callable[[], Any]]] = []

    def set_timer(self, seconds: float, call: Callable[[], Any]) -> None:
        self.later.append((seconds, call))

    def strike(self) -> None:
        """Let the time pass."""
        self.later.pop(0)[1]()


def spaced() -> tuple[Spaced, Clock, list[int]]:
    """Return one that counts how often it was done."""
    clock, done = Clock(), list[int]()
    return Spaced(clock, 0.25, lambda: done.append(1)), clock, done  # type: ignore[arg-type]


def test_the_first_is_done_at_once_and_those_soon_after_once_later() -> None:
    it, clock, done = spaced()
    for _ in range(5):
        it.ask()
    assert (len(done), [seconds for seconds, _ in clock.later]) == (1, [0.25])
    clock.strike()
    assert len(done) == 2
    clock.strike()
    assert (len(done), clock.later) == (2, [])


def test_after_a_rest_it_is_done_at_once_again() -> None:
    it, clock, done = spaced()
    it.ask()
    clock.strike()
    it.ask()
    assert len(done) == 2


def test_what_is_wanted_at_once_is_done_at_once_and_not_again() -> None:
    it, clock, done = spaced()
    it.ask()
    it.ask()
    it.ask(at_once=True)
    assert len(done) == 2
    clock.strike()
    assert (len(done), clock.later) == (2, [])
