"""Owns how screen and AWS side talk: what is sent, and as which bytes. Must not know what is asked.

Both ends are cloudtop on one socket that nobody else holds, so pickles are as safe here as calls. What cannot be
sent, a declaration with its functions, goes by name.
"""

from __future__ import annotations

import asyncio
import copyreg
import io
import pickle
import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from console.command.failure import Exit, Failure
from console.text.faults import AwsError, Fault, fault_of

if TYPE_CHECKING:
    from console.resources.model import Action, ResourceType, Risk
    from console.store.rows import Row
    from console.workbench.journal import Kind

_LENGTH = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Ask:
    """Wants the method ``name`` of a session done; ``number`` comes back with the answer, 0 wants none."""

    number: int
    session: int
    name: str
    arguments: tuple[Any, ...] = ()
    options: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Nobody waits for this answer any more."""

    number: int


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of an ``Ask``: a value, or a ``Wrong``."""

    number: int
    value: Any


@dataclass(frozen=True, slots=True)
class Wrong:
    """An exception in words; ``code`` is the exit code that it stands for, None where it is none."""

    fault: Fault
    code: Exit | None = None

    @classmethod
    def of(cls, error: BaseException) -> Wrong:
        """Return what is sent for ``error``."""
        return cls(fault_of(error), error.code if isinstance(error, Failure) else None)

    def error(self) -> Exception:
        """Return the exception to raise at the other end."""
        return AwsError(self.fault) if self.code is None else Failure(self.fault, self.code)


@dataclass(frozen=True, slots=True)
class News:
    """Something that a session tells unasked."""

    session: int
    value: Any


def packed(message: object) -> bytes:
    """Return ``message`` as the bytes that are sent, its length before it."""
    buffer = io.BytesIO()
    buffer.write(bytes(_LENGTH.size))
    pickler = pickle.Pickler(buffer, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _table()
    pickler.dump(message)
    buffer.seek(0)
    buffer.write(_LENGTH.pack(len(buffer.getbuffer()) - _LENGTH.size))
    return buffer.getvalue()


async def receive(reader: asyncio.StreamReader) -> Any:
    """Return the next message. Raises ``EOFError`` when the other end is gone."""
    try:
        (length,) = _LENGTH.unpack(await reader.readexactly(_LENGTH.size))
        return pickle.loads(await reader.readexactly(length))  # noqa: S301  # only our own other end writes here
    except (asyncio.IncompleteReadError, ConnectionError) as error:
        raise EOFError from error


@cache
def _table() -> dict[type, Callable[[Any], Any]]:
    from console.resources.model import Action, ResourceType
    from console.store.rows import Row

    return {**copyreg.dispatch_table, Row: _row, ResourceType: _resource, Action: _action}


def _row(row: Row) -> tuple[object, ...]:
    return type(row), (row.id, row.arn, row.account, row.region, row.values, row.problem)


def _resource(resource: ResourceType) -> tuple[object, ...]:
    return _resource_named, (resource.name,)


def _resource_named(name: str) -> ResourceType:
    from console.resources.registry import catalogue

    return catalogue()[name]


def _action(action: Action) -> tuple[object, ...]:
    """Return an action by its name where it is declared; one that was made for a single plan by its words alone."""
    from console.resources.registry import catalogue
    from console.workbench.intents import ACTIONS

    owner = next((resource for resource in catalogue().values() if action in resource.actions), None)
    if owner:
        return _action_named, (owner.name, action.id)
    kind = next((kind for kind, declared in ACTIONS.items() if declared == action), None)
    if kind:
        return _action_of, (kind,)
    return _action_told, (action.id, action.title, action.operation, action.risk, action.effect)


def _action_named(type_name: str, action_id: str) -> Action:
    return _resource_named(type_name).action(action_id)


def _action_of(kind: Kind) -> Action:
    from console.workbench.intents import ACTIONS

    return ACTIONS[kind]


def _action_told(id_: str, title: str, operation: str, risk: Risk, effect: str) -> Action:
    from console.resources.model import Action

    return Action(id_, title, operation, lambda _ids: {}, risk, effect=effect)
