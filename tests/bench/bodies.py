"""Owns the answers of a small AWS account as bytes, made before they are asked for; must not know HTTP."""

from __future__ import annotations

import json
from collections import OrderedDict
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from console.demo.wire import cbor
from tests.bench.comparators import rows

ACCOUNT = "123456789012"
REQUEST = "59dbff89-35bd-4eac-99ed-be587EXAMPLE"
_EC2 = "http://ec2.amazonaws.com/doc/2016-11-15/"
_HOLE = "@PG@"
"""Stands for a page's four digits until that page is asked for."""
_KEPT = 16
_TAGS = (("team", "payments"), ("env", "prod"), ("cost-centre", "4711"), ("managed-by", "terraform"))

_INSTANCE = """<item><reservationId>r-0{id:.14}</reservationId><ownerId>123456789012</ownerId><groupSet/>
<instancesSet><item><instanceId>{id}</instanceId><imageId>{image}</imageId>
<instanceState><code>{code}</code><name>{state}</name></instanceState>
<privateDnsName>ip-10-0-0-1.eu-west-1.compute.internal</privateDnsName>
<dnsName>ec2-52-0-0-1.eu-west-1.compute.amazonaws.com</dnsName><reason/><keyName>operators</keyName>
<amiLaunchIndex>0</amiLaunchIndex><productCodes/><instanceType>{type}</instanceType><launchTime>{launched}</launchTime>
<placement><availabilityZone>{zone}</availabilityZone><groupName/><tenancy>default</tenancy></placement>
<monitoring><state>disabled</state></monitoring><subnetId>{subnet}</subnetId><vpcId>{vpc}</vpcId>
<privateIpAddress>{private_ip}</privateIpAddress><ipAddress>{public_ip}</ipAddress><sourceDestCheck>true</sourceDestCheck>
<groupSet><item><groupId>sg-0a1b2c3d4e5f60718</groupId><groupName>web</groupName></item>
<item><groupId>sg-0a1b2c3d4e5f60719</groupId><groupName>ssh</groupName></item></groupSet>
<architecture>x86_64</architecture><rootDeviceType>ebs</rootDeviceType><rootDeviceName>/dev/xvda</rootDeviceName>
<blockDeviceMapping><item><deviceName>/dev/xvda</deviceName><ebs><volumeId>vol-0{id:.14}</volumeId><status>attached</status>
<attachTime>{launched}</attachTime><deleteOnTermination>true</deleteOnTermination></ebs></item></blockDeviceMapping>
<virtualizationType>hvm</virtualizationType><clientToken/><tagSet><item><key>Name</key><value>{name}</value></item>{tags}</tagSet>
<hypervisor>xen</hypervisor><networkInterfaceSet><item><networkInterfaceId>eni-0{id:.14}</networkInterfaceId>
<subnetId>{subnet}</subnetId><vpcId>{vpc}</vpcId><description>primary</description><ownerId>123456789012</ownerId>
<status>in-use</status><macAddress>0a:1b:2c:3d:4e:5f</macAddress><privateIpAddress>{private_ip}</privateIpAddress>
<sourceDestCheck>true</sourceDestCheck><groupSet><item><groupId>sg-0a1b2c3d4e5f60718</groupId><groupName>web</groupName></item>
</groupSet><attachment><attachmentId>eni-attach-0{id:.14}</attachmentId><deviceIndex>0</deviceIndex><status>attached</status>
<attachTime>{launched}</attachTime><deleteOnTermination>true</deleteOnTermination><networkCardIndex>0</networkCardIndex>
</attachment><association><publicIp>{public_ip}</publicIp><ipOwnerId>amazon</ipOwnerId></association>
<privateIpAddressesSet><item><privateIpAddress>{private_ip}</privateIpAddress><primary>true</primary></item>
</privateIpAddressesSet><ipv6AddressesSet/><interfaceType>interface</interfaceType></item></networkInterfaceSet>
<iamInstanceProfile><arn>arn:aws:iam::123456789012:instance-profile/web</arn><id>AIPAJ5EXAMPLE7EXAMPLE1</id></iamInstanceProfile>
<ebsOptimized>true</ebsOptimized><enaSupport>true</enaSupport><cpuOptions><coreCount>1</coreCount><threadsPerCore>2</threadsPerCore>
</cpuOptions><capacityReservationSpecification><capacityReservationPreference>open</capacityReservationPreference>
</capacityReservationSpecification><hibernationOptions><configured>false</configured></hibernationOptions><metadataOptions>
<state>applied</state><httpTokens>required</httpTokens><httpPutResponseHopLimit>2</httpPutResponseHopLimit>
<httpEndpoint>enabled</httpEndpoint><httpProtocolIpv6>disabled</httpProtocolIpv6></metadataOptions><enclaveOptions>
<enabled>false</enabled></enclaveOptions><bootMode>uefi</bootMode><platformDetails>Linux/UNIX</platformDetails>
<usageOperation>RunInstances</usageOperation><usageOperationUpdateTime>{launched}</usageOperationUpdateTime>
<privateDnsNameOptions><hostnameType>ip-name</hostnameType>
<enableResourceNameDnsARecord>false</enableResourceNameDnsARecord>
<enableResourceNameDnsAAAARecord>false</enableResourceNameDnsAAAARecord></privateDnsNameOptions>
<maintenanceOptions><autoRecovery>default</autoRecovery></maintenanceOptions></item></instancesSet></item>""".replace(
    "\n", ""
)

