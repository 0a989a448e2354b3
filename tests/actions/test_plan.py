"""What a plan holds, what it rests on and what voids it."""

from __future__ import annotations

from dataclasses import replace

import yaml

from console.actions.plan import build_plan, drift, worsened
from console.resources.model import Fact, Missing, Tone
from console.text.faults import Fault, FaultKind
from tests.actions.plans import (
    IDENTITY,
    MACHINES,
    STOP,
    TERMINATE,
    Clock,
    FakeReader,
    bad_facts,
    broken_facts,
    plan,
    row,
    values,
)


async def test_rows_become_targets_calls_and_facts():
    made = await plan(STOP, [row("i-1"), row("i-2", "web-2"), row("i-1")])
    assert [target.id for target in made.targets] == ["i-1", "i-2"]
    assert [call.parameters for call in made.calls] == [{"InstanceIds": ["i-1", "i-2"]}]
    assert made.facts == (Fact("Volumes", "2 kept"),)
    assert made.calls[0].summary() == "ec2:StopInstances InstanceIds=[i-1,i-2]"


async def test_ids_are_batched():
    made = await plan(replace(STOP, batch=2), [row(f"i-{number}") for number in range(5)])
    assert [call.ids for call in made.calls] == [("i-0", "i-1"), ("i-2", "i-3"), ("i-4",)]


async def test_what_cannot_be_done_is_left_out_with_its_reason():
    made = await plan(STOP, [row("i-1"), row("i-2", state="stopped")])
    assert [(target.id, why) for target, why in made.refused] == [("i-2", "it is stopped")]
    assert made.calls[0].ids == ("i-1",)


async def test_rows_of_another_account_or_region_are_refused():
    made = await plan(STOP, [row("i-1", account="999999999999"), row("i-2", region="us-east-1")])
    assert made.calls == ()
    assert "account 999999999999" in made.refused[0][1]
    assert "us-east-1" in made.refused[1][1]
    assert made.facts == ()


async def test_a_fault_while_gathering_facts_is_an_unknown_fact():
    made = await plan(replace(STOP, facts=broken_facts))
    assert made.facts[0].text == "1 kept"
    assert made.facts[1].tone is Tone.UNKNOWN
    assert "line <ESC>[31m dead" in made.facts[1].text


async def test_a_bad_fact_changes_the_confirmation():
    assert (await plan(STOP)).confirmation.expected == "yes"
    assert (await plan(replace(STOP, facts=bad_facts))).confirmation.expected == "web-1"


async def test_fingerprint_follows_state_action_and_caller_but_not_measurements():
    state = (await plan()).state
    assert (await plan(STOP, [row(values=("web-1", "running", 99.0, "failed", None))])).state == state
    assert (await plan(STOP, [row(name="web-2")])).state != state
    assert (await plan(TERMINATE)).state != state
    other = replace(IDENTITY, arn="arn:aws:iam::123456789012:user/eve")
    assert (await build_plan(FakeReader(), MACHINES, STOP, [row()], identity=other, clock=Clock())).state != state


async def test_measurements_and_enriched_columns_void_nothing():
    assert drift(await plan(), {"i-1": values()}) == ""


async def test_drift_names_the_target_and_what_changed():
    made = await plan(TERMINATE)
    assert drift(made, {"i-1": values(state="stopping")}) == "web-1 has changed: state was running and is stopping"
    assert "web-9" in drift(made, {"i-1": values(name="web-9")})


async def test_joining_an_auto_scaling_group_voids_the_plan():
    assert "group was none and is web-eu1" in drift(await plan(), {"i-1": values(group="web-eu1")})


async def test_vanished_or_unreadable_targets_void_the_plan():
    made = await plan()
    assert drift(made, {}) == "web-1 is gone"
    fault = Fault(FaultKind.DENIED, "ec2 DescribeInstances", "denied")
    assert "could not be checked again (denied)" in drift(made, {"i-1": fault})


async def test_a_value_that_turned_unreadable_is_a_change():
    assert drift(await plan(), {"i-1": values() | {"state": Missing.UNKNOWN}}) != ""
    assert drift(await plan(), {"i-1": values() | {"group": Missing.PENDING}}) == ""


async def test_a_value_that_was_not_read_again_voids_the_plan():
    assert "could not be checked again (state could not be read)" in drift(await plan(), {"i-1": {"name": "web-1"}})


async def test_an_action_that_became_impossible_voids_the_plan():
    made = await plan(replace(STOP, refuse=lambda found: "protected" if found["cpu"] == 80.0 else ""))
    assert drift(made, {"i-1": values()}) == "web-1 can no longer be done: protected"


async def test_only_the_asked_targets_are_compared():
    made = await plan(STOP, [row("i-1"), row("i-2")])
    assert drift(made, {"i-2": values()}, ["i-2"]) == ""


async def test_a_new_bad_fact_voids_the_plan_and_a_known_one_does_not():
    bad = Fact("Auto Scaling", "web-eu1 will terminate it", Tone.BAD)
    assert worsened(await plan(), [bad]) == "Auto Scaling: web-eu1 will terminate it"
    assert worsened(await plan(replace(STOP, facts=bad_facts)), [bad]) == ""
    assert worsened(await plan(), [Fact("Volumes", "2 kept")]) == ""


async def test_a_fact_that_can_no_longer_be_read_voids_the_plan():
    unread = Fact("Auto Scaling", "not readable: denied", Tone.UNKNOWN)
    assert worsened(await plan(), [unread]) == "Auto Scaling: not readable: denied"
    assert worsened(replace(await plan(), facts=(unread,)), [unread]) == ""


async def test_the_document_survives_yaml_and_holds_hostile_text_as_data():
    made = await plan(TERMINATE, [row(name="x\x1b]0;owned\x07: !!python/object [a]")])
    read = yaml.safe_load(yaml.safe_dump(made.document()))
    assert read["targets"][0]["name"] == "x<ESC>]0;owned<BEL>: !!python/object [a]"
    assert read["calls"][0]["parameters"] == {"InstanceIds": ["i-1"]}
    assert read["built_at"] == "2026-11-21T12:00:00Z"
    assert read["where"]["account"] == "123456789012"


async def test_the_document_tells_a_look_alike_name():
    (described,) = (await plan(TERMINATE, [row(name="w\u0435b-1")])).document()["targets"]
    assert described["name_in_ascii"] == "w\\u0435b-1"
    (described,) = (await plan(TERMINATE)).document()["targets"]
    assert "name_in_ascii" not in described
