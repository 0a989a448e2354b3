"""The demo and moto asked alike: where both know an answer they must not differ in what a client sees."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from console.demo.process import DemoAccount
from tests.demo.conftest import Admin, connect
from tests.support.moto import ACCESS_KEY, SECRET_KEY

Ask = Callable[[str], Any]
SHARED = frozenset(
    {
        "InstanceId",
        "ImageId",
        "State",
        "PrivateDnsName",
        "InstanceType",
        "LaunchTime",
        "Placement",
        "Monitoring",
        "SubnetId",
        "VpcId",
        "Architecture",
        "PrivateIpAddress",
        "BlockDeviceMappings",
        "Hypervisor",
        "NetworkInterfaces",
        "RootDeviceName",
        "RootDeviceType",
        "SecurityGroups",
        "SourceDestCheck",
        "VirtualizationType",
        "StateTransitionReason",
        "AmiLaunchIndex",
    }
)
"""What both tell of an instance."""


@pytest.fixture(params=["fifo", "leases", "batches", "errors", "attributes"])
def scenario(request: pytest.FixtureRequest) -> Callable[[Any], object]:
    """What is done to an account; returns what a client saw, without ids and times."""
    found: Callable[[Any], object] = SCENARIOS[request.param]
    return found


@pytest.fixture
def other(moto: str) -> Ask:
    """Make clients of moto."""
    return lambda service: boto3.client(
        service,
        endpoint_url=moto,
        aws_access_key_id=ACCESS_KEY,
        aws_secret_access_key=SECRET_KEY,
        region_name="eu-west-1",
        config=Config(retries={"total_max_attempts": 1}),
    )


@pytest.fixture
def ours() -> Iterator[Ask]:
    """Make clients of an empty demo account."""
    with DemoAccount.start(empty=True) as running:
        yield lambda service: connect(running, service)
        assert Admin(running.endpoint_url).mistakes() == []


def refused(call: Callable[..., Any], **parameters: Any) -> tuple[str, int]:
    with pytest.raises(ClientError) as error:
        call(**parameters)
    answer = error.value.response
    return answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]


def fifo(sqs: Any) -> object:
    url = sqs.create_queue(QueueName="a.fifo", Attributes={"FifoQueue": "true"})["QueueUrl"]
    for number, group in enumerate("aabb"):
        body = f"{group}{number}"
        sqs.send_message(QueueUrl=url, MessageBody=body, MessageGroupId=group, MessageDeduplicationId=body)
    sqs.send_message(QueueUrl=url, MessageBody="again", MessageGroupId="a", MessageDeduplicationId="a0")
    first = sqs.receive_message(QueueUrl=url)["Messages"]
    rest = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    sqs.delete_message(QueueUrl=url, ReceiptHandle=first[0]["ReceiptHandle"])
    last = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    return [[message["Body"] for message in batch] for batch in (first, rest, last)]


def leases(sqs: Any) -> object:
    dead = sqs.create_queue(QueueName="dead")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    url = sqs.create_queue(QueueName="work", Attributes={"RedrivePolicy": policy})["QueueUrl"]
    text = {"Kind": {"DataType": "String", "StringValue": "café"}, "N": {"DataType": "Number", "StringValue": "1"}}
    sqs.send_message(QueueUrl=url, MessageBody="ü", MessageAttributes=text)
    seen: list[object] = []
    for _ in range(3):
        answer = sqs.receive_message(
            QueueUrl=url, MessageAttributeNames=["All"], AttributeNames=["All"], VisibilityTimeout=20
        )
        for message in answer.get("Messages", []):
            seen.append((message["Body"], message["MD5OfBody"], message["MD5OfMessageAttributes"]))
            seen.append((message["MessageAttributes"], message["Attributes"]["ApproximateReceiveCount"]))
            seen.append(_counts(sqs, url))
            handle = message["ReceiptHandle"]
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=handle, VisibilityTimeout=0)
    sources = sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"]
    return seen, _counts(sqs, url), _counts(sqs, dead), [source.rpartition("/")[2] for source in sources]


def _counts(sqs: Any, url: str) -> list[str]:
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return [found[name] for name in sorted(found) if name.startswith("Approximate")]


def batches(sqs: Any) -> object:
    url = sqs.create_queue(QueueName="work")["QueueUrl"]
    entries = [{"Id": str(number), "MessageBody": "x" * number} for number in range(1, 11)]
    sent = sqs.send_message_batch(QueueUrl=url, Entries=entries)
    received = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10)["Messages"]
    handles = [{"Id": message["Body"], "ReceiptHandle": message["ReceiptHandle"]} for message in received[:9]]
    deleted = sqs.delete_message_batch(QueueUrl=url, Entries=handles)
    sizes = sorted(len(entry["Id"]) for entry in deleted["Successful"])
    return [entry["MD5OfMessageBody"] for entry in sent["Successful"]], sizes, _counts(sqs, url)


def errors(sqs: Any) -> object:
    url = sqs.create_queue(QueueName="work")["QueueUrl"]
    gone = url.replace("work", "gone")
    sqs.purge_queue(QueueUrl=url)
    twice = [{"Id": "1", "MessageBody": "a"}] * 2
    eleven = [{"Id": str(number), "MessageBody": "a"} for number in range(11)]
    return [
        refused(sqs.get_queue_url, QueueName="gone"),
        refused(sqs.receive_message, QueueUrl=gone),
        refused(sqs.send_message_batch, QueueUrl=url, Entries=twice),
        refused(sqs.send_message_batch, QueueUrl=url, Entries=eleven),
        refused(sqs.receive_message, QueueUrl=url, MaxNumberOfMessages=11),
        refused(sqs.get_queue_attributes, QueueUrl=url, AttributeNames=["Nonsense"]),
        refused(sqs.create_queue, QueueName="work", Attributes={"VisibilityTimeout": "7"})[0],
        refused(sqs.purge_queue, QueueUrl=url)[0],
    ]


def attributes(sqs: Any) -> object:
    url = sqs.create_queue(QueueName="work", Attributes={"DelaySeconds": "3"}, tags={"a": "b"})["QueueUrl"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "77"})
    found = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    volatile = ("CreatedTimestamp", "LastModifiedTimestamp", "QueueArn", "MaximumMessageSize")
    kept = {name: value for name, value in found.items() if name not in volatile}
    return kept, sqs.list_queue_tags(QueueUrl=url)["Tags"], sqs.list_queues(QueueNamePrefix="x").get("QueueUrls")


SCENARIOS: dict[str, Callable[[Any], object]] = {
    "fifo": fifo,
    "leases": leases,
    "batches": batches,
    "errors": errors,
    "attributes": attributes,
}


def test_sqs(ours: Ask, other: Ask, scenario: Callable[[Any], object]) -> None:
    assert scenario(ours("sqs")) == scenario(other("sqs"))


def test_ec2(other: Ask) -> None:
    theirs = other("ec2")
    made = theirs.run_instances(ImageId="ami-12c6146b", MinCount=2, MaxCount=2)["Instances"]
    with DemoAccount.start() as running:
        ec2 = connect(running, "ec2")
        ids = [r["Instances"][0]["InstanceId"] for r in ec2.describe_instances()["Reservations"]][:2]
        assert instance_scenario(ec2, ids) == instance_scenario(theirs, [one["InstanceId"] for one in made])


def instance_scenario(ec2: Any, ids: list[str]) -> object:
    first, second = ids
    reservation = ec2.describe_instances(InstanceIds=[first])["Reservations"][0]
    kinds = {name: type(value).__name__ for name, value in reservation["Instances"][0].items() if name in SHARED}
    stopped = ec2.stop_instances(InstanceIds=[first])["StoppingInstances"][0]
    protected = ec2.describe_instance_attribute(InstanceId=first, Attribute="disableApiTermination")
    disks = ec2.describe_volumes(Filters=[{"Name": "attachment.instance-id", "Values": [second]}])["Volumes"]
    status = ec2.describe_instance_status(InstanceIds=[second])["InstanceStatuses"][0]
    return (
        kinds,
        (stopped["PreviousState"], stopped["CurrentState"]),
        protected["DisableApiTermination"],
        [(disk["State"], disk["Attachments"][0]["State"]) for disk in disks],
        (status["InstanceState"], status["InstanceStatus"]["Status"], status["SystemStatus"]["Status"]),
        refused(ec2.describe_instances, InstanceIds=["i-0123456789abcdef0"]),
        refused(ec2.describe_instances, InstanceIds=[first], MaxResults=5),
        refused(ec2.terminate_instances, InstanceIds=[second], DryRun=True),
        ec2.terminate_instances(InstanceIds=[second])["TerminatingInstances"][0]["CurrentState"],
    )
