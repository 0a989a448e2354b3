"""Owns SQS's own move tasks (redrive): what there are and what a new one would do. Must not start or cancel any."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from console.resources.fields import name_of_arn
from console.resources.model import Fact, Item, Parameters, Reader, Tone
from console.resources.parts import attempt
from console.sqs.queues import attributes, encryption, kind, name_of_url, resolve, sources, values
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind
from console.text.format import age, duration

RATE = 10
"""Messages a second unless another rate is asked for; low, so that what fails again fails slowly."""
FASTEST = 500
_LISTED = 10
"""Tasks SQS tells of at most."""

_REASONS = {
    "CouldNotDetermineMessageSource": "a message does not say which queue it came from, because a service put it "
    "there: start again with a destination",
    "AWS.SimpleQueueService.NonExistentQueue": "the source or the destination queue no longer exists",
    "AccessDenied": "whoever started it may not receive and delete there, or not send to the destination",
    "KmsAccessDenied": "a KMS key of one of the queues refused",
}


@dataclass(frozen=True, slots=True)
class MoveTask:
    """One move task. Every string is clean, save the handle, which is only sent back."""

    handle: str
    """Empty unless it runs."""
    status: str
    """``RUNNING``, ``COMPLETED``, ``CANCELLING``, ``CANCELLED`` or ``FAILED``."""
    destination: str
    """A queue's name; empty when each message goes back to its own source."""
    rate: int | None
    """Messages a second; None where SQS chooses."""
    moved: int
    to_move: int | None
    """As counted at the start; None before that."""
    reason: str
    started: datetime | None

    @property
    def running(self) -> bool:
        """Whether no other task can be started."""
        return self.status in ("RUNNING", "CANCELLING")


@dataclass(frozen=True, slots=True)
class Move:
    """A move as it would be started: what is sent, what it does, and why it cannot be, if so."""

    parameters: Parameters
    facts: tuple[Fact, ...]
    refusal: str
    """Empty when nothing speaks against it."""
    known: tuple[datetime | None, ...] | None
    """When the tasks there were had started, by which a new one is told from them; None when they are unknown."""


async def list_moves(reader: Reader, arn: str) -> tuple[MoveTask, ...]:
    """Return the last ten tasks out of the queue ``arn``, newest first. Raises ``AwsError``."""
    answer = await reader.call("sqs", "ListMessageMoveTasks", {"SourceArn": arn, "MaxResults": _LISTED})
    return tuple(_task(found) for found in answer.get("Results") or ())


def _task(found: Item) -> MoveTask:
    return MoveTask(
        str(found.get("TaskHandle") or ""),
        clean(found.get("Status")),
        clean(name_of_arn(str(found.get("DestinationArn") or ""))),
        found.get("MaxNumberOfMessagesPerSecond"),
        int(found.get("ApproximateNumberOfMessagesMoved") or 0),
        found.get("ApproximateNumberOfMessagesToMove"),
        clean(found.get("FailureReason")),
        _moment(found.get("StartedTimestamp")),
    )


def _moment(stamp: Any) -> datetime | None:
    """Return the moment of a stamp in ms since 1970; None for one that is none."""
    try:
        return datetime.fromtimestamp(stamp / 1000, UTC) if stamp else None
    except (TypeError, OverflowError, ValueError, OSError):
        return None


def progress(task: MoveTask, now: float) -> str:
    """Return how far a task is, in one sentence; ``now`` in seconds since the epoch."""
    whole = f" of {task.to_move:,}" if task.to_move is not None else ""
    goal = f" to {task.destination}" if task.destination else " back to their sources"
    past = now - task.started.timestamp() if task.started else 0.0
    text = f"{task.status.lower() or 'unknown'}: {task.moved:,}{whole} moved{goal}"
    if task.started:
        text += f", started {age(past)} ago"
    if task.status == "FAILED":
        return f"{text}. It {failure(task)}"
    if task.status == "CANCELLED":
        return f"{text}. What was moved stays where it is"
    left = _left(task, past)
    return f"{text}, done in about {duration(left)}" if left is not None else text


def _left(task: MoveTask, past: float) -> float | None:
    """Return the seconds a running task still takes at the speed it had so far."""
    if task.status != "RUNNING" or not task.moved or task.to_move is None or past <= 0:
        return None
    return max(task.to_move - task.moved, 0) * past / task.moved


def failure(task: MoveTask) -> str:
    """Return why a task failed, in words, with SQS's own; empty when it did not fail."""
    if task.status != "FAILED":
        return ""
    meaning = next((words for code, words in _REASONS.items() if code in task.reason), "")
    if not task.reason:
        return "failed, and SQS does not say why"
    return f"failed: {meaning} ({task.reason})" if meaning else f"failed: {task.reason}"


