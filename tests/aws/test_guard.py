"""What may leave, and what may not."""

from __future__ import annotations

import asyncio

import pytest
from botocore.loaders import Loader

from console.aws.gateway import Gateway
from console.aws.guard import Guard, Refused
from console.aws.operations import EFFECTS, Effect
from console.scope.model import Scope
from console.text.faults import AwsError, FaultKind
from tests.aws.answers import STOPPED, XML
from tests.support.faulty import Answer, FaultyServer

WRITES = sorted(name for name, effect in EFFECTS.items() if effect is Effect.WRITE)
READS = sorted(name for name, effect in EFFECTS.items() if effect in (Effect.READ, Effect.SENSITIVE))
STOP = {"InstanceIds": ["i-1"]}


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def guard(clock: Clock) -> Guard:
    return Guard(clock)


def allowed(guard: Guard, service: str, operation: str, **more: bool) -> bool:
    try:
        guard.check(service, operation, **more)
    except Refused:
        return False
    return True


def test_every_operation_that_is_not_listed_is_refused_even_when_unlocked_and_warranted(guard):
    guard.unlock(60)
    loader = Loader()
    unlisted = 0
    for service in sorted({service for service, _ in EFFECTS}):
        for operation in loader.load_service_model(service, "service-2")["operations"]:
            if (service, operation) not in EFFECTS:
                unlisted += 1
                with guard.warrant(service, operation):
                    assert not allowed(guard, service, operation)
                    assert not allowed(guard, service, operation, presign=True)
    assert unlisted > 1_000


def test_a_refusal_names_the_call_and_the_way_out(guard):
    with pytest.raises(Refused) as caught:
        guard.check("ec2", "StopInstances")
    assert caught.value.fault.kind is FaultKind.REFUSED
    assert caught.value.fault.what == "ec2 StopInstances was not sent"
    assert "--write" in caught.value.fault.remedy


def test_another_service_of_the_same_operation_is_refused(guard):
    assert allowed(guard, "sts", "GetCallerIdentity")
    assert not allowed(guard, "ec2", "GetCallerIdentity")


@pytest.mark.parametrize("name", READS, ids=":".join)
def test_reads_pass_a_locked_session(guard, name):
    assert allowed(guard, *name)


@pytest.mark.parametrize("name", WRITES, ids=":".join)
def test_a_write_needs_an_unlocked_session_and_a_warrant(guard, name):
    with guard.warrant(*name):
        assert not allowed(guard, *name)
    guard.unlock(60)
    assert not allowed(guard, *name)
    with guard.warrant(*name):
        assert allowed(guard, *name)


def test_a_warrant_is_used_up_by_one_call(guard):
    guard.unlock(60)
    with guard.warrant("ec2", "StopInstances"):
        assert allowed(guard, "ec2", "StopInstances")
        assert not allowed(guard, "ec2", "StopInstances")


def test_a_warrant_is_for_one_operation_alone(guard):
    guard.unlock(60)
    with guard.warrant("ec2", "StopInstances"):
        assert not allowed(guard, "ec2", "TerminateInstances")
        assert not allowed(guard, "sqs", "PurgeQueue")


def test_a_warrant_ends_with_its_block(guard):
    guard.unlock(60)
    with guard.warrant("ec2", "StopInstances"):
        pass
    assert not allowed(guard, "ec2", "StopInstances")


async def test_a_task_that_outlives_the_block_has_no_warrant(guard):
    guard.unlock(60)
    ended = asyncio.Event()

    async def late() -> bool:
        await ended.wait()
        return allowed(guard, "ec2", "StopInstances")

    with guard.warrant("ec2", "StopInstances"):
        task = asyncio.create_task(late())
        await asyncio.sleep(0)
    ended.set()
    assert not await task


async def test_a_warrant_is_not_seen_by_other_tasks(guard):
    guard.unlock(60)
    holding, asked = asyncio.Event(), asyncio.Event()

    async def hold() -> bool:
        with guard.warrant("ec2", "StopInstances"):
            holding.set()
            await asked.wait()
            return allowed(guard, "ec2", "StopInstances")

    task = asyncio.create_task(hold())
    await holding.wait()
    assert not allowed(guard, "ec2", "StopInstances")
    asked.set()
    assert await task


