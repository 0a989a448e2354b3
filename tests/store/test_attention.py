"""How much slower everything is read while the operator does nothing."""

from __future__ import annotations

import pytest

from console.store.attention import Attention


class Clock:
    now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(("idle", "stretch"), [(0, 1), (299, 1), (300, 2), (899, 2), (900, 4), (86_400, 4)])
def test_the_longer_nothing_was_done_the_slower(idle: float, stretch: float) -> None:
    clock = Clock()
    attention = Attention(clock)
    attention.touched()
    clock.now += idle
    assert attention.stretch() == stretch
    assert attention.touched() == (stretch > 1), "whether somebody who sleeps has to be woken"
    assert attention.stretch() == 1


def test_nothing_is_slowed_before_the_operator_was_heard_of() -> None:
    clock = Clock()
    attention = Attention(clock)
    clock.now += 86_400
    assert attention.stretch() == 1
    assert not attention.touched()
