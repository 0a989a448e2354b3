"""Owns what counts tell of messages that were sent back: whether they became dead letters again. Must not call AWS.

Nothing is received to find out. The counts are SQS's own estimates, and a dead-letter queue that has become deeper does
not say by which messages: "up to so many came back, or others failed anew" is all that is ever told.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from console.sqs.queues import name_of_url, redrive
from console.sqs.trend import speed
from console.text.clean import clean
from console.text.format import duration, plural

SETTLE = 60.0
"""Seconds that SQS's counts take to settle; nothing before that is the last word."""
LONGEST = 900.0
"""Seconds that messages are watched at most."""
_COUNTED = (
    "ApproximateNumberOfMessages",
    "ApproximateNumberOfMessagesNotVisible",
    "ApproximateNumberOfMessagesDelayed",
)


class Verdict(StrEnum):
    """What is known of messages that were sent first."""

    WATCHING = "watching"
    RETURNED = "may be back"
    QUIET = "none came back"
    UNTAKEN = "not taken"
    UNKNOWN = "not known"
    STOPPED = "no longer watched"
    IMPOSSIBLE = "cannot come back"


class Taken(StrEnum):
    """Whether consumers take messages from the queue that they were sent to."""

    ALL = "all"
    SOME = "some"
    NONE = "none"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Depth:
    """About how many messages a queue holds."""

    visible: int
    in_flight: int
    delayed: int

    @property
    def total(self) -> int:
        """All of them, whoever has received them."""
        return self.visible + self.in_flight + self.delayed

    @property
    def waiting(self) -> int:
        """Those that nobody has received just now."""
        return self.visible + self.delayed


@dataclass(frozen=True, slots=True)
class Way:
    """How messages sent from a dead-letter queue come back to it. Both queues are URLs, times are in seconds."""

    queue: str
    to: str
    timeout: int = 0
    receives: int = 0
    delay: int = 0
    impossible: str = ""
    """Why they cannot come back; empty where they can."""

    @property
    def takes(self) -> float:
        """Seconds until the last of them is a dead letter again, where each consumer lets it time out."""
        return self.delay + self.timeout * self.receives

    @property
    def seconds(self) -> float:
        """How long they are watched."""
        return 0.0 if self.impossible else min(self.takes + SETTLE, LONGEST)

    def sentence(self) -> str:
        """Return in one line how long they are watched and why."""
        if self.impossible:
            return self.impossible
        receives = f"{plural(self.receives, 'receive')} of {duration(self.timeout)}"
        told = f"watched for {duration(self.seconds)}: {_name(self.to)} gives a message up after {receives}"
        told += f", {duration(self.delay)} later" if self.delay else ""
        return f"{told}. That may take {duration(self.takes)}" if self.takes + SETTLE > LONGEST else told


@dataclass(frozen=True, slots=True)
class Sighting:
    """How the messages that were sent first stand. Times are seconds since the epoch; everything is clean."""

    job: str
    sent: int
    to: str
    """The name of the queue they were sent to."""
    sent_at: float
    until: float
    """When watching ends."""
    at: float
    new: int | None
    """How many more the dead-letter queue holds than after they had left it; None while that is not known."""
    taken: Taken
    waiting: int | None
    verdict: Verdict
    why: str = ""
    """Why something is not known, or no longer watched."""
    fills: float = 0.0
    """By how many messages a minute the dead-letter queue became deeper before; 0 where it did not, as far as known."""
    takes: float = 0.0
    """Seconds until all of them could be back, where consumers let them time out."""
    astray: int = 0
    """How many that were to go first did not, or not for certain, or are still in the dead-letter queue too."""
    again: int = 0
    """How many of them were received from the dead-letter queue once more, by whoever looked: these are certain."""

    @property
    def over(self) -> bool:
        """Whether nobody watches any more."""
        return self.verdict is not Verdict.WATCHING

    @property
    def early(self) -> bool:
        """Whether they may come back still because too little time has passed."""
        return self.at - self.sent_at < self.takes

    @property
    def speaks_against(self) -> bool:
        """Whether the others had better not follow yet."""
        return bool(self.new or self.again or self.astray) or self.verdict in (Verdict.UNTAKEN, Verdict.UNKNOWN)

    @property
    def clear(self) -> bool:
        """Whether they had the time to come back and none did."""
        return self.verdict is Verdict.QUIET and not self.early and not self.speaks_against

    def sentence(self, now: float) -> str:
        """Return all that is known at ``now``, in one line."""
        return ", ".join((self.standing(now), *self.besides()))

    def standing(self, now: float) -> str:
        """Return how it stands at ``now``, shortly."""
        if self.verdict is Verdict.IMPOSSIBLE:
            return f"{self.sent:,} sent"
        told = f"{self.sent:,} sent {duration(now - self.sent_at)} ago, {self._came()}"
        return told if self.over else f"{told}, watching {duration(max(0.0, self.until - now))} more"

    def advice(self) -> str:
        """Return what that means for the others, in one sentence."""
        if self.again:
            return "Do not send the rest before it is known why these failed"
        if self.new:
            return "Do not send the rest before it is known whether these are among the new ones"
        if self.astray:
            return "See first what became of those that did not go for certain"
        wait = ", unless these wait there still" if self.waiting else ""
        return {
            Verdict.WATCHING: "They may come back still",
            Verdict.STOPPED: "They may come back still",
            Verdict.QUIET: "They may come back still" if self.early else f"Nothing speaks against the rest{wait}",
            Verdict.UNTAKEN: "It proves nothing: see whether a consumer runs",
            Verdict.UNKNOWN: "Look at the queue before the rest is sent",
            Verdict.IMPOSSIBLE: "Look where they fail to before the rest is sent",
            Verdict.RETURNED: "",
        }[self.verdict]

    def _came(self) -> str:
        if self.again:
            return f"{self.again:,} of these received again: they came back"
        if self.new is None:
            return "not known yet whether any came back" if not self.over else "not known whether any came back"
        if not self.new:
            if not self.over:
                return "none came back yet"
            return f"none came back by then, it may take {duration(self.takes)}" if self.early else "none came back"
        return f"about {self.new:,} new dead letter{'s' if self.new > 1 else ''}"

    def besides(self) -> tuple[str, ...]:
        """Return what else is known, what matters most first."""
        doubt = f"{min(self.new, self.sent):,} of these at most" if self.new and not self.again else ""
        before = f"the queue filled by {speed(self.fills)} before" if self.fills and doubt else ""
        astray = f"{self.astray:,} did not go for certain" if self.astray else ""
        return tuple(part for part in (astray, doubt, before, self._consumers(), self.why) if part)

    def _consumers(self) -> str:
        waiting = f"{self.waiting or 0:,} wait there"
        return {
            Taken.ALL: f"none waits in {self.to}",
            Taken.SOME: f"consumers take from {self.to}, {waiting}",
            Taken.NONE: f"nobody has taken any from {self.to}, {waiting}",
            Taken.UNKNOWN: "",
        }[self.taken]


