"""``cloudtop sqs resend`` in every weather: nothing is lost, nothing is doubled unsaid, and the exit code is true."""

from __future__ import annotations

import pytest

from console.command.failure import Exit
from tests.command.queues import Shop
from tests.support.sqsfaults import WEATHERS, Weather


@pytest.mark.parametrize("weather", WEATHERS, ids=lambda weather: weather.name)
@pytest.mark.parametrize("operation", ["SendMessageBatch", "DeleteMessageBatch"])
def test_what_is_told_is_true(shop: Shop, operation: str, weather: Weather) -> None:
    ids = shop.fill(24)
    bodies = {message.id: message.body for message in shop.left()}
    shop.backend.fault(weather, operation, nth=2)
    ended = shop.write("resend", shop.dead, "--all", "--max", "24", "-o", "json")
    here, there = shop.backend.bodies(shop.dead), shop.backend.bodies(shop.source)
    assert set(here + there) == set(bodies.values())
    assert max(there.values()) == 1
    told = {message["id"]: message["standing"] for message in ended.json["messages"]}
    assert set(told) == set(ids)
    for id_, standing in told.items():
        body = bodies[id_]
        certain = {"done": (0, 1), "copied": (1, 1), "untouched": (1, 0)}.get(standing)
        assert certain is None or (here[body], there[body]) == certain, (standing, body)
    assert ended.code == (Exit.DONE if set(told.values()) == {"done"} else Exit.PARTIAL)
    assert {message.state for message in shop.left()} <= {"visible"}


@pytest.mark.parametrize("weather", WEATHERS, ids=lambda weather: weather.name)
@pytest.mark.parametrize("operation", ["ReceiveMessage", "ChangeMessageVisibilityBatch"])
def test_a_look_loses_nothing_and_tells_what_stays_hidden(shop: Shop, operation: str, weather: Weather) -> None:
    shop.fill(24)
    shop.backend.fault(weather, operation, nth=1)
    ended = shop.sqs("peek", shop.dead, "-o", "json")
    assert ended.code in (Exit.DONE, Exit.FAILED, Exit.PARTIAL, Exit.CREDENTIALS)
    hidden = {message.id for message in shop.left() if message.state != "visible"}
    told = {one["id"] for one in ended.json["unreleased"]}
    assert hidden <= told or ended.json["hidden_until"]
    assert not hidden or ended.code != Exit.DONE
    assert len(shop.left()) == 24
