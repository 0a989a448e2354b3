"""What may be written down."""

from __future__ import annotations

import pytest

from console.actions.redact import recordable, redacted


def test_parameters_are_bounded_and_clean():
    assert len(recordable({"a": "x" * 5_000})["a"]) == 1_000
    assert recordable({"a\x1b": ["\x07", 1, True, None]}) == {"a<ESC>": ["<BEL>", 1, True, None]}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("see https://h/k?a=1&X-Amz-Signature=planted&b=2", "see https://h/k?a=1&X-Amz-Signature=(not kept)&b=2"),
        ("https://h/k?X-Amz-Security-Token=planted", "https://h/k?X-Amz-Security-Token=(not kept)"),
        ("https://h/k?AWSAccessKeyId=planted&Signature=planted%2B", None),
        ("next=https%3A%2F%2Fh%3FX-Amz-Signature%3Dplanted", None),
        ("aws_secret_access_key = planted", "aws_secret_access_key = (not kept)"),
        ('{"SecretAccessKey": "planted", "Region": "x"}', '{"SecretAccessKey": "(not kept)", "Region": "x"}'),
        ("DB_PASSWORD=planted; restart", "DB_PASSWORD=(not kept); restart"),
        ("password: planted", "password: (not kept)"),
        ("url=https://h/k?x=1&X-Amz-Signature=planted", "url=https://h/k?x=1&X-Amz-Signature=(not kept)"),
        ("a=b=my-secret-key=planted", "a=b=my-secret-key=(not kept)"),
        ("Authorization: Bearer planted.planted/planted=", "Authorization: Bearer (not kept)"),
        ("https://ana:planted@git.example/x", "https://ana:(not kept)@git.example/x"),
        ("eyJhbGciplanted.eyJzdWIplanted.planted", "(not kept)"),
    ],
)
def test_secrets_in_free_text_are_masked_and_the_rest_is_kept(given, kept):
    assert "planted" not in redacted(given)
    if kept:
        assert redacted(given) == kept


@pytest.mark.parametrize(
    "text",
    [
        "INC-4711: rolled back after the deploy",
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-Ab12",
        "ec2 StopInstances: denied: you lack ec2:StopInstances on arn:aws:ec2:*:*:instance/i-1",
        "https://grafana.example:3000/d/x?from=1",
        "the token expired",
    ],
)
def test_text_without_secrets_stays_as_it_is(text):
    assert redacted(text) == text


def test_a_secret_that_the_limit_cuts_is_masked():
    assert "planted" not in redacted("x" * 980 + " password=planted-planted-planted")
