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
    """What an answer proves of one message: ``step`` is SENT, NOT_SENT or LOST."""

    step: Step
    new_id: str = ""
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
    """Return the parameters of DeleteMessageBatch for id → handle; the place is the entry's id."""
    entries = [{"Id": str(place), "ReceiptHandle": handle} for place, handle in enumerate(handles.values())]
    return {"QueueUrl": queue, "Entries": entries}


def sent_of(place: int, message: Message, answer: Mapping[str, Any]) -> Sent:
    """Return what the answer to SendMessageBatch proves of the message at ``place``."""
    for entry in answer.get("Failed") or ():
        if entry.get("Id") == str(place):
            why = clean(entry.get("Message") or entry.get("Code") or "SQS refused it", 300)
            return Sent(Step.NOT_SENT if entry.get("SenderFault") else Step.LOST, why=why)
    entry = next((one for one in answer.get("Successful") or () if one.get("Id") == str(place)), None)
    if entry is None or not entry.get("MessageId"):
        return Sent(Step.LOST, why=UNNAMED)
    whole = entry.get("MD5OfMessageBody") == md5_of_body(message.body) and (
        entry.get("MD5OfMessageAttributes") or ""
    ) == md5_of_attributes(message.attributes)
    if not whole:
        return Sent(Step.KEPT, str(entry["MessageId"]), "what arrived is not what was sent; the original is kept")
    return Sent(Step.SENT, str(entry["MessageId"]))


def deleted_of(ids: Sequence[str], answer: Mapping[str, Any]) -> dict[str, tuple[Step, str]]:
    """Return id → (DONE, KEPT or LOST, why), as the answer to DeleteMessageBatch proves it."""
    found = dict.fromkeys(ids, (Step.LOST, UNNAMED))
    for entry in answer.get("Successful") or ():
        found[ids[int(entry["Id"])]] = (Step.DONE, "")
    for entry in answer.get("Failed") or ():
        why = clean(entry.get("Message") or entry.get("Code") or "SQS refused it", 300)
        found[ids[int(entry["Id"])]] = (Step.KEPT if entry.get("SenderFault") else Step.LOST, why)
    return found


def _order_of(job_id: str, to: str, message: Message) -> dict[str, str]:
    """Return group and deduplication id: a FIFO queue needs both, and a group's messages stay together."""
    if to.endswith(".fifo"):
        return {
            "MessageGroupId": message.group or message.id,
            "MessageDeduplicationId": deduplication_id(job_id, message.id),
        }
    return {"MessageGroupId": message.group} if message.group else {}
