"""``cloudtop sqs export`` and ``drain``: messages in a file, byte for byte, and what is deleted only then."""

from __future__ import annotations

import errno
import json
import stat
from pathlib import Path

import pytest

from console.command.queue import filing
from console.sqs.message import of_line
from tests.command.queues import Shop

ODD = 'tab\there "quoted" \u202e \U0001f600 \x7f é'


def test_an_export_is_exact_and_its_owners_alone(shop: Shop, file: Path) -> None:
    attributes = {
        "B": {"DataType": "Binary", "BinaryValue": b"\0\xff"},
        "N": {"DataType": "Number.int", "StringValue": "007"},
    }
    (id_,) = shop.put([{"body": ODD, "attributes": attributes}])
    ended = shop.sqs("export", shop.dead, str(file))
    assert ended.code == 0, ended.error
    assert f"1 message written to {file}" in ended.out.decode()
    assert "a sample" in ended.error
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    data = file.read_bytes()
    assert data.isascii()
    assert data.count(b"\n") == 1
    line = json.loads(data)
    message = of_line({**line, "handle": "", "held_until": 0.0})
    assert (message.id, message.body) == (id_, ODD)
    assert message.is_whole
    assert message.attributes["B"].value == b"\0\xff"
    assert "handle" not in line
    assert shop.all_given_back()


def test_an_export_never_writes_over_anything(shop: Shop, file: Path) -> None:
    shop.fill(2)
    file.write_text("mine")
    link = file.with_name("link")
    link.symlink_to(file.with_name("nowhere"))
    for name in (file, link, file.with_name("no") / "such" / "folder"):
        for command in (("export",), ("drain", "--write", "--yes", "--reason", "x")):
            ended = shop.sqs(command[0], shop.dead, str(name), *command[1:])
            assert (ended.code, ended.out) == (2, b"")
    assert file.read_text() == "mine"
    assert not file.with_name("nowhere").exists()
    assert shop.backend.counts()["ReceiveMessage"] == 0


def test_an_export_of_nothing_leaves_no_file(shop: Shop, file: Path) -> None:
    ended = shop.sqs("export", shop.dead, str(file))
    assert ended.code == 1
    assert not file.exists()
    shop.fill(2)
    assert shop.sqs("export", shop.dead, str(file), "--id", "nobody").code == 1
    assert not file.exists()


def test_a_group_is_exported(shop: Shop, file: Path) -> None:
    ids = shop.fill(9)
    group = shop.sqs("group", shop.dead, "-o", "json").json["groups"][0]["signature"]
    ended = shop.sqs("export", shop.dead, str(file), "--group", group, "-o", "json")
    assert (ended.code, ended.json["count"], ended.json["file"]) == (0, 5, str(file))
    assert {json.loads(line)["id"] for line in file.read_bytes().splitlines()} == set(ids[::2])


def test_a_drain_writes_before_it_deletes(shop: Shop, file: Path) -> None:
    ids = shop.fill(23)
    ended = shop.write("drain", shop.dead, str(file), "-o", "json")
    assert ended.code == 0, ended.error
    assert ended.json["counts"]["done"] == 23
    assert ended.json["file"] == str(file)
    assert {json.loads(line)["id"] for line in file.read_bytes().splitlines()} == set(ids)
    assert shop.left() == []
    assert shop.write("restore", ended.json["job"]).code == 0
    assert len(shop.left()) == 23


def test_what_could_not_be_deleted_is_partly_drained(shop: Shop, file: Path) -> None:
    shop.fill(10)
    shop.backend.fault("deny", "DeleteMessageBatch")
    ended = shop.write("drain", shop.dead, str(file))
    assert ended.code == 1
    assert "10 not touched" in ended.out.decode()
    assert len(file.read_bytes().splitlines()) == 10
    assert len(shop.left()) == 10
    assert shop.all_given_back()


def test_a_file_that_cannot_be_written_deletes_nothing(shop: Shop, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.fill(2)

    def full(_message: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(filing, "exported", full)
    ended = shop.write("drain", shop.dead, str(file))
    assert (ended.code, "No space left" in ended.error) == (1, True)
    assert len(shop.left()) == 2
    assert shop.all_given_back()
    assert not file.exists()


@pytest.mark.parametrize("command", ["export", "drain"])
def test_a_plan_makes_no_file(shop: Shop, file: Path, command: str) -> None:
    shop.fill(1)
    ended = shop.sqs(command, shop.dead, str(file), "--plan", "-o", "json")
    assert (ended.code, ended.json["file"]) == (0, str(file))
    assert not file.exists()
    assert shop.backend.counts()["ReceiveMessage"] == 0


def test_a_drain_is_a_write(shop: Shop, file: Path) -> None:
    ended = shop.sqs("drain", shop.dead, str(file))
    assert (ended.code, "--write" in ended.error) == (4, True)
    assert not file.exists()
