"""Every AWS operation that cloudtop may use is one that the demo account answers."""

from __future__ import annotations

import importlib

import pytest

from console.aws.operations import EFFECTS, Effect
from console.demo.wire import models

USED = sorted(
    (service, operation)
    for (service, operation), effect in EFFECTS.items()
    if effect is not Effect.CREDENTIALS and service in models.SIGNING_NAMES.values()
)


@pytest.mark.parametrize(("service", "operation"), USED)
def test_what_cloudtop_uses_is_answered(service: str, operation: str) -> None:
    module = importlib.import_module(f"console.demo.services.{service}")
    assert operation in module.OPERATIONS


@pytest.mark.parametrize("service", sorted(models.SIGNING_NAMES.values()))
def test_what_is_answered_exists(service: str) -> None:
    module = importlib.import_module(f"console.demo.services.{service}")
    assert module.OPERATIONS.keys() <= set(models.service_model(service).operation_names)
