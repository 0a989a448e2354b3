"""Owns whether a call may leave this process; must not know why it is wanted.

Every client is created from a session that carries these hooks, botocore's own sign-in clients included.
Reads on the list pass. A write passes when the session is unlocked *and* the runner holds a warrant for
exactly that operation, which the call uses up. A job of many writes, confirmed as one, may hold on to what was
allowed when it began: read-only in the middle of it would leave messages copied and not moved.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from console.aws.operations import EFFECTS, Effect
from console.text.faults import Fault, FaultKind

_warrant: ContextVar[list[tuple[str, str]]] = ContextVar("warrant", default=[])  # noqa: B039 never mutated
_holding: ContextVar[tuple[object, ...]] = ContextVar("holding", default=())


def _uptime() -> float:
    """Return seconds that go on while the machine sleeps, so that an unlock runs out meanwhile."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Refused(Exception):
    """The guard did not let a call leave. ``fault`` says why in the operator's words."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.what)
        self.fault = fault


class Guard:
    """Decides over every call of one session. Reads the clock to know when an unlock has run out."""

    def __init__(self, clock: Callable[[], float] = _uptime, *, forbidden: bool = False) -> None:
        self._clock = clock
        self._until = 0.0
        self._held: set[object] = set()
        self.forbidden = forbidden
        """True when the configuration never allows writes."""
        self.told: Callable[[], None] = lambda: None
        """Called when writes are locked, and when a job begins or ends to hold on to them."""

    def unlock(self, seconds: float) -> None:
        """Allow warranted writes for ``seconds`` from now; refused where writes are forbidden."""
        if self.forbidden:
            raise Refused(_refusal("unlock", "the configuration sets writes.allow: false"))
        self._until = self._clock() + seconds

    def lock(self) -> None:
        """Refuse every write from now on, save those of a job that holds on: who locks has it stop at a safe point."""
        self._until = 0.0
        self.told()

    def unlocked_for(self) -> float:
        """Return the seconds that writes stay allowed; 0 when read-only."""
        return 0.0 if self.forbidden else max(0.0, self._until - self._clock())

    @property
    def held(self) -> bool:
        """Whether a job holds on to writes, however the session stands."""
        return bool(self._held)

    @contextmanager
    def hold(self) -> Iterator[bool]:
        """Let warranted writes of this task, and of those it starts, go on until the block is left.

        Gives whether they may: what is read-only now stays so.
        """
        if self.unlocked_for() <= 0:
            yield False
            return
        hold = object()
        self._held.add(hold)
        token = _holding.set((*_holding.get(), hold))
        self.told()
        try:
            yield True
        finally:
            self._held.discard(hold)  # a task that outlives the block holds on no longer
            _holding.reset(token)
            self.told()

    @contextmanager
    def warrant(self, service: str, operation: str) -> Iterator[None]:
        """Let one call of ``operation`` through inside the block, if the session is unlocked."""
        held = [(service, operation)]
        token = _warrant.set(held)
        try:
            yield
        finally:
            held.clear()  # a task started inside the block holds the same list
            _warrant.reset(token)

    def admit(self, service: str, operation: str) -> None:
        """Raise ``Refused`` for an operation that nobody here may ask for: an unlisted one, or one to sign in by.

        A client has methods that are no operations, and signing in gives credentials away.
        """
        if EFFECTS.get((service, operation), Effect.CREDENTIALS) is Effect.CREDENTIALS:
            raise Refused(_refusal(f"{service} {operation}", "the operation is not on cloudtop's list"))

    def check(self, service: str, operation: str, *, presign: bool = False) -> None:
        """Raise ``Refused`` unless the call may leave. Uses up a write's warrant.

        A pre-signed GET counts as sensitive, which is what it hands out; a pre-signed PUT counts as a write.
        """
        effect = EFFECTS.get((service, operation))
        if effect is None:
            raise Refused(_refusal(f"{service} {operation}", "the operation is not on cloudtop's list"))
        if presign and effect not in (Effect.SENSITIVE, Effect.WRITE):
            raise Refused(_refusal(f"{service} {operation}", "cloudtop does not pre-sign this operation"))
        if effect is Effect.WRITE:
            self._check_write(service, operation)

    def _check_write(self, service: str, operation: str) -> None:
        if self.unlocked_for() <= 0 and not self._held.intersection(_holding.get()):
            raise Refused(
                _refusal(f"{service} {operation}", "the session is read-only", "Press w or start with --write")
            )
        held = _warrant.get()
        if (service, operation) not in held:
            raise Refused(_refusal(f"{service} {operation}", "it was not planned and confirmed"))
        held.remove((service, operation))

    def before_call(self, model: Any, **_rest: Any) -> None:
        """botocore's ``before-call``: the last stop before a request is signed and sent."""
        self.check(model.service_model.service_name, model.name)

    def before_parameter_build(self, model: Any, context: Any = None, **_rest: Any) -> None:
        """botocore's ``before-parameter-build``: the only stop that a pre-signed request passes."""
        if context and context.get("is_presign_request"):
            self.check(model.service_model.service_name, model.name, presign=True)


def _refusal(what: str, why: str, remedy: str = "") -> Fault:
    return Fault(FaultKind.REFUSED, f"{what} was not sent", why, remedy)