async def plan_move(reader: Reader, url: str, to: str = "", rate: int = RATE) -> Move:
    """Return what moving all messages of the dead-letter queue ``url`` would do. Raises ``AwsError``.

    ``to`` is a queue's name, URL or ARN; empty sends each message back to its own source. ``rate`` in messages a
    second, 1 to 500. Raises only where the queue itself cannot be read.
    """
    found = await attributes(reader, url)
    if "QueueArn" not in found:
        raise AwsError(Fault(FaultKind.MALFORMED, f"The attributes of {clean(name_of_url(url))}", "the ARN is missing"))
    feeding, tasks = await attempt(sources(reader, url)), await attempt(list_moves(reader, found["QueueArn"]))
    goal = await attempt(_goal(reader, to)) if to else None
    parameters: Parameters = {"SourceArn": found["QueueArn"], "MaxNumberOfMessagesPerSecond": rate}
    if isinstance(goal, dict):
        parameters["DestinationArn"] = goal.get("QueueArn") or ""
    refusal = _refusal(found, feeding, tasks, goal, rate)
    known = None if isinstance(tasks, Fault) else tuple(task.started for task in tasks)
    return Move(parameters, _facts(found, feeding, tasks, goal, rate), refusal, known)


async def _goal(reader: Reader, to: str) -> dict[str, str]:
    url, _ = await resolve(reader, to, "")
    return await attributes(reader, url)


def _refusal(found: Item, feeding: Any, tasks: Any, goal: Any, rate: int) -> str:
    if not 1 <= rate <= FASTEST:
        return f"the rate must be 1 to {FASTEST} messages a second"
    if isinstance(feeding, list) and not feeding:
        return "it is no queue's dead-letter queue, and SQS moves messages out of dead-letter queues only"
    running = [] if isinstance(tasks, Fault) else [task for task in tasks if task.running]
    if running:
        return f"a move out of it is {running[0].status.lower()}, and SQS runs one at a time for each queue"
    if isinstance(goal, Fault):
        return f"the destination could not be read: {goal.why or goal.what}"
    return _misfit(found, goal) if goal is not None else ""


def _misfit(found: Item, goal: Item) -> str:
    if not goal.get("QueueArn"):
        return "the destination's ARN could not be read"
    if goal["QueueArn"] == found["QueueArn"]:
        return "the destination is the queue itself"
    kinds = [kind({"QueueUrl": str(each["QueueArn"]).rsplit(":", 1)[-1]}) for each in (found, goal)]
    return "" if kinds[0] == kinds[1] else f"a {kinds[0]} queue's messages can only go to another {kinds[0]} queue"


def _facts(found: Item, feeding: Any, tasks: Any, goal: Item | Fault | None, rate: int) -> tuple[Fact, ...]:
    return (
        _amount(found, rate),
        *_ways(feeding, goal),
        Fact("New messages", "each gets a new id, a new sent time and a receive count of its own"),
        Fact("Choice", "none: every message goes as it is, unfiltered and unedited"),
        *_limits(found, tasks, goal),
        Fact("Undo", "none: cancelling stops the rest, nothing moves back", Tone.WARN),
    )


def _amount(found: Item, rate: int) -> Fact:
    held = values(found)
    visible, in_flight = held["visible"], held["in_flight"]
    if not isinstance(visible, int):
        return Fact("Messages", f"an unknown number, {rate} a second", Tone.UNKNOWN)
    text = f"about {visible:,}, {rate} a second: {duration(visible / max(rate, 1)) if visible else 'nothing to move'}"
    if isinstance(in_flight, int) and in_flight:
        text += f"; {in_flight:,} in flight may stay"
    return Fact("Messages", text, Tone.NONE if visible else Tone.WARN)


def _ways(feeding: Any, goal: Item | Fault | None) -> list[Fact]:
    if isinstance(goal, Fault):
        return [Fact("To", f"not readable: {goal.why or goal.what}", Tone.UNKNOWN)]
    if goal is not None:
        return [Fact("To", clean(name_of_arn(str(goal.get("QueueArn") or ""))))]
    if isinstance(feeding, Fault):
        return [Fact("To", f"their source queues, which could not be read: {feeding.why}", Tone.UNKNOWN), _STRAY]
    names = ", ".join(clean(name_of_url(url)) for url in feeding)
    return [Fact("To", f"each back to its own source ({names or 'none'})"), _STRAY]


_STRAY = Fact(
    "No source",
    "the task fails at the first message that a service such as EventBridge, SNS or Lambda put there: "
    "only a destination moves those",
    Tone.WARN,
)


def _limits(found: Item, tasks: Any, goal: Item | Fault | None) -> list[Fact]:
    facts = [Fact("Limits", f"one task for each queue, 100 for each account, 36 h, {FASTEST} messages a second")]
    if isinstance(tasks, Fault):
        facts.append(Fact("Running tasks", f"not readable: {tasks.why}", Tone.UNKNOWN))
    ends = [each for each in (found, goal) if isinstance(each, dict)]
    keys = sorted({encryption(each) for each in ends if encryption(each).startswith("KMS")})
    if keys:
        facts.append(
            Fact(
                "Keys",
                clean(f"whoever starts it needs kms:Decrypt and kms:GenerateDataKey: {', '.join(keys)}"),
                Tone.WARN,
            )
        )
    return facts


def new_task(move: Move, tasks: Sequence[MoveTask]) -> MoveTask | None:
    """Return the task among ``tasks``, listed after a start whose answer was lost, that was not there at the plan.

    None when there is none, or when nobody knows which ones there were.
    """
    known = move.known
    return None if known is None else next((task for task in tasks if task.started not in known), None)