_STATUS = """<item><instanceId>{id}</instanceId><availabilityZone>eu-west-1a</availabilityZone>
<instanceState><code>16</code>
<name>running</name></instanceState><systemStatus><status>ok</status><details><item><name>reachability</name>
<status>passed</status></item></details></systemStatus><instanceStatus><status>ok</status><details><item>
<name>reachability</name><status>passed</status></item></details></instanceStatus></item>""".replace("\n", "")


class Instances:
    """EC2's answers for ``count`` instances; ``turn`` changes the state of one in a hundred."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._generation = 0
        self._pages: OrderedDict[int, bytes] = OrderedDict()
        self._template = self._made()

    def turn(self) -> None:
        """Change one row in a hundred."""
        self._generation += 1
        self._pages.clear()
        self._template = self._made()

    def page(self, number: int) -> bytes:
        """Return one page of DescribeInstances."""
        if number not in self._pages:
            more = (number + 1) * rows.PAGE < self._count
            token = f"<nextToken>{number + 1}</nextToken>" if more else ""
            places = min(rows.PAGE, self._count - number * rows.PAGE)
            parts = self._template[:places]
            items = b"".join(parts).replace(_HOLE.encode(), b"%04x" % number)
            self._pages[number] = _described("Instances", "reservationSet", items, token)
            if len(self._pages) > _KEPT:
                self._pages.popitem(last=False)
        return self._pages[number]

    def one(self, instance_id: str) -> bytes:
        """Return DescribeInstances of one instance."""
        page, place = instance_id[3:7], int(instance_id[7:11], 16)
        item = self._template[place].replace(_HOLE.encode(), page.encode())
        return _described("Instances", "reservationSet", item)

    def statuses(self, ids: list[str]) -> bytes:
        """Return DescribeInstanceStatus of those that run."""
        running = [id_ for id_ in ids if rows.state(int(id_[7:11], 16), self._generation) == "running"]
        return _described("InstanceStatus", "instanceStatusSet", "".join(map(_status, running)).encode())

    def _made(self) -> list[bytes]:
        tags = "".join(f"<item><key>{key}</key><value>{value}</value></item>" for key, value in _TAGS)
        found = (rows.values(_HOLE, place, self._generation) for place in range(min(rows.PAGE, self._count)))
        return [
            _INSTANCE.format(**one, tags=tags, code={"running": 16, "stopped": 80}[one["state"]]).encode()
            for one in found
        ]


@lru_cache(maxsize=200_000)
def _status(instance_id: str) -> str:
    return _STATUS.format(id=instance_id)


def nothing(operation: str) -> bytes:
    """Return the answer of an EC2 operation that found nothing."""
    sets = {"DescribeVolumes": "volumeSet", "DescribeSecurityGroups": "securityGroupInfo"}
    return _described(operation.removeprefix("Describe"), sets[operation], b"")


def _described(noun: str, member: str, items: bytes, token: str = "") -> bytes:
    head = f'<?xml version="1.0" encoding="UTF-8"?><Describe{noun}Response xmlns="{_EC2}">'
    head += f"<requestId>{REQUEST}</requestId><{member}>"
    return head.encode() + items + f"</{member}>{token}</Describe{noun}Response>".encode()


@lru_cache(maxsize=64)
def metric_data(count: int, end: int, *, binary: bool) -> bytes:
    """Return GetMetricData of ``count`` metrics, twelve samples each, up to ``end`` in periods of five minutes."""
    moments = [(end - step) * 300 for step in range(12, 0, -1)]
    results = [
        {
            "Id": f"m{number}",
            "Label": "CPUUtilization",
            "StatusCode": "Complete",
            "Timestamps": [datetime.fromtimestamp(moment, UTC) for moment in moments] if binary else moments,
            "Values": [float((number * 13 + step * 7) % 95) for step in range(12)],
        }
        for number in range(count)
    ]
    return _packed({"MetricDataResults": results, "Messages": []}, binary=binary)


def no_alarms(*, binary: bool) -> bytes:
    """Return DescribeAlarms of an account without any."""
    return _packed({"MetricAlarms": [], "CompositeAlarms": []}, binary=binary)


def _packed(document: dict[str, Any], *, binary: bool) -> bytes:
    return cbor.encode(document) if binary else json.dumps(document).encode()


class Queues:
    """SQS's answers for ``count`` queues at ``endpoint``; one in ten is a dead-letter queue."""

    def __init__(self, count: int, endpoint: str) -> None:
        urls = [f"{endpoint}/{ACCOUNT}/orders-{number:04d}" for number in range(count)]
        self.list = json.dumps({"QueueUrls": urls}).encode()
        self._attributes = {url: _attributes(number) for number, url in enumerate(urls)}

    def attributes(self, url: str) -> bytes | None:
        """Return GetQueueAttributes; None for a queue that is not there."""
        return self._attributes.get(url)


def _attributes(number: int) -> bytes:
    found = {
        "QueueArn": f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders-{number:04d}",
        "ApproximateNumberOfMessages": str(number * 37 % 900),
        "ApproximateNumberOfMessagesNotVisible": str(number % 12),
        "ApproximateNumberOfMessagesDelayed": "0",
        "CreatedTimestamp": "1735689600",
        "LastModifiedTimestamp": "1735689600",
        "VisibilityTimeout": "30",
        "MaximumMessageSize": "262144",
        "MessageRetentionPeriod": "345600",
        "DelaySeconds": "0",
        "ReceiveMessageWaitTimeSeconds": "20",
        "SqsManagedSseEnabled": "true",
    }
    if number % 10:
        target = f"arn:aws:sqs:eu-west-1:{ACCOUNT}:orders-{number - number % 10:04d}"
        found["RedrivePolicy"] = json.dumps({"deadLetterTargetArn": target, "maxReceiveCount": 5})
    return json.dumps({"Attributes": found}).encode()
