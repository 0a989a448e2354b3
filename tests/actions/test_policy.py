"""Whether an action may be done and what confirms it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.actions.policy import Confirm, Policy, confirmation, judge, refusal
from console.actions.target import Target, target_of
from console.resources.model import Fact, Missing, Risk, Tone, Value
from tests.actions.plans import MACHINES, STOP, TERMINATE, row

READ = replace(STOP, risk=Risk.READ)


def targets(*names: Value) -> list[Target]:
    return [target_of(MACHINES, row(f"i-{number}", name)) for number, name in enumerate(names, 1)]


def test_locked_session_refuses_and_says_how_to_unlock():
    verdict = judge(Policy(), STOP)
    assert not verdict.allowed
    assert "read-only" in verdict.why
    assert "w" in verdict.remedy


def test_configuration_outranks_an_unlocked_session():
    verdict = judge(Policy(allow_writes=False, unlocked=True), TERMINATE)
    assert not verdict.allowed
    assert "writes.allow" in verdict.why


def test_reading_needs_no_unlocking():
    assert judge(Policy(allow_writes=False), READ).allowed


@pytest.mark.parametrize(("production", "require", "needed"), [(0, 0, False), (1, 0, True), (0, 1, True)])
def test_reason_is_needed_in_production_or_when_configured(production, require, needed):
    policy = Policy(unlocked=True, production=bool(production), require_reason=bool(require))
    assert judge(policy, STOP).needs_reason is needed


def test_a_refusal_that_breaks_is_a_refusal():
    broken = replace(STOP, refuse=lambda values: values["absent"])
    assert refusal(broken, {}) == "it could not be checked (KeyError)"


def test_reversible_write_asks_once_and_an_empty_answer_does_not_confirm():
    asked = confirmation(STOP, targets("web-1"))
    assert asked.kind is Confirm.BUTTON
    assert asked.accepts("yes")
    assert not asked.accepts("")


def test_destroying_asks_for_the_name():
    asked = confirmation(TERMINATE, targets("web-1"))
    assert (asked.kind, asked.expected) == (Confirm.TYPE, "web-1")
    assert asked.accepts(" web-1 ")
    for wrong in ("", "yes", "Web-1", "web-", "web-11", "i-1"):
        assert not asked.accepts(wrong)


@pytest.mark.parametrize("name", [None, "", "  ", Missing.PENDING, Missing.UNKNOWN])
def test_without_a_name_the_id_is_typed(name):
    assert confirmation(TERMINATE, targets(name)).expected == "i-1"


def test_a_target_without_any_name_or_id_cannot_be_confirmed():
    nameless = target_of(MACHINES, row("", None))
    assert not confirmation(TERMINATE, [nameless]).accepts("")


def test_several_ask_for_verb_and_count():
    asked = confirmation(TERMINATE, targets("web-1", "web-2", "web-3"))
    assert asked.expected == "terminate 3"
    assert not asked.accepts("terminate 2")


def test_a_bad_fact_asks_for_the_name_even_of_a_reversible_write():
    facts = [Fact("Auto Scaling", "web-eu1 will terminate it", Tone.BAD)]
    assert confirmation(STOP, targets("web-1"), facts).kind is Confirm.TYPE


def test_the_name_compared_is_the_clean_one_that_is_shown():
    (target,) = targets("web\u202e-1\x1b[2J")
    asked = confirmation(TERMINATE, [target])
    assert asked.expected == "web<U+202E>-1<ESC>[2J"
    assert asked.accepts("web<U+202E>-1<ESC>[2J")
    assert not asked.accepts("web\u202e-1\x1b[2J")


def test_a_look_alike_name_is_told_apart():
    plain, foreign = targets("web-1", "w\u0435b-1")
    assert plain.unusual == ""
    assert foreign.unusual == "w\\u0435b-1"
