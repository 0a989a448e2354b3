"""The queue workbench: nothing received unasked, hostile letters are data, actions are planned and told as they end."""

from __future__ import annotations

import os
import stat
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from console.ui.screens.triage import edited
from console.ui.screens.workbench import Workbench
from console.workbench.journal import Kind, Step
from console.workbench.lease import Unreleased
from tests.ui.fakes import FakeSession, row_of
from tests.ui.queues import URL, FakeQueue, message
from tests.ui.screens.asking import press, type_in
from tests.ui.stage import screen_text

HOSTILE = '{"note": "[red]x[/] \x1b]52;c;eA==\x07 \u202eevil", "type": "[@click=app.quit]go[/]"}'


@pytest.fixture
def queue(session: FakeSession) -> FakeQueue:
    """A queue with three letters of two kinds and a hostile one, in a session that may write."""
    session.unlocked = 900.0
    found = FakeQueue(
        message("m-1", '{"order": 1}', "PaymentTimeout"),
        message("m-2", '{"order": 2}', "PaymentTimeout"),
        message("m-3", "plain words", "SchemaError"),
        message("m-4", HOSTILE),
    )
    session.queue = found  # type: ignore[assignment]
    session.fake_lists.rows["sqs.queues"] = [row_of("sqs.queues", URL, name="orders-dlq")]
    return found


async def into(pilot: Any, *, receive: bool = True) -> None:
    """Open the workbench, and receive."""
    await press(pilot, "3", "enter")
    if receive:
        await press(pilot, "n")
        await press(pilot, "tab", "tab", "tab", "enter")


async def seen(app: Any, pilot: Any, text: str) -> None:
    """Wait until the screen shows ``text``: a message is read beside everything else."""
    for _ in range(200):
        if text in screen_text(app):
            return
        await pilot.pause(0.01)
    raise AssertionError(f"{text!r} is not in:\n{screen_text(app)}")


async def test_opening_receives_nothing_and_says_how_the_queue_is(opened: Any, queue: FakeQueue) -> None:
    async with opened(size=(110, 40)) as (app, pilot):
        await into(pilot, receive=False)
        assert isinstance(app.screen, Workbench)
        text = screen_text(app)
        assert "SQS › orders-dlq" in text
        assert "340 visible" in text
        assert "[b]its retention[/b] is too short" in text
        assert "Nothing was received" in text
        assert queue.was("take") == []
        await press(pilot, "escape")
        assert queue.was("close") == [()]
        assert not isinstance(app.screen, Workbench)


async def test_receiving_tells_its_price_first(opened: Any, queue: FakeQueue) -> None:
    queue.refusal = "it has [b]a redrive policy"
    async with opened(size=(110, 40)) as (app, pilot):
        await into(pilot, receive=False)
        await press(pilot, "n")
        text = screen_text(app)
        assert "up to 50 [b]messages[/b] for 120 s" in text
        assert "it has [b]a redrive policy" in text
        assert "Receive anyway" in text
        await press(pilot, "escape")
        assert queue.was("take") == []
        await press(pilot, "n")
        await press(pilot, "backspace", "backspace", "7", "tab", "tab", "tab", "enter")
        assert queue.was("take") == [(7, 120)]
        assert "Sample 4 of about 340" in screen_text(app)


async def test_groups_messages_and_one_message(opened: Any, queue: FakeQueue) -> None:
    async with opened(size=(110, 40)) as (app, pilot):
        await into(pilot)
        await seen(app, pilot, "PaymentTimeout")
        await seen(app, pilot, '"order": 1')  # the message of the group under the cursor
        await press(pilot, "enter", "down")
        await seen(app, pilot, '"order": 2')
        await press(pilot, "enter")
        await seen(app, pilot, "message m-2")
        await press(pilot, "escape")
        await press(pilot, "escape")
        await seen(app, pilot, "GROUP")


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (60, 20)])
async def test_hostile_letters_are_data(opened: Any, queue: FakeQueue, size: tuple[int, int]) -> None:
    async with opened(size=size) as (app, pilot):
        await into(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "evil")
        await press(pilot, "enter", "enter")
        await press(pilot, "enter")
        await seen(app, pilot, "[red]x[/] <ESC>]52;c;eA==<BEL>")
        text = screen_text(app)
        assert "\x1b" not in text
        assert "\u202e" not in text


POINTING = (
    '["software.amazon.payloadoffloading.PayloadS3Pointer",'
    '{"s3BucketName": "bulk", "s3Key": "[@click=app.quit]k[/]\\u001b[2J"}]'
)


