"""Owns which parser reads an answer: botocore's own, or ours for EC2's."""

from __future__ import annotations

import console.aws.lean  # noqa: F401  before aiohttp is imported

# isort: split

import asyncio
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, cast

from aiobotocore.parsers import AioEC2QueryParser, AioResponseParserFactory

from console.aws.ec2xml import Doubt, Table, Walk, compile_shape, passed_over
from console.aws.passedover import Opening, opening, pieces
from console.aws.timestamps import read_timestamp

PIECE = 32 * 1024
"""Bytes read before other tasks get their turn."""
HANDED_OVER = 8
"""Pieces read before what is complete of the page is handed over; the first one is at once."""


Give = Callable[[dict[str, list[Any]]], None]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the page that this task reads is read for."""

    members: frozenset[str]
    """Dotted, lists named like what they hold: ``Reservations.Instances.State.Name``."""
    give: Give | None
    """Takes a part of the page as soon as it was read; what was given is not in the page. None wants it whole."""


_EVERYTHING = Wanted(frozenset(), None)
current_wanted: ContextVar[Wanted | None] = ContextVar("current_wanted", default=None)


class Parsers(AioResponseParserFactory):  # type: ignore[misc]  # aiobotocore has no types
    """One parser for each protocol; they keep nothing of what they read."""

    def __init__(self) -> None:
        super().__init__()
        self.set_parser_defaults(timestamp_parser=read_timestamp)
        self._made: dict[str, Any] = {}

    def create_parser(self, protocol_name: str) -> Any:
        """Return the protocol's parser."""
        if protocol_name not in self._made:
            ours = protocol_name == "ec2"
            self._made[protocol_name] = _PageParser(**self._defaults) if ours else super().create_parser(protocol_name)
        return self._made[protocol_name]


class _PageParser(AioEC2QueryParser):  # type: ignore[misc]  # aiobotocore has no types
    """botocore's parser, with ours before it that reads in pieces, and only what is wanted where that is said."""

    def __init__(self, **defaults: Any) -> None:
        super().__init__(**defaults)
        self._ways: dict[tuple[str, frozenset[str]], tuple[Table, Opening | None] | None] = {}
        """(shape, what is wanted) → how a page is read: what to do with elements, and what is not even looked at."""

    async def _do_parse(self, response: dict[str, Any], shape: Any) -> dict[str, Any]:
        wanted = current_wanted.get() or _EVERYTHING
        way = self._way(shape, wanted.members) if shape is not None else None
        given: dict[str, int] = {}
        if way is not None:
            try:
                return await _read(response["body"], way, wanted.give, given)
            except Doubt:
                pass
        page = cast(dict[str, Any], super()._do_parse(response, shape))
        return {**page, **{name: page[name][count:] for name, count in given.items()}}

    def _way(self, shape: Any, members: frozenset[str]) -> tuple[Table, Opening | None] | None:
        key = (shape.name, members)
        if key not in self._ways:
            try:
                table = compile_shape(shape, read_timestamp, members)
                self._ways[key] = table, opening(passed_over(table))
            except Doubt:
                self._ways[key] = None
        return self._ways[key]


async def _read(
    body: bytes, way: tuple[Table, Opening | None], give: Give | None, given: dict[str, int]
) -> dict[str, Any]:
    """Return the page without what was given, of which ``given`` counts the elements. Raises ``Doubt``."""
    table, left_out = way
    walk = Walk(table)
    try:
        for number, piece in enumerate(pieces(body, left_out, PIECE), 1):
            walk.feed(piece)
            if give and number % HANDED_OVER == 1 and (part := walk.take()):
                given.update({name: given.get(name, 0) + len(elements) for name, elements in part.items()})
                give(part)
            await asyncio.sleep(0)
        return walk.close()
    finally:
        walk.let_go()
