"""Owns made-up answers of AWS with every member that botocore's models know; must not know who reads them.

A declaration read against such an answer finds everything it names, or names something that does not exist.
"""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.validate import ParamValidator

from console.scope.model import Scope

ACCOUNT = "123456789012"
MOMENT = datetime(2026, 11, 21, 4, 24, 3, tzinfo=UTC)
_POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "*", "Resource": "*"}],
}
_REDRIVE = {"deadLetterTargetArn": f"arn:aws:sqs:us-east-1:{ACCOUNT}:dead", "maxReceiveCount": 5}
_TEXTS: Mapping[str, Any] = {
    "AssumeRolePolicyDocument": _POLICY,  # botocore decodes IAM's policies
    "PolicyDocument": _POLICY,
    "Document": _POLICY,
    "RedrivePolicy": json.dumps(_REDRIVE),
    "Policy": json.dumps(_POLICY),
    "AlarmRule": 'ALARM("first") OR ALARM(second)',
    "Id": "m0",
    "Key": "Name",
}
_DEPTH = 2
"""How often a shape may stand inside itself."""


class Word(str):
    """A made-up string that knows which words AWS may say in its place; none where it may say any."""

    allowed: frozenset[str]

    def __new__(cls, text: str, allowed: Iterable[str] = ()) -> Word:
        """Return the word."""
        word = super().__new__(cls, text)
        word.allowed = frozenset(allowed)
        return word


@cache
def operation_model(service: str, operation: str) -> OperationModel:
    """Return botocore's model of an operation. Raises ``OperationNotFoundError``, ``UnknownServiceError``."""
    return _session().get_service_model(service).operation_model(operation)


def wrong_parameters(service: str, operation: str, parameters: Mapping[str, Any]) -> str:
    """Return what botocore would object to in ``parameters``; empty when it would send them.

    botocore itself does not look at unknown words for an enumeration; this does.
    """
    shape = operation_model(service, operation).input_shape
    if shape is None:
        return "it takes no parameters" if parameters else ""
    report = str(ParamValidator().validate(dict(parameters), shape).generate_report())
    return report or "; ".join(_wrong_words(shape, parameters))


def is_paginated(service: str, operation: str) -> bool:
    """Return whether botocore can read the operation page by page."""
    return (
        operation in _session().get_component("data_loader").load_service_model(service, "paginators-1")["pagination"]
    )


def answer(service: str, operation: str) -> dict[str, Any]:
    """Return an answer of ``operation`` with every member there is."""
    shape = operation_model(service, operation).output_shape
    made = _make(shape, "", ()) if shape else {}
    return {**made, "ResponseMetadata": {"HTTPStatusCode": 200, "RequestId": "specimen"}}


class SpecimenReader:
    """Answers every call with a specimen and notes it. A call that AWS would not take is an ``AssertionError``."""

    def __init__(self, without: str = "") -> None:
        self._without = without
        """A member of answers that is left out."""
        self.scope = Scope("us-east-1", account=ACCOUNT)
        self.calls: set[tuple[str, str]] = set()

    async def call(self, service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """Return one specimen."""
        return self._answer(service, operation, parameters)

    async def pages(
        self, service: str, operation: str, parameters: dict[str, Any], _wanted: object = ()
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield a single page."""
        assert is_paginated(service, operation), f"botocore cannot paginate {service} {operation}"
        sent = {name: value for name, value in parameters.items() if name != "PaginationConfig"}
        yield self._answer(service, operation, sent)

    def _answer(self, service: str, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        wrong = wrong_parameters(service, operation, parameters)
        assert not wrong, f"{service} {operation}: {wrong}"
        self.calls.add((service, operation))
        return {name: part for name, part in answer(service, operation).items() if name != self._without}


@cache
def _session() -> Any:
    return botocore.session.Session()


def _make(shape: Shape, name: str, inside: tuple[str, ...]) -> Any:
    if isinstance(shape, StructureShape):
        deeper = (*inside, shape.name)
        return {
            member: _make(part, member, deeper)
            for member, part in shape.members.items()
            if deeper.count(part.name) < _DEPTH
        }
    if isinstance(shape, ListShape):
        return [_make(shape.member, name, inside)]
    if isinstance(shape, MapShape):
        keys = getattr(shape.key, "enum", None) or ["key"]
        return {key: _make(shape.value, key, inside) for key in keys if key != "All"}
    return _scalar(shape, name)


def _scalar(shape: Shape, name: str) -> Any:
    simple: dict[str, Any] = {
        "boolean": True, "integer": 1, "long": 1, "float": 1.0, "double": 1.0, "timestamp": MOMENT, "blob": b"blob",
    }  # fmt: skip
    if shape.type_name in simple:
        return simple[shape.type_name]
    allowed = getattr(shape, "enum", ())
    if name in _TEXTS and not allowed:
        return _TEXTS[name]
    if name.endswith("Arn"):
        return Word(f"arn:aws:service:us-east-1:{ACCOUNT}:kind/{name}")
    return Word(allowed[0] if allowed else "1", allowed)


def _wrong_words(shape: Shape, value: Any) -> list[str]:
    if isinstance(shape, StructureShape):
        return [word for name, part in value.items() for word in _wrong_words(shape.members[name], part)]
    if isinstance(shape, ListShape):
        return [word for part in value for word in _wrong_words(shape.member, part)]
    allowed = getattr(shape, "enum", None)
    return [f"{value!r} is none of {', '.join(allowed)}"] if allowed and value not in allowed else []
