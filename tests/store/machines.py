"""A type with a column of every kind, and rows of it. Knows no AWS."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import Any

from console.resources.fields import Path
from console.resources.model import Column, Kind, Missing, ResourceType, Tone, Value
from console.store.rows import Row

NOW = 1_800_000_000.0
TONES = {"running": Tone.OK, "stopped": Tone.DIM, "failed": Tone.BAD, "pending": Tone.WARN}
COLUMNS = (
    Column("name", "NAME", Path("Name"), 20, rank=0),
    Column("instance", "INSTANCE", Path("Id"), 12, Kind.ID),
    Column("state", "STATE", Path("State"), 10, Kind.STATE, TONES, rank=1),
    Column("count", "COUNT", Path("Count"), 8, Kind.NUMBER),
    Column("size", "SIZE", Path("Size"), 9, Kind.SIZE),
    Column("cpu", "CPU", Path("Cpu"), 5, Kind.PERCENT, rank=2),
    Column("age", "AGE", Path("Age"), 5, Kind.TIME, rank=3),
    Column("wait", "LONGEST WAIT", Path("Wait"), 9, Kind.DURATION),
    Column("public", "PUBLIC", Path("Public"), 6, Kind.FLAG),
    Column("zones", "ZONES", Path("Zones"), 14, Kind.LIST),
    Column("load", "LOAD", Path("Load"), 12, Kind.SPARK),
)


def machines(**changes: Any) -> ResourceType:
    """Return the type; it opens sorted by name."""
    declared: dict[str, Any] = {
        "name": "test.machines", "title": "Machines", "service": "test", "aliases": (), "operation": "ListMachines",
        "items": "Machines", "id": Path("Id"), "arn": lambda item, _scope: f"arn:{item['Id']}", "columns": COLUMNS,
        "sort": "name",
    }  # fmt: skip
    return ResourceType(**{**declared, **changes})


def row(id_: str = "i-1", problem: Tone = Tone.NONE, **values: Value) -> Row:
    """Return one row; a column that is not given is nothing."""
    named = {"name": id_, "instance": id_, **values}
    return Row(id_, f"arn:{id_}", "123456789012", "eu-west-1", tuple(named.get(c.id) for c in COLUMNS), problem)


def any_row(chance: random.Random, id_: str) -> Row:
    """Return a row of random values; few of each, so that many are equal."""
    moment = datetime.fromtimestamp(NOW - chance.choice((5, 300, 7200, 400_000)), UTC)
    values: dict[str, tuple[Value, ...]] = {
        "name": ("web", "Web", "api", "ünï", "", None),
        "state": ("running", "stopped", "failed", "pending"),
        "count": (0, 1, 1, 2, 1000, -3, 2.5),
        "size": (0, 1024, 5 * 2**30),
        "cpu": (0.0, 3.5, 80.0, 100.0),
        "age": (moment,),
        "wait": (0, 90, 4000),
        "public": (True, False),
        "zones": ((), ("a",), ("a", "b"), ("B",)),
        "load": ((), (1.0, None), (None,), (3.0, 2.0, 0.5)),
    }
    unknown: tuple[Value, ...] = (Missing.UNKNOWN, Missing.PENDING, None)
    picked = {
        name: chance.choice(unknown) if chance.random() < 0.15 else chance.choice(some) for name, some in values.items()
    }
    return row(id_, chance.choice((Tone.NONE, Tone.NONE, Tone.OK, Tone.BAD, Tone.WARN, Tone.UNKNOWN)), **picked)
