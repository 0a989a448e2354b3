"""One resource, read when it is opened: each part with its own failure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from console.resources.fields import Mapped, Path
from console.resources.model import DetailCall, DetailField, Kind, Link, Metric, Missing, Plot, SeriesQuery
from console.store.detail import detail_of_row, find, read_detail, read_document
from console.store.rows import project
from console.text.faults import AwsError, Fault, FaultKind
from tests.store.scripted import SCOPE, OneScope, Script, fault, things

MOMENT = datetime(2026, 11, 21, tzinfo=UTC)


class Answering(OneScope):
    """A reader that answers by operation."""

    def __init__(self, **answers: Any) -> None:
        self.answers = answers
        self.calls: list[tuple[str, str, dict[str, Any]]] = []

    async def call(self, service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        self.calls.append((service, operation, parameters))
        answer = self.answers[operation]
        if isinstance(answer, Fault):
            raise AwsError(answer)
        return {**answer, "ResponseMetadata": {"RequestId": "secret"}}


def call(name: str, operation: str, path: str = "@", **options: Any) -> DetailCall:
    return DetailCall(name, operation, lambda id_, parent: {"Id": id_, "Parent": parent}, path, **options)


TYPE = things(
    Script(),
    detail=(
        call("thing", "GetThing", "Thing"),
        call("policy", "GetPolicy", absent=("NoSuchPolicy",)),
        call("tags", "GetTags", "Tags", service="tagging"),
    ),
    fields=(
        DetailField("Name", Path("thing.Name")),
        DetailField("Created", Path("thing.Created"), Kind.TIME),
        DetailField("Policy", Path("policy.Text")),
        DetailField("Tags", Mapped("tags", lambda tags: [tag["Key"] for tag in tags]), Kind.LIST),
    ),
    links=(
        Link("Itself", "test.things", lambda document: [document["thing"]["Name"], "", "\x1bother"]),
        Link("Broken", "test.things", lambda document: document["nothing"]),
        Link("Nowhere", "test.things", lambda _document: []),
    ),
    metrics=(Metric("Load", "AWS/Test", "Load", lambda id_: {"ThingId": id_}, "Sum", Kind.PERCENT),),
)
GOOD = {
    "GetThing": {"Thing": {"Name": "n\x07", "Created": MOMENT, "Size": 3, "Raw": b"\x1b"}},
    "GetPolicy": {"Text": "allow"},
    "GetTags": {"Tags": [{"Key": "team"}]},
}


async def test_every_part_is_read_cleaned_and_put_in_its_place() -> None:
    reader = Answering(**GOOD)
    detail = await read_detail(TYPE, reader, "a\x1b", "parent")
    assert [(line.title, line.value) for line in detail.fields] == [
        ("Name", "n<BEL>"), ("Created", MOMENT), ("Policy", "allow"), ("Tags", ("team",)),
    ]  # fmt: skip
    assert detail.document == {
        "thing": {"Name": "n<BEL>", "Created": MOMENT, "Size": 3, "Raw": "<ESC>"},
        "policy": {"Text": "allow"},
        "tags": [{"Key": "team"}],
    }
    assert [(link.title, link.ids, link.names) for link in detail.links] == [
        ("Itself", ("n\x07", "\x1bother"), ("n<BEL>", "<ESC>other"))
    ]
    assert not detail.faults
    assert ("tagging", "GetTags", {"Id": "a\x1b", "Parent": "parent"}) in reader.calls
    assert {service for service, _, _ in reader.calls} == {"test", "tagging"}


async def test_what_there_is_none_of_is_none_and_what_cannot_be_read_is_a_fault() -> None:
    absent = Fault(FaultKind.NOT_FOUND, "policy", "none", code="NoSuchPolicy")
    denied = fault(FaultKind.DENIED, "the tags\x1b")
    detail = await read_detail(TYPE, Answering(**{**GOOD, "GetPolicy": absent, "GetTags": denied}), "a")
    values = {line.title: line.value for line in detail.fields}
    assert values["Policy"] is None
    assert values["Tags"] is Missing.UNKNOWN
    assert detail.faults == (denied,)
    assert detail.document["policy"] is None
    assert detail.document["tags"].startswith("the tags<ESC>: denied")


async def test_a_missing_resource_is_not_found_whatever_else_was_read() -> None:
    gone = fault(FaultKind.NOT_FOUND)
    with pytest.raises(AwsError) as caught:
        await read_detail(TYPE, Answering(**{**GOOD, "GetThing": gone}), "a")
    assert caught.value.fault is gone


async def test_where_no_part_can_be_read_the_first_failure_says_why() -> None:
    denied = fault(FaultKind.DENIED)
    answers = {"GetThing": denied, "GetPolicy": fault(FaultKind.TIMEOUT), "GetTags": fault(FaultKind.TIMEOUT)}
    with pytest.raises(AwsError) as caught:
        await read_detail(TYPE, Answering(**answers), "a")
    assert caught.value.fault is denied


async def test_a_description_of_its_own_is_taken_as_it_is() -> None:
    async def describe(_reader: Any, id_: str, parent: str) -> dict[str, Any]:
        return {"thing": {"Name": f"{id_} in {parent}"}}

    resource = things(Script(), describe=describe)
    assert await read_document(resource, OneScope(), "a", "b") == {"thing": {"Name": "a in b"}}


async def test_charts_are_those_of_the_type_and_those_that_the_document_names() -> None:
    more = Plot("More", SeriesQuery("AWS/Test", "More", (), "Average"))
    own = Plot("Load", SeriesQuery("AWS/Test", "Load", (("ThingId", "a"),), "Sum"), Kind.PERCENT)
    options = {"detail": TYPE.detail, "metrics": TYPE.metrics}
    named = things(Script(), **options, plots=lambda document: [more] if document["thing"] else [])
    assert (await read_detail(named, Answering(**GOOD), "a")).plots == (own, more)
    broken = things(Script(), **options, plots=lambda document: document["nothing"])
    assert (await read_detail(broken, Answering(**GOOD), "a")).plots == (own,)


def test_a_row_that_says_everything_is_a_detail() -> None:
    detail = detail_of_row(TYPE, project(TYPE, {"Id": "a", "Name": "n\x07"}, SCOPE))
    assert [(line.title, line.value) for line in detail.fields][:2] == [("Name", "n<BEL>"), ("Slow", Missing.PENDING)]
    assert detail.document == {"name": "n<BEL>", "slow": "not read yet", "other": "not read yet"}
    assert (detail.links, detail.faults) == ((), ())


async def test_what_a_person_writes_leads_to_an_id() -> None:
    async def resolve(_reader: Any, text: str, parent: str) -> tuple[str, str]:
        return f"resolved {text}", parent

    assert await find(TYPE, OneScope(), "arn:aws:test:us-east-1:123456789012:thing/a", "p") == ("a", "p")
    assert await find(TYPE, OneScope(), "a/b:c", "p") == ("a/b:c", "p")
    assert await find(things(Script(), resolve=resolve), OneScope(), "arn:x", "p") == ("resolved arn:x", "p")
