"""``cloudtop sqs peek`` and ``group``: what is received is shown, priced and given back."""

from __future__ import annotations

import json
import signal
import subprocess
import sys

import pytest

from console.config.paths import queues_folder
from tests.command.queues import Shop
from tests.command.running import ROOT

HOSTILE = "\x1b]52;c;eA==\x07\x1b[2J\u202e\x9b31m[/]body\nsecond"


def test_a_peek_shows_a_sample_and_gives_it_back(shop: Shop) -> None:
    ids = shop.fill(30)
    ended = shop.sqs("peek", shop.dead, "--max", "20")
    assert ended.code == 0, ended.error
    assert "20 messages received of about 30: a sample" in ended.error
    rows = ended.out.decode().splitlines()
    assert len(rows) == 21
    assert {row.split()[0] for row in rows[1:]} <= set(ids)
    assert shop.all_given_back()
    assert sum(message.receives for message in shop.left()) == 20
    assert list((queues_folder() / "spool").iterdir()) == []


def _offload(shop: Shop, **bodies: bytes | None) -> None:
    """Put messages there that point to objects of these names; None for one that is not there."""
    s3, bucket = shop.backend.client("s3"), f"bulk-{shop.dead}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key, body in bodies.items():
        if body is not None:
            s3.put_object(Bucket=bucket, Key=key, Body=body)
        pointer = {"s3BucketName": bucket, "s3Key": key}
        shop.put([json.dumps(["software.amazon.payloadoffloading.PayloadS3Pointer", pointer])])


def test_a_peek_reads_from_s3_only_where_it_is_asked_to(shop: Shop) -> None:
    _offload(shop, one=b"\x1b[2Jthe body that was too long")
    ended = shop.sqs("peek", shop.dead, "--payload", "--plan", "-o", "json")
    assert ended.json["calls"][-2:] == ["HeadObject", "GetObject"]
    assert b"too long" not in shop.sqs("peek", shop.dead).out
    assert "payload" not in shop.sqs("peek", shop.dead, "-o", "json").json["messages"][0]
    ended = shop.sqs("peek", shop.dead, "--payload")
    assert ended.code == 0, ended.error
    assert f"(30 B from s3://bulk-{shop.dead}/one) <ESC>[2Jthe body that was too long" in ended.out.decode()


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_payloads_are_exact_and_what_cannot_be_read_is_told_beside_the_rest(shop: Shop, form: str) -> None:
    _offload(shop, one="é\u202e".encode(), two=b"\0\xff", gone=None)
    shop.put(["carries its own"])
    ended = shop.sqs("peek", shop.dead, "--payload", "-o", form)
    assert ended.code == 3
    found = ended.json["messages"] if form == "json" else [json.loads(line) for line in ended.out.splitlines()]
    told = {json.loads(one["body"])[1]["s3Key"]: one["payload"] for one in found if "payload" in one}
    assert len(found) == 4
    place = f"s3://bulk-{shop.dead}"
    assert told["one"] == {"from": f"{place}/one", "bytes": 5, "cut": False, "text": "é\u202e"}
    assert told["two"] == {"from": f"{place}/two", "bytes": 2, "cut": False, "base64": "AP8="}
    assert f"The payload {place}/gone was not read" in told["gone"]["unreadable"]
    troubles = ended.json["troubles"] if form == "json" else json.loads(ended.error)["troubles"]
    assert any("/gone was not read" in line for line in troubles)
    assert shop.all_given_back()


