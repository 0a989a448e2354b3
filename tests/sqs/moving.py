"""Starts and cancels move tasks as a test's own hand; the product does so by its runner."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from console.resources.model import Parameters
from console.sqs.moves import Move, MoveTask

Write = Callable[[str, str, Parameters], Awaitable[dict[str, Any]]]


async def start_move(write: Write, move: Move) -> str:
    """Start ``move`` and return the task's handle."""
    assert not move.refusal
    return str((await write("sqs", "StartMessageMoveTask", dict(move.parameters)))["TaskHandle"])


async def cancel_move(write: Write, task: MoveTask) -> int:
    """Cancel a running task and return how many it had moved."""
    answer = await write("sqs", "CancelMessageMoveTask", {"TaskHandle": task.handle})
    return int(answer["ApproximateNumberOfMessagesMoved"])
