"""A detail is read of the list its row belongs to, whatever list is open by then."""

from __future__ import annotations

from typing import Any

import pytest

from console.ui import inspector
from tests.ui.conftest import settle
from tests.ui.fakes import FakeSession, instances


@pytest.fixture
def session() -> FakeSession:
    """A session with machines, and queues that take their time."""
    return FakeSession(ec2__instances=instances(3), sqs__queues=[])


async def test_a_row_is_never_looked_up_in_another_list(
    opened: Any, session: FakeSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inspector, "REST_SECONDS", 0.4)
    async with opened(size=(120, 40)) as (_app, pilot):
        await pilot.press("down", "3")
        await pilot.pause(0.8)
        await settle(pilot)
    assert {type_name for type_name, _ in session.described} <= {"ec2.instances"}
