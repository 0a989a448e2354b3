"""Owns the names of the commands and which module does each; must not load one.

The command line is read before anything else happens, so nothing that takes time to load is imported here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the help: a command's name, what it does, and the module that does it."""

    name: str
    help: str
    module: str


COMMANDS = {
    entry.name: entry
    for entry in (
        Entry("ls", "list the resources of a type", "ls"),
        Entry("show", "one resource with everything that can be read of it", "show"),
        Entry("types", "the catalogue: types, columns, actions, IAM actions", "types"),
        Entry("presign", "a pre-signed URL of an S3 object", "presign"),
        Entry("do", "carry out an action, or print its plan", "do"),
        Entry("sqs peek", "look at a sample of a queue's messages", "queue.peek"),
        Entry("sqs group", "count a queue's messages by what they say", "queue.group"),
        Entry("sqs resend", "send messages to where they came from, or elsewhere", "queue.resend"),
        Entry("sqs delete", "delete messages, with a copy to send again", "queue.delete"),
        Entry("sqs export", "write messages into a new file", "queue.export"),
        Entry("sqs drain", "write messages into a new file, then delete them", "queue.drain"),
        Entry("sqs redrive", "start, show or cancel SQS's own move task", "queue.redrive"),
        Entry("sqs restore", "send again what a job took from a queue", "queue.restore"),
        Entry("sqs jobs", "what was done to messages from here, and going on", "queue.jobs"),
        Entry("iam-policy", "the least-privilege policy for what cloudtop calls", "iam_policy"),
        Entry("audit", "what was done from here, and what came of it", "audit"),
        Entry("doctor", "check terminal, credentials, regions, clock and files", "doctor"),
    )
}
OPEN = Entry("", "open the full screen", "open")
"""What is done without a command."""
