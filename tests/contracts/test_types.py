"""Every resource type against botocore's models: what it names exists, what it calls it declares."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import jmespath
import pytest

from console.aws.operations import EFFECTS, Effect
from console.resources.fields import Mapped, Path, Pending, Tag, wanted_members
from console.resources.model import Action, Kind, Missing, ResourceType, Risk, Tone
from console.resources.registry import catalogue, find_type
from console.store.detail import Detail, plots, read_detail, read_document
from console.store.read import items
from console.store.rows import project, tidy
from console.text.faults import Fault
from tests.support.specimen import SpecimenReader, Word, answer, is_paginated, operation_model, wrong_parameters

TYPES = list(catalogue().values())
ACTIONS = [(resource, action) for resource in TYPES for action in resource.actions]
PARENTS = {
    "cloudwatch.namespaces": "AWS/EC2",
    "s3.buckets": "bucket/prefix/",
    "sqs.queues": "https://sqs.us-east-1.amazonaws.com/123456789012/queue.fifo",
}
OTHER_KINDS = {"cloudwatch.alarms": ["MetricAlarms"], "sqs.messages": ["Attributes"]}
"""What is left out of an answer so that a type takes its other way."""
IDS = ["first-id", "second-id"]
_READS = (Effect.READ, Effect.SENSITIVE)
_STATISTICS = ("Average", "Sum", "Minimum", "Maximum", "SampleCount")
_DIMENSIONS = {
    "AWS/EC2": {"InstanceId"},
    "AWS/SQS": {"QueueName"},
    "AWS/S3": {"BucketName", "StorageType"},
}

each_type = pytest.mark.parametrize("resource", TYPES, ids=lambda resource: resource.name)
each_action = pytest.mark.parametrize(
    ("resource", "action"), ACTIONS, ids=[f"{resource.name}.{action.id}" for resource, action in ACTIONS]
)


def parent_of(resource: ResourceType) -> str:
    return PARENTS[resource.parent] if resource.parent else ""


async def listed(resource: ResourceType, reader: SpecimenReader) -> list[Any]:
    batches = [batch async for batch in items(resource, reader, parent_of(resource))]
    faults = [batch.sentence() for batch in batches if isinstance(batch, Fault)]
    assert not [fault for fault in faults if "could not be given back" not in fault]
    return [item for batch in batches if not isinstance(batch, Fault) for item in batch]


async def described(resource: ResourceType, reader: SpecimenReader) -> tuple[dict[str, Any], Detail]:
    """Return the first listed item's raw document and its detail."""
    id_ = str(resource.id((await listed(resource, reader))[0]))
    document = await read_document(resource, reader, id_, parent_of(resource))
    return document, await read_detail(resource, reader, id_, parent_of(resource))


async def use(resource: ResourceType, reader: SpecimenReader) -> None:
    """Do everything that looking at a type can do."""
    await listed(resource, reader)
    for enrichment in resource.enrich:
        assert [found async for found in enrichment.read(reader, IDS)]
    if resource.describe or resource.detail:
        await described(resource, reader)
    if resource.terms:
        await resource.terms(reader, parent_of(resource))
    if resource.resolve:
        await resource.resolve(reader, "queue", parent_of(resource))


def pruned(value: Any, wanted: list[str]) -> Any:
    """Return what is wanted of an answer: all that a page need hold."""
    if isinstance(value, list):
        return [pruned(part, wanted) for part in value]
    heads: dict[str, list[str]] = {}
    for path in wanted:
        head, _, rest = path.partition(".")
        heads.setdefault(head, []).append(rest)
    return {
        name: part if "" in heads[name] else pruned(part, heads[name]) for name, part in value.items() if name in heads
    }


@each_type
def test_a_row_is_made_of_the_members_that_are_asked_for(resource: ResourceType) -> None:
    wanted = list(wanted_members(resource))
    if not wanted or resource.fetch:
        return
    scope = SpecimenReader().scope
    whole = answer(resource.service, resource.operation)
    (full,), (cut,) = (jmespath.search(resource.items, page) for page in (whole, pruned(whole, wanted)))
    assert project(resource, cut, scope) == project(resource, full, scope)


def getters(get: Any) -> Iterator[str]:
    if isinstance(get, Path | Mapped):
        yield get.path
    if isinstance(get, Tag):
        yield get.path


