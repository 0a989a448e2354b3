"""Owns what is asked of SQS to send and delete messages, and what its answers prove. Must not know when or why."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from console.sqs.message import Message, md5_of_attributes, md5_of_body
from console.text.clean import clean
from console.workbench.journal import Step

MOST_BYTES = 1_048_576
"""Bytes of all messages of one call together."""
UNNAMED = "the answer does not name it; it may have happened"


@dataclass(frozen=True, slots=True)
class Sent:
    """What an answer proves of one message: ``step`` is SENT, KEPT, NOT_SENT or LOST."""

    step: Step
    new_id: str = ""
    sequence: str = ""
    """Its number in a FIFO queue, which no other message there has."""
    why: str = ""


def send_parameters(job_id: str, to: str, messages: Sequence[Message]) -> dict[str, Any]:
    """Return the parameters of SendMessageBatch; each message's place is its entry's id."""
    entries = [
        {"Id": str(place), **message.parameters(), **_order_of(job_id, to, message)}
        for place, message in enumerate(messages)
    ]
    return {"QueueUrl": to, "Entries": entries}


def deduplication_id(job_id: str, message_id: str) -> str:
    """Return the same id for the same message of the same job, and no other."""
    return hashlib.sha256(f"{job_id}\0{message_id}".encode()).hexdigest()


def delete_parameters(queue: str, handles: Mapping[str, str]) -> dict[str, Any]:
    """Return the parameters of DeleteMessageBatch for id → handle; each one's place is its entry's id."""
    entries = [{"Id": str(place), "ReceiptHandle": handle} for place, handle in enumerate(handles.values())]
    return {"QueueUrl": queue, "Entries": entries}


def sent_of(place: int, message: Message, answer: Mapping[str, Any]) -> Sent:
    """Return what the answer to SendMessageBatch proves of the message at ``place``."""
    done, failed = _entry(place, "Successful", answer), _entry(place, "Failed", answer)
    if failed and not done:
        return Sent(Step.NOT_SENT if failed.get("SenderFault") else Step.LOST, why=_why(failed))
    if failed or not done or not done.get("MessageId"):
        return Sent(Step.LOST, why=UNNAMED)
    whole = done.get("MD5OfMessageBody") == md5_of_body(message.body) and (
        done.get("MD5OfMessageAttributes") or ""
    ) == md5_of_attributes(message.attributes)
    new_id, place_in_queue = str(done["MessageId"]), str(done.get("SequenceNumber") or "")
    if not whole:
        return Sent(Step.KEPT, new_id, place_in_queue, "what arrived is not what was sent; the original is kept")
    return Sent(Step.SENT, new_id, place_in_queue)


def deleted_of(ids: Sequence[str], answer: Mapping[str, Any]) -> dict[str, tuple[Step, str]]:
    """Return id → (DONE, KEPT or LOST, why), as the answer to DeleteMessageBatch proves it."""
    return {id_: _deleted(place, answer) for place, id_ in enumerate(ids)}


def _deleted(place: int, answer: Mapping[str, Any]) -> tuple[Step, str]:
    done, failed = _entry(place, "Successful", answer), _entry(place, "Failed", answer)
    if failed and not done:
        return (Step.KEPT if failed.get("SenderFault") else Step.LOST), _why(failed)
    return (Step.DONE, "") if done and not failed else (Step.LOST, UNNAMED)


def _entry(place: int, kind: str, answer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    return next((entry for entry in answer.get(kind) or () if entry.get("Id") == str(place)), None)


def _why(failed: Mapping[str, Any]) -> str:
    return clean(failed.get("Message") or failed.get("Code") or "SQS refused it", 300)


def group_of(message: Message) -> str:
    """Return the group in which a FIFO queue gets a message: its own, or one for itself alone."""
    return message.group or message.id


def _order_of(job_id: str, to: str, message: Message) -> dict[str, str]:
    """Return group and deduplication id: a FIFO queue needs both, and a group's messages stay together."""
    if to.endswith(".fifo"):
        return {
            "MessageGroupId": group_of(message),
            "MessageDeduplicationId": deduplication_id(job_id, message.id),
        }
    return {"MessageGroupId": message.group} if message.group else {}
