"""What a declaration names a value by."""

from __future__ import annotations

import pytest

from console.resources.fields import Mapped, Path, Pending, Tag, name_of_arn, tag_texts
from console.resources.model import Missing

ITEM = {
    "Id": "a",
    "Empty": None,
    "State": {"Name": "running"},
    "Parts": [{"Size": 1}, {"Size": 2}],
    "Tags": [{"Key": "team", "Value": "ops"}, {"Key": "Name", "Value": "web"}, {"Key": "bare"}],
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("Id", "a"), ("State.Name", "running"), ("Parts.1.Size", 2), ("Parts.7.Size", None), ("Missing", None),
        ("Missing.Name", None), ("Empty.Name", None), ("State.Missing", None),
    ],
)  # fmt: skip
def test_a_path_leads_to_a_member_or_to_none(path: str, value: object) -> None:
    assert Path(path)(ITEM) == value


@pytest.mark.parametrize("path", ["Id.Name", "Parts.Size"])
def test_a_path_through_what_has_no_members_is_an_error_that_a_row_survives(path: str) -> None:
    with pytest.raises((AttributeError, ValueError)):
        Path(path)(ITEM)


def test_a_tag_is_found_by_its_key() -> None:
    assert Tag("Name")(ITEM) == "web"
    assert Tag("bare")(ITEM) is None
    assert Tag("other")(ITEM) is None
    assert Tag("Name")({}) is None
    assert Tag("Name")({"Tags": None}) is None
    assert Tag("Name", "TagSet")({"TagSet": [{"Key": "Name", "Value": "set"}]}) == "set"


def test_what_is_made_of_nothing_is_nothing() -> None:
    assert Mapped("State.Name", str.upper)(ITEM) == "RUNNING"
    assert Mapped("State.Missing", str.upper)(ITEM) is None


def test_what_was_not_read_yet_is_not_none() -> None:
    assert Pending()(ITEM) is Missing.PENDING


def test_tags_keep_their_order_and_their_empty_values() -> None:
    assert tag_texts(ITEM["Tags"]) == ["team=ops", "Name=web", "bare="]  # type: ignore[arg-type]
    assert tag_texts(None) == []


@pytest.mark.parametrize(
    ("arn", "name"),
    [
        ("arn:aws:iam::123456789012:role/path/to/deploy", "deploy"),
        ("arn:aws:sqs:us-east-1:123456789012:orders.fifo", "orders.fifo"),
        ("arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/50dc6c495c0c9188", "50dc6c495c0c9188"),
        ("plain", "plain"),
        ("", ""),
    ],
)
def test_the_name_is_the_last_part_of_an_arn(arn: str, name: str) -> None:
    assert name_of_arn(arn) == name
