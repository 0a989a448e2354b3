"""What takes much from a queue, or brings it back, by keys: planned, confirmed, told as it ends."""

from __future__ import annotations

import asyncio
import time
from types import SimpleNamespace
from typing import Any

import pytest

from console.actions.resting import Settling
from console.workbench.journal import Kind, Step
from console.workbench.undoing import Undo
from tests.ui.fakes import FakeSession, row_of
from tests.ui.queues import URL, FakeQueue, message
from tests.ui.screens.asking import press, type_in
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


async def planned_drain(pilot: Any) -> None:
    """Ask for the plan of draining into the file that is offered."""
    await press(pilot, "3", "enter", "d")
    await press(pilot, "tab", "tab", "enter")


async def test_draining_names_its_file_and_tells_what_is_uncertain(opened: Any, queue: FakeQueue) -> None:
    async with opened(size=(140, 40)) as (app, pilot):
        await planned_drain(pilot)
        ((file,),) = queue.was("intend_drain")
        assert file.startswith("cloudtop-drain-orders-dlq-")
        text = screen_text(app)
        assert "about 344 as SQS counts: roughly, and up to a minute late" in text
        assert "what arrives while it receives may be drained too" in text
        assert file in text
        assert "only once all are in it" in text
        await press(pilot, "tab", "tab", "enter")
        assert queue.was("carry_out") == [], "the name is asked for"
        await press(pilot, "shift+tab")
        await type_in(pilot, "orders-dlq")
        await press(pilot, "enter", "tab", "enter")
        assert queue.was("carry_out") == [(("m-1", "m-2"), "", "orders-dlq")]
        text = screen_text(app)
        assert "2 done. Job " in text
        assert f". All that was received is in {file}" in text


async def test_a_drain_that_is_stopped_says_that_nothing_was_deleted(opened: Any, queue: FakeQueue) -> None:
    queue.refusal = "it has [b]a redrive policy"
    async with opened(size=(140, 40)) as (app, pilot):
        await planned_drain(pilot)
        assert "Against it" in screen_text(app)
        await press(pilot, "shift+tab")
        await type_in(pilot, "orders-dlq")
        await press(pilot, "enter", "tab", "enter")
        text = screen_text(app)
        assert "Nothing was deleted: it was [b]stopped" in text
        assert "received [b]so far" not in text, "the job's line is gone with it"
        await press(pilot, "p")
        assert queue.was("control") == [("go on",)], "the paused state that was told counts"


async def test_the_menu_leads_to_it_too(opened: Any, queue: FakeQueue) -> None:
    async with opened(size=(140, 40)) as (app, pilot):
        await press(pilot, "3", "enter", "a")
        assert "Drain all to a file" in screen_text(app)


async def test_a_purge_is_the_last_resort_and_gives_back_what_is_held_first(
    opened: Any, session: FakeSession, queue: FakeQueue
) -> None:
    async with opened(size=(140, 40)) as (app, pilot):
        await press(pilot, "3", "enter", "n")
        await press(pilot, "tab", "tab", "tab", "enter")
        await press(pilot, "a", "up", "enter")
        text = screen_text(app)
        assert "Purge" in text
        assert "Every message in the queue is deleted for ever" in text
        await press(pilot, "escape")
        assert (session.carried, queue.was("release")) == ([], [])
        await press(pilot, "a", "up", "enter")
        await press(pilot, "shift+tab")
        await type_in(pilot, "orders-dlq")
        await press(pilot, "enter", "tab", "enter")
        assert queue.was("release") == [((),)]
        ((plan, _, typed),) = session.carried
        assert (plan.action.id, [target.id for target in plan.targets], typed) == ("purge", [URL], "orders-dlq")
        assert "it was only played" in screen_text(app)


async def test_what_sqs_deletes_still_is_counted_down_and_not_to_be_trusted(
    opened: Any, session: FakeSession, queue: FakeQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [time.time()]
    monkeypatch.setattr("console.ui.screens.workbench.time", SimpleNamespace(time=lambda: now[0]))
    monkeypatch.setattr("console.ui.screens.browser.time", SimpleNamespace(time=lambda: now[0]))
    words = ("SQS deletes for up to 60 s", "depth not to be trusted", "sqs.queues")
    session.settling = (Settling("orders-dlq", now[0] + 37, *words), Settling("gone", now[0] - 1, *words))
    async with opened(size=(110, 40)) as (app, pilot):
        await press(pilot, "3")
        told = "SQS deletes for up to 60 s: 37s left, depth not to be trusted"
        assert f"{told} (orders-dlq)" in screen_text(app)
        assert "as of" not in screen_text(app)
        await press(pilot, "enter")
        assert told in screen_text(app)
        now[0] += 36.5
        await seen(app, pilot, "60 s: 1s left")
        now[0] += 1
        await unseen(app, pilot, "SQS deletes")
        await press(pilot, "escape")
        assert "SQS deletes" not in screen_text(app)


async def test_another_queue_says_nothing_of_it(opened: Any, session: FakeSession, queue: FakeQueue) -> None:
    words = ("SQS deletes for up to 60 s", "depth not to be trusted", "sqs.queues")
    session.settling = tuple(Settling(name, time.time() + 50, *words) for name in ("other", "more"))
    async with opened(size=(110, 40)) as (app, pilot):
        await press(pilot, "1")
        assert "SQS deletes" not in screen_text(app)
        await press(pilot, "3")
        assert "depth not to be trusted (more and 1 more)" in screen_text(app)
        await press(pilot, "enter")
        assert "SQS deletes" not in screen_text(app)


async def seen(app: Any, pilot: Any, text: str) -> None:
    """Wait for the next beat of the screen's clock to show ``text``."""
    async with asyncio.timeout(10):
        while text not in screen_text(app):
            await pilot.pause(0.05)


async def unseen(app: Any, pilot: Any, text: str) -> None:
    """Wait for the next beat of the screen's clock to take ``text`` away."""
    async with asyncio.timeout(10):
        while text in screen_text(app):
            await pilot.pause(0.05)
