"""Owns shortening the gateway's waits for tests; must not know what is asked."""

from __future__ import annotations

from functools import cache

import pytest
from aiobotocore.client import AioClientCreator
from aiobotocore.config import AioConfig
from botocore.loaders import JSONFileLoader
from botocore.retries.standard import ExponentialBackoff

from console.aws import gateway
from console.aws.session import client_config


def shorten(monkeypatch: pytest.MonkeyPatch, seconds: float = 10) -> None:
    """Let clients made from now on wait ``seconds`` for a connection and an answer, and not at all between tries.

    What botocore makes of its models is made once for the whole run.
    """

    def impatient(*arguments: object) -> object:
        return client_config(*arguments).merge(AioConfig(read_timeout=seconds, connect_timeout=seconds))  # type: ignore[arg-type]

    monkeypatch.setattr(JSONFileLoader, "load_file", _load_once)
    monkeypatch.setattr(AioClientCreator, "_create_client_class", _make_class_once)
    monkeypatch.setattr(gateway, "client_config", impatient)
    monkeypatch.setattr(ExponentialBackoff, "delay_amount", lambda *_: 0)


_loader = JSONFileLoader()
_load_file = JSONFileLoader.load_file


@cache
def _read(path: str) -> object:
    return _load_file(_loader, path)


def _load_once(_loader: JSONFileLoader, path: str) -> object:
    """Read botocore's data files once for all sessions of the run."""
    return _read(path)


_classes: dict[str, type] = {}
_create_class = AioClientCreator._create_client_class


async def _make_class_once(creator: AioClientCreator, service: str, model: object) -> type:
    """Make each service's class of clients once; EC2's has some seven hundred methods."""
    if service not in _classes:
        _classes[service] = await _create_class(creator, service, model)
    return _classes[service]