async def to_the_pointer(app: Any, pilot: Any, queue: FakeQueue) -> None:
    """Receive a message that points to S3 beside the others, and find it."""
    queue.letters["m-5"] = message("m-5", POINTING)
    await into(pilot)
    await press(pilot, "slash")
    await type_in(pilot, "S3Pointer")
    await press(pilot, "enter", "enter")
    await seen(app, pilot, "1 found")


async def test_a_payload_is_read_once_its_price_was_told(opened: Any, queue: FakeQueue) -> None:
    async with opened(size=(110, 40)) as (app, pilot):
        await to_the_pointer(app, pilot, queue)
        await seen(app, pilot, "f payload from S3")
        await seen(app, pilot, "s3://bulk/[@click=app.quit]k[/]<ESC>[2J")
        await press(pilot, "f")
        await seen(app, pilot, "one GetObject, 2.9 MiB")
        await press(pilot, "escape")
        assert queue.was("fetch_payload") == []
        await press(pilot, "f")
        await press(pilot, "tab", "enter")
        await seen(app, pilot, '"far": "[red]away[/] <U+202E>"')
        await seen(app, pilot, "2.9 MiB from s3://far")
        assert "f payload from S3" not in screen_text(app)
        assert queue.was("fetch_payload") == [("m-5",)]


async def test_a_payload_is_read_from_the_whole_screen_and_on_a_low_one(opened: Any, queue: FakeQueue) -> None:
    async with opened(size=(80, 24)) as (app, pilot):
        await to_the_pointer(app, pilot, queue)
        await press(pilot, "enter")
        await seen(app, pilot, "f payload from S3")
        await press(pilot, "f")
        await seen(app, pilot, "one GetObject, 2.9 MiB")
        await press(pilot, "tab", "enter")
        await seen(app, pilot, '"far": "[red]away[/] <U+202E>"')
        assert "message m-5" in screen_text(app)
        assert "f payload from S3" not in screen_text(app)
        await press(pilot, "escape")
        assert isinstance(app.screen, Workbench)


async def test_a_payload_that_is_not_there_or_not_given_is_told(opened: Any, queue: FakeQueue) -> None:
    queue.refusal = "[b]denied"
    async with opened(size=(110, 40)) as (app, pilot):
        await to_the_pointer(app, pilot, queue)
        await press(pilot, "f")
        await press(pilot, "tab", "enter")
        await seen(app, pilot, "The payload: [b]denied")
        await press(pilot, "escape")
        await press(pilot, "f")
        await seen(app, pilot, "the message does not point there")


async def test_a_search_that_finds_nothing_says_so(opened: Any, queue: FakeQueue) -> None:
    async with opened(size=(110, 40)) as (app, pilot):
        await into(pilot)
        await press(pilot, "slash")
        await type_in(pilot, "nowhere")
        await press(pilot, "enter", "enter")
        assert "No held message says that" in screen_text(app)


async def test_grouping_by_another_key_and_by_a_malformed_one(opened: Any, queue: FakeQueue) -> None:
    async with opened(size=(110, 40)) as (app, pilot):
        await into(pilot)
        await press(pilot, "b")
        await type_in(pilot, "order")
        await press(pilot, "enter", "enter")
        assert "GROUP by order" in screen_text(app)
        await press(pilot, "b")
        await press(pilot, *["backspace"] * 5, "left_square_bracket", "enter", "enter")
        assert "[red]it is[/] malformed" in screen_text(app)


async def test_two_marked_messages_are_compared(opened: Any, queue: FakeQueue) -> None:
    async with opened(size=(110, 40)) as (app, pilot):
        await into(pilot)
        await press(pilot, "enter", "equals_sign")
        assert "Mark two messages" in screen_text(app)
        await press(pilot, "space", "space", "equals_sign")
        text = screen_text(app)
        assert '-   "order": 1' in text
        assert '+   "order": 2' in text


async def test_a_group_is_resent_after_its_plan_was_confirmed(opened: Any, queue: FakeQueue) -> None:
    queue.steps = {"m-2": Step.LOST}
    async with opened(size=(110, 40)) as (app, pilot):
        await into(pilot)
        await press(pilot, "a")
        assert "2 messages" in screen_text(app)
        await press(pilot, "enter")
        await press(pilot, "tab", "tab", "enter")
        (wish,) = queue.was("intend")[0]
        assert (wish.kind, wish.ids, wish.rate) == (Kind.RESEND, ("m-1", "m-2"), 10.0)
        assert queue.was("carry_out") == []
        await press(pilot, "tab", "enter")
        assert queue.was("carry_out") == [(("m-1", "m-2"), "", "yes")]
        text = screen_text(app)
        assert "in doubt" in text
        assert "[red]why[/]" in text
        await press(pilot, "escape")
        assert "1 done, 1 in doubt" in screen_text(app)