def test_an_unlock_runs_out_by_the_clock(guard, clock):
    guard.unlock(60)
    clock.now += 59.9
    assert guard.unlocked_for() == pytest.approx(0.1)
    with guard.warrant("ec2", "StopInstances"):
        clock.now += 0.1
        assert guard.unlocked_for() == 0
        assert not allowed(guard, "ec2", "StopInstances")


def test_locking_takes_effect_at_once(guard):
    guard.unlock(60)
    with guard.warrant("ec2", "StopInstances"):
        guard.lock()
        assert not allowed(guard, "ec2", "StopInstances")


def test_a_job_that_holds_on_writes_to_its_end_and_nobody_else_does(guard, clock):
    guard.unlock(60)
    told = []
    guard.told = lambda: told.append(guard.held)
    with guard.hold() as may:
        assert may
        clock.now += 3_600
        assert guard.unlocked_for() == 0
        assert guard.held
        assert not allowed(guard, "ec2", "StopInstances"), "it still takes a warrant"
        with guard.warrant("ec2", "StopInstances"):
            assert allowed(guard, "ec2", "StopInstances")
    assert told == [True, False]
    with guard.warrant("ec2", "StopInstances"):
        assert not allowed(guard, "ec2", "StopInstances")


async def test_holding_on_is_for_its_own_tasks_and_ends_with_the_block(guard):
    guard.unlock(60)
    holding, asked, left = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def write(when: asyncio.Event) -> bool:
        await when.wait()
        with guard.warrant("ec2", "StopInstances"):
            return allowed(guard, "ec2", "StopInstances")

    async def job() -> tuple[bool, asyncio.Task[bool]]:
        with guard.hold():
            inside, outliving = asyncio.create_task(write(asked)), asyncio.create_task(write(left))
            holding.set()
            return await inside, outliving

    running, other = asyncio.create_task(job()), asyncio.create_task(write(asked))
    await holding.wait()
    guard.lock()
    asked.set()
    inside, outliving = await running
    left.set()
    assert (inside, await other, await outliving) == (True, False, False)


def test_what_is_read_only_cannot_be_held_on_to(guard, clock):
    guard.unlock(60)
    clock.now += 60
    with guard.hold() as may, guard.warrant("ec2", "StopInstances"):
        assert not may
        assert not guard.held
        assert not allowed(guard, "ec2", "StopInstances")


def test_where_writes_are_forbidden_nothing_unlocks(clock):
    forbidding = Guard(clock, forbidden=True)
    with pytest.raises(Refused, match="unlock"):
        forbidding.unlock(60)
    assert forbidding.unlocked_for() == 0


def test_forbidding_later_locks_what_is_unlocked(guard):
    guard.unlock(60)
    guard.forbidden = True
    assert guard.unlocked_for() == 0
    with guard.warrant("ec2", "StopInstances"):
        assert not allowed(guard, "ec2", "StopInstances")


