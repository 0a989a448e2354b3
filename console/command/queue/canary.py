"""Owns ``--canary``: a few messages sent first, watched, and the others only where none comes back."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from console.command import output
from console.command.failure import Exit, Failure, refused
from console.command.queue import accounts
from console.command.queue.bench import Bench
from console.command.queue.progress import ProgressLine
from console.command.queue.shipping import Agreed, part_of, ship
from console.resources.parts import attempt
from console.text.clean import clean
from console.text.faults import AwsError, Fault
from console.text.format import plural

if TYPE_CHECKING:
    from console.workbench.bounce import Sighting, Way
    from console.workbench.intents import Intent
    from console.workbench.journal import Account
    from console.workbench.watch import Before
    from console.workbench.work import Ended


@dataclass(frozen=True, slots=True)
class Landed:
    """What came of it: of the last job that was begun, and of the canary before it."""

    ended: Ended
    canary: dict[str, Any] = field(default_factory=dict)
    troubles: list[str] = field(default_factory=list)
    """Why the others were not sent, or what the canary did not prove; empty where all is well."""


class Canary:
    """A few messages sent first, by one command."""

    def __init__(self, bench: Bench, count: int, form: str) -> None:
        self._bench = bench
        self._count = count
        self._form = form
        self._fills = 0.0
        self._way: Way | None = None

    async def look(self) -> None:
        """Read how the queue fills by itself, before anything is received."""
        from console.sqs.trend import rate, read_trend

        points = (await read_trend(self._bench.reader, self._bench.work.queue, time.time())).visible
        self._fills = 0.0 if isinstance(points, Fault) or not points else rate(points) or 0.0

    async def announce(self, intent: Intent) -> Intent:
        """Add to a plan how it is watched. Raises ``Failure`` where nothing could come back, so nothing is proved."""
        from console.resources.model import Fact, Tone
        from console.workbench.watch import read_way

        self._way = way = await read_way(self._bench.reader, intent.order.queue, intent.order.to)
        if way.impossible:
            raise refused("Nothing was sent", f"a canary proves nothing here: {way.impossible}", "Leave out --canary")
        first = plural(min(self._count, len(intent.order.ids)), "message")
        told = f"{first} first, {way.sentence()}. The others only where none came back"
        return replace(intent, plan=replace(intent.plan, facts=(*intent.plan.facts, Fact("Canary", told, Tone.NONE))))

    async def carry_out(self, agreed: Agreed) -> Landed:
        """Send a few, watch them, and send the others where none came back. Raises ``Failure`` and ``AwsError``."""
        from console.workbench.bounce import Verdict
        from console.workbench.watch import read_before

        assert self._way is not None  # noqa: S101 nothing is confirmed that was not announced
        ids = agreed.intent.order.ids
        first, rest = ids[: self._count], ids[self._count :]
        part = await part_of(self._bench, agreed, first)
        before = await read_before(self._bench.reader, self._way, self._fills)
        ended = await ship(self._bench, part)
        account = ended.account
        if account is None or accounts.exit_of_account(account) is not Exit.DONE:
            return Landed(ended, {}, _unsent(rest, "not all that went first arrived"))
        with _told_if_stopped(account):
            sighting = await self._watched(before, account)
            told = _described(sighting)
            if sighting.verdict is not Verdict.QUIET:
                why = f"{told['words']}. {sighting.advice()}"
                return Landed(ended, told, _unsent(rest, why) or [f"Canary: {why}"])
            if not rest:
                return Landed(ended, told)
            return await self._follow(agreed, rest, ended, told)

    async def _follow(self, agreed: Agreed, rest: tuple[str, ...], ended: Ended, told: dict[str, Any]) -> Landed:
        """Send the others; where that fails before it begins, what went first is told all the same."""
        assert ended.account is not None  # noqa: S101 it was watched
        try:
            then = await ship(self._bench, await part_of(self._bench, agreed, rest))
        except (Failure, AwsError) as error:
            return Landed(ended, told, _unsent(rest, output.worded(error.fault)))
        if self._form != "json":
            accounts.print_account(ended.account, self._form, {})
        return Landed(then, {**told, "account": accounts.described(ended.account)})

    async def _watched(self, before: Before, account: Account) -> Sighting:
        """Watch to the end, telling how it stands; writes stay allowed meanwhile."""
        from console.workbench.watch import Watch

        line = ProgressLine()

        def tell(sighting: Sighting) -> None:
            self._bench.keep_unlocked()
            line.say(f"Canary: {sighting.sentence(time.time())}")

        watch = Watch(self._bench.reader, before, account, tell=tell)
        self._note(f"{plural(watch.sent, 'message')} sent, {before.way.sentence()}")
        try:
            sighting = await watch.run()
        finally:
            line.end()
        self._note(sighting.sentence(time.time()))
        return sighting

    def _note(self, words: str) -> None:
        if self._form == "text":
            output.note(f"Canary: {words}")


async def preview(bench: Bench, count: int, to: str) -> dict[str, Any]:
    """Return what ``--plan`` says of a canary to the URL ``to``; empty for the one queue that all came from."""
    from console.sqs.queues import sources
    from console.workbench.watch import read_way

    urls = [to] if to else await attempt(sources(bench.reader, bench.work.queue))
    told: dict[str, Any] = {"first": count, "then": "the others only where none of these comes back"}
    if isinstance(urls, Fault) or len(urls) != 1:
        return {**told, "watched_seconds": None, "watched": "as long as the queue they go to takes to give them up"}
    way = await read_way(bench.reader, bench.work.queue, urls[0])
    return {**told, "watched_seconds": way.seconds, "watched": way.sentence()}


def _unsent(rest: tuple[str, ...], why: str) -> list[str]:
    """Return that the others were not sent; nothing where there are none."""
    return [f"The other {len(rest):,} were not sent: {why}"] if rest else []


def _described(sighting: Sighting) -> dict[str, Any]:
    return {
        "job": sighting.job,
        "sent": sighting.sent,
        "verdict": sighting.verdict.value,
        "new_dead_letters": sighting.new,
        "filled_by_a_minute": sighting.fills,
        "taken": sighting.taken.value,
        "waiting": sighting.waiting,
        "watched_seconds": round(sighting.at - sighting.sent_at, 1),
        "words": sighting.sentence(sighting.at),
    }


@contextlib.contextmanager
def _told_if_stopped(account: Account) -> Iterator[None]:
    """Tell what went first where it is interrupted after that."""
    try:
        yield
    except asyncio.CancelledError:
        with contextlib.suppress(OSError):  # the terminal may be what has ended
            output.note(clean(f"cloudtop: Stopped after the canary. {accounts.summary(account)}"))
        raise
