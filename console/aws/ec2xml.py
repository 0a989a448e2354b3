"""Owns reading one of EC2's pages piece by piece, only what is wanted of it; must not know why it is wanted.

A shape is compiled into tables that expat's handlers walk. botocore builds a tree of the whole page at once, which
takes several times as long and holds the interpreter while it does. Where a page or a shape is not as plain as
EC2's are, ``Doubt`` is raised and the page is botocore's to read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any, NoReturn
from xml.parsers import expat

_REQUEST_ID = "requestId"
_SKIP, _SCALAR, _STRUCTURE, _LIST = range(4)
_NAMED = {"name"}
"""All that a plain member says about how it is written."""


class Doubt(Exception):
    """This page or shape is botocore's to read."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What to do with one element. ``name`` is the member it becomes, None for an element of a list."""

    name: str | None
    kind: int
    convert: Callable[[str], Any] = str
    children: Table = field(default_factory=dict)
    nests: bool = False
    """Whether an element of the same name may be inside of what is passed over."""
    holds: bool = False
    """Whether any element may be."""
    order: tuple[str, ...] = ()
    """A structure's members as botocore orders them; none where only some are wanted."""


Table = dict[str, Entry]
"""XML name → what to do with it."""


class _Every(Table):
    """The one entry of a list's elements, whatever they are called."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.each = entry

    def __missing__(self, name: str) -> Entry:
        self[name] = self.each
        return self.each


def compile_shape(shape: Any, timestamp: Callable[[str], Any], wanted: Collection[str] = ()) -> Table:
    """Return the table of an operation's output. Raises ``Doubt`` for a shape that is out of the ordinary.

    ``wanted`` are dotted members, where a list is named like what it holds: ``Reservations.Instances.State.Name``.
    Without any, everything is.
    """
    table = _Compiler(timestamp, frozenset(wanted)).members(shape, "", frozenset())
    if _REQUEST_ID in table:
        raise Doubt(shape.name)
    table[_REQUEST_ID] = Entry("ResponseMetadata", _SCALAR, lambda text: {"RequestId": text or None})
    return table


def passed_over(table: Table) -> frozenset[str]:
    """Return the XML names of what holds elements and is wanted nowhere, none of which has its like inside."""
    found = dict.fromkeys((False, True), frozenset[str]())
    for name, entry in _entries(table):
        found[entry.kind == _SKIP and entry.holds and not entry.nests] |= {name}
    return found[True] - found[False]


def _entries(table: Table) -> Iterator[tuple[str, Entry]]:
    entries = [("", table.each)] if isinstance(table, _Every) else list(table.items())
    for name, entry in entries:
        yield name, entry
        yield from _entries(entry.children)


class _Compiler:
    def __init__(self, timestamp: Callable[[str], Any], wanted: frozenset[str]) -> None:
        self._scalars: dict[str, Callable[[str], Any]] = {
            **dict.fromkeys(("string", "character"), str),
            **dict.fromkeys(("integer", "long"), int),
            **dict.fromkeys(("float", "double"), float),
            "timestamp": timestamp,
            "boolean": lambda text: text == "true",
        }
        self._wanted = wanted
        self._above = frozenset(path[:at] for path in wanted for at, sign in enumerate(path) if sign == ".")

    def members(self, shape: Any, path: str, outer: frozenset[str]) -> Table:
        """Return the table of a structure."""
        if shape.name in outer or shape.serialization.keys() - _NAMED or shape.is_tagged_union:
            raise Doubt(shape.name)
        table: Table = {}
        for name, member in shape.members.items():
            wire = member.serialization.get("name", name)
            if wire in table or member.serialization.keys() - _NAMED:
                raise Doubt(f"{shape.name}.{name}")
            inside = f"{path}.{name}" if path else name
            table[wire] = self._entry(name, member, inside, outer | {shape.name})
        return table

    def _entry(self, name: str | None, shape: Any, path: str, outer: frozenset[str]) -> Entry:
        token = "." not in path and shape.type_name in self._scalars  # by which the next page is asked for
        if token or self._is_wanted(path):
            return self._kept(name, shape, path, outer)
        nests = _nests(shape.serialization.get("name", name), shape, frozenset())
        return Entry(name, _SKIP, nests=nests, holds=shape.type_name in ("structure", "list"))

    def _is_wanted(self, path: str) -> bool:
        if not self._wanted or path in self._above or path in self._wanted:
            return True
        return any(path[:at] in self._wanted for at, sign in enumerate(path) if sign == ".")

    def _kept(self, name: str | None, shape: Any, path: str, outer: frozenset[str]) -> Entry:
        if shape.type_name == "structure":
            order = () if self._wanted else tuple(shape.members)
            return Entry(name, _STRUCTURE, children=self.members(shape, path, outer), order=order)
        if shape.type_name == "list":
            return Entry(name, _LIST, children=_Every(self._kept(None, shape.member, path, outer)))
        if shape.type_name not in self._scalars:
            raise Doubt(path)
        return Entry(name, _SCALAR, self._scalars[shape.type_name])


def _nests(wire: str, shape: Any, outer: frozenset[str]) -> bool:
    """Return whether an element called ``wire`` may be somewhere inside of one of ``shape``."""
    if shape.name in outer or shape.type_name == "map":
        return True
    inner = outer | {shape.name}
    if shape.type_name == "list":
        member = shape.member
        return member.serialization.get("name", "member") == wire or _nests(wire, member, inner)
    if shape.type_name != "structure":
        return False
    members = shape.members.items()
    return any(part.serialization.get("name", name) == wire or _nests(wire, part, inner) for name, part in members)


class Walk:
    """One page on its way: where expat is in the tables, and what was made so far."""

    def __init__(self, table: Table) -> None:
        self._made: dict[str, Any] = {}
        self._table = self._children = table
        self._container: Any = self._made
        self._stack: list[tuple[str, Table, Any, Entry]] = []
        self._entry = Entry(None, _SKIP)
        self._texts: list[str] = []
        self._open, self._depth = "", 0
        self._on_start, self._on_end, self._on_scalar, self._on_text, self._on_skipped = (
            self._start, self._end, self._scalar_end, self._texts.append, self._skipped,
        )  # fmt: skip
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.ordered_attributes = True
        self._parser.StartDoctypeDeclHandler = _doubt
        self._parser.StartElementHandler = self._root

    def feed(self, data: Any) -> None:
        """Read on. Raises ``Doubt``."""
        self._parse(data, last=False)

    def take(self) -> dict[str, list[Any]]:
        """Return what is complete of the list that is being read, and let go of it: ``{member: elements}``."""
        if not self._stack or self._stack[0][3].kind != _LIST:
            return {}
        elements = self._stack[1][2] if len(self._stack) > 1 else self._container
        taken = elements[:]
        elements.clear()
        return {str(self._stack[0][3].name): taken} if taken else {}

    def close(self) -> dict[str, Any]:
        """Return the page without what was taken. Raises ``Doubt``."""
        self._parse(b"", last=True)
        in_order = (entry.name for entry in self._table.values() if entry.name in self._made)
        return {str(member): self._made[member] for member in in_order}

    def let_go(self) -> None:
        """End it. Parser and handlers hold each other, and would hold the page until garbage is collected."""
        vars(self).clear()

    def _parse(self, data: Any, *, last: bool) -> None:
        try:
            self._parser.Parse(data, last)
        except Doubt:
            raise
        except Exception as error:  # botocore's parser finds the same and says it in its own way
            raise Doubt(str(error)) from error

    def _root(self, _name: str, _attributes: list[str]) -> None:
        self._parser.StartElementHandler, self._parser.EndElementHandler = self._on_start, self._on_end

    def _start(self, name: str, _attributes: list[str]) -> None:
        try:
            entry = self._entry = self._children[name]
        except KeyError:
            entry = self._entry = _unknown(name)
        kind, parser = entry.kind, self._parser
        if kind == _SCALAR:
            parser.StartElementHandler, parser.EndElementHandler = _doubt, self._on_scalar
            parser.CharacterDataHandler = self._on_text
        elif kind == _SKIP:
            self._open, self._depth = name, 1
            parser.StartElementHandler = self._deeper if entry.nests else None
            parser.EndElementHandler = self._shallower if entry.nests else self._on_skipped
        else:
            self._stack.append((name, self._children, self._container, entry))
            self._children = entry.children
            self._container = {} if kind == _STRUCTURE else []

    def _end(self, name: str) -> None:
        if not self._stack:  # the root's
            return
        value = self._container
        opened, self._children, self._container, entry = self._stack.pop()
        if opened != name:  # an element that was passed over had one of its own name inside after all
            raise Doubt(name)
        if entry.order:
            value = {member: value[member] for member in entry.order if member in value}
        self._put(entry, value)

    def _scalar_end(self, _name: str) -> None:
        parser = self._parser
        parser.StartElementHandler, parser.EndElementHandler = self._on_start, self._on_end
        parser.CharacterDataHandler = None
        self._put(self._entry, self._entry.convert("".join(self._texts)))
        self._texts.clear()

    def _put(self, entry: Entry, value: Any) -> None:
        if entry.name is None:
            self._container.append(value)
        elif entry.name in self._container:
            raise Doubt(entry.name)
        else:
            self._container[entry.name] = value

    def _skipped(self, name: str) -> None:
        if name == self._open:
            self._parser.StartElementHandler, self._parser.EndElementHandler = self._on_start, self._on_end

    def _deeper(self, _name: str, _attributes: list[str]) -> None:
        self._depth += 1

    def _shallower(self, name: str) -> None:
        self._depth -= 1
        if not self._depth:
            self._parser.StartElementHandler, self._parser.EndElementHandler = self._on_start, self._on_end


def _unknown(name: str) -> Entry:
    """Return how to pass over an element that the shape does not know."""
    if ":" in name:
        raise Doubt(name)
    return Entry(None, _SKIP, nests=True)


def _doubt(*_event: Any) -> NoReturn:
    raise Doubt("not as plain as EC2's answers are")
