"""Lambda functions that consume a queue."""

from __future__ import annotations

import pytest

from console.sqs.mappings import read_mappings
from console.text.faults import AwsError
from tests.support.reader import DENIED, FakeReader

ARN = "arn:aws:sqs:eu-west-1:123456789012:orders"


async def test_every_page_is_read_and_every_text_is_clean():
    pages = [
        {"EventSourceMappings": [{"FunctionArn": f"arn:aws:lambda:eu-west-1:1:function:f{number}", "State": state}]}
        for number, state in enumerate(("Enabled", "Disabled", "Creating", "Deleting\x1b"))
    ]
    reader = FakeReader({"ListEventSourceMappings": [*pages, {}]})
    found = await read_mappings(reader, ARN)
    assert reader.asked == [("ListEventSourceMappings", {"EventSourceArn": ARN})]
    assert [each.sentence() for each in found] == [
        "f0 (Enabled)", "f1 (Disabled)", "f2 (Creating)", "f3 (Deleting<ESC>)"
    ]  # fmt: skip
    assert [each.running for each in found] == [True, False, True, False]


async def test_what_lambda_leaves_out_is_said_to_be_unknown():
    (found,) = await read_mappings(FakeReader({"ListEventSourceMappings": {"EventSourceMappings": [{}]}}), ARN)
    assert found.sentence() == "unknown function (unknown state)"
    assert found.batch is None


async def test_a_denied_list_is_an_error():
    with pytest.raises(AwsError):
        await read_mappings(FakeReader({"ListEventSourceMappings": DENIED}), ARN)
