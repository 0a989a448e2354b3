"""Messages with other bodies, kept before they are sent."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.sqs.message import Message, md5_of_body
from console.workbench.edits import edited_of, keep_edited
from console.workbench.spool import KeptSpool, Origin, Spool


def message(id_: str, body: str) -> Message:
    return Message(id_, body, md5_of_body(body), {}, {}, "", "handle", 1.0, 2.0)


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    made = Spool(tmp_path / "spool" / "a.jsonl", Origin("1", "eu-west-1", "https://sqs/1/q", 1.0))
    made.add([message(str(number), f"body {number}") for number in range(120)])
    yield made
    made.close()


def test_only_other_bodies_are_edited(spool: Spool) -> None:
    bodies = {"1": "body 1", "2": "other", "3": ""}
    assert edited_of(spool, ["0", "1", "2", "3"], bodies.get) == {"2": "other", "3": ""}


def test_what_is_sent_is_kept_in_the_order_it_came_in(spool: Spool) -> None:
    kept = keep_edited(spool, [str(number) for number in reversed(range(110))], {"7": "other"})
    kept.close()
    found = KeptSpool(kept.path)
    assert found.ids() == tuple(str(number) for number in range(110))
    assert found.origin == spool.origin
    assert (found.get("7").body, found.get("8").body) == ("other", "body 8")
    assert all(one.is_whole for one in found.messages())
    assert spool.get("7").body == "body 7"


def test_half_of_it_is_not_kept(spool: Spool, monkeypatch: pytest.MonkeyPatch) -> None:
    before = list(spool.path.parent.iterdir())

    def full(_spool: Spool, _messages: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Spool, "add", full)
    with pytest.raises(OSError, match="No space"):
        keep_edited(spool, ["1"], {"1": "other"})
    assert list(spool.path.parent.iterdir()) == before
