"""Owns when a call may go out: how many at once, how many a second, and who goes first. Must not know what it is for.

There is one gate for each account, region and service, because AWS throttles by these. Rates are what AWS documents:
EC2's reads refill a bucket of 100 by 20 a second; CloudWatch takes 9 DescribeAlarms a second and CloudTrail 2 look-ups.
Where nothing is documented (SQS, S3 and IAM management) they are guesses; SQS's burst is every queue of a page once.
The buckets are shared with every other tool of the account, so rows out of view take from the upper half only. What is
throttled all the same empties the bucket and halves its rate, which comes back within ``RECOVERY`` seconds.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from heapq import heappop, heappush

from console.scope.urgency import Urgency

RECOVERY = 120.0
"""Seconds in which a rate that went down to nothing would come back."""
SLOWEST = 1 / 16
"""Share of its rate that a gate never goes below."""
TICK = 0.05
"""Seconds at least that calls wait for tokens; going out together they cost half the CPU of going one by one."""
ROUNDING = 1e-6
"""Part of a token that may be missing, or waiting for it would never end."""
ONE_THROTTLING = 1.0
"""Seconds in which what is throttled counts once: calls in flight together are refused together."""


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one gate lets through."""

    in_view: int
    """Calls in flight for what is in view or was asked for."""
    rest: int
    """Calls in flight beside those for rows out of view; together never more than a client has connections."""
    burst: float
    """Calls that may go out together after a while without any."""
    rate: float
    """Calls a second."""


_ALLOWANCES = {
    "ec2": Allowance(4, 2, 100, 20),
    "cloudwatch": Allowance(4, 2, 30, 9),
    "cloudtrail": Allowance(1, 1, 2, 2),
    "iam": Allowance(6, 2, 30, 15),
    "sqs": Allowance(12, 8, 1000, 400),
    "s3": Allowance(16, 4, 200, 100),
}
_DEFAULT = Allowance(6, 2, 20, 10)


class Gate:
    """The calls of one account, region and service. Lives on one event loop, whose clock it goes by."""

    def __init__(self, allowance: Allowance, jitter: Callable[[], float] = random.random) -> None:
        self._allowance = allowance
        self._jitter = jitter
        self._inside = {False: 0, True: 0}
        """Calls in flight; True for those of rows out of view."""
        self._tokens = allowance.burst
        self._share = 1.0
        """Of the rate; less after throttling."""
        self._counted_at = self._throttled_at = float("-inf")
        self._waiting: list[tuple[Urgency, int, asyncio.Future[None]]] = []
        self._came = 0
        self._timer: asyncio.TimerHandle | None = None

    def turn(self, wanted: Urgency) -> Turn:
        """Return what waits until a call may go out, the most urgent first, and holds its place meanwhile."""
        return Turn(self, wanted)

    def throttled(self) -> None:
        """Go slower: AWS refused a call for want of patience."""
        now = asyncio.get_running_loop().time()
        if now - self._throttled_at < ONE_THROTTLING:
            return
        self._count(now)
        self._throttled_at = now
        self._share = max(SLOWEST, self._share / 2)
        self._tokens = min(self._tokens, 0.0)

    def slowed(self) -> int:
        """Return how many times slower than it may it lets calls through, for want of AWS's patience; 1 for not."""
        self._count(asyncio.get_running_loop().time())
        return round(1 / self._share)

    async def enter(self, wanted: Urgency) -> None:
        """Take a place as soon as there is one."""
        if not (self._waiting and self._waiting[0][0] <= wanted) and self._has_room(wanted):
            self._let_in(wanted)
            return
        self._came += 1
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heappush(self._waiting, (wanted, self._came, turn))
        self._open()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # let in and called off in the same moment
                self.leave(wanted)
            else:
                self._open()  # it may have stood before others who now have room
            raise

    def leave(self, wanted: Urgency) -> None:
        """Give a place back."""
        self._inside[wanted is Urgency.REST] -= 1
        self._open()

    def _open(self) -> None:
        """Let in who may enter; wait for the next token where only that is missing."""
        while self._waiting:
            wanted, _, turn = self._waiting[0]
            if not turn.done():
                if not self._has_room(wanted):
                    self._wait_for_token(wanted)
                    return
                self._let_in(wanted)
                turn.set_result(None)
            heappop(self._waiting)

    def _has_room(self, wanted: Urgency) -> bool:
        return self._has_place(wanted) and self._missing(wanted) <= ROUNDING

    def _has_place(self, wanted: Urgency) -> bool:
        rest = wanted is Urgency.REST
        return self._inside[rest] < (self._allowance.rest if rest else self._allowance.in_view)

    def _missing(self, wanted: Urgency) -> float:
        """Return how many tokens too few there are."""
        self._count(asyncio.get_running_loop().time())
        kept = self._allowance.burst / 2 * self._share if wanted is Urgency.REST else 0.0
        return kept + 1.0 - self._tokens

    def _let_in(self, wanted: Urgency) -> None:
        self._tokens -= 1.0
        self._inside[wanted is Urgency.REST] += 1

    def _wait_for_token(self, wanted: Urgency) -> None:
        missing = self._missing(wanted)
        if self._timer:
            self._timer.cancel()
            self._timer = None
        if missing > ROUNDING:
            seconds = max(TICK, missing / (self._allowance.rate * self._share)) * (1 + self._jitter() / 4)
            self._timer = asyncio.get_running_loop().call_later(seconds, self._open)

    def _count(self, now: float) -> None:
        """Add the tokens that have come, and what has come back of the rate."""
        passed = max(0.0, now - self._counted_at) if self._counted_at > float("-inf") else 0.0
        self._counted_at = now
        self._tokens = min(self._allowance.burst, self._tokens + passed * self._allowance.rate * self._share)
        self._share = min(1.0, self._share + passed / RECOVERY)


class Turn:
    """One call's place in a gate."""

    __slots__ = ("_gate", "_wanted")

    def __init__(self, gate: Gate, wanted: Urgency) -> None:
        self._gate = gate
        self._wanted = wanted

    async def __aenter__(self) -> None:
        await self._gate.enter(self._wanted)

    async def __aexit__(self, *_exception: object) -> None:
        self._gate.leave(self._wanted)


class Limits:
    """Every gate, so that one throttled service holds up no other, and no other account or region."""

    def __init__(self) -> None:
        self._gates: dict[tuple[str, str, str], Gate] = {}

    def gate(self, account: str, region: str, service: str) -> Gate:
        """Return the gate that a call passes."""
        key = (account, region, service)
        if key not in self._gates:
            self._gates[key] = Gate(_ALLOWANCES.get(service, _DEFAULT))
        return self._gates[key]

    def slowed(self) -> dict[str, int]:
        """Return service → how many times slower it goes, the slowest of its gates; those that are not are left out."""
        found: dict[str, int] = {}
        for (_, _, service), gate in self._gates.items():
            found[service] = max(gate.slowed(), found.get(service, 1))
        return {service: times for service, times in found.items() if times > 1}
