"""A detail is read of the list its row belongs to, whatever list is open by then."""

from __future__ import annotations

from typing import Any

import pytest

from console.ui import inspector
from tests.ui.conftest import settle
from tests.ui.fakes import FakeSession, instances, row_of


@pytest.fixture
def session() -> FakeSession:
    """A session with machines and a queue."""
    return FakeSession(ec2__instances=instances(3), sqs__queues=[row_of("sqs.queues", "http://sqs/1/orders")])


async def test_a_row_is_never_looked_up_in_another_list(
    opened: Any, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspector, "REST_SECONDS", 0.05)
    async with opened(size=(120, 40)) as (_app, pilot):
        for key in "313131":
            await pilot.press("down", key)
            await pilot.pause(0.02)
        await pilot.pause(0.2)
        await settle(pilot)
    assert session.described
    assert all(id_.startswith("http") is (type_name == "sqs.queues") for type_name, id_ in session.described)
