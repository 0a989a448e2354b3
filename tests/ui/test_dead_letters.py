"""Every dead-letter queue at once, from the list of queues."""

from __future__ import annotations

import time
from typing import Any

from console.sqs.overview import DeadLetters
from console.text.faults import Fault, FaultKind
from tests.ui.fakes import FakeSession, row_of
from tests.ui.screens.asking import press
from tests.ui.stage import screen_text

DENIED = Fault(FaultKind.DENIED, "CloudWatch", "[red]not allowed[/]")


def dead(name: str, **more: Any) -> DeadLetters:
    known: dict[str, Any] = {
        "sources": ("orders",), "depth": 340, "samples": (1.0, 2.0, None, 3.0), "rate": 9.0,
        "since": time.time() - 2280, "longer": False, "gained": 300.0, "oldest_age": 60.0, "first_loss": None,
        "risk": "", "move": None, "fault": None,
    }  # fmt: skip
    return DeadLetters(url=f"https://q/1/{name}", name=name, **{**known, **more})


async def test_who_fills_since_when_and_what_is_not_known(opened: Any, session: FakeSession) -> None:
    session.fake_lists.rows["sqs.queues"] = [row_of("sqs.queues", "https://q/1/a", name="a")]
    session.fake_lists.dead = (
        dead("orders-dlq"),
        dead("unread-dlq", depth=None, since=None, fault=DENIED),
        dead("far-dlq", depth=1240, depth_is_earlier=True),
    )
    async with opened() as (app, pilot):
        await press(pilot, "3", "D")
        text = screen_text(app)
        assert "orders-dlq" in text
        assert "fills by 9 a minute, for 38m" in text
        assert "   340  " in text
        assert " ~1,240  " in text
        assert "of orders" in text
        assert "[red]not allowed[/]" in text
        assert session.fake_lists.asked("dead_letters") == [("sqs.queues",)]


async def test_none_is_said_and_other_lists_have_no_such_command(opened: Any, session: FakeSession) -> None:
    async with opened() as (app, pilot):
        await press(pilot, "D")
        assert session.fake_lists.asked("dead_letters") == []
        await press(pilot, "3", "D")
        assert "None of the queues here" in screen_text(app)
