"""Owns reading a document's parts side by side, each with its own failure; must not know what they mean."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any

from console.resources.model import Parameters, Reader
from console.text.faults import AwsError


async def attempt(reading: Awaitable[Any], absent: tuple[str, ...] = ()) -> Any:
    """Return what ``reading`` gives, the fault it ends in, or None for an error code that means "there is none"."""
    try:
        return await reading
    except AwsError as error:
        return None if error.fault.code in absent else error.fault


async def gather(parts: Mapping[str, Awaitable[Any]]) -> dict[str, Any]:
    """Return every part under its name; a part that could not be read is a ``Fault``."""
    values = await asyncio.gather(*(attempt(reading) for reading in parts.values()))
    return dict(zip(parts, values, strict=True))


async def collect(reader: Reader, service: str, operation: str, parameters: Parameters, member: str) -> list[Any]:
    """Return the elements of list ``member`` over every page. Raises ``AwsError``."""
    found: list[Any] = []
    async for page in reader.pages(service, operation, parameters):
        found.extend(page.get(member) or ())
    return found
