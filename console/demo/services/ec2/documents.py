"""Owns how instances, disks, groups and addresses look in EC2's answers; must not know requests."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Any

from console.demo.account import ACCOUNT_ID, REGION
from console.demo.services.ec2.fleet import (
    CODES,
    PENDING,
    RUNNING,
    STOPPED,
    STOPPING,
    TERMINATED,
    Address,
    Fleet,
    Instance,
    SecurityGroup,
    Volume,
)
from console.demo.services.ec2.listing import tag_list

VPC = "vpc-0b6f2a1c94d3e8f70"
SUBNETS = {
    "eu-west-1a": "subnet-0a17c3e5b2f4d6819",
    "eu-west-1b": "subnet-0b28d4f6c3a5e792a",
    "eu-west-1c": "subnet-0c39e5a7d4b6f8a3b",
}
_ZONE_IDS = {"eu-west-1a": "euw1-az2", "eu-west-1b": "euw1-az3", "eu-west-1c": "euw1-az1"}
_CORES = {"metal": 96, "micro": 2, "large": 2, "xlarge": 4, "2xlarge": 8}


def state(name: str) -> dict[str, Any]:
    """Return an instance state."""
    return {"Code": CODES[name], "Name": name}


def instance(fleet: Fleet, found: Instance) -> dict[str, Any]:
    """Return one instance as DescribeInstances sends it."""
    document = {
        "InstanceId": found.id,
        "ImageId": found.image,
        "State": state(found.state),
        "PrivateDnsName": _private_name(found),
        "PublicDnsName": "",
        "StateTransitionReason": found.reason,
        "AmiLaunchIndex": 0,
        "ProductCodes": [],
        "InstanceType": found.type,
        "LaunchTime": found.launched_at,
        "Placement": {
            "AvailabilityZone": found.zone,
            "AvailabilityZoneId": _ZONE_IDS.get(found.zone),
            "GroupName": "",
            "Tenancy": "default",
        },
        "Monitoring": {"State": "enabled"},
        "Architecture": found.architecture,
        "ClientToken": "",
        "EbsOptimized": True,
        "EnaSupport": True,
        "Hypervisor": "xen",
        "RootDeviceName": "/dev/xvda",
        "RootDeviceType": "ebs",
        "VirtualizationType": "hvm",
        "CpuOptions": {"CoreCount": _CORES.get(found.type.rpartition(".")[2], 4), "ThreadsPerCore": 1},
        "CapacityReservationSpecification": {"CapacityReservationPreference": "open"},
        "HibernationOptions": {"Configured": False},
        "EnclaveOptions": {"Enabled": False},
        "PlatformDetails": "Linux/UNIX",
        "UsageOperation": "RunInstances",
        "MaintenanceOptions": {"AutoRecovery": "default"},
        "CurrentInstanceBootMode": "uefi",
        "Tags": tag_list(found.tags),
        "KeyName": found.key or None,
    }
    document |= _reason(found)
    if found.profile:
        arn = f"arn:aws:iam::{ACCOUNT_ID}:instance-profile/{found.profile}"
        document["IamInstanceProfile"] = {"Arn": arn, "Id": f"AIPA{_hash(found.profile, 17).upper()}"}
    return document if found.state == TERMINATED else document | _connected(fleet, found)


def _reason(found: Instance) -> dict[str, Any]:
    if found.state in (PENDING, RUNNING) or not found.reason:
        return {}
    code = "Client.UserInitiatedShutdown"
    return {"StateReason": {"Code": code, "Message": f"{code}: User initiated shutdown"}}


def _connected(fleet: Fleet, found: Instance) -> dict[str, Any]:
    """Return the parts that a terminated instance no longer has."""
    groups = [{"GroupId": id_, "GroupName": fleet.groups[id_].name} for id_ in found.group_ids]
    public = public_ip(fleet, found)
    document: dict[str, Any] = {
        "PrivateIpAddress": found.private_ip,
        "SubnetId": SUBNETS.get(found.zone),
        "VpcId": VPC,
        "SecurityGroups": groups,
        "SourceDestCheck": True,
        "BlockDeviceMappings": [_disk(volume) for volume in fleet.disks(found)],
        "NetworkInterfaces": [_interface(found, groups, public)],
        "MetadataOptions": {
            "State": "applied",
            "HttpTokens": "required",
            "HttpPutResponseHopLimit": 2,
            "HttpEndpoint": "enabled",
        },
    }
    if public:
        document["PublicIpAddress"] = public
        document["PublicDnsName"] = f"ec2-{public.replace('.', '-')}.{REGION}.compute.amazonaws.com"
    return document


def public_ip(fleet: Fleet, found: Instance) -> str:
    """Return the instance's public address, empty without one."""
    return fleet.elastic().get(found.id) or found.public_ip


def _private_name(found: Instance) -> str:
    return f"ip-{found.private_ip.replace('.', '-')}.{REGION}.compute.internal"


