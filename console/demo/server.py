"""Owns one request's way through the demo: signature, faults, operation, answer; must not know what services do.

A service's module, seed and model are loaded when the service is first asked for.
"""

from __future__ import annotations

import asyncio
import importlib
import inspect
import time
import traceback
import uuid
from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from console.demo import refusals, signature
from console.demo.account import REGION, Account, Call, Operation
from console.demo.admin import PREFIX, Admin
from console.demo.calls import Calls, Made
from console.demo.faults import Fault, FaultKind, Faults
from console.demo.signature import Problem, Signature
from console.demo.wire import answers, models, operations, parameters
from console.demo.wire.messages import Ending, Request, Response, ServiceError
from console.demo.wire.operations import Asked

_GLOBAL = ("iam", "sts", "s3")
"""Services that answer alike in every region."""


class Server:
    """Answers for one account. An ``empty`` account is not seeded; ``control`` opens all of the back door."""

    def __init__(self, account: Account, empty: bool = False, *, control: bool = False) -> None:
        self._account = account
        self._elsewhere: dict[str, Account] = {}
        self._empty = empty
        self._operations: dict[str, Mapping[str, Operation]] = {}
        self._calls = Calls()
        self._faults = Faults()
        self._admin = Admin(account, self._calls, self._faults, control=control)

    async def answer(self, request: Request) -> Response:
        """Return the answer to any request."""
        if request.path.startswith(PREFIX):
            return await self._admin.answer(request)
        signed = signature.read(request)
        name = signed.service if isinstance(signed, Signature) else "s3"
        asked = operations.asked(request, models.SIGNING_NAMES.get(name, name))
        made = self._calls.begin(asked, time.time())
        response = await self._answer(request, asked, signed, made)
        made.status = 0 if response.ending is Ending.DROPPED else response.status
        return response

    def load(self, service: str) -> Mapping[str, Operation]:
        """Return a service's operations, after seeding it; none for a service that the demo does not have."""
        if service not in self._operations:
            models.service_model(service)
            seed = getattr(_module(f"seed.{service}"), "seed", None)
            if seed and not self._empty:
                seed(self._account)
            self._operations[service] = getattr(_module(f"services.{service}"), "OPERATIONS", {})
        return self._operations[service]

    def _account_in(self, service: str, region: str) -> Account:
        if region == REGION or service in _GLOBAL:
            return self._account
        return self._elsewhere.setdefault(region, Account(self._account.now))

    async def _answer(self, request: Request, asked: Asked, signed: Signature | Problem, made: Made) -> Response:
        due = self._faults.due(asked)
        made.faults = tuple(due)
        if FaultKind.DELAY in due:
            await asyncio.sleep(due[FaultKind.DELAY].seconds)
        if FaultKind.LOST in due or (FaultKind.STALL in due and not await self._faults.wait()):
            return Response(ending=Ending.DROPPED)
        response = await self._attempt(request, asked, signed, made, due)
        self._calls.done(made)
        if FaultKind.DROP in due or (FaultKind.HOLD in due and not await self._faults.wait()):
            response.ending = Ending.DROPPED
        elif FaultKind.CUT in due:
            response.ending = Ending.CUT
        elif FaultKind.GARBLE in due:
            response.body = response.body[: len(response.body) // 2]
        return response

    async def _attempt(
        self, request: Request, asked: Asked, signed: Signature | Problem, made: Made, due: Mapping[FaultKind, Fault]
    ) -> Response:
        """Return the answer or the error that a request gets."""
        request_id = str(uuid.uuid4())
        try:
            account = self._admit(request, asked, signed)
            _strike(asked, due)
            return await self._operate(request, asked, account, request_id, tuple(due))
        except ServiceError as problem:
            return answers.error(problem, asked.protocol, request_id)
        except Exception:  # a mistake in the demo must not end it
            made.mistake = traceback.format_exc()
            failure = ServiceError("InternalFailure", "The demo account made a mistake", 500)
            return answers.error(failure, asked.protocol, request_id)

    def _admit(self, request: Request, asked: Asked, signed: Signature | Problem) -> Account:
        """Return the account that a signed request is for. Raises ``ServiceError``."""
        if isinstance(signed, Problem):
            raise refusals.unsigned(signed, asked)
        now = self._account.now() if signed.expires is not None else datetime.now(UTC)
        if problem := signature.check(signed, request, now):
            raise refusals.unsigned(problem, asked)
        return self._account_in(asked.service, signed.region)

    async def _operate(
        self, request: Request, asked: Asked, account: Account, request_id: str, struck: Collection[str]
    ) -> Response:
        known = asked.service in models.SIGNING_NAMES.values()
        model = models.operation_model(asked.service, asked.operation) if known else None
        operation = self.load(asked.service).get(asked.operation) if model else None
        if operation is None:
            raise refusals.unknown(asked)
        endpoint = f"http://{request.headers.get('host', '')}"
        found = _parameters(request, model, asked.protocol)
        answer = operation(Call(account, found, request, endpoint, struck))
        complete = await answer if inspect.isawaitable(answer) else answer
        return _response(model, complete, asked.protocol, request_id)


def _strike(asked: Asked, due: Mapping[FaultKind, Fault]) -> None:
    if FaultKind.EXPIRED in due:
        raise refusals.expired(asked)
    if FaultKind.DENY in due:
        raise refusals.denied(asked)
    if FaultKind.THROTTLE in due:
        raise refusals.throttled(asked)
    if FaultKind.UNAVAILABLE in due:
        raise ServiceError("ServiceUnavailable", "The service is unavailable. Please try again shortly.", 503)
    if fault := due.get(FaultKind.ERROR):
        raise ServiceError(fault.code, f"The demo account was told to answer {fault.code}", fault.status)


def _module(name: str) -> Any:
    """Return a module of the demo, None if there is no such module."""
    full = f"console.demo.{name}"
    try:
        return importlib.import_module(full)
    except ModuleNotFoundError as error:
        if error.name != full:
            raise
        return None


def _parameters(request: Request, model: Any, protocol: str) -> dict[str, Any]:
    if protocol == "json":
        return parameters.from_json(request, model)
    if protocol == "cbor":
        return parameters.from_cbor(request, model)
    if protocol == "rest-json":
        return parameters.from_rest(request, model, {})
    if protocol == "rest-xml":
        return parameters.from_rest(request, model, parameters.path_labels(request.path))
    return parameters.from_form(request, model, protocol)


def _response(model: Any, answer: dict[str, Any], protocol: str, request_id: str) -> Response:
    if protocol in ("json", "rest-json"):
        return answers.json_answer(model, answer, request_id)
    if protocol == "cbor":
        return answers.cbor_answer(model, answer, request_id)
    if protocol == "rest-xml":
        return answers.rest_xml(model, answer, request_id)
    return answers.query(model, answer, request_id, ec2=protocol == "ec2")
