"""The words of the lines around the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len

from console.scope.model import Scope
from console.session import Status
from console.store.delta import Problems
from console.ui.lines import PANES, Counts, Spans, counts, keys, panes, tabs, who
from tests.ui.fakes import SCOPE, status

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
AT = NOON.timestamp()


def text(spans: Spans) -> str:
    return "".join(words for words, _ in spans)


def said(found: Status, width: int = 200) -> str:
    left, right = who(found, NOON, width)
    return text(left) + text(right)


def tokens(spans: Spans) -> dict[str, str]:
    return {words.strip(): token for words, token in spans}


STANDINGS = [
    status(),
    status(production=True),
    status(unlocked_for=894),
    status(production=True, unlocked_for=43_200, expires_at=NOON + timedelta(minutes=4)),
    status(alias="", scope=replace(SCOPE, profile="", region="ap-southeast-1")),
    status(alias="a" * 63, production=True, unlocked_for=1, scope=replace(SCOPE, region="us-isob-east-1")),
    status(alias="", scope=replace(SCOPE, profile="名前" * 20), expires_at=NOON),
]


@pytest.mark.parametrize("width", range(60, 201))
def test_account_region_and_mode_are_told_at_every_width(width: int) -> None:
    for found in STANDINGS:
        line = said(found, width)
        assert cell_len(line) <= width, line
        assert f" {found.scope.region}" in line
        assert ("WRITES" if found.unlocked_for else "READ-ONLY") in line
        assert ("PROD" in line) is found.production
        name = found.identity.alias or found.scope.profile or found.identity.account
        assert name[:3] in line


@pytest.mark.parametrize("width", range(40, 60))
def test_region_and_mode_are_told_on_a_screen_too_narrow_for_anything_else(width: int) -> None:
    line = said(status(), width)
    assert cell_len(line) <= width
    assert "eu-west-1" in line
    assert "READ-ONLY" in line
    assert "acme" in line


def test_parts_give_way_in_the_order_of_their_worth() -> None:
    found = status(expires_at=NOON + timedelta(hours=1))
    parts = {"OnCall": 0, "calls/min": 0, "123456789012": 0, "creds": 0}
    for width in range(60, 201):
        line = said(found, width)
        for part in parts:
            parts[part] += part in line
    assert sorted(parts, key=lambda part: parts[part]) == list(parts)
    assert all(parts.values())


def test_before_there_is_a_session_there_is_only_the_name() -> None:
    left, right = who(None, NOON, 80)
    assert (text(left), right) == (" cloudtop ", [])


def test_writes_are_loud_and_count_down() -> None:
    left, _ = who(status(unlocked_for=894.9), NOON, 120)
    assert tokens(left)["WRITES 14:54"] == "alert"
    left, _ = who(status(), NOON, 120)
    assert tokens(left)["READ-ONLY"] == "caution"
    left, _ = who(replace(status(), held=True), NOON, 60)
    assert tokens(left)["JOB WRITES"] == "alert"
    left, _ = who(status(production=True), NOON, 120)
    assert tokens(left)["PROD"] == "alert"


def test_what_is_slowed_is_told_only_while_it_is_and_at_most_widths() -> None:
    slowed = replace(status(), slowed={"ec2": 2, "sqs": 4, "cloudtrail": 16})
    assert "  cloudtrail slowed ×16  SQS slowed ×4  EC2 slowed ×2  12 calls/min" in said(slowed)
    _, right = who(slowed, NOON, 200)
    assert tokens(right)["SQS slowed ×4"] == "warn"
    assert "slowed" not in said(status())
    one = replace(status(expires_at=NOON + timedelta(hours=1)), slowed={"sqs": 4})
    for width in range(60, 201):
        line = said(one, width)
        assert cell_len(line) <= width
        assert "SQS slowed ×4" in line or "calls/min" not in line, "what it costs gives way first"
    assert "SQS slowed ×4" in said(one, 80)


def test_an_account_that_may_be_production_says_so() -> None:
    left, _ = who(status(production=False, alias=None), NOON, 120)
    assert tokens(left)["PROD?"] == "unknown"
    left, _ = who(status(production=False, alias=""), NOON, 120)
    assert "PROD" not in "".join(text for text, _ in left)


@pytest.mark.parametrize(
    ("seconds", "words", "token"),
    [
        (3600, "1h", "text"), (900, "15m", "text"), (899, "14m", "warn"), (300, "5m", "warn"), (299, "4m", "bad"),
        (1, "1s", "bad"), (0, "EXPIRED", "bad"), (-50, "EXPIRED", "bad"), (90_000, "1d", "text"),
    ],
)  # fmt: skip
def test_credentials_that_end_soon_stand_out(seconds: float, words: str, token: str) -> None:
    _, right = who(status(expires_at=NOON + timedelta(seconds=seconds)), NOON, 200)
    assert tokens(right)[words] == token


def test_keys_that_do_not_end_say_nothing_of_credentials() -> None:
    assert "creds" not in said(status())


def test_an_account_without_alias_and_profile_is_its_number_once() -> None:
    line = said(status(alias="", scope=Scope("eu-west-1", "", "123456789012")))
    assert line.count("123456789012") == 1


def test_panes_have_a_badge_for_each_kind_of_problem_and_none_for_none() -> None:
    found = {"ec2.instances": Problems(3, 0, AT), "sqs.queues": Problems(1200, 2, AT), "s3.buckets": Problems(0, 0, AT)}
    spans = panes("ec2.instances", found)
    assert text(spans).split() == [
        "1",
        "EC2",
        "●3",
        "2",
        "S3",
        "3",
        "SQS",
        "●1,200",
        "▲2",
        "4",
        "CloudWatch",
        "5",
        "IAM",
    ]
    assert tokens(spans)["EC2"] == "tab-strong"
    assert tokens(spans)["●3"] == "tab-bad"
    assert tokens(spans)["▲2"] == "warn"


@pytest.mark.parametrize("pane", PANES, ids=lambda pane: pane.title)
def test_every_list_of_a_service_lights_its_pane(pane: object) -> None:
    service = pane.type.split(".")[0]  # type: ignore[attr-defined]
    lit = [words.strip() for words, token in panes(f"{service}.anything", {}) if token == "tab-strong"]
    assert lit == [pane.title]  # type: ignore[attr-defined]


FULL = Counts("Queues", shown=1024, loaded=1024, complete=True, read_at=AT - 5)


@pytest.mark.parametrize(
    ("state", "line"),
    [
        (FULL, " Queues  1,024 · as of 11:59:55 UTC"),
        (replace(FULL, reading=True, complete=False), " Queues  1,024+ · reading…"),
        (Counts("Queues", reading=True), " Queues · reading…"),
        (replace(FULL, complete=False, waiting=True), " Queues  1,024+ · more to read: G reads on"),
        (replace(FULL, complete=False, stale=True, read_at=AT - 150), " Queues  1,024+ · STALE, read 2m 30s ago"),
        (Counts("Mail", "orders", 4, 4, sample=True, read_at=AT), " Mail orders  4 · a sample, as of 12:00:00 UTC"),
        (Counts("Queues", loaded=5, shown=5), " Queues  5+"),
        (replace(FULL, shown=3, filter="dead"), " Queues  3 of 1,024 · as of 11:59:55 UTC · / dead"),
        (
            replace(FULL, shown=3, filter="dead", complete=False, reading=True),
            " Queues  3 of 1,024+ · reading… · / dead (in what is loaded)",
        ),
        (replace(FULL, filter="x", shown=1024), " Queues  1,024 of 1,024 · as of 11:59:55 UTC · / x"),
        (replace(FULL, marked=2), " Queues  1,024 · as of 11:59:55 UTC · 2 marked"),
        (replace(FULL, filter_problem="no column"), " Queues  1,024 · as of 11:59:55 UTC · no column"),
        (Counts("Connecting…"), " Connecting…"),
    ],
)  # fmt: skip
def test_the_counts_say_what_is_shown_of_how_much_and_how_old_it_is(state: Counts, line: str) -> None:
    assert text(counts(state, AT)) == line


def test_what_is_old_or_in_part_stands_out() -> None:
    assert "bad" in tokens(counts(replace(FULL, stale=True, complete=False), AT)).values()
    assert tokens(counts(replace(FULL, complete=False, filter="x"), AT))["(in what is loaded)"] == "warn"
    assert "bad" not in tokens(counts(FULL, AT)).values()


def test_a_filter_is_shown_harmless() -> None:
    assert "\x1b" not in text(counts(replace(FULL, filter="\x1b]0;x\x07"), AT))


def test_keys_and_tabs_name_a_key_and_what_it_does() -> None:
    assert text(keys([("a", "act"), ("q", "quit")])) == " a act   q quit   "
    spans = tabs("[red]web", [("m", "metrics 3")])
    assert text(spans) == "── [red]web ── m metrics 3 "
    assert tokens(spans)["m"] == "key"