def declared_calls(resource: ResourceType) -> set[tuple[str, str]]:
    details = {(call.service or resource.service, call.operation) for call in resource.detail}
    enrichments = {call for enrichment in resource.enrich for call in enrichment.calls}
    return {(resource.service, resource.operation), *resource.calls, *details, *enrichments}


def test_names_and_aliases_lead_to_one_type() -> None:
    for resource in TYPES:
        for name in (resource.name, *resource.aliases):
            assert find_type(name) is resource, name


@each_type
def test_the_shape_of_a_declaration(resource: ResourceType) -> None:
    assert resource.name.partition(".")[0] == resource.service
    assert resource.title
    ids = [column.id for column in resource.columns]
    assert len(ids) == len(set(ids))
    assert all(column.id.isidentifier() and column.id.islower() for column in resource.columns)
    assert all(column.title == column.title.upper() and column.width > 0 for column in resource.columns)
    assert any(column.rank == 0 for column in resource.columns), "some column must stay on the narrowest screen"
    assert not resource.sort or resource.sort.removeprefix("-") in ids
    assert not resource.parent or resource.parent in catalogue()
    assert not resource.child or catalogue()[resource.child].parent
    assert len({action.id for action in resource.actions}) == len(resource.actions)


@each_type
def test_its_operation_is_listed_and_can_be_paged(resource: ResourceType) -> None:
    assert EFFECTS[resource.service, resource.operation] in _READS
    assert operation_model(resource.service, resource.operation)
    assert resource.fetch or is_paginated(resource.service, resource.operation)
    assert not wrong_parameters(resource.service, resource.operation, resource.parameters) or resource.fetch


@each_type
def test_its_items_are_in_the_answer(resource: ResourceType) -> None:
    assert jmespath.search(resource.items, answer(resource.service, resource.operation))


@each_type
async def test_every_column_is_found_in_an_item(resource: ResourceType) -> None:
    reader = SpecimenReader()
    found = await listed(resource, reader)
    assert found
    for column in resource.columns:
        values = [tidy(column.get(item)) for item in found]
        assert any(value not in (None, ()) for value in values), column.id
        for path in getters(column.get):
            assert any(Path(path)(item) is not None for item in found), path


@each_type
async def test_an_item_becomes_a_row_without_an_unknown_value(resource: ResourceType) -> None:
    reader = SpecimenReader()
    for item in await listed(resource, reader):
        row = project(resource, item, reader.scope)
        assert Missing.UNKNOWN not in row.values
        assert row.id
        assert not row.arn or row.arn.startswith("arn:aws:"), row.arn
        assert row.problem in Tone


@each_type
async def test_tones_are_given_to_words_that_aws_says(resource: ResourceType) -> None:
    reader = SpecimenReader()
    specimens = [(resource.columns, item) for item in await listed(resource, reader)]
    if resource.describe or resource.detail:
        specimens.append((resource.fields, (await described(resource, reader))[0]))
    for parts, item in specimens:
        for part in parts:
            value = part.get(item) if isinstance(part.get, Path) else None
            if isinstance(value, Word) and value.allowed:
                assert part.tones.keys() <= {word.lower() for word in value.allowed}, part.title


@each_type
async def test_a_type_calls_what_it_declares_and_nothing_else(resource: ResourceType) -> None:
    made: set[tuple[str, str]] = set()
    for without in ("", *OTHER_KINDS.get(resource.name, ())):
        reader = SpecimenReader(without)
        await use(resource, reader)
        made |= reader.calls
    assert made <= declared_calls(resource), "an operation that its IAM actions will lack"
    assert declared_calls(resource) - _made_elsewhere(resource) <= made, "an operation that nothing calls"


def _made_elsewhere(resource: ResourceType) -> set[tuple[str, str]]:
    """The preview of an object reads it; a test of its own covers that."""
    return {("s3", "GetObject")} if resource.service == "s3" else set()


@each_type
async def test_every_line_of_the_detail_is_found(resource: ResourceType) -> None:
    if not (resource.describe or resource.detail):
        assert not resource.fields
        assert not resource.links
        return
    documents = []
    for without in ("", *OTHER_KINDS.get(resource.name, ())):
        document, detail = await described(resource, SpecimenReader(without))
        assert not detail.faults
        assert not [line.title for line in detail.fields if line.value is Missing.UNKNOWN]
        documents.append(document)
    assert resource.fields
    for field in resource.fields:
        for path in getters(field.get):
            assert any(Path(path)(document) is not None for document in documents), path


