"""The blast radius of stopping, rebooting and terminating instances."""

from __future__ import annotations

from typing import Any

import pytest

from console.ec2.facts import reboot_facts, stop_facts, terminate_facts
from console.resources.model import Fact, Tone
from tests.support.reader import DENIED, FakeReader


def instance(id_: str, **more: Any) -> dict[str, Any]:
    return {"InstanceId": id_, "RootDeviceType": "ebs", **more}


def target(id_: str, state: str = "healthy") -> dict[str, Any]:
    return {"Target": {"Id": id_, "Port": 80}, "TargetHealth": {"State": state}}


def script(*instances: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "DescribeInstances": [{"Reservations": [{"Instances": list(instances or (instance("i-1"),))}]}],
        "DescribeAutoScalingInstances": {"AutoScalingInstances": []},
        "DescribeTargetGroups": [{"TargetGroups": []}],
        "DescribeAddresses": {"Addresses": []},
        "DescribeInstanceAttribute": {"DisableApiStop": {"Value": False}, "DisableApiTermination": {"Value": False}},
        **changes,
    }


async def facts(function: Any, scripted: dict[str, Any], ids: tuple[str, ...] = ("i-1",)) -> dict[str, Fact]:
    found = [fact async for fact in function(FakeReader(scripted), ids)]
    return {fact.title: fact for fact in found}


async def test_an_instance_on_its_own_touches_nothing():
    found = await facts(stop_facts, script())
    assert {title: (fact.text, fact.tone) for title, fact in found.items()} == {
        "Auto Scaling": ("in no group", Tone.NONE),
        "Load balancing": ("in no target group", Tone.NONE),
        "Public address": ("none", Tone.NONE),
        "Stop protection": ("off", Tone.NONE),
        "Instance store": ("data on instance-store disks, if there are any, is lost", Tone.NONE),
    }


async def test_a_group_terminates_what_leaves_it_and_one_in_standby_is_left_alone():
    members = [
        {"InstanceId": "i-1", "AutoScalingGroupName": "web", "LifecycleState": "InService"},
        {"InstanceId": "i-2", "AutoScalingGroupName": "jobs", "LifecycleState": "Standby"},
    ]
    scripted = script(DescribeAutoScalingInstances={"AutoScalingInstances": members})
    found = [fact async for fact in stop_facts(FakeReader(scripted), ("i-1", "i-2")) if fact.title == "Auto Scaling"]
    assert [(fact.text, fact.tone) for fact in found] == [
        ("web will terminate and replace what leaves it", Tone.BAD),
        ("in standby in jobs, which leaves it alone", Tone.NONE),
    ]


async def test_group_membership_is_asked_for_fifty_at_a_time():
    reader = FakeReader(script())
    ids = [f"i-{number}" for number in range(120)]
    [_ async for _ in terminate_facts(reader, ids)]
    asked = [len(given["InstanceIds"]) for name, given in reader.asked if name == "DescribeAutoScalingInstances"]
    assert asked == [50, 50, 20]


GROUPS = {"DescribeTargetGroups": [{"TargetGroups": [{"TargetGroupName": "web", "TargetGroupArn": "arn:web"}]}]}


@pytest.mark.parametrize(
    ("targets", "text", "tone"),
    [
        ([target("i-1"), target("i-2"), target("i-3")], "web: 2 healthy targets left of 3", Tone.WARN),
        ([target("i-1"), target("i-2", "unhealthy")], "web: 0 healthy targets left of 2 (1 not healthy now)", Tone.BAD),
        ([target("i-1")], "web: 0 healthy targets left of 1", Tone.BAD),
        ([target("10.0.0.7"), target("10.0.0.8")], "web: 1 healthy target left of 2", Tone.WARN),
        ([target("i-9")], "in no target group", Tone.NONE),
        ([], "in no target group", Tone.NONE),
    ],
)
@pytest.mark.parametrize("function", [stop_facts, reboot_facts, terminate_facts])
async def test_healthy_targets_left_by_id_and_by_address(function, targets, text, tone):
    health = {"DescribeTargetHealth": {"TargetHealthDescriptions": targets}}
    found = await facts(function, script(instance("i-1", PrivateIpAddress="10.0.0.7"), **GROUPS, **health))
    assert (found["Load balancing"].text, found["Load balancing"].tone) == (text, tone)


