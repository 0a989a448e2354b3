"""Owns receiving messages and changing how long they stay hidden, and what is certain of that. Must not know why."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from console.actions.outcome import Outcome, settle_error
from console.resources.model import Reader
from console.sqs.message import Message, of_answer
from console.text.clean import clean
from console.text.faults import Fault, FaultKind, fault_of
from console.text.format import plural

BATCH = 10
"""Messages that one call of SQS takes or gives."""
WAIT = 2
"""Seconds of long polling, which asks every server of SQS."""
PATIENCE = 10.0
"""Seconds after which an answer about hiding is not waited for any longer."""
SILENT = "no answer came in time"
_GONE = ("ReceiptHandleIsInvalid", "MessageNotInflight", "InvalidParameterValue")
"""Refusals by which SQS says that a handle holds nothing."""


@dataclass(frozen=True, slots=True)
class Received:
    """What one receive brought. ``fault`` is why not all; ``in_doubt`` whether it may have taken others too."""

    messages: Sequence[Message] = ()
    fault: Fault | None = None
    in_doubt: bool = False


class State(StrEnum):
    """What became of changing how long one message stays hidden."""

    DONE = "done"
    UNCHANGED = "unchanged"
    GONE = "gone"
    """The handle holds it no longer."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of one message, and why unless it is done."""

    state: State
    why: str = ""


async def receive(reader: Reader, asked: Mapping[str, Any], began: float) -> Received:
    """Make one receive, as ``asked`` of SQS, at ``began``. Its answer lost, it is not made again."""
    hold = asked["VisibilityTimeout"]
    try:
        answer = await reader.call("sqs", "ReceiveMessage", dict(asked))
        entries = list(answer.get("Messages") or ())
    except Exception as error:  # whatever it was, messages may be hidden by it
        if settle_error(error).outcome is not Outcome.UNKNOWN:
            return Received(fault=fault_of(error))
        return Received(fault=_unanswered(fault_of(error), hold), in_doubt=True)
    messages, broken = [], None
    for entry in entries:
        try:
            messages.append(of_answer(entry, began, began + hold))
        except (KeyError, TypeError, AttributeError) as error:
            broken = Fault(FaultKind.MALFORMED, "A message came in part", clean(f"{type(error).__name__}: {error}"))
    return Received(messages, broken and _unanswered(broken, hold), broken is not None)


def _unanswered(fault: Fault, hold: int) -> Fault:
    what = "A receive was not answered; what it may have taken comes back by itself"
    return Fault(fault.kind, what, fault.why or fault.what, f"within {plural(hold, 'second')}", fault.code)


async def change(reader: Reader, queue: str, handles: Mapping[str, str], seconds: int) -> dict[str, Changed]:
    """Hide up to ``BATCH`` messages (id → handle) for ``seconds`` from now, 0 to show them; return id → outcome."""
    ids = {str(place): id_ for place, id_ in enumerate(handles)}
    entries = [{"Id": place, "ReceiptHandle": handles[id_], "VisibilityTimeout": seconds} for place, id_ in ids.items()]
    try:
        async with asyncio.timeout(PATIENCE):
            asked = {"QueueUrl": queue, "Entries": entries}
            answer = await reader.call("sqs", "ChangeMessageVisibilityBatch", asked)
        found = _read(answer, seconds)
    except TimeoutError:
        return dict.fromkeys(handles, Changed(State.UNKNOWN, SILENT))
    except Exception as error:  # whatever it was, it is told for each message
        settled = settle_error(error)
        state = State.UNKNOWN if settled.outcome is Outcome.UNKNOWN else State.UNCHANGED
        fault = fault_of(error)
        return dict.fromkeys(handles, Changed(state, fault.why or fault.what))
    unnamed = Changed(State.UNKNOWN, "the answer does not name it")
    return {id_: found.get(place, unnamed) for place, id_ in ids.items()}


def _read(answer: Mapping[str, Any], seconds: int) -> dict[object, Changed]:
    found: dict[object, Changed] = {entry["Id"]: Changed(State.DONE) for entry in answer.get("Successful") or ()}
    for entry in answer.get("Failed") or ():
        found[entry["Id"]] = _refused(entry, seconds)
    return found


def _refused(entry: Mapping[str, Any], seconds: int) -> Changed:
    """Return what one failed entry proves; a value can be invalid for other reasons than the handle when hiding."""
    code = str(entry.get("Code") or "")
    why = clean(entry.get("Message") or code or "SQS refused it", 300)
    if not entry.get("SenderFault"):
        return Changed(State.UNKNOWN, why)
    gone = any(code.endswith(each) for each in (_GONE if not seconds else _GONE[:2]))
    return Changed(State.GONE if gone else State.UNCHANGED, why)
