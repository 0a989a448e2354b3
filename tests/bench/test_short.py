"""The benchmark can be run: every figure is taken once on small lists and makes sense. No time is asserted."""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.bench.__main__ import GROUPS
from tests.bench.process import has_kernel_figures
from tests.bench.programs import ROOT, aws

LANES = (("keys",), ("start", "memory", "idle", "refresh"), ("link", "order", "stall", "requests", "calls", "queue"))
"""Run beside each other, because most of each is waiting."""
NOTHING_IS_SANE = ("idle", "bytes, 1%", "loop held", "longest stall", "30 Hz", "held messages")
"""Beginnings and parts of quantities that may well be nothing."""


def _start(lane: tuple[str, ...], out: Path) -> subprocess.Popen[bytes]:
    words = [word for name in lane for word in ("--only", name)]
    command = [sys.executable, "-m", "tests.bench", "--short", "--json", str(out), *words]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    """Every row of a short run."""
    folder = tmp_path_factory.mktemp("bench")
    running = [_start(lane, folder / f"{lane[0]}.json") for lane in LANES]
    assert [process.wait() for process in running] == [0] * len(LANES)
    found = [json.loads((folder / f"{lane[0]}.json").read_text(encoding="utf-8")) for lane in LANES]
    return [row for run in found for row in run["rows"]]


@pytest.mark.long
@pytest.mark.skipif(not has_kernel_figures(), reason="the benchmark reads /proc")
def test_every_quantity_is_measured(rows: list[dict[str, Any]]) -> None:
    assert {name for lane in LANES for name in lane} == set(GROUPS)
    promised = [row for row in rows if row["target"] is not None]
    assert len(promised) == 37 - (0 if aws("--version") else 4)
    for row in rows:
        assert math.isfinite(row["measured"]), row
        assert row["lowest"] <= row["measured"] <= row["highest"], row
        assert row["measured"] > 0 or any(part in row["quantity"] for part in NOTHING_IS_SANE), row
        assert row["met"] == (None if row["target"] is None else row["measured"] <= row["target"])


@pytest.mark.long
@pytest.mark.skipif(not has_kernel_figures(), reason="the benchmark reads /proc")
def test_a_comparator_shows_what_it_is_compared_for(rows: list[dict[str, Any]]) -> None:
    """A program that painted nothing, or held no rows, would be cheap."""
    by_name = {(row["quantity"], row["against"]): row for row in rows}
    page = by_name["bytes per key page, 80×24", "curses table"]
    assert page["theirs"] > 80 * 10
    refreshed = by_name["bytes, 1% of 400 rows refreshed", "DataTable app"]
    assert refreshed["theirs"] > 80 * 10
