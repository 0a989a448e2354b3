"""Owns which Lambda functions consume a queue; must not know their code or the screen."""

from __future__ import annotations

from dataclasses import dataclass

from console.resources.fields import name_of_arn
from console.resources.model import Item, Reader
from console.resources.parts import collect
from console.text.clean import clean

_RUNNING = frozenset({"Enabled", "Enabling", "Updating", "Creating"})


@dataclass(frozen=True, slots=True)
class LambdaConsumer:
    """One event source mapping. Every string is clean."""

    function: str
    state: str
    """As Lambda says it: ``Enabled``, ``Disabled``, ``Creating`` …"""
    batch: int | None
    reason: str
    """Why it came into its state."""

    @property
    def running(self) -> bool:
        """Whether it takes messages from the queue."""
        return self.state in _RUNNING

    def sentence(self) -> str:
        """Return ``inventory-sync (Disabled)``."""
        return f"{self.function} ({self.state})"


async def read_mappings(reader: Reader, arn: str) -> tuple[LambdaConsumer, ...]:
    """Return the event source mappings of the queue ``arn``. Raises ``AwsError``."""
    found = await collect(reader, "lambda", "ListEventSourceMappings", {"EventSourceArn": arn}, "EventSourceMappings")
    return tuple(_consumer(mapping) for mapping in found)


def _consumer(mapping: Item) -> LambdaConsumer:
    batch = mapping.get("BatchSize")
    return LambdaConsumer(
        clean(_function(str(mapping.get("FunctionArn") or ""))) or "unknown function",
        clean(mapping.get("State")) or "unknown state",
        batch if isinstance(batch, int) else None,
        clean(mapping.get("StateTransitionReason")),
    )


def _function(arn: str) -> str:
    """Return ``name`` or ``name:alias`` out of a function's ARN."""
    return arn.split(":function:", 1)[1] if ":function:" in arn else name_of_arn(arn)
