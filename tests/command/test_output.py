"""JSON and YAML that a terminal may be given."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
import yaml

from console.command.output import described, json_text, jsonable, worded, yaml_text
from console.resources.model import Missing
from console.text.faults import Fault, FaultKind

HOSTILE = "".join(map(chr, range(0x00, 0x110))) + "\u202e\u2028\ufeff\ud800\U0001f600"


def test_json_is_exact_in_printable_ascii() -> None:
    text = json_text({HOSTILE: HOSTILE}, indent=None)
    assert text.isascii()
    assert text.isprintable()
    assert json.loads(text) == {HOSTILE: HOSTILE}


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC), "2026-01-02T03:04:05Z"),
        (datetime(2026, 1, 2, 3, 4, 5, 600, tzinfo=timezone(timedelta(hours=2))), "2026-01-02T01:04:05.000600Z"),
        (float("nan"), None),
        (float("inf"), None),
        (Missing.UNKNOWN, None),
        ((1, None, True, "x"), [1, None, True, "x"]),
        (b"\x00\xff", "AP8="),
        ({"a": Fault(FaultKind.DENIED, "s3", "no")}, {"a": {"unreadable": "s3: no."}}),
    ],
)
def test_what_json_has_no_word_for(value: object, plain: object) -> None:
    assert jsonable(value) == plain


def test_yaml_is_clean_and_reads_back() -> None:
    text = yaml_text({"a": "\x1b[31m", "when": datetime(2026, 1, 2, tzinfo=UTC), "list": ["no", "1"], "ü": "ß"})
    assert yaml.safe_load(text) == {"a": "<ESC>[31m", "when": "2026-01-02T00:00:00Z", "list": ["no", "1"], "ü": "ß"}
    assert "ü: ß" in text


def test_a_fault_is_told_with_its_subject_once() -> None:
    assert worded(Fault(FaultKind.DENIED, "s3", "no", subject="things")) == "s3: no. (things)"
    assert worded(Fault(FaultKind.DENIED, "s3 things", "no", subject="things")) == "s3 things: no."
    assert described(Fault(FaultKind.DENIED, "s3", "no"))["kind"] == "denied"
