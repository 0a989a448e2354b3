"""Messages resent, deleted and restored while calls go wrong: none is lost, none doubled, and all is told as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from console.workbench.job import Job
from console.workbench.journal import Account, Journal, Kind, Standing, Step, read_journal
from console.workbench.lease import Lease
from console.workbench.pace import Pace
from console.workbench.spool import KeptSpool
from tests.support.sqsfaults import (
    CORRUPT,
    CUT,
    DENIED,
    DOUBTFUL,
    DROPPED,
    EXPIRED,
    GARBLED,
    LOST,
    PARTIAL,
    THROTTLED,
    THROTTLING,
    UNAVAILABLE,
    WEATHERS,
    SqsBackend,
    Weather,
)
from tests.workbench.site import Site, check, taken

pytestmark = pytest.mark.usefixtures("quick")

COUNT = 40
OPERATIONS = ("SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch", "ReceiveMessage")


@dataclass
class Queues:
    """A dead-letter queue with messages, and where they came from."""

    backend: SqsBackend
    name: str
    before: dict[str, str] = field(default_factory=dict)
    """Message id → body."""

    @property
    def dead(self) -> str:
        """The dead-letter queue's URL."""
        return self.backend.queue(f"{self.name}-dlq")

    @property
    def source(self) -> str:
        """The URL of the queue that the messages came from."""
        return self.backend.queue(self.name)

    def judge(self, account: Account) -> None:
        """Hold an account against what is where."""
        bodies = self.backend.bodies
        check(account, self.before, bodies(f"{self.name}-dlq"), bodies(self.name))

    def now(self) -> tuple[int, int]:
        """Return how many messages are in the dead-letter queue and how many in the other."""
        return len(self.backend.messages(f"{self.name}-dlq")), len(self.backend.messages(self.name))


def made(backend: SqsBackend, name: str, count: int = COUNT) -> Queues:
    backend.make(f"{name}-dlq")
    backend.make(name, dead=f"{name}-dlq")
    bodies = [f"{name} {number}" for number in range(count)]
    ids = backend.put(f"{name}-dlq", [{"body": body, "source": name} for body in bodies])
    backend.forget()
    return Queues(backend, name, dict(zip(ids, bodies, strict=True)))


@pytest.fixture
def queues(backend: SqsBackend, name: str) -> Queues:
    return made(backend, name)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """No rest between two tries of what was throttled."""

    async def rest(_self: Pace, _seconds: float) -> None:
        pass

    monkeypatch.setattr(Pace, "rest", rest)


async def moved(site: Site, queues: Queues, **options: Any) -> Account:
    async with site.lease(queues.dead) as lease:
        await taken(lease, 1000)
        return await site.resend(lease, queues.source, **options)


async def test_all_is_moved_each_once(site: Site, queues: Queues) -> None:
    account = await moved(site, queues)
    assert account.ended
    assert account.counts()[Standing.DONE] == COUNT
    assert queues.now() == (0, COUNT)
    queues.judge(account)
    new = {message.id for message in queues.backend.messages(queues.name)}
    assert {entry.new_id for entry in account.entries.values()} == new
    assert len(site.written) == 8
    assert queues.backend.counts()["SendMessageBatch"] == queues.backend.counts()["DeleteMessageBatch"] == 4


