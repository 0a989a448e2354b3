"""Owns the queue commands run in a test against an SQS that fails as it is told; must not know what they do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Any

from tests.command.running import Ended, Run
from tests.support.sqsfaults import SqsBackend, Stored

_numbers = count(1)


class Shop:
    """A dead-letter queue with its source, of names of their own, and the commands that work it."""

    def __init__(self, backend: SqsBackend, run: Run) -> None:
        self.backend = backend
        number = next(_numbers)
        self.source, self.dead, self.other = f"orders-{number}", f"orders-{number}-dlq", f"elsewhere-{number}"
        backend.make(self.dead)
        backend.make(self.source, dead=self.dead)
        backend.make(self.other)
        self._run = run
        self.place = ["--endpoint-url", backend.url, "-r", backend.account.region]

    def sqs(self, *words: str) -> Ended:
        """Run ``cloudtop sqs`` with these words."""
        return self._run("sqs", *words, *self.place)

    def write(self, *words: str) -> Ended:
        """Run it as one who may write and is sure."""
        return self.sqs(*words, "--write", "--yes", "--reason", "OPS-7")

    def put(self, letters: Sequence[dict[str, Any] | str]) -> list[str]:
        """Put dead letters of the source into the queue and return their ids."""
        named = [{"body": letter} if isinstance(letter, str) else letter for letter in letters]
        return self.backend.put(self.dead, [{"source": self.source, **letter} for letter in named])

    def fill(self, number: int) -> list[str]:
        """Put so many letters there, of two signatures in turn."""
        kinds = [_attribute("Timeout"), _attribute("Refused")]
        return self.put([{"body": f"letter {at}", "attributes": kinds[at % 2]} for at in range(number)])

    def left(self, name: str = "") -> list[Stored]:
        """What is in a queue; the dead letters by default."""
        return self.backend.messages(name or self.dead)

    def all_given_back(self) -> bool:
        """Whether no message is hidden."""
        return {message.state for message in self.left()} <= {"visible"}


def _attribute(kind: str) -> dict[str, Any]:
    return {"ErrorType": {"DataType": "String", "StringValue": kind}}
