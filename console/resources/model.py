"""Owns the shape of a resource type's declaration; must not know how it is fetched, stored or painted.

One ``ResourceType`` is the only source for its table, detail, links, metrics, actions, command line,
IAM policy and documentation.
"""

from __future__ import annotations

import math
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, Protocol

from console.scope.model import Scope
from console.text.faults import Fault

Item = Mapping[str, Any]
"""One element of a response, as botocore parsed it."""

Parameters = dict[str, Any]


class Missing(Enum):
    """A value that is not there, and why. ``None`` means AWS said there is none."""

    PENDING = "not read yet"
    UNKNOWN = "could not be read"


Value = str | int | float | bool | datetime | tuple["str | float | None", ...] | None | Missing
"""One raw, typed value of a row: what sorts, filters and exports. Strings in it are clean."""

Values = Mapping[str, Value]
"""Values under their column ids."""


class EarlierCount(int):
    """A count as it was minutes ago, by what is cheaper to ask; it sorts, filters and exports as any other.

    It equals none that was just read, so that reading the same number anew is a change: the mark on it goes.
    """

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EarlierCount) and int(self) == int(other)

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((EarlierCount, int(self)))


class Earlier(dict[str, Value]):
    """Values as they were at a moment before they were read; they never replace what was read after that moment."""

    def __init__(self, values: Values, at: float) -> None:
        """``at`` in seconds since the epoch."""
        super().__init__(values)
        self.at = at


class Kind(StrEnum):
    """How a value reads, aligns and sorts."""

    TEXT = "text"
    ID = "id"
    STATE = "state"
    NUMBER = "number"
    SIZE = "size"
    PERCENT = "percent"
    TIME = "time"  # a moment, shown as its age
    DURATION = "duration"  # seconds
    FLAG = "flag"
    LIST = "list"
    SPARK = "spark"  # recent samples, oldest first, None for a gap


class Tone(StrEnum):
    """What a value means for the operator; themes give it colour, the grid gives it a glyph."""

    NONE = "none"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"
    DIM = "dim"
    UNKNOWN = "unknown"


SEVERITY = {Tone.BAD: 0, Tone.UNKNOWN: 2, Tone.WARN: 1}
"""Problems sort first: the rank of a tone, 3 for everything else."""


class Risk(StrEnum):
    """What an action can do to the world."""

    READ = "read"
    WRITE = "write"  # can be undone by another action
    DESTROY = "destroy"  # asks for the target's name


Getter = Callable[[Item], object]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: ``id`` is its name in exports (snake_case), ``title`` its name on screen."""

    id: str
    title: str
    get: Getter
    width: int
    kind: Kind = Kind.TEXT
    tones: Mapping[str, Tone] = field(default_factory=dict)
    """For states: the meaning of each word, lower case."""
    full: float | None = None
    """What a full bar of samples stands for; None for the highest of them."""
    rank: int = 5
    """On a narrow screen columns of the highest rank give way first; 0 never does."""
    steady: bool = False
    """Whether spare room is kept for values as long as ``width``, so that those to the right stay where they are."""


class Reader(Protocol):
    """What a declaration's functions are given to read AWS with: one scope, reads only."""

    @property
    def scope(self) -> Scope:
        """Where it reads."""

    async def call(self, service: str, operation: str, parameters: Parameters) -> dict[str, Any]:
        """Return one response. Raises ``AwsError``."""

    def pages(
        self, service: str, operation: str, parameters: Parameters, wanted: Collection[str] = ()
    ) -> AsyncIterator[dict[str, Any]]:
        """Yield each page as it arrives. Raises ``AwsError``.

        ``wanted`` are the dotted members for which it is read (``Reservations.Instances.State.Name``); others may be
        missing then, and a page may come in parts.
        """


Fetch = Callable[[Reader, str], AsyncIterator["list[Item] | Fault"]]
"""(reader, parent) → lists of items as they arrive; a fault stands for the part that could not be read."""

Read = Callable[[Reader, Sequence[str]], AsyncIterator[tuple[str, "Values | Fault"]]]
"""(reader, ids) → values to lay over a row, or why they cannot be read, one id at a time, in any order."""

Describe = Callable[[Reader, str, str], Awaitable[dict[str, Any]]]
"""(reader, id, parent) → a document of named parts."""


Derive = Callable[[Mapping[str, tuple[Value, ...]], bool], Mapping[str, Values]]
"""(row id → the values of ``Derived.of``, whether these are all the rows there are) → values that follow for rows."""


@dataclass(frozen=True, slots=True)
class Derived:
    """Values that follow from columns of all rows of a list, and so cost no call."""

    of: tuple[str, ...]
    """The columns they follow from."""
    values: Derive


@dataclass(frozen=True, slots=True)
class Enrichment:
    """Columns that cost calls of their own: read for the rows in view, and more slowly (``rest``) for the others."""

    columns: tuple[str, ...]
    read: Read
    period: float
    """Seconds before a row in view is read again."""
    calls: tuple[tuple[str, str], ...]
    """(service, operation) it makes, for the IAM policy."""
    rest: float = 0.0
    """Seconds before a row out of view is read again; 0 leaves those unread."""
    batch: int = 100
    """Rows read in one round."""
    unseen: bool = False
    """It only keeps up, for rows out of view, what another one reads for all: in fewer calls, and ``Earlier``."""
    derived: Derived | None = None
    """What rows out of view are filled in with instead of being read."""


@dataclass(frozen=True, slots=True)
class DetailCall:
    """One call of a detail; its answer at ``path`` becomes the document's part ``name``."""

    name: str
    operation: str
    parameters: Callable[[str, str], Parameters]
    """(id, parent) → parameters."""
    path: str = "@"
    absent: tuple[str, ...] = ()
    """Error codes that mean "there is none", not "could not be read"."""
    service: str = ""


