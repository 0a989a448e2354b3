"""Owns SQS's own move tasks as actions: planned, confirmed, audited and carried out as every other. Knows no screen."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from typing import Any

from console.actions.outcome import Outcome, judge_answer
from console.actions.plan import Clock, Plan, PlannedCall, build_plan
from console.resources.model import Action, Fact, Reader, Risk, Tone, Values
from console.resources.parts import attempt
from console.resources.registry import catalogue
from console.scope.model import Identity
from console.sqs.moves import Move, MoveTask, plan_move
from console.sqs.queues import attributes
from console.store.rows import named, project
from console.text.faults import Fault

_START, _CANCEL = "StartMessageMoveTask", "CancelMessageMoveTask"
_EFFECT = "SQS moves every message of the queue by itself, and goes on when cloudtop has ended. Nothing is kept here."


def redrive_action(move: Move, to: str, rate: int) -> Action:
    """Return the action that starts ``move``; ``to`` and ``rate`` are what it was planned with."""

    async def facts(reader: Reader, ids: Sequence[str]) -> AsyncIterator[Fact]:
        for url in ids:
            now = await plan_move(reader, url, to, rate)
            for fact in now.facts:
                yield fact
            if now.refusal:
                yield Fact("Refused", now.refusal, Tone.BAD)

    return Action(
        "redrive", "Start the move task", _START, lambda _ids: move.parameters, Risk.WRITE, facts,
        refuse=lambda _values: move.refusal, effect=_EFFECT,
    )  # fmt: skip


def cancel_action(task: MoveTask) -> Action:
    """Return the action that cancels a running task."""
    return Action(
        "cancel", "Cancel the move task", _CANCEL, lambda _ids: {"TaskHandle": task.handle}, Risk.WRITE,
        refuse=lambda _values: "" if task.handle else f"it is {task.status.lower() or 'in an unknown state'}",
        effect="What is not moved yet stays. What was moved stays where it is: nothing moves back.",
    )  # fmt: skip


async def queue_plan(reader: Reader, url: str, action: Action, identity: Identity, clock: Clock) -> Plan:
    """Return the plan of ``action`` on the queue of a URL."""
    resource = catalogue()["sqs.queues"]
    row = project(resource, {"QueueUrl": url}, reader.scope)
    return await build_plan(reader, resource, action, [row], identity=identity, clock=clock)


async def reread_queues(reader: Reader, urls: Sequence[str]) -> Mapping[str, Values | Fault]:
    """Return each queue as ``queue_plan`` saw it, or why it cannot be read now."""
    resource = catalogue()["sqs.queues"]
    found: dict[str, Values | Fault] = {}
    for url in urls:
        read = await attempt(attributes(reader, url))
        row = project(resource, {"QueueUrl": url}, reader.scope)
        found[url] = read if isinstance(read, Fault) else named(resource, row.values)
    return found


def judge_move(call: PlannedCall, answer: Mapping[str, Any]) -> dict[str, tuple[Outcome, str]]:
    """Return what is not done by an answer; a task that was started has a handle."""
    if call.operation == _START and not answer.get("TaskHandle"):
        return dict.fromkeys(call.ids, (Outcome.UNKNOWN, "no handle came back; the task may run"))
    return judge_answer(call, answer)