async def test_one_target_group_that_cannot_be_read_leaves_the_others():
    groups = [{"TargetGroupName": name, "TargetGroupArn": name} for name in ("open", "closed")]
    health = {"TargetHealthDescriptions": [target("i-1"), target("i-2")]}
    scripted = script(
        DescribeTargetGroups=[{"TargetGroups": groups}],
        DescribeTargetHealth=lambda given: DENIED if given["TargetGroupArn"] == "closed" else health,
    )
    found = [fact async for fact in reboot_facts(FakeReader(scripted), ("i-1",))]
    assert [(fact.text, fact.tone) for fact in found] == [
        ("open: 1 healthy target left of 2", Tone.WARN),
        ("closed: denied: you may not", Tone.UNKNOWN),
    ]


@pytest.mark.parametrize(
    ("elastic", "text", "tone"),
    [
        ([], "203.0.113.7 will change (no Elastic IP)", Tone.WARN),
        ([{"PublicIp": "203.0.113.7", "InstanceId": "i-1"}], "kept (Elastic IP)", Tone.NONE),
        ([{"PublicIp": "203.0.113.9", "InstanceId": "i-1"}], "203.0.113.7 will change (no Elastic IP)", Tone.WARN),
    ],
)
async def test_a_public_address_is_given_up_unless_it_is_elastic(elastic, text, tone):
    machine = instance("i-1", PublicIpAddress="203.0.113.7")
    found = await facts(stop_facts, script(machine, DescribeAddresses={"Addresses": elastic}))
    assert (found["Public address"].text, found["Public address"].tone) == (text, tone)


async def test_many_lost_addresses_are_counted():
    machines = [instance(f"i-{number}", PublicIpAddress=f"203.0.113.{number}") for number in range(5)]
    found = await facts(stop_facts, script(*machines))
    assert found["Public address"].text.startswith("203.0.113.0, 203.0.113.1, 203.0.113.2 and 2 more will change")


@pytest.mark.parametrize(
    ("function", "attribute", "member", "title"),
    [
        (stop_facts, "disableApiStop", "DisableApiStop", "Stop protection"),
        (terminate_facts, "disableApiTermination", "DisableApiTermination", "Termination protection"),
    ],
)
async def test_protection_means_that_aws_will_refuse(function, attribute, member, title):
    def answer(given: dict[str, Any]) -> dict[str, Any]:
        assert given["Attribute"] == attribute
        return {member: {"Value": given["InstanceId"] == "i-2"}}

    machines = (instance("i-1"), instance("i-2"))
    found = await facts(function, script(*machines, DescribeInstanceAttribute=answer), ("i-1", "i-2"))
    assert (found[title].text, found[title].tone) == ("on for i-2: AWS will refuse", Tone.BAD)


async def test_protection_that_one_instance_hides_is_unknown_not_off():
    def answer(given: dict[str, Any]) -> Any:
        return DENIED if given["InstanceId"] == "i-2" else {"DisableApiStop": {"Value": False}}

    found = await facts(stop_facts, script(DescribeInstanceAttribute=answer), ("i-1", "i-2"))
    assert found["Stop protection"].tone is Tone.UNKNOWN


async def test_an_instance_store_root_is_lost():
    found = await facts(stop_facts, script(instance("i-1", RootDeviceType="instance-store")))
    assert found["Instance store"].tone is Tone.BAD
    assert "i-1" in found["Instance store"].text


async def test_spot_is_said():
    assert "Spot" not in await facts(stop_facts, script())
    found = await facts(stop_facts, script(instance("i-1", InstanceLifecycle="spot")))
    assert (found["Spot"].tone, found["Spot"].text[:4]) == (Tone.WARN, "i-1:")


async def test_volumes_that_go_with_a_terminated_instance_are_counted():
    disks = [{"Ebs": {"DeleteOnTermination": flag}} for flag in (True, False, True)]
    found = await facts(terminate_facts, script(instance("i-1", BlockDeviceMappings=disks)))
    assert (found["Volumes"].text, found["Volumes"].tone) == ("1 kept · 2 deleted", Tone.WARN)


@pytest.mark.parametrize("function", [stop_facts, terminate_facts, reboot_facts])
async def test_what_cannot_be_read_is_unknown_and_never_none(function):
    scripted = dict.fromkeys(script(), DENIED)
    found = await facts(function, scripted)
    assert found
    assert {fact.tone for fact in found.values()} == {Tone.UNKNOWN}
    assert all("denied" in fact.text for fact in found.values())