@each_type
async def test_links_lead_to_types(resource: ResourceType) -> None:
    for link in resource.links:
        assert link.type in catalogue(), link.title
    if resource.links:
        document, _ = await described(resource, SpecimenReader())
        for link in resource.links:
            assert all(isinstance(id_, str) for id_ in link.find(document)), link.title


@each_type
async def test_enrichments_fill_the_columns_they_name_with_the_calls_they_declare(resource: ResourceType) -> None:
    for enrichment in resource.enrich:
        reader = SpecimenReader()
        found = {id_: values async for id_, values in enrichment.read(reader, IDS)}
        assert found.keys() == set(IDS)
        for values in found.values():
            assert not isinstance(values, Fault)
            assert values.keys() <= set(enrichment.columns)
        assert {column for values in found.values() for column in values} == set(enrichment.columns)
        assert reader.calls == set(enrichment.calls)
        assert enrichment.period > 0
        for call in enrichment.calls:
            assert EFFECTS[call] is Effect.READ, "looking at a list must leave no trace"
    named = {column for enrichment in resource.enrich for column in enrichment.columns}
    pending = {column.id for column in resource.columns if isinstance(column.get, Pending)}
    assert named == pending, "a column that stays pending for ever, or one that nobody shows"


@each_type
def test_what_is_declared_is_only_read(resource: ResourceType) -> None:
    for call in declared_calls(resource):
        assert operation_model(*call)
        assert EFFECTS[call] in _READS, call
    for detail in resource.detail:
        parameters = detail.parameters("first-id", parent_of(resource))
        assert not wrong_parameters(detail.service or resource.service, detail.operation, parameters)


@each_type
def test_metrics_are_ones_that_cloudwatch_takes(resource: ResourceType) -> None:
    for plot in plots(resource, "first-id", {}):
        query = plot.query
        assert query.statistic in _STATISTICS
        assert {name for name, _ in query.dimensions} == _DIMENSIONS[query.namespace]
        stat = {
            "Metric": {
                "Namespace": query.namespace,
                "MetricName": query.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in query.dimensions],
            },
            "Period": 300,
            "Stat": query.statistic,
        }
        wanted = {
            "StartTime": 0, "EndTime": 300, "MetricDataQueries": [{"Id": "m0", "MetricStat": stat}],
        }  # fmt: skip
        assert not wrong_parameters("cloudwatch", "GetMetricData", wanted)
    kinds = {column.kind for column in resource.columns} | {field.kind for field in resource.fields}
    assert kinds <= set(Kind)


@each_action
def test_an_action_is_a_listed_write_with_parameters_that_aws_takes(resource: ResourceType, action: Action) -> None:
    assert EFFECTS[resource.service, action.operation] is Effect.WRITE
    assert action.risk in (Risk.WRITE, Risk.DESTROY)
    assert action.batch >= 1
    assert action.effect.endswith("."), "the plan says what happens in one sentence"
    for ids in (IDS[:1], IDS[: action.batch]):
        assert not wrong_parameters(resource.service, action.operation, action.parameters(ids))


@each_action
async def test_a_plans_facts_are_read_and_nothing_else(resource: ResourceType, action: Action) -> None:
    reader = SpecimenReader()
    facts = [fact async for fact in action.facts(reader, IDS)] if action.facts else []
    assert reader.calls <= set(action.fact_calls), "an operation that the IAM policy will lack"
    for call in action.fact_calls:
        assert EFFECTS[call] is Effect.READ
        assert operation_model(*call)
    assert bool(facts) == bool(action.fact_calls)
    assert all(fact.title and fact.text for fact in facts)


@each_action
def test_what_cannot_be_done_is_said_in_words(resource: ResourceType, action: Action) -> None:
    unknown = dict.fromkeys((column.id for column in resource.columns), Missing.UNKNOWN)
    assert isinstance(action.refuse(unknown), str)


@each_type
async def test_shared_facts_are_each_read_by_some_action(resource: ResourceType) -> None:
    reader = SpecimenReader()
    for action in resource.actions:
        if action.facts:
            assert [fact async for fact in action.facts(reader, IDS)]
    assert {call for action in resource.actions for call in action.fact_calls} == reader.calls
