"""What takes much from a queue, or brings it back, by keys: planned, confirmed, told as it ends."""

from __future__ import annotations

from typing import Any

import pytest

from console.workbench.journal import Kind, Step
from console.workbench.undoing import Undo
from tests.ui.fakes import FakeSession, row_of
from tests.ui.queues import URL, FakeQueue, message
from tests.ui.screens.asking import press
from tests.ui.stage import screen_text

HOSTILE = "[red]x[/] <ESC>[31m"


@pytest.fixture
def queue(session: FakeSession) -> FakeQueue:
    """A queue with two letters, in a session that may write."""
    session.unlocked = 900.0
    found = FakeQueue(message("m-1", '{"order": 1}'), message("m-2", '{"order": 2}'))
    session.queue = found  # type: ignore[assignment]
    session.fake_lists.rows["sqs.queues"] = [row_of("sqs.queues", URL, name="orders-dlq")]
    return found


async def test_undo_says_so_where_nothing_was_done(opened: Any, queue: FakeQueue) -> None:
    async with opened(size=(110, 40)) as (app, pilot):
        await press(pilot, "3", "enter", "u")
        assert "No job from this machine has taken messages from this queue" in screen_text(app)


async def test_a_job_is_chosen_its_plan_confirmed_and_its_end_told(opened: Any, queue: FakeQueue) -> None:
    queue.jobs = (
        Undo("job-3", Kind.DELETE, "", 1_795_270_000.0, (), {}, f"its process is still at it {HOSTILE}"),
        Undo("job-2", Kind.RESEND, "orders", 1_795_269_000.0, ("m-7", "m-8"), {f"its copy is gone {HOSTILE}": 3}),
        Undo("job-1", Kind.DELETE, "", 1_795_268_000.0, ("m-1",), {}),
    )
    queue.steps = {"m-8": Step.LOST}
    async with opened(size=(140, 40)) as (app, pilot):
        await press(pilot, "3", "enter", "u")
        text = screen_text(app)
        assert "resend to orders, 21 Nov" in text
        assert "sends 2 messages" in text
        assert "its process is still at it [red]x" in text
        await press(pilot, "enter")
        assert queue.was("intend_undo") == [("job-2",)], "what cannot be undone is not under the cursor"
        text = screen_text(app)
        assert "Send again messages" in text
        assert "what was sent to orders is not taken back" in text
        assert "3 messages: its copy is gone [red]x" in text
        assert "receive counts that start at 1" in text
        assert queue.was("carry_out") == []
        await press(pilot, "tab", "enter")
        assert queue.was("carry_out") == [(("m-7", "m-8"), "", "yes")]
        assert "in doubt" in screen_text(app)
        await press(pilot, "escape")
        assert "1 done, 1 in doubt" in screen_text(app)


async def test_an_undo_that_is_not_confirmed_sends_nothing(opened: Any, queue: FakeQueue) -> None:
    queue.jobs = (Undo("job-1", Kind.DELETE, "", 1_795_268_000.0, ("m-1",), {}),)
    async with opened(size=(110, 40)) as (app, pilot):
        await press(pilot, "3", "enter", "u", "enter")
        await press(pilot, "escape")
        assert queue.was("carry_out") == []
        assert "Nothing was sent" in screen_text(app)