async def test_marks_decide_what_is_deleted_and_the_name_is_asked_for(opened: Any, queue: FakeQueue) -> None:
    async with opened(size=(110, 40)) as (_, pilot):
        await into(pilot)
        await press(pilot, "enter", "space", "a")
        await press(pilot, *["down"] * 6, "enter")
        assert queue.was("intend")[0][0].ids == ("m-1",)
        await press(pilot, "tab", "tab", "enter")
        assert queue.was("carry_out") == []
        await press(pilot, "shift+tab")
        await type_in(pilot, "orders-dlq")
        await press(pilot, "enter", "tab", "enter")
        assert queue.was("carry_out")[0][2] == "orders-dlq"


async def test_exporting_giving_back_and_moving(opened: Any, queue: FakeQueue) -> None:
    async with opened(size=(110, 40)) as (_, pilot):
        await into(pilot)
        await press(pilot, "a")
        await press(pilot, *["down"] * 3, "enter")
        await press(pilot, "tab", "tab", "enter")
        (ids, path) = queue.was("export")[0]
        assert ids == ("m-1", "m-2")
        assert path.endswith(".jsonl")
        await press(pilot, "a")
        await press(pilot, *["down"] * 4, "enter")
        assert queue.was("release") == [(("m-1", "m-2"),)]
        await press(pilot, "a")
        await press(pilot, "down", "down", "enter")
        await type_in(pilot, "elsewhere")
        await press(pilot, "tab", "tab", "tab", "enter")
        assert queue.was("intend")[-1][0].to == "elsewhere"


async def test_a_job_is_paused_gone_on_with_and_stopped(opened: Any, queue: FakeQueue) -> None:
    async with opened(size=(110, 40)) as (app, pilot):
        await into(pilot)
        await press(pilot, "p", "x")
        app.screen.paused = True
        await press(pilot, "p")
        assert queue.was("control") == [("pause",), ("stop",), ("go on",)]


async def test_what_could_not_be_given_back_is_told(opened: Any, queue: FakeQueue) -> None:
    queue.unreleased = (Unreleased("m-1", time.time() + 60, "lost"),)
    async with opened(size=(110, 40)) as (app, pilot):
        await into(pilot)
        await press(pilot, "escape")
        assert "1 could not be given back; SQS shows them by" in screen_text(app)


async def test_everything_about_the_queue(opened: Any, queue: FakeQueue) -> None:
    async with opened(size=(110, 40)) as (app, pilot):
        await into(pilot, receive=False)
        await press(pilot, "i")
        text = screen_text(app)
        assert "arn:aws:sqs:::orders-dlq" in text
        assert "not readable" in text
        assert "received more than three times" in text


@contextmanager
def editor(script: str, tmp_path: Path) -> Iterator[None]:
    """Make a Python script the operator's editor."""
    program = tmp_path / "editor.py"
    program.write_text(script, encoding="utf-8")
    before = {name: os.environ.pop(name, None) for name in ("VISUAL", "EDITOR")}
    os.environ["EDITOR"] = f"{sys.executable} {program}"
    try:
        yield
    finally:
        os.environ.pop("EDITOR")
        os.environ.update({name: value for name, value in before.items() if value is not None})


def test_a_body_is_edited_in_a_file_of_its_own_that_is_gone_afterwards(tmp_path: Path) -> None:
    seen = tmp_path / "seen"
    script = (
        "import os, sys\n"
        f"open({str(seen)!r}, 'w').write(f'{{sys.argv[1]}} {{os.stat(sys.argv[1]).st_mode}}')\n"
        "text = open(sys.argv[1], newline='').read()\n"
        "open(sys.argv[1], 'w', newline='').write(text.replace('1', '2'))\n"
    )
    with editor(script, tmp_path):
        assert edited('{"order": 1}\r\n') == '{"order": 2}\r\n'
    path, mode = seen.read_text().split()
    assert stat.S_IMODE(int(mode)) == 0o600
    assert not Path(path).exists()


def test_an_editor_that_fails_changes_nothing(tmp_path: Path) -> None:
    with editor("import sys; sys.exit(1)", tmp_path):
        assert edited("body") is None


def test_the_line_end_that_editors_add_is_no_change(tmp_path: Path) -> None:
    with editor("import sys; open(sys.argv[1], 'a').write('\\n')", tmp_path):
        assert edited("body") == "body"
