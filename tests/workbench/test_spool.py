"""Spooled messages: on the disk before anyone sees them, read back byte for byte, by this session or a later one."""

from __future__ import annotations

import os
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.sqs.message import Message, md5_of_attributes, md5_of_body, of_answer
from console.workbench import keeping
from console.workbench.journal import Journal, Kind, Order
from console.workbench.spool import KeptSpool, Origin, Spool

ORIGIN = Origin("418250713366", "eu-west-1", "https://sqs/418250713366/orders-dlq", 12.5)


def message(id_: str, body: str = "b", **attributes: Any) -> Message:
    found = of_answer(
        {"MessageId": id_, "Body": body, "MD5OfBody": md5_of_body(body), "ReceiptHandle": f"handle {id_}",
         "MessageAttributes": attributes},
        1.0, 2.0,
    )  # fmt: skip
    return replace(found, attributes_md5=md5_of_attributes(found.attributes))


@pytest.fixture
def path(home: Path) -> Path:
    return home / "state" / "spool" / "one.jsonl"


MESSAGES = [
    message("m-1"),
    message("m-2", "\u202e\x9b\ud800\n" * 9, B={"DataType": "Binary", "BinaryValue": bytes(range(256))}),
    message("m-3", "z" * 1_048_576),
]


def test_messages_come_back_as_they_were(path: Path) -> None:
    spool = Spool(path, ORIGIN)
    spool.add(MESSAGES[:2])
    spool.add(MESSAGES[2:])
    assert [spool.get(each.id) for each in MESSAGES] == MESSAGES
    assert (spool.ids(), len(spool), "m-2" in spool, "m-9" in spool) == (("m-1", "m-2", "m-3"), 3, True, False)
    with pytest.raises(KeyError):
        spool.get("m-9")
    spool.close()
    kept = KeptSpool(path)
    assert (kept.origin, kept.ids(), list(kept.messages())) == (ORIGIN, ("m-1", "m-2", "m-3"), MESSAGES)
    assert [kept.get(each.id) for each in MESSAGES] == MESSAGES


def test_they_are_synced_when_add_returns(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(path, ORIGIN)
    done: list[str] = []
    real_write, real_sync = os.write, os.fdatasync

    def write(handle: int, data: bytes) -> int:
        done.append("write")
        return real_write(handle, data)

    def sync(handle: int) -> None:
        done.append("sync")
        real_sync(handle)

    monkeypatch.setattr(keeping.os, "write", write)
    monkeypatch.setattr(keeping.os, "fdatasync", sync)
    spool.add(MESSAGES)
    assert done == ["write", "sync"]
    spool.close()


def test_what_a_full_disk_did_not_take_is_not_there(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spool = Spool(path, ORIGIN)
    spool.add(MESSAGES[:1])

    def fail(_handle: int, _data: bytes) -> int:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(keeping.os, "write", fail)
        with pytest.raises(OSError, match="No space"):
            spool.add(MESSAGES[1:])
    assert spool.ids() == ("m-1",)
    spool.add(MESSAGES[2:])
    assert spool.get("m-3") == MESSAGES[2]
    spool.close()
    assert KeptSpool(path).ids() == ("m-1", "m-3")


def test_a_message_that_was_cut_off_is_not_there(path: Path) -> None:
    spool = Spool(path, ORIGIN)
    spool.add(MESSAGES)
    spool.close()
    os.truncate(path, path.stat().st_size - 100)
    assert KeptSpool(path).ids() == ("m-1", "m-2")


def test_bodies_are_not_kept_in_memory(path: Path) -> None:
    spool = Spool(path, ORIGIN)
    tracemalloc.start()
    try:
        for number in range(200):
            spool.add([message(f"m-{number}", f"{number}" + "x" * 100_000)])
        held = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert len(spool) == 200
    assert held < 1_000_000, "200 bodies are 20 MB"
    spool.close()


def test_other_files_are_no_spools(path: Path) -> None:
    order = Order("j", Kind.DELETE, "a", "r", "q", "", ("m-1",), "", 0.0, "ana", "", 0.0)
    Journal(path, order).end()
    with pytest.raises(ValueError, match="no spool"):
        KeptSpool(path)
    path.write_text("")
    with pytest.raises(ValueError, match="no spool"):
        KeptSpool(path)
    path.write_text("[1]\n[2]\n")
    with pytest.raises(ValueError, match="no spool"):
        KeptSpool(path)
