"""A planned call as an AWS CLI command."""

from __future__ import annotations

import json
import shlex

import pytest

from console.actions.commands import calls_text, command
from console.actions.plan import PlannedCall
from console.scope.model import Scope
from tests.actions.plans import STOP, plan, row

HERE = Scope("eu-west-1", "acme prod")


def words(service: str, operation: str, parameters: dict) -> list[str]:
    return shlex.split(command(PlannedCall(service, operation, parameters), HERE))


async def test_one_line_per_call_with_region_and_profile():
    made = await plan(STOP, [row("i-1"), row("i-2")])
    assert calls_text(made) == "aws ec2 stop-instances --instance-ids i-1 i-2 --region eu-west-1 --profile=acme-prod"


def test_options_are_named_and_quoted():
    assert words("s3", "PutObject", {"Bucket": "b", "Key": "a b;rm -rf $HOME`x`'"}) == [
        "aws", "s3api", "put-object", "--bucket", "b", "--key", "a b;rm -rf $HOME`x`'",
        "--region", "eu-west-1", "--profile=acme prod",
    ]  # fmt: skip
    assert words("ec2", "StopInstances", {"Force": True, "Hibernate": False})[3:5] == ["--force", "--no-hibernate"]


@pytest.mark.parametrize("key", ["file:///etc/passwd", "fileb://x", "-rf", "--profile", "", "{}", "[1]"])
def test_what_the_cli_would_read_as_something_else_goes_as_json(key):
    given = words("s3", "PutObject", {"Key": key})
    assert json.loads(given[given.index("--cli-input-json") + 1]) == {"Key": key}


def test_control_characters_are_shown_not_copied():
    assert "\n" not in command(PlannedCall("s3", "PutObject", {"Key": "a\nreboot\x1b"}), HERE)
    assert "a<LF>reboot<ESC>" in words("s3", "PutObject", {"Key": "a\nreboot\x1b"})