class Tally:
    """How many more messages a dead-letter queue holds than after some had left it, out of its depth again and again.

    One count that does not fit is no proof, neither of more nor of fewer: two after each other must say it. Counts that
    have not settled yet may still hold what has left; only that they rise tells something.
    """

    def __init__(self, expected: int | None = None) -> None:
        """``expected`` is what it held before less those that left it; None where that is not known."""
        self._expected = expected
        self._least: int | None = None
        """The least depth that two counts after each other did not exceed."""
        self._last: int | None = None
        self.new: int | None = None

    def add(self, total: int, *, settled: bool = True) -> None:
        """Take in a depth."""
        before, self._last = self._last, total
        if before is None:
            return
        high = max(before, total)
        self._least = high if self._least is None else min(self._least, high)
        if settled and self._expected is not None:
            self._least = min(self._least, self._expected)
        self.new = max(self.new or 0, min(before, total) - self._least)

    @property
    def certain(self) -> bool:
        """Whether the last depth says no more than ``new`` does."""
        if self.new is None or self._last is None or self._least is None:
            return False
        return self._last <= self._least + self.new


class Takers:
    """Whether consumers take messages from a queue, out of its depth again and again."""

    def __init__(self) -> None:
        self._some = False
        self.last: Depth | None = None

    def add(self, depth: Depth) -> None:
        """Take in a depth."""
        fewer = self.last is not None and depth.waiting < self.last.waiting
        self._some = self._some or depth.in_flight > 0 or fewer
        self.last = depth

    @property
    def taken(self) -> Taken:
        """What is known by now."""
        if self.last is None:
            return Taken.UNKNOWN
        if not self.last.waiting:
            return Taken.ALL
        return Taken.SOME if self._some else Taken.NONE


def depth_of(found: Mapping[str, str]) -> Depth:
    """Return the depth in a queue's attributes. Raises ``ValueError`` where SQS does not say."""
    counts = [str(found.get(name, "")) for name in _COUNTED]
    if not all(count.isdecimal() for count in counts):
        raise ValueError("SQS did not say how many messages there are")
    return Depth(*(int(count) for count in counts))


def way_of(queue: str, to: str, arn: str, found: Mapping[str, str]) -> Way:
    """Return how messages sent to ``to``, of attributes ``found``, come back to the queue of ``arn``."""
    policy = redrive(dict(found))
    target = str(policy.get("deadLetterTargetArn") or "")
    receives, timeout, delay = (
        _number(given)
        for given in (policy.get("maxReceiveCount"), found.get("VisibilityTimeout"), found.get("DelaySeconds"))
    )
    if not target or not receives:
        return Way(queue, to, impossible=f"{_name(to)} has no dead-letter queue, so nothing comes back from it")
    if target != arn:
        elsewhere = clean(target.rsplit(":", 1)[-1])
        return Way(queue, to, impossible=f"what fails in {_name(to)} goes to {elsewhere}, not to {_name(queue)}")
    return Way(queue, to, timeout, receives, delay)


def _number(given: object) -> int:
    text = str(given)
    return int(text) if text.isascii() and text.isdecimal() else 0


def _name(url: str) -> str:
    return clean(name_of_url(url))
