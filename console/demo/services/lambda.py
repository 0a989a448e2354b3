"""Lambda: which functions consume which queues. Nothing is run."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from console.demo.account import ACCOUNT_ID, REGION, Account, Call, Operations
from console.demo.wire.messages import ServiceError

_PAGE = 100
_MOST_ITEMS = 10_000


@dataclass(frozen=True, slots=True)
class Mapping:
    """One event source mapping."""

    id: str
    source_arn: str
    function: str
    modified_at: datetime
    state: str = "Enabled"
    batch_size: int = 10
    window: int = 0
    concurrency: int = 0
    partial: bool = True

    @property
    def function_arn(self) -> str:
        """The function's ARN."""
        return f"arn:aws:lambda:{REGION}:{ACCOUNT_ID}:function:{self.function}"

    def document(self) -> dict[str, Any]:
        """Return the mapping as Lambda lists it."""
        return {
            "UUID": self.id,
            "BatchSize": self.batch_size,
            "MaximumBatchingWindowInSeconds": self.window,
            "EventSourceArn": self.source_arn,
            "FunctionArn": self.function_arn,
            "LastModified": self.modified_at,
            "State": self.state,
            "StateTransitionReason": "USER_INITIATED",
            "FunctionResponseTypes": ["ReportBatchItemFailures"] if self.partial else [],
            "ScalingConfig": {"MaximumConcurrency": self.concurrency} if self.concurrency else None,
        }


@dataclass(slots=True)
class Mappings:
    """Every event source mapping of the account."""

    all: list[Mapping] = field(default_factory=list)


def add(account: Account, mapping: Mapping) -> None:
    """Add a mapping."""
    account.state(Mappings).all.append(mapping)


def _list_mappings(call: Call) -> dict[str, Any]:
    source, function = call.parameters.get("EventSourceArn"), call.parameters.get("FunctionName")
    most = call.parameters.get("MaxItems", _PAGE)
    if not 1 <= most <= _MOST_ITEMS:
        text = f"Value '{most}' at 'maxItems' failed to satisfy constraint: between 1 and {_MOST_ITEMS}"
        raise ServiceError("InvalidParameterValueException", text)
    found = [
        mapping
        for mapping in call.account.state(Mappings).all
        if source in (None, mapping.source_arn) and function in (None, mapping.function, mapping.function_arn)
    ]
    start = _start(call.parameters.get("Marker"))
    end = start + min(most, _PAGE)
    answer: dict[str, Any] = {"EventSourceMappings": [mapping.document() for mapping in found[start:end]]}
    if end < len(found):
        answer["NextMarker"] = base64.b64encode(str(end).encode()).decode()
    return answer


def _start(marker: str | None) -> int:
    try:
        return int(base64.b64decode(marker, validate=True)) if marker else 0
    except ValueError as error:
        raise ServiceError("InvalidParameterValueException", "Invalid marker") from error


OPERATIONS: Operations = {"ListEventSourceMappings": _list_mappings}
