"""Owns which operation an HTTP request asks for, in every protocol; must not know signatures or answers."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import parse_qsl

from console.demo.wire import parameters
from console.demo.wire.messages import Request
from console.demo.wire.models import service_model

REST_SERVICE = "s3"
JSON_REST_SERVICE = "lambda"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks for; ``operation`` is empty when the request names none."""

    service: str
    operation: str
    protocol: str


@dataclass(frozen=True, slots=True)
class _Route:
    operation: str
    method: str
    labels: frozenset[str]
    query: frozenset[str]
    headers: frozenset[str]

    def fits(self, request: Request, labels: Collection[str], query: Collection[str]) -> bool:
        return (
            self.method == request.method
            and self.labels == set(labels)
            and self.query <= set(query)
            and self.headers <= request.headers.keys()
        )

    def weight(self) -> int:
        return len(self.query) + len(self.headers)


def asked(request: Request, service: str) -> Asked:
    """Return what ``request`` asks of ``service``; ``protocol`` is query, ec2, json, cbor, rest-xml or rest-json."""
    if request.headers.get("smithy-protocol") == "rpc-v2-cbor":
        return Asked(service, request.path.rpartition("/operation/")[2], "cbor")
    if "x-amz-target" in request.headers:
        return Asked(service, request.headers["x-amz-target"].rpartition(".")[2], "json")
    if service == REST_SERVICE:
        return Asked(service, _rest_operation(request), "rest-xml")
    if service == JSON_REST_SERVICE:
        return Asked(service, _literal_operation(request), "rest-json")
    form = dict(parse_qsl(request.body.decode("utf-8", "replace"))) or dict(request.query_pairs())
    if "Action" not in form:
        return Asked(service, "", "json")  # another service's REST
    return Asked(service, form["Action"], "ec2" if service == "ec2" else "query")


def _rest_operation(request: Request) -> str:
    labels = parameters.path_labels(request.path)
    query = {name for name, _ in request.query_pairs()}
    fitting = [route for route in _routes() if route.fits(request, labels, query)]
    return max(fitting, key=_Route.weight).operation if fitting else ""


def _literal_operation(request: Request) -> str:
    """Return the operation whose path, one without labels, the request has; those with labels nobody asks for."""
    model = service_model(JSON_REST_SERVICE)
    wanted = {"method": request.method, "requestUri": request.path.rstrip("/")}
    found = (name for name in model.operation_names if _plain_route(model.operation_model(name).http) == wanted)
    return next(found, "")


def _plain_route(http: dict[str, Any]) -> dict[str, Any]:
    return {"method": http["method"], "requestUri": http["requestUri"].rstrip("/")}


@cache
def _routes() -> tuple[_Route, ...]:
    """Every S3 operation's route. Of two that weigh the same the later one in the alphabet is the outdated one."""
    model = service_model(REST_SERVICE)
    return tuple(_route(model.operation_model(name)) for name in sorted(model.operation_names))


def _route(model: Any) -> _Route:
    path, _, literal = model.http["requestUri"].partition("?")
    shape = model.input_shape
    needed = {name: shape.members[name].serialization for name in shape.required_members} if shape else {}
    labels = {traits["name"] for traits in needed.values() if traits.get("location") == "uri"}
    query = {traits["name"] for traits in needed.values() if traits.get("location") == "querystring"}
    headers = {traits["name"].lower() for traits in needed.values() if traits.get("location") == "header"}
    query |= {part.partition("=")[0] for part in literal.split("&") if part}
    labels = labels if path.startswith("/{") or path == "/" else {path}
    return _Route(model.name, model.http["method"], frozenset(labels), frozenset(query), frozenset(headers))