def test_time_asleep_counts():
    assert Guard().unlocked_for() == 0
    guard = Guard()
    guard.unlock(60)
    assert 0 < guard.unlocked_for() <= 60


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("ec2", "DescribeImages", {}),
        ("ec2", "ModifyInstanceAttribute", {"InstanceId": "i-1"}),
        ("s3", "DeleteObject", {"Bucket": "b", "Key": "k"}),
        ("sqs", "DeleteMessage", {"QueueUrl": "http://127.0.0.1/1/q", "ReceiptHandle": "r"}),
        ("iam", "CreateUser", {"UserName": "eve"}),
        ("sts", "GetSessionToken", {}),
        ("ec2", "StopInstances", STOP),
        ("s3", "PutObject", {"Bucket": "b", "Key": "k", "Body": b""}),
        ("sqs", "PurgeQueue", {"QueueUrl": "http://127.0.0.1/1/q"}),
    ],
)
async def test_what_is_refused_never_reaches_the_wire(
    broken: Gateway, server: FaultyServer, scope: Scope, service: str, operation: str, parameters: dict
) -> None:
    with pytest.raises(AwsError) as caught:
        await broken.call(scope, service, operation, parameters)
    assert caught.value.fault.kind is FaultKind.REFUSED
    assert server.requests == []
    assert not broken.meter.sent


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("s3", "GeneratePresignedPost", {"Bucket": "b", "Key": "k"}),
        ("s3", "GeneratePresignedUrl", {"ClientMethod": "get_object", "Params": {"Bucket": "b", "Key": "k"}}),
        ("s3", "Close", {}),
        ("s3", "UploadFile", {"Filename": "f", "Bucket": "b", "Key": "k"}),
        ("sts", "AssumeRole", {"RoleArn": "arn:aws:iam::123456789012:role/x", "RoleSessionName": "x"}),
        ("sso", "GetRoleCredentials", {"roleName": "x", "accountId": "1", "accessToken": "x"}),
    ],
)
async def test_methods_that_are_no_operations_and_signing_in_cannot_be_asked_for(
    broken: Gateway, server: FaultyServer, scope: Scope, service: str, operation: str, parameters: dict
) -> None:
    broken.guard.unlock(60)
    for asking in (
        broken.call(scope, service, operation, dict(parameters)),
        anext(broken.pages(scope, service, operation, dict(parameters))),
    ):
        with broken.guard.warrant(service, operation), pytest.raises(AwsError) as caught:
            await asking
        assert caught.value.fault.kind is FaultKind.REFUSED
    assert server.requests == []


async def test_the_hook_holds_for_a_client_used_directly(broken: Gateway, server: FaultyServer) -> None:
    client = await broken._client("ec2", "us-east-1", 1)
    with pytest.raises(Refused):
        await client.terminate_instances(InstanceIds=["i-1"])
    assert server.requests == []


async def test_one_warrant_sends_one_write(broken: Gateway, server: FaultyServer, scope: Scope) -> None:
    server.script(Answer(200, STOPPED, XML))
    broken.guard.unlock(60)
    with broken.guard.warrant("ec2", "StopInstances"):
        await broken.write(scope, "ec2", "StopInstances", STOP)
        with pytest.raises(AwsError):
            await broken.write(scope, "ec2", "StopInstances", STOP)
    assert len(server.requests) == 1


@pytest.mark.parametrize("operation", ["ListObjectsV2", "HeadObject", "DeleteObject", "CreateBucket"])
async def test_only_reading_and_writing_an_object_can_be_presigned(
    broken: Gateway, scope: Scope, operation: str
) -> None:
    broken.guard.unlock(60)
    with broken.guard.warrant("s3", operation), pytest.raises(AwsError) as caught:
        await broken.presign(scope, operation, {"Bucket": "b", **({"Key": "k"} if "Object" in operation else {})}, 60)
    assert caught.value.fault.kind in (FaultKind.REFUSED, FaultKind.INVALID)


async def test_presigning_a_put_is_a_write(broken: Gateway, server: FaultyServer, scope: Scope) -> None:
    wanted = {"Bucket": "b", "Key": "k"}
    for unlocked in (False, True):
        if unlocked:
            broken.guard.unlock(60)
        with pytest.raises(AwsError) as caught:
            await broken.presign(scope, "PutObject", wanted, 60)
        assert caught.value.fault.kind is FaultKind.REFUSED
    with broken.guard.warrant("s3", "PutObject"):
        assert "X-Amz-Signature=" in await broken.presign(scope, "PutObject", wanted, 60)
        with pytest.raises(AwsError):
            await broken.presign(scope, "PutObject", wanted, 60)
    assert server.requests == []


def test_that_writes_are_locked_is_told_at_once(guard: Guard) -> None:
    told = []
    guard.told = lambda: told.append(guard.unlocked_for())
    guard.unlock(60)
    guard.lock()
    assert told == [0.0]
