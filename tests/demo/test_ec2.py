"""EC2, Auto Scaling and target groups as the demo answers them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from console.demo.process import DemoAccount
from console.demo.seed import story
from tests.demo.conftest import Admin, Clients, connect

WEB = [story.instance_id(name) for name in story.WEB]
WORKERS = [story.instance_id(name) for name in story.WORKERS]
BASTION = story.instance_id(story.BASTION)
FAILING = story.instance_id(story.FAILING)
STOPPED = story.instance_id(story.STOPPED)


@pytest.fixture
def own() -> Iterator[DemoAccount]:
    """A seeded account that a test may change."""
    with DemoAccount.start() as running:
        yield running
        assert Admin(running.endpoint_url).mistakes() == []


@pytest.fixture
def ec2(own: DemoAccount) -> Any:
    """A client of ``own``."""
    return connect(own, "ec2")


@pytest.fixture
def later(own: DemoAccount) -> Callable[[float], None]:
    """Move the clock of ``own`` forward."""
    return Admin(own.endpoint_url).advance


@pytest.fixture
def seen(client: Clients) -> Any:
    """A client of the account that nobody changes."""
    return client("ec2")


def code(refused: pytest.ExceptionInfo[ClientError]) -> str:
    return str(refused.value.response["Error"]["Code"])


def instances(ec2: Any, **parameters: Any) -> dict[str, Any]:
    answer = ec2.describe_instances(**parameters)
    return {found["InstanceId"]: found for r in answer["Reservations"] for found in r["Instances"]}


def states(ec2: Any, *ids: str) -> list[str]:
    found = instances(ec2, InstanceIds=list(ids))
    return [found[identity]["State"]["Name"] for identity in ids]


def test_the_shop_runs_on_seventeen_machines(seen: Any) -> None:
    found = instances(seen)
    assert set(found) == {*WEB, *WORKERS, BASTION}
    assert {found[identity]["Placement"]["AvailabilityZone"][-1] for identity in WEB} == {"a", "b", "c"}
    assert found[STOPPED]["State"] == {"Code": 80, "Name": "stopped"}
    assert "User initiated" in found[STOPPED]["StateTransitionReason"]
    assert found[BASTION]["PublicIpAddress"]
    assert found[WEB[0]]["IamInstanceProfile"]["Arn"].endswith(f"instance-profile/{story.WEB_ROLE}")
    addresses = [machine["PrivateIpAddress"] for machine in found.values()]
    assert len(set(addresses)) == len(addresses)


def test_instances_come_in_pages(seen: Any) -> None:
    pages = list(seen.get_paginator("describe_instances").paginate(PaginationConfig={"PageSize": 7}))
    counts = [sum(len(reservation["Instances"]) for reservation in page["Reservations"]) for page in pages]
    assert counts == [7, 7, 3]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"MaxResults": 4}, "InvalidParameterValue"),
        ({"MaxResults": 1001}, "InvalidParameterValue"),
        ({"MaxResults": 5, "InstanceIds": [BASTION]}, "InvalidParameterCombination"),
        ({"NextToken": "nonsense"}, "InvalidParameterValue"),
        ({"InstanceIds": ["i-0123456789abcdef0"]}, "InvalidInstanceID.NotFound"),
        ({"InstanceIds": ["web-1"]}, "InvalidInstanceID.Malformed"),
        ({"Filters": [{"Name": "nonsense", "Values": ["x"]}]}, "InvalidParameterValue"),
    ],
)
def test_wrong_parameters_are_refused(seen: Any, parameters: dict[str, Any], expected: str) -> None:
    with pytest.raises(ClientError) as refused:
        seen.describe_instances(**parameters)
    assert code(refused) == expected


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        ("instance-state-name", ["stopped"], {STOPPED}),
        ("tag:Name", ["orders-worker-*"], set(WORKERS)),
        ("tag:Name", ["web-eu1-0?"], set(WEB[:9])),
        ("instance-type", ["t4g.micro", "c7g.xlarge"], {BASTION, *WORKERS}),
        ("tag-key", ["aws:autoscaling:groupName"], {*WEB, *WORKERS}),
        ("tag:Name", ["[w]eb*"], set()),
    ],
)
def test_filters(seen: Any, name: str, values: list[str], expected: set[str]) -> None:
    assert set(instances(seen, Filters=[{"Name": name, "Values": values}])) == expected


def test_status_is_of_running_instances_unless_asked(seen: Any) -> None:
    running = {status["InstanceId"]: status for status in seen.describe_instance_status()["InstanceStatuses"]}
    assert STOPPED not in running
    assert len(running) == 16
    impaired = running[FAILING]["InstanceStatus"]
    assert impaired["Status"] == "impaired"
    assert impaired["Details"][0]["ImpairedSince"]
    assert running[FAILING]["SystemStatus"]["Status"] == "ok"
    everything = seen.describe_instance_status(IncludeAllInstances=True, InstanceIds=[STOPPED])
    assert everything["InstanceStatuses"][0]["InstanceStatus"]["Status"] == "not-applicable"


def test_disks_and_groups_of_an_instance(seen: Any) -> None:
    attached = [{"Name": "attachment.instance-id", "Values": [WORKERS[0]]}]
    volumes = seen.describe_volumes(Filters=attached)["Volumes"]
    assert {volume["Attachments"][0]["Device"] for volume in volumes} == {"/dev/xvda", "/dev/sdf"}
    pages = seen.get_paginator("describe_volumes").paginate(PaginationConfig={"PageSize": 10})
    assert [len(page["Volumes"]) for page in pages] == [10, 10, 1]
    (group,) = instances(seen, InstanceIds=[BASTION])[BASTION]["SecurityGroups"]
    (described,) = seen.describe_security_groups(GroupIds=[group["GroupId"]])["SecurityGroups"]
    assert described["IpPermissions"][0]["FromPort"] == 22


def test_what_is_not_there(seen: Any) -> None:
    for call, parameters, expected in (
        (seen.describe_volumes, {"VolumeIds": ["vol-0123456789abcdef0"]}, "InvalidVolume.NotFound"),
        (seen.describe_security_groups, {"GroupIds": ["sg-0123456789abcdef0"]}, "InvalidGroup.NotFound"),
        (seen.describe_addresses, {"AllocationIds": ["eipalloc-0123456789abcdef0"]}, "InvalidAllocationID.NotFound"),
    ):
        with pytest.raises(ClientError) as refused:
            call(**parameters)
        assert code(refused) == expected


def test_regions(seen: Any) -> None:
    enabled = {region["RegionName"]: region["OptInStatus"] for region in seen.describe_regions()["Regions"]}
    assert enabled["eu-west-1"] == "opt-in-not-required"
    everything = {region["RegionName"]: region["OptInStatus"] for region in _all_regions(seen)}
    assert set(everything) > set(enabled)
    assert "not-opted-in" in everything.values()


def _all_regions(ec2: Any) -> list[Any]:
    return list(ec2.describe_regions(AllRegions=True)["Regions"])


def test_attributes_and_addresses(seen: Any) -> None:
    for identity, expected in ((BASTION, True), (WEB[0], False)):
        answer = seen.describe_instance_attribute(InstanceId=identity, Attribute="disableApiTermination")
        assert answer["DisableApiTermination"] == {"Value": expected}
    assert seen.describe_instance_attribute(InstanceId=BASTION, Attribute="disableApiStop")["DisableApiStop"] == {
        "Value": False
    }
    (address,) = seen.describe_addresses()["Addresses"]
    assert address["InstanceId"] == BASTION
    assert address["PublicIp"] == instances(seen, InstanceIds=[BASTION])[BASTION]["PublicIpAddress"]


def test_stopping_and_starting_take_a_while(ec2: Any, later: Callable[[float], None]) -> None:
    (change,) = ec2.stop_instances(InstanceIds=[WEB[0]])["StoppingInstances"]
    assert (change["PreviousState"]["Name"], change["CurrentState"]["Name"]) == ("running", "stopping")
    assert states(ec2, WEB[0]) == ["stopping"]
    with pytest.raises(ClientError) as refused:
        ec2.start_instances(InstanceIds=[WEB[0]])
    assert code(refused) == "IncorrectInstanceState"
    later(10)
    assert states(ec2, WEB[0]) == ["stopped"]
    ec2.start_instances(InstanceIds=[WEB[0]])
    assert states(ec2, WEB[0]) == ["pending"]
    later(6)
    assert states(ec2, WEB[0]) == ["running"]
    (status,) = ec2.describe_instance_status(InstanceIds=[WEB[0]])["InstanceStatuses"]
    assert status["InstanceStatus"]["Status"] == "initializing"
    later(60)
    (status,) = ec2.describe_instance_status(InstanceIds=[WEB[0]])["InstanceStatuses"]
    assert status["InstanceStatus"]["Status"] == "ok"


def test_terminating_takes_the_disks_that_go_with_it(ec2: Any, later: Callable[[float], None]) -> None:
    disks = [{"Name": "attachment.instance-id", "Values": [WORKERS[0]]}]
    before = {volume["VolumeId"] for volume in ec2.describe_volumes(Filters=disks)["Volumes"]}
    ec2.terminate_instances(InstanceIds=[WORKERS[0]])
    assert states(ec2, WORKERS[0]) == ["shutting-down"]
    later(10)
    assert states(ec2, WORKERS[0]) == ["terminated"]
    left = [volume for volume in ec2.describe_volumes()["Volumes"] if volume["VolumeId"] in before]
    assert [volume["State"] for volume in left] == ["available"]
    (again,) = ec2.terminate_instances(InstanceIds=[WORKERS[0]])["TerminatingInstances"]
    assert again["CurrentState"]["Name"] == "terminated"
    later(3700)
    with pytest.raises(ClientError) as refused:
        instances(ec2, InstanceIds=[WORKERS[0]])
    assert code(refused) == "InvalidInstanceID.NotFound"


def test_a_protected_instance_saves_its_zone_only(ec2: Any) -> None:
    zones = {identity: found["Placement"]["AvailabilityZone"] for identity, found in instances(ec2).items()}
    same = next(identity for identity in WEB if zones[identity] == zones[BASTION])
    other = next(identity for identity in WEB if zones[identity] != zones[BASTION])
    with pytest.raises(ClientError) as refused:
        ec2.terminate_instances(InstanceIds=[BASTION, same, other])
    assert code(refused) == "OperationNotPermitted"
    assert states(ec2, BASTION, same, other) == ["running", "running", "shutting-down"]


def test_a_reboot_needs_a_running_instance(ec2: Any) -> None:
    ec2.reboot_instances(InstanceIds=[WEB[0]])
    assert states(ec2, WEB[0]) == ["running"]
    with pytest.raises(ClientError) as refused:
        ec2.reboot_instances(InstanceIds=[STOPPED])
    assert code(refused) == "IncorrectInstanceState"


def test_a_dry_run_does_nothing(ec2: Any) -> None:
    with pytest.raises(ClientError) as refused:
        ec2.terminate_instances(InstanceIds=[WEB[0]], DryRun=True)
    assert code(refused) == "DryRunOperation"
    assert states(ec2, WEB[0]) == ["running"]


def test_auto_scaling_knows_its_members(client: Clients) -> None:
    scaling = client("autoscaling")
    members = scaling.describe_auto_scaling_instances(InstanceIds=[FAILING, STOPPED, BASTION])["AutoScalingInstances"]
    found = {member["InstanceId"]: member for member in members}
    assert set(found) == {FAILING, STOPPED}
    assert found[FAILING]["AutoScalingGroupName"] == story.WEB_GROUP
    assert found[FAILING]["HealthStatus"] == "UNHEALTHY"
    assert found[STOPPED]["LifecycleState"] == "Standby"
    with pytest.raises(ClientError) as refused:
        scaling.describe_auto_scaling_instances(InstanceIds=[BASTION] * 51)
    assert code(refused) == "ValidationError"
    (group,) = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[story.WEB_GROUP])["AutoScalingGroups"]
    assert len(group["Instances"]) == 12
    pages = scaling.get_paginator("describe_auto_scaling_groups").paginate(PaginationConfig={"PageSize": 1})
    assert len(list(pages)) == 2


def test_auto_scaling_replaces_what_was_stopped(ec2: Any, own: DemoAccount, later: Callable[[float], None]) -> None:
    scaling, balancing = connect(own, "autoscaling"), connect(own, "elbv2")
    ec2.stop_instances(InstanceIds=[WORKERS[0], WEB[0]])
    members(scaling, story.WORKER_GROUP)
    later(11)
    (new,) = members(scaling, story.WORKER_GROUP) - set(WORKERS)
    assert states(ec2, WORKERS[0], new) == ["shutting-down", "pending"]
    (group,) = balancing.describe_target_groups(Names=["orders-internal"])["TargetGroups"]
    health = balancing.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
    assert {part["Target"]["Id"]: part["TargetHealth"]["State"] for part in health}[new] == "initial"
    later(11)
    assert states(ec2, WORKERS[0], new) == ["terminated", "running"]
    assert len(members(scaling, story.WORKER_GROUP)) == 4
    assert members(scaling, story.WEB_GROUP) == set(WEB)  # its replacing is suspended
    assert states(ec2, WEB[0]) == ["stopped"]


def members(scaling: Any, name: str) -> set[str]:
    (group,) = scaling.describe_auto_scaling_groups(AutoScalingGroupNames=[name])["AutoScalingGroups"]
    return {member["InstanceId"] for member in group["Instances"]}


def test_target_health_follows_the_instances(client: Clients) -> None:
    balancing = client("elbv2")
    (group,) = balancing.describe_target_groups(Names=[story.WEB_TARGET_GROUP])["TargetGroups"]
    answer = balancing.describe_target_health(TargetGroupArn=group["TargetGroupArn"])
    health = {part["Target"]["Id"]: part["TargetHealth"]["State"] for part in answer["TargetHealthDescriptions"]}
    assert health.pop(FAILING) == "unhealthy"
    assert health.pop(STOPPED) == "unused"
    assert set(health.values()) == {"healthy"}
    pages = balancing.get_paginator("describe_target_groups").paginate(PaginationConfig={"PageSize": 1})
    assert len(list(pages)) == 2
    with pytest.raises(ClientError) as refused:
        balancing.describe_target_health(TargetGroupArn=group["TargetGroupArn"] + "0")
    assert code(refused) == "TargetGroupNotFound"


def test_a_scaled_account_has_so_many_machines() -> None:
    with DemoAccount.start(scale=60) as running:
        assert len(instances(connect(running, "ec2"))) == 60


def test_a_hostile_account_names_machines_to_attack() -> None:
    with DemoAccount.start(hostile=True) as running:
        found = instances(connect(running, "ec2")).values()
    names = [tag["Value"] for machine in found for tag in machine["Tags"] if tag["Key"] == "Name"]
    for piece in ("[@click=app.quit]", "\x9b", "\u202e", "x" * 4000):
        assert any(piece in name for name in names), ascii(piece)


def test_an_empty_account_has_no_machines(fresh: DemoAccount) -> None:
    assert instances(connect(fresh, "ec2")) == {}
    assert connect(fresh, "autoscaling").describe_auto_scaling_groups()["AutoScalingGroups"] == []
    assert connect(fresh, "elbv2").describe_target_groups()["TargetGroups"] == []
