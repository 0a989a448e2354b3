"""What a text names, and what it does not."""

from __future__ import annotations

import pytest

from console.resources.destination import Destination, UnknownDestination, completions, destination


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ec2", Destination("ec2.instances")),
        ("SQS", Destination("sqs.queues")),
        ("ec2 web-04", Destination("ec2.instances", filter="web-04")),
        ("i-0123456789abcdef0", Destination("ec2.instances", text="i-0123456789abcdef0")),
        ("10.0.1.14", Destination("ec2.instances", filter="10.0.1.14")),
        ("s3://bucket", Destination("s3.prefixes", "bucket/")),
        ("s3://bucket/a/b/", Destination("s3.prefixes", "bucket/a/b/")),
        ("s3://bucket/a/b.txt", Destination("s3.prefixes", "bucket/a/", "a/b.txt")),
        ("arn:aws:s3:::bucket", Destination("s3.buckets", text="bucket")),
        ("arn:aws:s3:::bucket/a/b", Destination("s3.prefixes", "bucket/a/", "a/b")),
        ("arn:aws:sqs:eu-west-1:1:q", Destination("sqs.queues", text="arn:aws:sqs:eu-west-1:1:q")),
        ("arn:aws:ec2:eu-west-1:1:instance/i-1", Destination("ec2.instances", text="i-1")),
        ("arn:aws:iam::1:role/team/web", Destination("iam.roles", text="web")),
        ("arn:aws:cloudwatch:eu-west-1:1:alarm:disk: full", Destination("cloudwatch.alarms", text="disk: full")),
        (
            "https://sqs.eu-west-1.amazonaws.com/123456789012/orders",
            Destination("sqs.queues", text="https://sqs.eu-west-1.amazonaws.com/123456789012/orders"),
        ),
        ("objects", Destination("s3.buckets")),
        ("objects s3://bucket/a", Destination("s3.objects", "bucket/a")),
        ("messages orders-dlq", Destination("sqs.messages", "orders-dlq")),
    ],
)
def test_text_names(text: str, expected: Destination) -> None:
    assert destination(text) == expected


@pytest.mark.parametrize("text", ["", "ec3", "s3://", "s3://-/x y", "arn:aws:lambda:eu-west-1:1:function:f", "\x1b[2J"])
def test_what_names_nothing_is_told_cleanly(text: str) -> None:
    with pytest.raises(UnknownDestination) as caught:
        destination(text)
    assert "\x1b" not in str(caught.value)


def test_the_nearest_type_is_offered() -> None:
    with pytest.raises(UnknownDestination, match=r"ec2\.instances"):
        destination("ec3")


def test_completions_start_with_what_was_typed() -> None:
    assert completions("sq")[0] == "sqs.queues"
    assert "eu-west-1" in completions("eu-w", ["eu-west-1", "us-east-1"])
    assert completions("zzz") == []