@dataclass(frozen=True, slots=True)
class DetailField:
    """One line of the detail's left side, taken from the document."""

    title: str
    get: Getter
    kind: Kind = Kind.TEXT
    tones: Mapping[str, Tone] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Link:
    """The way to other resources: ``find`` gives their ids from the document."""

    title: str
    type: str
    find: Callable[[Item], Sequence[str]]
    search: bool = False
    """Whether ``find`` gives words to filter that list by, in place of ids."""


@dataclass(frozen=True, slots=True)
class Metric:
    """One CloudWatch metric of a resource."""

    title: str
    namespace: str
    name: str
    dimensions: Callable[[str], Mapping[str, str]]
    statistic: str = "Average"
    kind: Kind = Kind.NUMBER
    seconds: int = 3 * 3600
    """How far back it is drawn at first; metrics sent once a day need days."""


@dataclass(frozen=True, slots=True)
class SeriesQuery:
    """One metric with its statistic. ``statistic`` as AWS names it: ``Average``, ``Sum``, ``p99``."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]
    statistic: str


@dataclass(frozen=True, slots=True)
class Plot:
    """One line of a chart: what it is called, where it is read, and the value that an alarm compares it with."""

    title: str
    """Clean."""
    query: SeriesQuery
    kind: Kind = Kind.NUMBER
    threshold: float | None = None
    seconds: int = 3 * 3600


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a plan's blast radius: ``Auto Scaling``, ``web-eu1 will terminate it``. Clean."""

    title: str
    text: str
    tone: Tone = Tone.NONE
    begins: float = 0.0
    """When it begins to be so, in seconds since the epoch, and nothing is to be done before; 0 for what is so now."""

    def said(self, now: float) -> str:
        """Return the text as it stands at ``now``: ``another one can be asked for in 42s``."""
        if not self.begins:
            return self.text
        left = math.ceil(self.begins - now)
        return f"{self.text} in {left}s" if left > 0 else f"{self.text} now"


Facts = Callable[[Reader, Sequence[str]], AsyncIterator[Fact]]
"""(reader, ids) → facts gathered now; what cannot be read comes as a fact of unknown tone."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What listing does to others, told before it is done."""

    cost: str
    refusal: str = ""
    """Why it is not done unless the operator insists; empty when nothing speaks against it."""


Resolve = Callable[[Reader, str, str], Awaitable[tuple[str, str]]]
"""(reader, text, parent) → (id, parent). Raises ``AwsError``."""


@dataclass(frozen=True, slots=True)
class Rest:
    """How long a target rests after an action: it takes so long, and is not done again meanwhile."""

    seconds: float
    code: str
    """A part of the error code of a call that came too soon."""
    again: str
    """``another purge of this queue can be asked for``, without when."""
    meanwhile: str
    """What goes on so long."""
    doubt: str
    """What is not to be trusted meanwhile."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something that can be done to rows of a type."""

    id: str
    title: str
    operation: str
    parameters: Callable[[Sequence[str]], Parameters]
    risk: Risk
    facts: Facts | None = None
    fact_calls: tuple[tuple[str, str], ...] = ()
    refuse: Callable[[Values], str] = lambda _values: ""
    """Why it cannot be done to a row; empty when it can."""
    batch: int = 1
    """How many ids one call takes."""
    effect: str = ""
    """What happens, in one sentence, for the plan."""
    rest: Rest | None = None


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One resource type of one service."""

    name: str
    title: str
    service: str
    aliases: tuple[str, ...]
    operation: str
    items: str
    id: Getter
    columns: tuple[Column, ...]
    arn: Callable[[Item, Scope], str]
    parameters: Parameters = field(default_factory=dict)
    parent: str = ""
    """The type whose id this one's list is inside of."""
    child: str = ""
    """The type that ``enter`` opens."""
    inside: Callable[[Values, str, str], str] = lambda _values, id_, _parent: id_
    """(values, id, parent) → the parent of a row's children; empty for a row that has none."""
    fetch: Fetch | None = None
    calls: tuple[tuple[str, str], ...] = ()
    """(service, operation) that ``fetch`` and ``describe`` make."""
    enrich: tuple[Enrichment, ...] = ()
    detail: tuple[DetailCall, ...] = ()
    describe: Describe | None = None
    fields: tuple[DetailField, ...] = ()
    links: tuple[Link, ...] = ()
    metrics: tuple[Metric, ...] = ()
    plots: Callable[[Item], Sequence[Plot]] | None = None
    """Further charts of a resource, from its document."""
    actions: tuple[Action, ...] = ()
    problem: Callable[[Values], Tone] = lambda _values: Tone.NONE
    sort: str = ""
    """Column id the list opens sorted by, ``-`` first for descending; problems always come first."""
    region: Callable[[Item, Scope], str] = lambda _item, scope: scope.region
    page_rows: int = 0
    """Rows read before the list waits for the operator to want more; 0 reads it all."""
    terms: Callable[[Reader, str], Awaitable[Terms]] | None = None
    """(reader, parent) → what listing costs, where listing is felt by others; fetched only when asked for."""
    resolve: Resolve | None = None
    """What a person writes → (id, parent); without it an ARN's last part or the text itself is the id."""
    period: float = 15.0
    """Seconds between polls of the visible list; 0 polls only when asked."""

    def column(self, column_id: str) -> Column:
        """Return the column of that id. Raises ``KeyError``."""
        for column in self.columns:
            if column.id == column_id:
                return column
        raise KeyError(column_id)

    def action(self, action_id: str) -> Action:
        """Return the action of that id. Raises ``KeyError``."""
        for action in self.actions:
            if action.id == action_id:
                return action
        raise KeyError(action_id)
