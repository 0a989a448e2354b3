"""Owns quicker stand-ins for small parts of botocore that every request passes many times; must not know requests.

They behave as what they stand for; a test compares them with it and fails when it changes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from inspect import isawaitable
from typing import Any

import botocore.awsrequest
from aiobotocore.hooks import AioHierarchicalEmitter
from botocore.awsrequest import HeadersDict


class Headers(HeadersDict):  # type: ignore[misc]  # botocore has no types
    """botocore's headers, which find a name without making an object of it each time."""

    _dict: dict[str, tuple[str, Any]]
    """Lower-case name → (name as it was first written, value)."""

    def __setitem__(self, key: str, value: Any) -> None:
        lower = key.lower()
        known = self._dict.get(lower)
        self._dict[lower] = (known[0] if known else key, value)

    def __getitem__(self, key: str) -> Any:
        return self._dict[key.lower()][1]

    def __delitem__(self, key: str) -> None:
        del self._dict[key.lower()]

    def __contains__(self, key: Any) -> bool:
        return key.lower() in self._dict

    def __iter__(self) -> Any:
        return (name for name, _ in self._dict.values())

    def __repr__(self) -> str:
        return repr(dict(self._dict.values()))

    def get(self, key: str, default: Any = None) -> Any:
        """Return the value of a header."""
        return self._dict.get(key.lower(), (key, default))[1]

    def items(self) -> Any:
        """Return (name, value) of every header."""
        return self._dict.values()

    def update(self, other: Any = (), /, **more: Any) -> None:
        """Set several headers."""
        pairs: Iterable[tuple[str, Any]] = other.items() if isinstance(other, Mapping) else _pairs(other)
        for key, value in (*pairs, *more.items()):
            self[key] = value


def _pairs(other: Any) -> Iterable[tuple[str, Any]]:
    return ((key, other[key]) for key in other) if hasattr(other, "keys") else other


async def _hand_on(
    emitter: Any, event_name: str, kwargs: dict[str, Any], stop_on_response: bool = False
) -> list[tuple[Any, Any]]:
    """Call an event's handlers, the most specific first, and wait only for one that has to be waited for."""
    handlers = emitter._lookup_cache.get(event_name)
    if handlers is None:
        handlers = emitter._lookup_cache[event_name] = emitter._handlers.prefix_search(event_name)
    if not handlers:
        return []
    kwargs["event_name"] = event_name
    responses = []
    for handler in handlers:
        response = handler(**kwargs)
        if response is not None and isawaitable(response):
            response = await response
        responses.append((handler, response))
        if stop_on_response and response is not None:
            break
    return responses


Emitter = type("Emitter", (AioHierarchicalEmitter,), {"_emit": _hand_on})
"""aiobotocore's events."""


class Endpoints:
    """botocore's rules of endpoints for one client, asked once an operation where its parameters have no say."""

    def __init__(self, rules: Any) -> None:
        self._rules = rules
        self._known: dict[str, Any] = {}
        self._depends = bool(_DEPENDS & {part.builtin for part in rules._param_definitions.values()})

    def __getattr__(self, name: str) -> Any:
        return getattr(self._rules, name)

    async def construct_endpoint(self, operation_model: Any, call_args: Any, request_context: Any) -> Any:
        """Return where the operation is sent. Raises what botocore's raises."""
        found = self._known.get(operation_model.name)
        if found is None:
            found = await self._rules.construct_endpoint(operation_model, call_args, request_context)
            if not self._depends and not _has_a_say(operation_model):
                self._known[operation_model.name] = found
        return found


_DEPENDS = {"AWS::Auth::AccountId", "AWS::Auth::AccountIdEndpointMode", "AWS::S3::ForcePathStyle"}
"""What rules ask for that may be another at the next call: the account of new credentials, a bucket's own settings."""


def _has_a_say(operation: Any) -> bool:
    """Return whether an operation or its parameters choose between endpoints."""
    return bool(
        operation.static_context_parameters or operation.context_parameters or operation.operation_context_parameters
    )


def remember_endpoints(client: Any) -> None:
    """Let a client ask for its endpoints once."""
    if client._ruleset_resolver is not None:
        client._ruleset_resolver = Endpoints(client._ruleset_resolver)


def _body(request: Any) -> Any:
    """Return a request's body, as ``AWSRequest.body`` does, without making its address and headers ready each time."""
    body = request._request_preparer._prepare_body(request)
    return body.encode("utf-8") if isinstance(body, str) else body


def use_quick_requests() -> None:
    """Let botocore make its headers of ours, and a body alone."""
    botocore.awsrequest.HeadersDict = Headers
    botocore.awsrequest.AWSRequest.body = property(_body)