def test_payloads_of_one_peek_have_a_bound_together(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.command.queue.payloads.TOGETHER", 1500)
    _offload(shop, one=b"x" * 1000, two=b"x" * 1000)
    ended = shop.sqs("peek", shop.dead, "--payload", "-o", "json")
    assert ended.code == 3
    told = [one["payload"] for one in ended.json["messages"]]
    assert sorted("text" in one for one in told) == [False, True]
    assert "more than 1.5 KiB of payloads in one go" in str(told)


def test_what_a_killed_peek_leaves_here_is_gone_after_the_next_one(shop: Shop) -> None:
    shop.put(["secret of the killed one"])
    shop.backend.fault("hold", "ChangeMessageVisibilityBatch", nth=1)
    words = [sys.executable, "-m", "console", "sqs", "peek", shop.dead, *shop.place]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as killed:
        shop.backend.wait("ChangeMessageVisibilityBatch", 1, done=True)
        killed.kill()
    assert killed.returncode == -signal.SIGKILL
    shop.backend.mend()
    (left,) = (queues_folder() / "spool").iterdir()
    assert b"secret" in left.read_bytes()
    assert shop.sqs("peek", shop.dead).code == 0
    assert list((queues_folder() / "spool").iterdir()) == []


def test_a_peek_in_json_is_byte_for_byte_and_ascii(shop: Shop) -> None:
    shop.put([{"body": HOSTILE, "attributes": {"B": {"DataType": "Binary.x", "BinaryValue": b"\0\xff"}}}])
    for form in ("json", "jsonl"):
        ended = shop.sqs("peek", shop.dead, "-o", form)
        assert ended.code == 0, ended.error
        assert all(32 <= byte < 127 or byte == 10 for byte in ended.out)
        found = ended.json["messages"][0] if form == "json" else json.loads(ended.out)
        assert found["body"] == HOSTILE
        assert found["attributes"] == {"B": {"type": "Binary.x", "base64": "AP8="}}
        assert "handle" not in found


@pytest.mark.parametrize("command", ["peek", "group"])
def test_hostile_text_is_shown_harmless(shop: Shop, command: str) -> None:
    shop.put([HOSTILE, {"body": "x", "attributes": {"ErrorType": {"DataType": "String", "StringValue": HOSTILE}}}])
    ended = shop.sqs(command, shop.dead)
    assert ended.code == 0, ended.error
    text = ended.out.decode() + ended.error
    assert "<ESC>" in text
    assert all(character.isprintable() or character == "\n" for character in text)
    assert "\u202e" not in text


def test_a_queue_with_consumers_is_refused_and_the_price_is_told(shop: Shop) -> None:
    shop.backend.put(shop.source, ["in use"])
    ended = shop.sqs("peek", shop.source)
    assert (ended.code, ended.out) == (4, b"")
    assert "after 3 receives a message moves" in ended.error
    assert "gains one receive" in ended.error
    assert "--anyway" in ended.error
    assert shop.backend.counts()["ReceiveMessage"] == 0
    ended = shop.sqs("peek", shop.source, "--anyway")
    assert ended.code == 0
    assert "after 3 receives a message moves" in ended.error
    assert b"in use" in ended.out


@pytest.mark.parametrize("command", ["peek", "group"])
def test_a_plan_receives_nothing(shop: Shop, command: str) -> None:
    shop.fill(3)
    ended = shop.sqs(command, shop.dead, "--plan", "-o", "json")
    assert ended.code == 0
    assert ended.json["messages"] == {"visible": 3, "in_flight": 0, "delayed": 0}
    assert ended.json["receives"]["refused"] == ""
    assert shop.backend.counts()["ReceiveMessage"] == 0
    assert shop.sqs(command, shop.source, "--plan").code == 4


def test_nothing_that_comes_is_no_empty_queue(shop: Shop) -> None:
    ended = shop.sqs("peek", shop.dead)
    assert (ended.code, ended.out) == (0, b"")
    assert "does not prove that the queue is empty" in ended.error


def test_messages_are_grouped_by_what_they_say_of_their_failure(shop: Shop) -> None:
    ids = shop.fill(21)
    ended = shop.sqs("group", shop.dead, "-o", "json")
    assert ended.code == 0, ended.error
    first, second = ended.json["groups"]
    assert (first["count"], first["title"], first["guess"]) == (11, "Timeout", False)
    assert set(first["ids"]) == set(ids[::2])
    assert second["count"] == 10
    assert ended.json["sample"] is True
    text = shop.sqs("group", shop.dead).out.decode().splitlines()
    assert first["signature"] in text[1]
    assert shop.all_given_back()


def test_messages_are_grouped_by_a_key(shop: Shop) -> None:
    shop.put([json.dumps({"order": {"kind": kind}}) for kind in ("a", "b", "a")])
    ended = shop.sqs("group", shop.dead, "--by", "order.kind", "-o", "jsonl")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert [(line["title"], line["count"]) for line in lines] == [("order.kind = a", 2), ("order.kind = b", 1)]
    assert shop.sqs("group", shop.dead, "--by", "order[").code == 2


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("peek",), 2, "QUEUE"),
        (("peek", "nobody-at-all"), 1, "nobody-at-all"),
        (("peek", "x", "--max", "0"), 2, "--max"),
        (("peek", "x", "--hold", "1s"), 2, "10s to 12h"),
        (("peek", "x", "--hold", "soon"), 2, "length of time"),
        (("peek", "x", "-r", "us-east-1"), 2, "one region"),
        (("group", "x", "-o", "csv"), 2, "csv"),
    ],
)
def test_mistakes_receive_nothing(shop: Shop, words: tuple[str, ...], code: int, told: str) -> None:
    ended = shop.sqs(*words)
    assert (ended.code, ended.out) == (code, b"")
    assert told in ended.error
    assert shop.backend.counts()["ReceiveMessage"] == 0


def test_a_receive_that_is_denied_is_a_failure(shop: Shop) -> None:
    shop.fill(3)
    shop.backend.fault("deny", "ReceiveMessage")
    ended = shop.sqs("peek", shop.dead)
    assert (ended.code, ended.out) == (1, b"")


def test_credentials_that_end_are_credentials(shop: Shop) -> None:
    shop.fill(3)
    shop.backend.fault("expired", "ReceiveMessage")
    assert shop.sqs("peek", shop.dead).code == 5


def test_what_cannot_be_given_back_is_listed_with_its_time(shop: Shop) -> None:
    (id_,) = shop.put(["one"])
    shop.backend.fault("deny", "ChangeMessageVisibilityBatch")
    ended = shop.sqs("peek", shop.dead)
    assert ended.code == 3
    assert f"{id_}  at 20" in ended.error
    shop.backend.advance(150)
    ended = shop.sqs("peek", shop.dead, "-o", "json")
    assert [one["id"] for one in ended.json["unreleased"]] == [id_]
    assert ended.code == 3


def test_queues_are_named_by_url_and_arn_too(shop: Shop) -> None:
    shop.fill(1)
    for name in (shop.backend.queue(shop.dead), shop.backend.arn(shop.dead)):
        assert b"letter 0" in shop.sqs("peek", name).out
