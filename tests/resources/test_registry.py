"""Types are found by what people call them."""

from __future__ import annotations

import pytest

from console.resources.registry import catalogue, find_type, nearest_types


@pytest.mark.parametrize(
    ("word", "name"),
    [("ec2.instances", "ec2.instances"), (" EC2 ", "ec2.instances"), ("Queues", "sqs.queues"), ("role", "iam.roles")],
)
def test_a_type_is_found_in_any_case(word: str, name: str) -> None:
    found = find_type(word)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("word", ["", "   ", "ec3", "instances.ec2", "\x1b[31m"])
def test_another_word_is_no_type(word: str) -> None:
    assert find_type(word) is None


@pytest.mark.parametrize(
    ("word", "name"), [("instnces", "ec2.instances"), ("bukets", "s3.buckets"), ("sqs.queue", "sqs.queues")]
)
def test_a_slip_leads_to_the_nearest(word: str, name: str) -> None:
    assert name in nearest_types(word)
    assert len(nearest_types(word)) == len(set(nearest_types(word))) <= 3


def test_nonsense_has_no_nearest() -> None:
    assert nearest_types("zzzzzzzzzzzz") == []


def test_no_alias_is_another_types_name_or_alias() -> None:
    words = [word for resource in catalogue().values() for word in (resource.name, *resource.aliases)]
    assert len(words) == len(set(words))
    assert all(word == word.lower().strip() for word in words)


def test_panes_come_in_one_order() -> None:
    services = list(dict.fromkeys(resource.service for resource in catalogue().values()))
    assert services[:5] == ["ec2", "s3", "sqs", "cloudwatch", "iam"]


def test_columns_and_actions_are_found_by_their_ids() -> None:
    resource = catalogue()["ec2.instances"]
    assert resource.column("state").title == "STATE"
    assert resource.action("stop").operation == "StopInstances"
    for find in (resource.column, resource.action):
        with pytest.raises(KeyError):
            find("nonsense")