class Witness:
    """Looks into the journal's file whenever a call is made."""

    def __init__(self, site: Site, lease: Lease, before: Mapping[str, str]) -> None:
        self._site = site
        self._ids = {body: id_ for id_, body in before.items()}
        self._lease = lease
        self.journal: Journal | None = None
        self.seen: list[tuple[str, frozenset[str]]] = []

    async def write(self, service: str, operation: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Assert that intent, and before deleting also success, is on the disk."""
        assert self.journal is not None
        found = read_journal(self.journal.path).entries
        if operation == "SendMessageBatch":
            ids = frozenset(self._ids[entry["MessageBody"]] for entry in parameters["Entries"])
            assert all(found[id_].step is Step.SENDING for id_ in ids)
        else:
            handles = {held.handle: id_ for id_ in self._lease.ids() if (held := self._lease.held(id_))}
            ids = frozenset(handles[entry["ReceiptHandle"]] for entry in parameters["Entries"])
            assert all(found[id_].step is Step.DELETING and found[id_].new_id for id_ in ids)
            lines = self.journal.path.read_text()
            assert all(lines.index(f'"id":"{id_}","step":"sent"') for id_ in ids)
        self.seen.append((operation, ids))
        return await self._site.write(service, operation, parameters)


async def test_each_step_is_on_the_disk_before_its_call_and_sending_comes_before_deleting(
    site: Site, queues: Queues
) -> None:
    async with site.lease(queues.dead) as lease:
        await taken(lease)
        witness = Witness(site, lease, queues.before)
        witness.journal = site.journal(Kind.RESEND, queues.dead, queues.source, lease.ids())
        account = await Job(witness.journal, lease.spool, witness.write, lease).run()
    assert account.counts()[Standing.DONE] == COUNT
    sent: set[str] = set()
    for operation, ids in witness.seen:
        if operation == "SendMessageBatch":
            assert not sent & ids
            sent |= ids
        else:
            assert ids <= sent
    assert [operation for operation, _, _ in queues.backend.calls()].index("SendMessageBatch") < [
        operation for operation, _, _ in queues.backend.calls()
    ].index("DeleteMessageBatch")


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("times", [{}, {"nth": 1}, {"nth": 3}], ids=["always", "first", "third"])
@pytest.mark.parametrize("weather", WEATHERS, ids=lambda one: one.name)
@pytest.mark.parametrize("operation", OPERATIONS)
async def test_whatever_goes_wrong_nothing_is_lost_or_doubled_and_all_is_told(
    site: Site, queues: Queues, operation: str, weather: Weather, times: dict[str, int]
) -> None:
    queues.backend.fault(weather, operation, **times)
    account = await moved(site, queues)
    queues.judge(account)
    queues.backend.mend()
    sent = Counter(entry["MessageBody"] for name, asked in site.written if "Send" in name for entry in asked["Entries"])
    throttled = weather in (THROTTLED, THROTTLING) and operation == "SendMessageBatch"
    assert throttled or all(count == 1 for count in sent.values()), "nothing is sent again"
    counts = queues.backend.counts()
    writes = Counter(name for name, _ in site.written)
    assert {name: counts[name] for name in writes} == writes, "each call arrives once"


EXPECTED = [
    (LOST, Standing.IN_DOUBT, Standing.IN_DOUBT),
    (DROPPED, Standing.IN_DOUBT, Standing.IN_DOUBT),
    (CUT, Standing.IN_DOUBT, Standing.IN_DOUBT),
    (GARBLED, Standing.IN_DOUBT, Standing.IN_DOUBT),
    (UNAVAILABLE, Standing.IN_DOUBT, Standing.IN_DOUBT),
    (DENIED, Standing.UNTOUCHED, Standing.COPIED),
    (EXPIRED, Standing.UNTOUCHED, Standing.COPIED),
    (CORRUPT, Standing.COPIED, Standing.DONE),
    (THROTTLED, Standing.DONE, Standing.DONE),
]
"""(weather, what it means for messages being sent, and for messages being deleted)."""


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("place", [0, 1], ids=["SendMessageBatch", "DeleteMessageBatch"])
@pytest.mark.parametrize("expected", EXPECTED, ids=lambda one: one[0].name)
async def test_what_one_bad_call_means_for_its_messages(
    site: Site, backend: SqsBackend, name: str, expected: tuple[Weather, Standing, Standing], place: int
) -> None:
    queues = made(backend, name, 10)
    weather, standing = expected[0], expected[1 + place]
    assert isinstance(weather, Weather)
    backend.fault(weather, OPERATIONS[place], nth=1)
    account = await moved(site, queues)
    assert account.counts()[standing] == 10
    assert weather in (CORRUPT, THROTTLED) or all(entry.why for entry in account.entries.values())
    queues.judge(account)


@pytest.mark.parametrize("weather", [PARTIAL, DOUBTFUL], ids=lambda one: one.name)
@pytest.mark.parametrize("operation", OPERATIONS[:2])
async def test_each_message_of_a_batch_is_told_for_itself(
    site: Site, backend: SqsBackend, name: str, weather: Weather, operation: str
) -> None:
    queues = made(backend, name, 10)
    backend.fault(weather, operation)
    account = await moved(site, queues)
    assert account.counts() == {
        Standing.DONE: 5, Standing.COPIED: 0, Standing.IN_DOUBT: 5, Standing.UNTOUCHED: 0
    }  # fmt: skip
    queues.judge(account)


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("operation", OPERATIONS[:2])
@pytest.mark.parametrize("weather", [THROTTLED, THROTTLING], ids=lambda one: one.name)
async def test_throttling_proves_that_nothing_was_done_so_it_is_asked_again_but_not_for_ever(
    site: Site, backend: SqsBackend, name: str, weather: Weather, operation: str
) -> None:
    queues = made(backend, name, 10)
    backend.fault(weather, operation, first=1, times=3)
    account = await moved(site, queues)
    assert account.counts()[Standing.DONE] == 10
    assert backend.counts()[operation] == 4
    queues = made(backend, f"{name}b", 10)
    backend.mend()
    backend.fault(weather, operation)
    account = await moved(site, queues)
    assert account.counts()[Standing.UNTOUCHED if "Send" in operation else Standing.COPIED] == 10
    assert backend.counts()[operation] == 6
    queues.judge(account)


async def test_a_message_that_the_target_refuses_stays_and_the_others_go(
    site: Site, backend: SqsBackend, name: str
) -> None:
    queues = made(backend, name, 9)
    (big,) = backend.put(f"{name}-dlq", [{"body": "x" * 2000}])
    queues.before[big] = "x" * 2000
    backend.sqs.set_queue_attributes(QueueUrl=queues.source, Attributes={"MaximumMessageSize": "1024"})
    account = await moved(site, queues)
    queues.judge(account)
    assert account.entries[big].standing is Standing.UNTOUCHED
    assert account.entries[big].why


async def test_a_target_that_is_not_there_changes_nothing(site: Site, queues: Queues) -> None:
    async with site.lease(queues.dead) as lease:
        await taken(lease)
        account = await site.resend(lease, queues.backend.queue("nowhere"))
    assert account.counts()[Standing.UNTOUCHED] == COUNT
    assert queues.now() == (COUNT, 0)


async def test_an_id_named_twice_is_sent_once(site: Site, queues: Queues) -> None:
    async with site.lease(queues.dead) as lease:
        await taken(lease)
        some = lease.ids()[:3]
        account = await site.resend(lease, queues.source, ids=(*some, *some, some[0]))
    assert account.counts()[Standing.DONE] == 3
    assert queues.now() == (COUNT - 3, 3)
    queues.judge(account)


async def test_only_what_was_chosen_is_touched(site: Site, queues: Queues) -> None:
    async with site.lease(queues.dead) as lease:
        await taken(lease)
        account = await site.resend(lease, queues.source, ids=lease.ids()[5:17])
    queues.judge(account)
    assert queues.now() == (COUNT - 12, 12)
    assert all(message.state == "visible" for message in queues.backend.messages(f"{queues.name}-dlq"))


async def test_an_edited_body_is_what_arrives(site: Site, backend: SqsBackend, name: str) -> None:
    queues = made(backend, name, 3)
    async with site.lease(queues.dead) as lease:
        messages, _ = await taken(lease)
        account = await site.resend(lease, queues.source, edited={messages[1].id: "corrected é\n"})
        assert lease.spool.get(messages[1].id).body == messages[1].body, "what came is kept as it came"
    assert account.counts()[Standing.DONE] == 3
    assert backend.bodies(name) == Counter([messages[0].body, "corrected é\n", messages[2].body])
    assert backend.bodies(f"{name}-dlq") == Counter()


async def test_what_was_deleted_comes_back_byte_for_byte(site: Site, backend: SqsBackend, name: str) -> None:
    url = backend.make(name)
    given = [
        {"body": "\u202e\x9b\u2028 1", "attributes": {"B": {"DataType": "Binary.gz", "BinaryValue": b"\0\xff" * 99}}},
        {"body": "2", "attributes": {"N": {"DataType": "Number.int", "StringValue": "007"}}, "group": "fair"},
        {"body": "3", "trace": "Root=1-5759e988-bd862e3fe1be46a994272793"},
    ]
    backend.put(name, given)
    before = backend.contents(name)
    async with site.lease(url) as lease:
        await taken(lease)
        deleted = await site.delete(lease)
        path = lease.spool.path
        lease.spool.close()
    assert deleted.counts()[Standing.DONE] == 3
    assert backend.messages(name) == []
    journal = site.journal(Kind.RESTORE, url, url, [entry.id for entry in deleted.those(Standing.DONE)])
    restored = await site.run(Job(journal, KeptSpool(path), site.write), journal)
    assert restored.counts()[Standing.DONE] == 3
    assert backend.contents(name) == before
    assert {message.trace for message in backend.messages(name)} == {"", "Root=1-5759e988-bd862e3fe1be46a994272793"}
    assert {entry.new_id for entry in restored.entries.values()} == {message.id for message in backend.messages(name)}


@pytest.mark.parametrize("weather", WEATHERS, ids=lambda one: one.name)
@pytest.mark.usefixtures("impatient")
async def test_restoring_in_bad_weather_tells_what_is_certain(
    site: Site, backend: SqsBackend, name: str, weather: Weather
) -> None:
    queues = made(backend, name, 10)
    async with site.lease(queues.dead) as lease:
        await taken(lease)
        deleted = await site.delete(lease)
    backend.fault(weather, "SendMessageBatch")
    journal = site.journal(Kind.RESTORE, queues.dead, queues.dead, deleted.entries)
    account = await site.run(Job(journal, lease.spool, site.write), journal)
    there = backend.bodies(f"{name}-dlq")
    for id_, entry in account.entries.items():
        possible = {Standing.DONE: {1}, Standing.UNTOUCHED: {0}, Standing.IN_DOUBT: {0, 1}}[entry.standing]
        assert there[queues.before[id_]] in possible, entry


@pytest.mark.parametrize("weather", WEATHERS, ids=lambda one: one.name)
@pytest.mark.usefixtures("impatient")
async def test_deleting_in_bad_weather_tells_what_is_certain(
    site: Site, backend: SqsBackend, name: str, weather: Weather
) -> None:
    queues = made(backend, name, 20)
    backend.fault(weather, "DeleteMessageBatch")
    async with site.lease(queues.dead) as lease:
        await taken(lease)
        account = await site.delete(lease)
    there = backend.bodies(f"{name}-dlq")
    for id_, entry in account.entries.items():
        possible = {Standing.DONE: {0}, Standing.UNTOUCHED: {1}, Standing.IN_DOUBT: {0, 1}}[entry.standing]
        assert there[queues.before[id_]] in possible, entry


POINTER = (
    '["software.amazon.payloadoffloading.PayloadS3Pointer",{"s3BucketName":"payloads","s3Key":"0b0c3a9e-77f1-4d9f"}]'
)
SIZE = {"DataType": "Number", "StringValue": "1200000"}


async def test_large_binary_deep_and_hostile_messages_are_moved_byte_for_byte(
    site: Site, backend: SqsBackend, name: str
) -> None:
    queues = made(backend, name, 0)
    given: list[dict[str, Any]] = [
        {"body": "é" * 524_288},
        {"body": "y" * 1_048_576},
        {"body": "[" * 3000 + "]" * 3000},
        {"body": "\u202e\x9b31m\r\n\t\u2028\U0010ffff", "trace": "Root=1-5759e988-bd862e3fe1be46a994272793"},
        {"body": POINTER, "attributes": {"ExtendedPayloadSize": SIZE}},
        {"body": "b", "attributes": {"All": {"DataType": "Binary", "BinaryValue": bytes(range(256)) * 900}}},
        {"body": "fair", "group": "tenant-1"},
        {"body": "z" * 1_000_000, "attributes": {"K": {"DataType": "String.x", "StringValue": "\U0001f4a3"}}},
    ]
    given += [{"body": f"small {number}"} for number in range(12)]
    backend.put(f"{name}-dlq", given)
    before = backend.contents(f"{name}-dlq")
    account = await moved(site, queues)
    assert account.counts()[Standing.DONE] == 20
    assert backend.contents(name) == before
    assert backend.messages(f"{name}-dlq") == []
    sizes = [
        [len(entry["MessageBody"].encode()) for entry in asked["Entries"]]
        for operation, asked in site.written
        if operation == "SendMessageBatch"
    ]
    assert all(sum(batch) <= 1_048_576 for batch in sizes)
    assert sizes.count([1_048_576]) == 2
    assert backend.bodies(name)[POINTER] == 1
