"""How often lists are read again, as the configuration wishes."""

from __future__ import annotations

from console.resources.registry import catalogue
from console.store.poller import NEVER, paced

INSTANCES = catalogue()["ec2.instances"]


def test_periods_are_multiplied() -> None:
    slow = paced(INSTANCES, 3.0)
    assert slow.period == 3 * INSTANCES.period
    assert [part.period for part in slow.enrich] == [3 * part.period for part in INSTANCES.enrich]


def test_rows_out_of_view_are_slowed_alike_and_unread_ones_stay_unread() -> None:
    slow, off = paced(INSTANCES, 3.0), paced(INSTANCES, 0.0)
    assert [part.rest for part in slow.enrich] == [3 * part.rest for part in INSTANCES.enrich]
    assert [part.rest for part in off.enrich] == [NEVER if part.rest else 0 for part in INSTANCES.enrich]
    assert any(part.rest for part in INSTANCES.enrich)


def test_off_reads_only_when_asked() -> None:
    off = paced(INSTANCES, 0.0)
    assert off.period == 0
    assert all(part.period == NEVER for part in off.enrich)
