"""Owns what a screen may ask of the AWS side, lists apart: details, charts, plans, addresses. Must not know the screen.

The work happens in the worker. What comes back is plain, clean data.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from console.config.settings import Settings
from console.connect import policy_of
from console.launch import Launch
from console.lists import Lists
from console.queuework import QueueWork
from console.resources.registry import catalogue
from console.scope.model import Identity, Scope
from console.store.detail import Detail, detail_of_row
from console.store.query import Query
from console.store.rows import Row
from console.text.faults import Fault
from console.worker.news import ListNews, Standing
from console.worker.worker import Again, Worker

if TYPE_CHECKING:
    from console.actions.plan import Plan
    from console.actions.policy import Policy
    from console.actions.presign import Presigned
    from console.actions.report import Report
    from console.actions.resting import Settling
    from console.aws.cost import CallRecord, Usage
    from console.cloudwatch.series import Points, Window
    from console.resources.model import ResourceType, SeriesQuery, Terms
    from console.s3.address import Place
    from console.s3.preview import Preview
    from console.store.delta import Problems
    from console.workbench.bounce import Sighting
    from console.workbench.job import Progress
    from console.worker.news import Door, Sample


@dataclass(frozen=True, slots=True)
class Status:
    """Who and where we are, what it has cost, and what is wrong, at one moment."""

    scope: Scope
    identity: Identity
    production: bool
    unlocked_for: float
    """Seconds that writes stay allowed; 0 while read-only."""
    usage: Usage
    problems: Mapping[Query, Problems]
    held: bool = False
    """Whether a job goes on writing that was confirmed while writes were allowed."""
    slowed: Mapping[str, int] = field(default_factory=dict)
    """Service → how many times slower it is asked, because AWS refused calls for coming too fast."""


class Session:
    """One opened account and region, as the screens see it."""

    def __init__(
        self, worker: Worker, number: int, asked: tuple[Launch, Settings], door: Door, standing: Standing
    ) -> None:
        self._worker = worker
        self._number = number
        launch, settings = asked
        self._settings = settings
        self._door = door
        self._stand(standing)
        self.told: Callable[[], None] = lambda: None
        """Called when how things stand has changed by itself."""
        self.lists = Lists(worker, number)
        self.queue = QueueWork(worker, number)
        self.scope = door.scope
        self.settling: tuple[Settling, ...] = ()
        """What was begun here and is not done by SQS yet; what has ended stays until the next is begun."""
        arguments = lambda: (replace(launch, write=False), settings, self._standing)  # noqa: E731
        worker.hear(number, self._hear, Again(arguments, self.lists.watch_again))

    @classmethod
    async def open(cls, worker: Worker, launch: Launch, settings: Settings) -> Session:
        """Connect as ``launch`` says. Raises ``AwsError`` and ``Failure``."""
        number, (door, standing) = await worker.open(launch, settings)
        return cls(worker, number, (launch, settings), door, standing)

    async def close(self) -> None:
        """Stop reading, give back what is held, and disconnect."""
        await self._worker.close(self._number)

    def move(self, region: str) -> None:
        """Go to another region of the same account."""
        self.scope = replace(self.scope, region=region)

    def status(self) -> Status:
        """Return how things stand; the problems are those of the last reading of each list."""
        return Status(
            self.scope,
            self._standing.identity,
            self._policy().production,
            self._unlocked_for(),
            self._standing.usage,
            self.lists.problems,
            self._standing.held,
            self._standing.slowed,
        )

    def query(self, type_name: str, parent: str = "") -> Query:
        """Return the key of a list in this scope."""
        return Query(self.scope, type_name, parent)

    async def describe(self, query: Query, row: Row) -> Detail:
        """Return a resource read now. Raises ``AwsError``."""
        resource = catalogue()[query.type]
        if not (resource.describe or resource.detail):
            return detail_of_row(resource, row)
        found: Detail = await self._ask("describe", query, row.id)
        return found

    async def find(self, resource: ResourceType, text: str, parent: str = "") -> tuple[str, str]:
        """Return the (id, parent) that ``text`` names. Raises ``AwsError``."""
        found: tuple[str, str] = await self._ask("find", self.query(resource.name, parent), text)
        return found

    async def terms(self, query: Query) -> Terms | None:
        """Return what listing costs others, None where it costs nothing. Raises ``AwsError``."""
        if not catalogue()[query.type].terms:
            return None
        found: Terms = await self._ask("terms", query)
        return found

    async def chart(self, queries: Sequence[SeriesQuery], window: Window) -> list[Points | Fault]:
        """Return each metric's points in ``window``, or why there are none."""
        found: list[Points | Fault] = await self._ask("chart", self.scope, queries, window)
        return found

    async def preview(self, query: Query, id_: str) -> Preview:
        """Return the beginning of an object. Raises ``AwsError``."""
        found: Preview = await self._ask("preview", query, id_)
        return found

    async def presign(self, place: Place, *, put: bool, seconds: int, version: str = "", reason: str = "") -> Presigned:
        """Return a pre-signed URL, recorded in the audit log before it is made. Raises ``AwsError``."""
        found: Presigned = await self._ask(
            "presign", self.scope, place, put=put, seconds=seconds, version=version, reason=reason
        )
        return found

    async def plan(self, query: Query, action_id: str, rows: Sequence[Row]) -> Plan:
        """Return the plan of an action on ``rows``, its facts gathered now."""
        found: Plan = await self._ask("plan", query, action_id, rows)
        return found

    async def carry_out(self, query: Query, plan: Plan, *, reason: str, confirmed: str) -> Report:
        """Do what the plan says, once, and return what became of each target."""
        from console.actions.resting import settling

        found: Report = await self._ask("carry_out", query, plan, reason=reason, confirmed=confirmed)
        now = time.time()
        self.settling = (*(one for one in self.settling if one.until > now), *settling(found, now))
        return found

    def policy(self) -> Policy:
        """Return what is allowed here now; the worker decides again when something is carried out."""
        policy = self._policy()
        allowed = policy.allow_writes and not self._standing.writes_forbidden
        return replace(policy, allow_writes=allowed, unlocked=self._unlocked_for() > 0)

    @property
    def operator(self) -> str:
        """Who the audit log says is at the keyboard."""
        return self._door.operator

    async def unlock(self) -> None:
        """Allow writes for as long as the configuration says. Raises ``AwsError`` where it forbids them."""
        self._stand(await self._ask("unlock"))

    async def lock(self) -> None:
        """Refuse writes from now on."""
        self._stand(await self._ask("lock"))

    async def calls(self) -> tuple[CallRecord, ...]:
        """Return the calls made last, oldest first."""
        found: tuple[CallRecord, ...] = await self._ask("calls")
        return found

    def choices(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the names of the (profiles, regions) there are."""
        return self._door.profiles, self._door.regions

    async def _ask(self, name: str, *arguments: Any, **options: Any) -> Any:
        return await self._worker.ask(self._number, name, *arguments, **options)

    def _hear(self, news: Standing | ListNews | Sample | Progress | Sighting | None) -> None:
        if isinstance(news, Standing):
            self._stand(news)
            self.told()
        elif news is None or isinstance(news, ListNews):
            self.lists.hear(news)
        else:
            self.queue.listener(news)

    def _stand(self, standing: Standing) -> None:
        self._standing, self._stood_at = standing, uptime()

    def _unlocked_for(self) -> float:
        return max(0.0, self._standing.unlocked_for - (uptime() - self._stood_at))

    def _policy(self) -> Policy:
        return policy_of(self._settings, self.scope, self._standing.identity.alias)


def uptime() -> float:
    """Return seconds that go on while the machine sleeps, so that an unlock runs out meanwhile."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))
