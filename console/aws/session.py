"""Owns botocore's session: hooks, parsers, profiles, regions; must not know what is called.

botocore's session is the one place where a hook reaches every client, its own sign-in clients included.
"""

from __future__ import annotations

import console.aws.lean  # noqa: F401  before aiohttp is imported

# isort: split

import json
import logging
import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, cast

from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession

from console import __version__
from console.aws.cost import Meter
from console.aws.errors import MalformedAnswer
from console.aws.guard import Guard
from console.aws.models import TrimmedLoader, make_loader
from console.aws.operations import is_sent_once
from console.aws.parsers import Parsers
from console.aws.quick import Emitter, use_quick_requests
from console.aws.transport import PlainSession, SendOnceSession

READ_ATTEMPTS = 3
ONE_ATTEMPT = 1
"""For a write; botocore's default would repeat it after a lost answer."""
CONNECT_SECONDS = 5
READ_SECONDS = 25

current_call: ContextVar[tuple[str, str, int]] = ContextVar("current_call", default=("", "", 0))
"""(service, operation, metrics asked for) of the call that this task is making."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Where and as whom a session connects."""

    profile: str = ""
    region: str = ""
    endpoint_url: str = ""
    access_key: str = ""
    secret_key: str = field(default="", repr=False)


class _Session(AioSession):  # type: ignore[misc]  # aiobotocore has no types
    """aiobotocore's session, which reads no more than a client needs."""

    def warm_up_loader_caches(self, service_name: str | None = None, api_version: str | None = None) -> None:
        """Read what a client of the service is made from. Runs in a thread."""
        loader = self.get_component("data_loader")
        if service_name and isinstance(loader, TrimmedLoader):
            loader.warm_up(service_name)
        else:
            super().warm_up_loader_caches(service_name, api_version)


def open_session(connection: Connection, guard: Guard, meter: Meter) -> AioSession:
    """Return a session whose every client passes the guard and the meter."""
    logging.getLogger("aiobotocore").addHandler(logging.NullHandler())
    logging.getLogger("aiobotocore").propagate = False
    logging.getLogger("botocore").propagate = False
    use_quick_requests()
    session = _Session(profile=connection.profile or None, event_hooks=Emitter())
    if connection.access_key:
        session.set_credentials(connection.access_key, connection.secret_key)
    if loader := make_loader(session.get_config_variable("data_path")):
        session.register_component("data_loader", loader)
    session.set_default_client_config(_common_config())
    session.register_component("response_parser_factory", Parsers())
    session.register("before-parameter-build", guard.before_parameter_build)
    session.register("before-call", guard.before_call)
    session.register("before-call.s3", _stay_in_region)
    session.register("before-call.s3", _expect_nothing)
    session.register("before-send", _meter_hook(meter))
    session.register("before-parse", _refuse_page)
    session.register("after-call", _refuse_cut_json)
    return session


def attempts_for(service: str, operation: str) -> int:
    """Return how often a call may be sent."""
    return ONE_ATTEMPT if is_sent_once(service, operation) else READ_ATTEMPTS


def client_config(connection: Connection, service: str, attempts: int) -> AioConfig:
    """Return the client settings: our user agent, SigV4, short timeouts, path-style S3 at an own endpoint."""
    options: dict[str, Any] = {
        "warm_up_loader_caches": True,  # reads the service's model in a thread
        "user_agent": f"cloudtop/{__version__}",
        "retries": {"mode": "standard", "total_max_attempts": attempts},
        "max_pool_connections": 20,
        "request_checksum_calculation": "when_required",
        "response_checksum_validation": "when_required",
    }
    if attempts == ONE_ATTEMPT:
        # An idle connection may be dead, and then the outcome is unknown. aiohttp refuses force_close beside a
        # keep-alive, which aiobotocore sets unless told otherwise.
        options["connector_args"] = {"force_close": True, "keepalive_timeout": None}
    if connection.endpoint_url:
        options["inject_host_prefix"] = False
    if connection.endpoint_url.lower().startswith("http://"):
        options["http_session_cls"] = PlainSession
    if service == "s3":
        options["signature_version"] = "s3v4"
        if connection.endpoint_url:
            options["s3"] = {"addressing_style": "path"}
    return AioConfig(**options)


def _common_config() -> AioConfig:
    """Return what botocore lays under every client's own settings, those included by which it signs in."""
    return AioConfig(http_session_cls=SendOnceSession, connect_timeout=CONNECT_SECONDS, read_timeout=READ_SECONDS)


def known_regions(session: AioSession) -> tuple[str, ...]:
    """Return every region that the installed botocore knows, all partitions."""
    data = session.get_component("data_loader").load_data("partitions")
    names = (name for partition in data["partitions"] for name in partition["regions"])
    return tuple(sorted(name for name in names if "-global" not in name and not name.endswith("-pseudo")))


def _meter_hook(meter: Meter) -> Callable[..., None]:
    def before_send(event_name: str, **_rest: Any) -> None:
        service, operation, metrics = current_call.get()
        _, sent_to, sent = event_name.split(".", 2)
        if sent == operation:
            meter.count(service, operation, metrics)
        else:  # botocore's own: signing in, or asking where a bucket is
            meter.count(sent_to.lower(), sent)

    return before_send


def _stay_in_region(model: Any, context: dict[str, Any], **_rest: Any) -> None:
    """Keep botocore from sending a write a second time, to the region that the first answer names."""
    if is_sent_once("s3", model.name) and "s3_redirect" in context:
        context["s3_redirect"]["redirected"] = True


def _expect_nothing(params: dict[str, Any], **_rest: Any) -> None:
    """Send a body without asking first: aiohttp waits for the go-ahead without any limit of time."""
    params["headers"].pop("Expect", None)


_PAGE = re.compile(rb"(?is)\s*+(?><\?xml.*?\?>\s*+)?+(?><!--.*?-->\s*+)*+<(!doctype\s+html|html[\s>])")


def _refuse_page(response_dict: dict[str, Any], operation_model: Any, **_rest: Any) -> None:
    """Refuse a success that is a web page, such as a captive portal's.

    botocore reads some as an empty answer; an operator would read that as "there is nothing".
    """
    if response_dict["status_code"] >= 300 or operation_model.has_streaming_output:
        return
    body = response_dict["body"]
    if body and ("text/html" in response_dict["headers"].get("content-type", "") or _PAGE.match(body[:2048])):
        raise MalformedAnswer("a web page came instead of the answer")


async def _refuse_cut_json(http_response: Any, parsed: dict[str, Any], model: Any, **_rest: Any) -> None:
    """Refuse a success whose JSON is cut short, which botocore reads as an empty answer too."""
    if http_response.status_code >= 300 or model.has_streaming_output:
        return
    nothing_read = not (parsed.keys() - {"ResponseMetadata"})
    if nothing_read and "json" in model.service_model.resolved_protocol:
        _require_json(await http_response.content)


def _require_json(body: bytes) -> None:
    try:
        cast(object, json.loads(body or b"{}"))
    except ValueError as error:
        raise MalformedAnswer("the answer ends in the middle") from error
