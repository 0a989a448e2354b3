"""Owns botocore's service models, each loaded when it is first needed; must not know what is answered."""

from __future__ import annotations

from functools import cache
from typing import Any

from botocore.loaders import Loader
from botocore.model import OperationNotFoundError, ServiceModel

SIGNING_NAMES = {
    "ec2": "ec2",
    "autoscaling": "autoscaling",
    "elasticloadbalancing": "elbv2",
    "s3": "s3",
    "sqs": "sqs",
    "monitoring": "cloudwatch",
    "lambda": "lambda",
    "logs": "logs",
    "cloudtrail": "cloudtrail",
    "iam": "iam",
    "sts": "sts",
}
"""The name in a signature's scope → botocore's name of the service."""


@cache
def service_model(service: str) -> Any:
    """Return botocore's model of ``service``; only what ships with botocore is looked at."""
    loader = Loader(extra_search_paths=[Loader.BUILTIN_DATA_PATH], include_default_search_paths=False)
    return ServiceModel(loader.load_service_model(service, "service-2"), service)


def operation_model(service: str, operation: str) -> Any | None:
    """Return the model of ``operation``, None when the service has no such operation."""
    try:
        return service_model(service).operation_model(operation)
    except OperationNotFoundError:
        return None
