"""Owns SQS's own move tasks of the queue that is open: planned, started, cancelled. Must not know the messages held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from time import time

from console.actions.outcome import Outcome
from console.actions.plan import Clock, Plan, gather_facts
from console.actions.report import Report
from console.actions.runner import Runner
from console.resources.model import Reader
from console.resources.parts import attempt
from console.scope.model import Identity
from console.sqs.moves import Move, MoveTask, list_moves, new_task, plan_move, progress
from console.sqs.queues import attributes, name_of_url
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind
from console.workbench.redrive import cancel_action, queue_plan, redrive_action, reread_queues

_TITLE = "Redrive (SQS's own task)"


class QueueMoves:
    """The move tasks out of one queue. Every public coroutine may be asked for by name."""

    def __init__(
        self, reader: Reader, url: str, runner: Runner, identity: Callable[[], Identity], clock: Clock
    ) -> None:
        """``runner`` judges answers as ``redrive.judge_move`` does."""
        self._reader = reader
        self._url = url
        self._runner = runner
        self._identity = identity
        self._clock = clock
        self._planned: dict[str, tuple[Plan, Move]] = {}

    async def plan_move(self, to: str, rate: int) -> Plan:
        """Return the plan of moving every message, without calls where it is refused. Raises ``AwsError``.

        ``to`` is a queue's name, URL or ARN; empty sends each back to where it came from.
        """
        move = await plan_move(self._reader, self._url, to, rate)
        action = replace(redrive_action(move, to, rate), title=_TITLE)
        plan = await queue_plan(self._reader, self._url, action, self._identity(), self._clock)
        self._planned[plan.id] = plan, move
        return plan

    async def start_move(self, plan: Plan, *, reason: str, confirmed: str) -> str:
        """Start what was planned, once, and return what came of it in one sentence. Raises ``AwsError``."""
        if plan.id not in self._planned:
            raise AwsError(_refused("The task was not started", "this plan was not made here", "Make a new plan"))
        planned, move = self._planned[plan.id]
        report = await self._run(planned, reason, confirmed)
        if report.outcome is not Outcome.UNKNOWN:
            return clean(report.sentence())
        tasks = await attempt(self._tasks())
        started = None if isinstance(tasks, Fault) else new_task(move, tasks)
        found = f"A new task is there: {progress(started, time())}" if started else "No new task is listed; look again"
        return clean(f"{report.sentence()} {found}.")

    async def cancel_move(self, *, reason: str) -> str:
        """Cancel the running task and return what came of it in one sentence. Raises ``AwsError``."""
        running = next((task for task in await self._tasks() if task.running), None)
        if running is None:
            raise AwsError(_refused("Nothing was cancelled", f"no task of {clean(name_of_url(self._url))} is running"))
        plan = await queue_plan(self._reader, self._url, cancel_action(running), self._identity(), self._clock)
        report = await self._run(plan, reason, plan.confirmation.expected)
        after = " What was moved stays where it is: nothing moves back." if report.outcome is Outcome.DONE else ""
        return clean(report.sentence() + after)

    async def _run(self, plan: Plan, reason: str, confirmed: str) -> Report:
        return await self._runner.run(
            plan,
            reason=reason,
            confirmed=confirmed,
            reread=lambda urls: reread_queues(self._reader, urls),
            regather=lambda: gather_facts(self._reader, plan.action, [self._url]),
        )

    async def _tasks(self) -> tuple[MoveTask, ...]:
        found = await attributes(self._reader, self._url)
        return await list_moves(self._reader, found.get("QueueArn", ""))


def _refused(what: str, why: str, remedy: str = "") -> Fault:
    return Fault(FaultKind.REFUSED, what, why, remedy)
