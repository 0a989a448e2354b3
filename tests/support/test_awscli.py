"""The second opinion: it reads what moto holds, and says so when it cannot."""

from __future__ import annotations

import pytest

from tests.support.awscli import aws_json


def test_reads_what_was_made(moto: str) -> None:
    made = aws_json(moto, "sqs", "create-queue", "--queue-name", "orders")
    assert aws_json(moto, "sqs", "list-queues")["QueueUrls"] == [made["QueueUrl"]]


def test_a_failure_keeps_the_words(moto: str) -> None:
    with pytest.raises(AssertionError, match="NonExistentQueue"):
        aws_json(moto, "sqs", "get-queue-url", "--queue-name", "none")
