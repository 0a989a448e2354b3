"""Owns how soon what is asked of AWS is wanted; must not know what is asked, nor how calls are held back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from enum import IntEnum


class Urgency(IntEnum):
    """Who waits for a call, the most urgent first."""

    VISIBLE = 0  # rows in view, and whatever the operator asked for
    SELECTED = 1  # more about the row that the cursor is on
    REST = 2  # rows out of view


urgency: ContextVar[Urgency] = ContextVar("urgency", default=Urgency.VISIBLE)
"""That of the calls which this task makes."""


@contextmanager
def asked_as(wanted: Urgency) -> Iterator[None]:
    """Make the calls of a block, and of the tasks it starts, that urgent."""
    token = urgency.set(wanted)
    try:
        yield
    finally:
        urgency.reset(token)
