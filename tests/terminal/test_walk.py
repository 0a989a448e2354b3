"""A walk through all five panes by keyboard, at the two sizes that operators have."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from console.demo.process import DemoAccount
from tests.terminal.escapes import after_start, foreign
from tests.terminal.program import HIGH, LOW, Program


class Walk:
    """One program for the tests of this module at one size; another one after a test that lost its way."""

    def __init__(self, start: Callable[[], Program]) -> None:
        self._start = start
        self._program: Program | None = None

    def program(self) -> Program:
        """Return the program, started if need be."""
        if self._program is None:
            self._program = self._start()
            self._program.ready().wait_for("SQS ●4")
        return self._program

    def close(self) -> None:
        """End the program, if there is one."""
        if self._program:
            self._program.close()
        self._program = None


@pytest.fixture(scope="module", params=[LOW, HIGH], ids=["80x24", "120x40"])
def walk(
    request: pytest.FixtureRequest, account: DemoAccount, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Walk]:
    """The program of this module at each size; all it wrote is judged at the end."""
    walk = Walk(lambda: Program(account, tmp_path_factory.mktemp("walk"), request.param))
    yield walk
    program = walk.program()
    assert program.alive()
    assert foreign(after_start(program.raw()), program.copied()) == []
    assert b"Traceback" not in program.raw()
    walk.close()


@pytest.fixture
def program(walk: Walk) -> Iterator[Program]:
    """The program at its first list; after the test it must have come back to a list by esc alone."""
    opened = walk.program()
    if not re.search("^ EC2 instances", opened.text(), re.MULTILINE):
        opened.pane("1", "EC2 instances")
    yield opened
    if "enter open" not in opened.text():
        walk.close()
        pytest.fail("esc did not lead back to a list")


def low(program: Program) -> bool:
    """Return whether list and detail take turns."""
    return len(program.screen()) < 32


def names(program: Program) -> list[str]:
    """Return the first column of the list as it is shown."""
    lines = program.screen()
    top = next(at for at, line in enumerate(lines) if re.match(r"  [A-Z]", line) and at > 1)
    end = next((at for at, line in enumerate(lines) if line.startswith("──")), len(lines) - 2)
    rows = [line[2:].split("  ")[0].strip() for line in lines[top + 1 : end]]
    return rows[: rows.index("")] if "" in rows else rows


def test_list_filter_and_sort(program: Program) -> None:
    program.wait_for("17 · as of")
    program.only("state=stopped")
    program.wait_for("1 of 17")
    assert names(program) == ["web-eu1-09"]
    program.press("esc")
    program.wait_gone("· / ")
    program.wait_for("EC2 instances  17")
    first = names(program)
    program.press("i")
    program.wait_for("sorted by NAME ↓")
    program.wait_until(lambda _: names(program) != first)
    program.press(">")
    program.wait_gone("sorted by NAME")
    program.press("<")
    program.wait_for("sorted by NAME ↑")
    program.wait_until(lambda _: names(program) == first)
    program.only("cpu>80")
    program.wait_until(lambda _: names(program) == ["web-eu1-04"])
    program.press("esc")
    program.wait_gone("· / ")


def test_marks(program: Program) -> None:
    program.press("g", "space", "space")
    program.wait_for("2 marked")
    program.opens("a", "2 EC2 instances")
    program.back("enter open")
    program.opens("c", "Ids of 2 marked")
    program.back("enter open")
    program.press("esc")
    program.wait_gone("marked")


def test_detail(program: Program) -> None:
    program.press("g")
    if low(program):
        program.press("enter")
        program.wait_for(r"Instance +i-")
        program.wait_for("CPU utilisation")
        program.press("j", "j", "k")
        program.press("esc")
        program.wait_until(lambda _: program.cursor_line())
        program.press("d")
        program.wait_for(r"Instance +i-")
        program.press("d")
        program.wait_until(lambda _: program.cursor_line())
    else:
        program.wait_for(r"Instance +i-")
        program.press("d")
        program.wait_gone(r"Instance +i-")
        program.press("d")
        program.wait_for(r"Instance +i-")


def test_documents(program: Program) -> None:
    program.press("y")
    program.wait_for("YAML · ")
    program.press("/")
    program.wait_for("^ +search")
    program.send("VolumeId")
    program.wait_for(r"[1-9] found")
    program.press("enter")
    program.wait_gone("^ VolumeId$")
    before = len(program.copied())
    program.press("c")
    program.wait_until(lambda _: len(program.copied()) > before)
    assert program.copied()[-1].startswith("instance:\n")
    program.back("enter open")
    program.press("J")
    program.wait_for("JSON · ")
    program.press("c")
    program.wait_until(lambda _: len(program.copied()) > before + 1)
    assert json.loads(program.copied()[-1])["instance"]["InstanceId"].startswith("i-")
    program.back("enter open")


def test_copying(program: Program) -> None:
    program.only("web-eu1-07")
    program.opens("c", "cloudtop command")
    program.press("enter")
    program.wait_for("Id: sent to the terminal's clipboard")
    assert re.fullmatch("i-[0-9a-f]{17}", program.copied()[-1])
    program.opens("c", "cloudtop command")
    program.press("down", "down", "enter")
    program.wait_for("Name: sent")
    assert program.copied()[-1] == "web-eu1-07"
    program.press("esc")
    program.wait_gone("· / ")


def test_exporting(program: Program) -> None:
    program.only("state=running web")
    program.wait_for("11 of 17")
    program.opens("e", "Export the rows shown")
    program.press("enter")
    program.wait_for("11 rows written to")
    program.wait_gone("Export the rows shown")
    (path,) = Path(program.home).glob("cloudtop-ec2.instances-*.csv")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    rows = list(csv.DictReader(io.StringIO(path.read_text())))
    assert [row["name"] for row in rows] == [name for name in names(program) if name]
    assert {row["state"] for row in rows} == {"running"}
    program.opens("e", "Export the rows shown")
    program.press("tab", "enter")
    program.wait_until(lambda _: list(Path(program.home).glob("*.json")))
    program.press("esc")
    program.wait_gone("· / ")
    (path,) = Path(program.home).glob("*.json")
    assert json.loads(path.read_text())["count"] == 11
    path.unlink()


def test_help_palette_prompt_and_calls(program: Program) -> None:
    program.opens("?", "─ Help ─")
    program.press("pgdn", "pgup")
    program.back("enter open")
    program.opens("ctrl+p", "─ Commands ─")
    program.send("unlock")
    program.wait_gone("Show or hide the detail")
    program.press("enter")
    program.dialog("─ Unlock writes ─")
    program.back("enter open")
    program.opens(":", "a type, id, ARN")
    program.send("web-eu1-99")
    program.press("enter")
    program.wait_for("names no type, id, ARN or address")
    program.opens(":", "a type, id, ARN")
    program.send("sqs orders")
    program.press("enter")
    program.ready("SQS queues")
    program.wait_for(r"of 16")
    program.press("!")
    program.wait_for("Calls .* requests, .* newest first")
    program.wait_for(r"ok +\d+ ms +eu-west-1 +\w+:\w+")
    program.back("enter open")


def test_metrics(program: Program) -> None:
    program.only("web-eu1-04")
    program.press("m")
    program.wait_for("CPU utilisation")
    program.wait_for(r"Average over 1m, last 3h")
    program.wait_for("[⠁-⣿]{3}")
    program.press("]")
    program.wait_for("last 6h")
    program.press("s")
    program.wait_for("Maximum over")
    program.press("j")
    program.press("space")
    program.wait_for("enter open|esc back")
    program.back("enter open")
    program.press("esc")
    program.wait_gone("· / ")


def test_themes(program: Program) -> None:
    def wear(name: str) -> str:
        before = program.cell(2, 70).bg
        program.opens("ctrl+p", "─ Commands ─")
        program.send("theme")
        program.wait_gone("Show or hide")
        program.press("enter")
        program.dialog("─ Theme ─")
        names = re.findall(r"│  ([a-z][a-z-]*) +│", program.text())
        program.press("pgup", *["down"] * names.index(name), "enter")
        program.wait_for("enter open")
        program.wait_until(lambda _: program.cell(2, 70).bg != before)
        return str(program.cell(2, 70).bg)

    light, dark = wear("paper"), wear("night")
    assert light > dark  # as hexadecimal numbers


def test_buckets_prefixes_objects_and_versions(program: Program) -> None:
    program.pane("2", "S3 buckets")
    program.cursor_on("northwind-invoices")
    program.press("enter")
    program.ready("S3 objects by prefix")
    program.cursor_on("templates/")
    program.press("enter")
    program.wait_for("northwind-invoices/templates/ .*as of")
    program.cursor_on("invoice.html")
    program.press("p")
    program.wait_for("n N next")
    program.back("enter open")
    program.press("V")
    program.ready("S3 object versions")
    program.wait_for(r"  2 · as of")
    program.back("S3 objects by prefix")
    program.back("S3 objects by prefix northwind-invoices/?  ")
    program.back("S3 buckets")


def test_of_keys_typed_fast_the_last_one_counts(program: Program) -> None:
    program.send("5143")
    program.ready("SQS queues")
    program.send("1212")
    program.ready("S3 buckets")


def test_queues(program: Program) -> None:
    program.pane("3", "SQS queues")
    program.wait_until(lambda _: "orders-dlq" in program.cursor_line())
    program.press("v")
    program.dialog("related resources")
    program.back("enter open")


def test_alarms_related_namespaces_and_charts(program: Program) -> None:
    program.pane("4", "CloudWatch alarms")
    program.wait_for("ALARM")
    program.only("web-eu1-04")
    program.press("v")
    program.wait_for("EC2 instances .*as of|esc cancel")
    if "esc cancel" in program.text():
        program.dialog("related")
        program.press("enter")
    program.ready("EC2 instances")
    program.wait_until(lambda _: "web-eu1-04" in program.cursor_line())
    program.back("CloudWatch alarms")
    program.pane("4", "CloudWatch namespaces")
    program.cursor_on("AWS/SQS")
    program.press("enter")
    program.ready("CloudWatch metrics AWS/SQS")
    program.only("orders-dlq")
    program.press("m")
    program.wait_for("[⠁-⣿]{3}")
    program.back("enter open")


def test_roles(program: Program) -> None:
    program.pane("5", "IAM roles")
    program.cursor_on("deploy-preview")
    if low(program):
        program.press("d")
    program.wait_for("any repository's workflow")
    if low(program):
        program.press("esc")
        program.wait_until(lambda _: program.cursor_line())
