"""What is read about instances beyond the list."""

from __future__ import annotations

from typing import Any

import pytest

from console.ec2.instances import (
    checks,
    describe,
    group_member,
    group_texts,
    problem,
    read_checks,
    volume_texts,
)
from console.resources.model import Missing, Tone
from console.text.faults import Fault
from tests.support.reader import DENIED, FakeReader


def status(id_: str = "i-1", instance: str = "ok", system: str = "ok", **more: Any) -> dict[str, Any]:
    return {"InstanceId": id_, "InstanceStatus": {"Status": instance}, "SystemStatus": {"Status": system}, **more}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (status(), "2/2 ok"),
        (status(AttachedEbsStatus={"Status": "ok"}), "3/3 ok"),
        (status(instance="impaired"), "1/2 failed"),
        (status(instance="impaired", system="initializing"), "0/2 failed"),
        (status(instance="initializing", system="initializing"), "initializing"),
        (status(system="insufficient-data"), "insufficient-data"),
        ({"InstanceId": "i-1"}, "unknown"),
    ],
)
def test_checks_in_words(given, text):
    assert checks(given) == text


async def test_checks_are_read_a_hundred_at_a_time_and_a_denied_batch_leaves_the_others():
    def answer(given: dict[str, Any]) -> Any:
        return DENIED if "i-100" in given["InstanceIds"] else {"InstanceStatuses": [status("i-0")]}

    reader = FakeReader({"DescribeInstanceStatus": answer})
    read = {id_: found async for id_, found in read_checks(reader, [f"i-{number}" for number in range(250)])}
    assert [len(given["InstanceIds"]) for _, given in reader.asked] == [100, 100, 50]
    assert read["i-0"] == {"status_checks": "2/2 ok"}
    assert read["i-1"] == {"status_checks": None}
    assert read["i-150"] is DENIED
    assert len(read) == 250


@pytest.mark.parametrize(
    ("values", "tone"),
    [
        ({"state": "running", "status_checks": "2/2 ok"}, Tone.NONE),
        ({"state": "running", "status_checks": "1/2 failed"}, Tone.BAD),
        ({"state": "stopping", "status_checks": None}, Tone.WARN),
        ({"state": "running", "status_checks": Missing.UNKNOWN}, Tone.NONE),
    ],
)
def test_how_bad_a_row_is(values, tone):
    assert problem(values) is tone


MACHINE = {"InstanceId": "i-1", "SecurityGroups": [{"GroupId": "sg-1", "GroupName": "web"}]}
DETAIL = {
    "DescribeInstances": {"Reservations": [{"Instances": [MACHINE]}]},
    "DescribeVolumes": [{"Volumes": [{"VolumeId": "vol-1", "Size": 30, "VolumeType": "gp3", "Encrypted": True}]}],
    "DescribeSecurityGroups": [{"SecurityGroups": [{"GroupId": "sg-1", "GroupName": "web", "IpPermissions": []}]}],
    "DescribeInstanceStatus": [{"InstanceStatuses": [status()]}],
    "DescribeAutoScalingInstances": {"AutoScalingInstances": [{"AutoScalingGroupName": "web-eu1"}]},
}


async def test_a_detail_holds_all_its_parts():
    document = await describe(FakeReader(DETAIL), "i-1", "")
    assert volume_texts(document) == ("vol-1 30 GiB gp3 encrypted",)
    assert group_texts(document) == ("web in nothing",)
    assert group_member(document) == "web-eu1"


async def test_a_part_that_is_denied_is_unknown_and_the_rest_stands():
    document = await describe(
        FakeReader({**DETAIL, "DescribeVolumes": DENIED, "DescribeSecurityGroups": DENIED,
                    "DescribeAutoScalingInstances": DENIED}), "i-1", "",
    )  # fmt: skip
    assert document["instance"] == MACHINE
    assert volume_texts(document) is Missing.UNKNOWN
    assert group_texts(document) == ("web sg-1 (rules not readable)",)
    assert group_member(document) is Missing.UNKNOWN
    assert isinstance(document["volumes"], Fault)


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ({"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
         "443 from 0.0.0.0/0"),
        ({"IpProtocol": "tcp", "FromPort": 1, "ToPort": 9, "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}, "1-9 from ::/0"),
        ({"IpProtocol": "udp", "FromPort": 53, "ToPort": 53, "UserIdGroupPairs": [{"GroupId": "sg-2"}]},
         "udp 53 from sg-2"),
        ({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "10.0.0.0/8"}]}, "all from 10.0.0.0/8"),
        ({"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, "IpRanges": [{"CidrIp": "10.0.0.0/8"}]},
         "icmp all from 10.0.0.0/8"),
        ({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "PrefixListIds": [{"PrefixListId": "pl-1"}]},
         "22 from pl-1"),
        ({"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22}, "22 from nobody"),
    ],
)  # fmt: skip
def test_what_a_group_lets_in(rule, text):
    document = {"security_groups": [{"GroupName": "web", "IpPermissions": [rule]}]}
    assert group_texts(document) == (f"web in {text}",)
