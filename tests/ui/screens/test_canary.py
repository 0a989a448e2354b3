"""A canary from the workbench: a few are sent first, how they stand is told, and the rest is offered by one key."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any

import pytest

from console.resources.model import Fact, Tone
from console.workbench.bounce import Sighting, Taken, Verdict
from console.workbench.intents import Intent, Wish
from console.workbench.work import Ended
from tests.ui.fakes import FakeSession, row_of
from tests.ui.queues import URL, FakeQueue, message, planned
from tests.ui.screens.asking import press, type_in
from tests.ui.stage import screen_text

SOURCE = f"{URL}-source"
IDS = tuple(f"m-{n}" for n in range(1, 8))


class CanaryQueue(FakeQueue):
    """A queue that watches what is told to have been sent first."""

    job = ""

    async def intend_canary(self, wish: Wish, count: int) -> Intent:
        self.asked.append(("intend_canary", wish, count))
        fact = Fact("Coming back", "watched for [b]2m 40s[/b]", Tone.NONE)
        intent = planned(replace(wish, ids=wish.ids[:count], to=wish.to or SOURCE), (fact,))
        self.job = intent.order.id
        return intent

    async def carry_out_canary(self, intent: Intent, *, reason: str, confirmed: str) -> Ended:
        return await self.carry_out(intent, reason=reason, confirmed=confirmed)

    async def end_canary(self) -> None:
        self.asked.append(("end_canary",))

    def hear(self, verdict: Verdict = Verdict.WATCHING, new: int | None = 0, **more: Any) -> None:
        """Tell how those sent first stand, 40 s after they were sent."""
        now = time.time()
        sighting = Sighting(
            self.job, 3, "[b]orders", now - 40, now + 140, now, new, Taken.SOME, 186, verdict, **more
        )  # fmt: skip
        self.listener(sighting)


@pytest.fixture
def queue(session: FakeSession) -> CanaryQueue:
    """A queue with seven letters of one kind, in a session that may write."""
    session.unlocked = 900.0
    found = CanaryQueue(*(message(id_, '{"order": 1}', "PaymentTimeout") for id_ in IDS))
    session.queue = found  # type: ignore[assignment]
    session.fake_lists.rows["sqs.queues"] = [row_of("sqs.queues", URL, name="orders-dlq")]
    return found


async def send_first(pilot: Any) -> None:
    """Receive, and send the three that are offered."""
    await press(pilot, "3", "enter", "n")
    await press(pilot, "tab", "tab", "tab", "enter")
    await press(pilot, "a")
    await press(pilot, "down", "enter")
    await press(pilot, "tab", "tab", "tab", "enter")
    await press(pilot, "tab", "enter")


async def test_a_few_are_sent_first_then_the_rest(opened: Any, queue: CanaryQueue) -> None:
    async with opened(size=(140, 40)) as (app, pilot):
        await press(pilot, "3", "enter", "n")
        await press(pilot, "tab", "tab", "tab", "enter")
        await press(pilot, "a")
        assert "Send a few of them first…" in screen_text(app)
        await press(pilot, "down", "enter")
        await press(pilot, "tab", "tab", "tab", "enter")
        assert "watched for [b]2m 40s[/b]" in screen_text(app)
        assert queue.was("carry_out") == []
        await press(pilot, "tab", "enter")
        assert queue.was("carry_out") == [(IDS[:3], "", "yes")]
        queue.hear()
        await pilot.pause()
        text = screen_text(app)
        assert "3 sent 40s ago, none came back yet, watching 2m 19s more" in text.replace("2m 20s", "2m 19s")
        assert "c the other 4  x stop" in text
        assert "consumers take from [b]orders, 186 wait there" in text
        queue.hear(Verdict.QUIET)
        await press(pilot, "c")
        text = screen_text(app)
        assert "Send the other 4" in text
        assert "Nothing speaks against the rest, unless these wait there still" in text
        assert "anyway" not in text
        await press(pilot, "tab", "tab", "enter")
        wish = queue.was("intend")[-1][0]
        assert (wish.ids, wish.to, wish.rate) == (IDS[3:], SOURCE, 10.0)
        assert len(queue.was("carry_out")) == 1
        await press(pilot, "tab", "enter")
        assert queue.was("carry_out")[1] == (IDS[3:], "", "yes")


async def test_how_many_and_where_to_is_asked(opened: Any, queue: CanaryQueue) -> None:
    async with opened(size=(110, 40)) as (_, pilot):
        await press(pilot, "3", "enter", "n")
        await press(pilot, "tab", "tab", "tab", "enter")
        await press(pilot, "a")
        await press(pilot, "down", "enter")
        await press(pilot, "backspace", "5", "tab")
        await type_in(pilot, "elsewhere")
        await press(pilot, "tab", "tab", "enter")
        (wish, count) = queue.was("intend_canary")[0]
        assert (wish.ids, wish.to, wish.rate, count) == (IDS, "elsewhere", 1.0, 5)


@pytest.mark.parametrize(
    ("verdict", "more", "told", "advice"),
    [
        (Verdict.RETURNED, {"new": 2}, "about 2 new dead letters, 2 of these at most", "among the new ones"),
        (
            Verdict.WATCHING,
            {"new": 9, "fills": 8.9},
            "at most, the queue filled by 8.9 a minute before",
            "among the new",
        ),
        (Verdict.RETURNED, {"new": 2, "again": 2}, "2 of these received again", "known why these failed"),
        (Verdict.QUIET, {"takes": 90}, "none came back by then, it may take 1m 30s", "They may come back still"),
        (Verdict.UNTAKEN, {}, "none came back, consumers", "proves nothing"),
        (Verdict.UNKNOWN, {"new": None, "why": "[b]lost[/b]"}, "[b]lost[/b]", "Look at the queue"),
        (Verdict.WATCHING, {}, "none came back yet", "They may come back still"),
        (Verdict.STOPPED, {"why": "it was stopped"}, "it was stopped", "They may come back still"),
        (Verdict.IMPOSSIBLE, {"new": None, "why": "it has no [b]dead-letter queue"}, "it has no [b]dead", "Look where"),
    ],
)
async def test_what_speaks_against_the_rest_is_told_first(
    opened: Any, queue: CanaryQueue, verdict: Verdict, more: dict[str, Any], told: str, advice: str
) -> None:
    async with opened(size=(160, 40)) as (app, pilot):
        await send_first(pilot)
        queue.hear(verdict, **more)
        await press(pilot, "c")
        text = " ".join(screen_text(app).replace("│", " ").split())
        assert told in text
        assert advice in text
        assert "Plan it anyway" in text
        await press(pilot, "escape")
        assert queue.was("intend") == []
        assert len(queue.was("carry_out")) == 1


async def test_it_is_stopped_by_the_key_that_stops_a_job(opened: Any, queue: CanaryQueue) -> None:
    async with opened(size=(110, 40)) as (_, pilot):
        await send_first(pilot)
        await press(pilot, "x")
        assert queue.was("end_canary") == []
        queue.hear()
        await press(pilot, "x")
        assert queue.was("end_canary") == [()]
        queue.hear(Verdict.QUIET)
        await press(pilot, "x")
        assert queue.was("end_canary") == [()]
        assert queue.was("control") == [("stop",)] * 3


async def test_without_a_rest_nothing_is_offered(opened: Any, queue: CanaryQueue) -> None:
    async with opened(size=(110, 40)) as (app, pilot):
        await press(pilot, "3", "enter", "c")
        assert "No message was sent first: a sends some." in screen_text(app)
        await press(pilot, "n")
        await press(pilot, "tab", "tab", "tab", "enter")
        await press(pilot, "a")
        await press(pilot, "down", "enter")
        await press(pilot, "tab", "tab", "tab", "enter")
        await press(pilot, "tab", "enter")
        queue.hear(Verdict.QUIET)
        queue.listener(replace(queue.sample, groups=()))
        await press(pilot, "c")
        assert "None of the rest is held any more." in screen_text(app)


@pytest.mark.parametrize("size", [(60, 20), (80, 24)])
async def test_how_they_stand_fits_a_small_screen(opened: Any, queue: CanaryQueue, size: tuple[int, int]) -> None:
    async with opened(size=size) as (app, pilot):
        await send_first(pilot)
        queue.hear()
        await pilot.pause()
        assert "Canary 3 sent 40s ago, none came back yet" in screen_text(app)
        queue.hear(new=4, fills=8.9)
        await pilot.pause()
        assert "Canary 3 sent 40s ago, about 4 new dead letters, watch" in screen_text(app)
