"""What goes on in the shop's queues while nobody looks, with a clock that a test moves."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from console.demo.account import Account
from console.demo.seed import sqs, story
from console.demo.services.sqs.queues import Queues, current


class Clock:
    """A time that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 21, 8, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def account(clock: Clock) -> Account:
    account = Account(clock)
    sqs.seed(account)
    return account


def counts(account: Account, name: str) -> tuple[int, int, int]:
    return current(account).by_name[name].counts(account.now())


@pytest.mark.parametrize("step", [1, 7, 60])
def test_a_busy_queue_keeps_its_depth_and_its_leases(account: Account, clock: Clock, step: int) -> None:
    for _ in range(100):
        clock.now += timedelta(seconds=step)
        visible, in_flight, delayed = counts(account, story.ORDERS)
        assert 140 <= visible <= 240
        assert (in_flight, delayed) == (18, 0)


def test_messages_move_on(account: Account, clock: Clock) -> None:
    before = set(current(account).by_name[story.ORDERS].messages)
    clock.now += timedelta(minutes=10)
    assert not before & set(current(account).by_name[story.ORDERS].messages)


def test_the_dead_letter_queue_only_grows(account: Account, clock: Clock) -> None:
    sizes = []
    for _ in range(30):
        sizes.append(counts(account, story.ORDERS_DLQ)[0])
        clock.now += timedelta(seconds=20)
    assert sizes[0] == sqs.DEAD_ORDERS
    assert sizes == sorted(sizes)
    assert 2 <= (sizes[-1] - sizes[0]) / 29 <= 4


def test_dead_orders_are_younger_than_the_release(account: Account) -> None:
    queue = current(account).by_name[story.ORDERS_DLQ]
    assert all(account.now() - message.sent_at < story.RELEASE_AGE for message in queue.messages.values())


def test_delayed_messages_stay_delayed(account: Account, clock: Clock) -> None:
    for minutes in (1, 5, 30, 600):
        clock.now += timedelta(minutes=minutes)
        visible, in_flight, delayed = counts(account, "cart-expiry")
        assert (visible, in_flight) == (0, 0)
        assert 425 <= delayed <= 435


def test_nothing_piles_up_over_days(account: Account, clock: Clock) -> None:
    for _ in range(20):
        clock.now += timedelta(hours=4)
        total = sum(len(queue.messages) for queue in current(account).by_name.values())
    assert total < 25_000


def test_a_purged_queue_fills_again(account: Account, clock: Clock) -> None:
    current(account).by_name[story.ORDERS].purge(clock.now)
    assert counts(account, story.ORDERS)[0] == 0
    for _ in range(60):
        clock.now += timedelta(seconds=10)
        counts(account, story.ORDERS)
    assert counts(account, story.ORDERS)[0] > 100


def test_an_account_of_its_own_each(account: Account) -> None:
    other = Account()
    assert other.state(Queues).by_name == {}
    assert account.state(Queues).by_name
