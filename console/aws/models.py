"""Owns botocore's service models cut down to the operations on our list; must not know who calls them.

EC2's whole model takes longer to read than an answer of a thousand instances, and more memory. What is cut is made
from the installed botocore's own files, kept in the user's cache folder, and used for nothing but our operations.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any, cast

import botocore
from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader

from console import __version__
from console.aws.operations import EFFECTS
from console.cache import read_cached, write_cached

Model = dict[str, Any]

_LAYOUT = "1"
"""Another one makes every cut be made again."""
_SERVICE, _PAGES, _RULES = "service-2", "paginators-1", "endpoint-rule-set-1"
_GENERAL = ("endpoints", "partitions", "sdk-default-configuration", "_retry")


_ASKED_BY_BOTOCORE = frozenset({("s3", "CreateSession")})
"""What botocore calls by itself, for directory buckets: the guard refuses it, and can only where it is known."""


def operations_of(service: str) -> frozenset[str]:
    """Return the operations of ``service`` that a client has."""
    return frozenset(operation for of, operation in EFFECTS.keys() | _ASKED_BY_BOTOCORE if of == service)


SERVICES = frozenset(service for service, _ in EFFECTS)


class TrimmedLoader(Loader):  # type: ignore[misc]  # botocore has no types
    """botocore's loader, which gives the cut models for what is on our list and the whole ones for all else."""

    def warm_up(self, service: str) -> None:
        """Read what a client of ``service`` is made from, or make it."""
        _general()
        if service in SERVICES:
            _service(service)

    def load_service_model(self, service_name: str, type_name: str, api_version: str | None = None) -> Any:
        """Return a service's model, paginators or endpoint rules. Raises what botocore's own raises."""
        if service_name in SERVICES and api_version is None:
            found = _service(service_name).get(type_name)
            if found is not None:
                return found
        return super().load_service_model(service_name, type_name, api_version)

    def load_data_with_path(self, name: str) -> tuple[Any, str]:
        """Return (data, where it comes from)."""
        if name in _GENERAL:
            return _general()[name], os.path.join(self.BUILTIN_DATA_PATH, name)
        found: tuple[Any, str] = super().load_data_with_path(name)
        return found


def make_loader(data_path: str | None) -> Loader | None:
    """Return our loader; None where the user has models of their own, which are theirs to choose."""
    return None if data_path or os.path.isdir(Loader.CUSTOMER_DATA_PATH) else TrimmedLoader()


@cache
def _service(name: str) -> Mapping[str, Model]:
    key = _key(name, *sorted(operations_of(name)))
    found: Any = read_cached(f"model-{name}", key)
    if not isinstance(found, dict) or _SERVICE not in found:
        found = trim_service(name, Loader())
        write_cached(f"model-{name}", key, found)
    return cast(Mapping[str, Model], found)


@cache
def _general() -> Mapping[str, Model]:
    key = _key("general", *sorted(SERVICES))
    found: Any = read_cached("model-general", key)
    if not isinstance(found, dict) or found.keys() != set(_GENERAL):
        loader = Loader()
        found = {name: loader.load_data(name) for name in _GENERAL}
        found["endpoints"] = trim_endpoints(found["endpoints"], _endpoint_prefixes(loader))
        write_cached("model-general", key, found)
    return cast(Mapping[str, Model], found)


def _key(*words: str) -> str:
    told = "\n".join((_LAYOUT, __version__, botocore.__version__, botocore.BOTOCORE_ROOT, *words))
    return hashlib.sha256(told.encode()).hexdigest()


def trim_service(name: str, loader: Loader) -> dict[str, Model]:
    """Return what botocore knows of ``name``: the model and paginators of our operations, the endpoint rules whole."""
    kept = operations_of(name)
    found = {_SERVICE: trim_model(loader.load_service_model(name, _SERVICE), kept)}
    for kind in (_PAGES, _RULES):
        try:
            found[kind] = loader.load_service_model(name, kind)
        except (DataNotFoundError, UnknownServiceError):
            continue
    if _PAGES in found:
        pages = found[_PAGES]["pagination"]
        found[_PAGES] = {"pagination": {operation: pages[operation] for operation in pages if operation in kept}}
    return found


def trim_model(model: Model, kept: Iterable[str]) -> Model:
    """Return ``model`` with the operations ``kept``, every shape they or an error reach, and no documentation."""
    operations = {name: _bare(model["operations"][name]) for name in model["operations"] if name in set(kept)}
    references = [part["shape"] for operation in operations.values() for part in _references(operation)]
    references += [name for name, shape in model["shapes"].items() if shape.get("exception")]
    reached: set[str] = set()
    while references:
        name = references.pop()
        if name not in reached:
            reached.add(name)
            references += [part["shape"] for part in _references(model["shapes"][name])]
    shapes = {name: _bare(shape) for name, shape in model["shapes"].items() if name in reached}
    return {**model, "operations": operations, "shapes": shapes, "documentation": ""}


def _references(part: Model) -> list[Model]:
    """Return what an operation or a shape is made of."""
    single = [part[name] for name in ("input", "output", "member", "key", "value") if name in part]
    return [*single, *part.get("errors", ()), *part.get("members", {}).values()]


def _bare(part: Model) -> Model:
    """Return an operation or a shape without documentation, its own or its parts'."""
    bare = {name: value for name, value in part.items() if name != "documentation"}
    for name in ("input", "output", "member", "key", "value"):
        if name in bare:
            bare[name] = _undocumented(bare[name])
    if "errors" in bare:
        bare["errors"] = [_undocumented(error) for error in bare["errors"]]
    if "members" in bare:
        bare["members"] = {name: _undocumented(member) for name, member in bare["members"].items()}
    return bare


def _undocumented(reference: Model) -> Model:
    return {name: value for name, value in reference.items() if name != "documentation"}


def trim_endpoints(endpoints: Model, prefixes: Iterable[str]) -> Model:
    """Return botocore's old table of endpoints with those services only."""
    kept = set(prefixes)
    partitions = [
        {**partition, "services": {name: of for name, of in partition["services"].items() if name in kept}}
        for partition in endpoints["partitions"]
    ]
    return {**endpoints, "partitions": partitions}


def _endpoint_prefixes(loader: Loader) -> frozenset[str]:
    """Return the names under which botocore's endpoints know our services."""
    metadata = (loader.load_service_model(name, _SERVICE)["metadata"] for name in SERVICES)
    return SERVICES | frozenset(str(of["endpointPrefix"]) for of in metadata)
