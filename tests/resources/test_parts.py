"""Parts of a document are read side by side, each with its own failure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from console.resources.parts import attempt, collect, gather
from console.text.faults import AwsError, Fault, FaultKind

DENIED = Fault(FaultKind.DENIED, "things", "denied", code="AccessDenied")


async def good(value: object = 1) -> object:
    return value


async def bad(error: Exception) -> object:
    raise error


class Pages:
    """A reader of given pages that notes what was asked."""

    def __init__(self, *pages: dict[str, Any] | AwsError) -> None:
        self.found = pages
        self.asked: list[tuple[str, str, dict[str, Any]]] = []

    async def pages(
        self, service: str, operation: str, parameters: dict[str, Any], _wanted: object = ()
    ) -> AsyncIterator[dict[str, Any]]:
        self.asked.append((service, operation, parameters))
        for page in self.found:
            if isinstance(page, AwsError):
                raise page
            yield page


async def test_an_attempt_gives_the_answer_the_fault_or_none() -> None:
    assert await attempt(good()) == 1
    assert await attempt(bad(AwsError(DENIED))) is DENIED
    assert await attempt(bad(AwsError(DENIED)), ("AccessDenied",)) is None
    assert await attempt(bad(AwsError(DENIED)), ("Other",)) is DENIED


async def test_an_error_nobody_foresaw_is_not_taken_for_an_answer() -> None:
    with pytest.raises(ZeroDivisionError):
        await attempt(bad(ZeroDivisionError()))


async def test_parts_are_read_at_once_and_one_failure_stays_its_own() -> None:
    both = asyncio.Barrier(2)

    async def meeting() -> str:
        await both.wait()
        return "met"

    async with asyncio.timeout(10):
        parts = await gather({"first": meeting(), "denied": bad(AwsError(DENIED)), "second": meeting()})
    assert parts == {"first": "met", "denied": DENIED, "second": "met"}
    assert list(parts) == ["first", "denied", "second"]


async def test_a_list_is_collected_over_every_page() -> None:
    reader = Pages({"Things": [1, 2]}, {}, {"Things": None}, {"Things": [3]})
    assert await collect(reader, "test", "ListThings", {"Of": "x"}, "Things") == [1, 2, 3]  # type: ignore[arg-type]
    assert reader.asked == [("test", "ListThings", {"Of": "x"})]


async def test_a_list_that_breaks_off_is_no_shorter_list() -> None:
    with pytest.raises(AwsError):
        await collect(Pages({"Things": [1]}, AwsError(DENIED)), "test", "ListThings", {}, "Things")  # type: ignore[arg-type]
