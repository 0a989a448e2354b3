"""Rows into a file of one's own."""

from __future__ import annotations

import csv
import io
import json
import os
import stat
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from console.resources.model import EarlierCount, Missing
from console.ui.screens.export import Export, ExportDialog, write
from tests.store.machines import COLUMNS, machines, row
from tests.ui.fakes import FakeSession
from tests.ui.screens.asking import ask, focused, press
from tests.ui.stage import screen_text

ROWS = [
    row("i-1", name="web", cpu=80.0, age=datetime(2026, 11, 21, tzinfo=UTC), zones=("a", "b"), public=True),
    row("=cmd|' /C calc'!A0", name="=1+1", cpu=Missing.UNKNOWN, wait=Missing.PENDING),
    row("i-\x1b[2J", name='a,"b"', size=5),
]


def put(path: Path, form: str = "csv", *, complete: bool = True) -> Path:
    return write(path, form, machines(), ROWS, complete=complete)


@pytest.mark.parametrize("form", ["csv", "json"])
def test_only_its_owner_can_read_the_file(form: str, tmp_path: Path) -> None:
    mask = os.umask(0)
    try:
        path = put(tmp_path / "out", form)
    finally:
        os.umask(mask)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.is_absolute()


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.write_text("mine")
    with pytest.raises(FileExistsError):
        put(there)
    assert there.read_text() == "mine"


@pytest.mark.parametrize("target", ["nowhere", "there", "."])
def test_a_link_is_not_followed(target: str, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / target)
    with pytest.raises(OSError, match="link"):
        put(link)
    assert (tmp_path / "there").read_text() == "mine"
    assert not (tmp_path / "nowhere").exists()


def test_a_folder_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        put(tmp_path / "no" / "folder")


def test_home_is_understood(home: Path) -> None:
    assert put(Path("~/out")) == home / "out"


def test_csv_has_every_column_and_no_formula(tmp_path: Path) -> None:
    lines = list(csv.DictReader(io.StringIO(put(tmp_path / "out").read_text(encoding="utf-8"))))
    assert list(lines[0]) == ["id", "arn", "account", "region", *(column.id for column in COLUMNS), "unknown"]
    assert (lines[0]["name"], lines[0]["account"], lines[0]["region"]) == ("web", "123456789012", "eu-west-1")
    assert lines[1]["name"].startswith("'=")
    assert lines[1]["id"].startswith("'=")
    assert lines[2]["name"] == 'a,"b"'
    assert "\x1b" not in lines[2]["id"]
    assert [line["unknown"] for line in lines] == ["", "cpu;wait", ""], "unknown is not nothing"


def test_json_is_exact_and_says_whether_it_is_all(tmp_path: Path) -> None:
    told = json.loads(put(tmp_path / "out", "json", complete=False).read_text(encoding="utf-8"))
    assert (told["type"], told["count"], told["complete"]) == ("test.machines", 3, False)
    assert told["rows"][0]["zones"] == ["a", "b"]
    assert told["rows"][0]["cpu"] == 80.0
    assert told["rows"][1]["name"] == "=1+1"
    assert [line["unknown"] for line in told["rows"]] == [[], ["cpu", "wait"], []], "unknown is not nothing"


@pytest.mark.parametrize("form", ["csv", "json"])
def test_numbers_that_are_minutes_old_are_named(form: str, tmp_path: Path) -> None:
    rows = [row("i-1", size=EarlierCount(5)), row("i-2", size=6)]
    text = write(tmp_path / "out", form, machines(), rows, complete=True).read_text(encoding="utf-8")
    if form == "csv":
        lines = list(csv.DictReader(io.StringIO(text)))
        assert [(line["size"], line["earlier"]) for line in lines] == [("5", "size"), ("6", "")]
    else:
        told = json.loads(text)["rows"]
        assert [(line["size"], line.get("earlier")) for line in told] == [(5, ["size"]), (6, None)]


async def test_the_question_and_its_answers(opened: Any) -> None:
    async with opened() as (app, pilot):
        for path, keys, answer in (
            ("out", ("enter",), Export("out.csv", "csv")),
            ("out.csv", ("enter",), Export("out.csv", "csv")),
            ("out.csv", ("tab", "enter"), Export("out.csv.json", "json")),
            (" ", ("enter",), None),
            ("out", ("tab", "tab", "enter"), None),
        ):
            answers = await ask(app, pilot, ExportDialog("ec2.instances"))
            assert focused(app) == "csv"
            assert "cloudtop-ec2.instances-2" in app.screen.query_one("#path").value
            app.screen.query_one("#path").value = path
            await press(pilot, *keys)
            assert answers == [answer]


async def test_what_the_filter_shows_is_written_and_a_refusal_told(
    opened: Any, session: FakeSession, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    async with opened() as (app, pilot):
        app.desk.browser.listing.filter("web-01")
        for told in ("10 rows written to", "out.csv"):
            await press(pilot, "e")
            app.screen.query_one("#path").value = "out"
            await press(pilot, "enter")
            assert told in screen_text(app)
        assert "10 rows written" not in screen_text(app), "the second time the file is there"
    assert len((tmp_path / "out.csv").read_text().splitlines()) == 11