def _interface(found: Instance, groups: list[dict[str, str]], public: str) -> dict[str, Any]:
    digest = _hash(found.id, 12)
    document: dict[str, Any] = {
        "NetworkInterfaceId": f"eni-0{_hash(found.id + 'eni', 16)}",
        "MacAddress": ":".join(["0a", *(digest[place : place + 2] for place in range(2, 12, 2))]),
        "Groups": groups,
        "OwnerId": ACCOUNT_ID,
        "PrivateDnsName": _private_name(found),
        "PrivateIpAddress": found.private_ip,
        "SourceDestCheck": True,
        "Status": "in-use",
        "SubnetId": SUBNETS.get(found.zone),
        "VpcId": VPC,
        "InterfaceType": "interface",
    }
    if public:
        document["Association"] = {"PublicIp": public, "IpOwnerId": ACCOUNT_ID}
    return document


def _disk(volume: Volume) -> dict[str, Any]:
    attached = {
        "VolumeId": volume.id,
        "Status": "attached",
        "DeleteOnTermination": volume.deleted_with,
        "AttachTime": volume.created_at,
    }
    return {"DeviceName": volume.device, "Ebs": attached}


def volume(found: Volume) -> dict[str, Any]:
    """Return one disk as DescribeVolumes sends it."""
    attachment = {
        "VolumeId": found.id,
        "InstanceId": found.instance_id,
        "Device": found.device,
        "State": "attached",
        "DeleteOnTermination": found.deleted_with,
        "AttachTime": found.created_at,
    }
    document: dict[str, Any] = {
        "VolumeId": found.id,
        "Size": found.size,
        "SnapshotId": "",
        "AvailabilityZone": found.zone,
        "State": "in-use" if found.instance_id else "available",
        "CreateTime": found.created_at,
        "Attachments": [attachment] if found.instance_id else [],
        "Encrypted": found.encrypted,
        "VolumeType": found.kind,
        "Iops": 3000,
        "Throughput": 125 if found.kind == "gp3" else None,
        "MultiAttachEnabled": False,
    }
    if found.encrypted:
        document["KmsKeyId"] = f"arn:aws:kms:{REGION}:{ACCOUNT_ID}:key/5d1b0c1e-8f27-4c53-9d3a-0f4f6a8e2b71"
    return document


def security_group(found: SecurityGroup) -> dict[str, Any]:
    """Return one security group."""
    anywhere = {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "UserIdGroupPairs": []}
    return {
        "GroupId": found.id,
        "GroupName": found.name,
        "Description": found.description,
        "OwnerId": ACCOUNT_ID,
        "VpcId": VPC,
        "SecurityGroupArn": f"arn:aws:ec2:{REGION}:{ACCOUNT_ID}:security-group/{found.id}",
        "IpPermissions": [_rule(*rule) for rule in found.rules],
        "IpPermissionsEgress": [anywhere],
    }


def _rule(protocol: str, port: int, source: str) -> dict[str, Any]:
    rule: dict[str, Any] = {"IpProtocol": protocol, "FromPort": port, "ToPort": port}
    rule |= {"IpRanges": [], "Ipv6Ranges": [], "UserIdGroupPairs": [], "PrefixListIds": []}
    if source.startswith("sg-"):
        rule["UserIdGroupPairs"] = [{"GroupId": source, "UserId": ACCOUNT_ID}]
    else:
        rule["IpRanges"] = [{"CidrIp": source}]
    return rule


def address(found: Address, fleet: Fleet) -> dict[str, Any]:
    """Return one Elastic IP address."""
    document: dict[str, Any] = {
        "AllocationId": found.allocation_id,
        "PublicIp": found.public_ip,
        "Domain": "vpc",
        "PublicIpv4Pool": "amazon",
        "NetworkBorderGroup": REGION,
        "Tags": tag_list({"Name": found.name}),
    }
    holder = fleet.instances.get(found.instance_id)
    if holder:
        document |= {
            "InstanceId": holder.id,
            "PrivateIpAddress": holder.private_ip,
            "AssociationId": f"eipassoc-0{_hash(holder.id, 16)}",
        }
    return document


def status(found: Instance, now: datetime) -> dict[str, Any]:
    """Return one instance's status checks."""
    word = "not-applicable" if found.state in (STOPPED, STOPPING, TERMINATED) else "ok"
    if found.state == PENDING or (found.state == RUNNING and found.checking(now)):
        word = "initializing"
    own = {"Status": word, "Details": [{"Name": "reachability", "Status": _check(word)}]}
    impaired = dict(own)
    if word == "ok" and found.impaired_at:
        detail = {"Name": "reachability", "Status": "failed", "ImpairedSince": found.impaired_at}
        impaired = {"Status": "impaired", "Details": [detail]}
    return {
        "InstanceId": found.id,
        "AvailabilityZone": found.zone,
        "InstanceState": state(found.state),
        "InstanceStatus": impaired if word != "not-applicable" else {"Status": word},
        "SystemStatus": own if word != "not-applicable" else {"Status": word},
        "AttachedEbsStatus": own if word != "not-applicable" else {"Status": word},
    }


def _check(word: str) -> str:
    return "passed" if word == "ok" else word


def _hash(text: str, length: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:length]
