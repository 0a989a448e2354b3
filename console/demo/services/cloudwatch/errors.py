"""Owns CloudWatch's errors with the codes that SDKs show, and its page tokens; must not know when they happen."""

from __future__ import annotations

import base64

from console.demo.wire.messages import ServiceError


def invalid(text: str) -> ServiceError:
    """Return the error for a parameter's value."""
    return ServiceError("InvalidParameterValue", text, shape="InvalidParameterValueException")


def combination(text: str) -> ServiceError:
    """Return the error for parameters that exclude each other."""
    return ServiceError("InvalidParameterCombination", text, shape="InvalidParameterCombinationException")


def missing(name: str) -> ServiceError:
    """Return the error for a parameter that is not there."""
    text = f"The parameter {name} is required."
    return ServiceError("MissingParameter", text, shape="MissingRequiredParameterException")


def validation(text: str) -> ServiceError:
    """Return the error for what the request's description forbids."""
    return ServiceError("ValidationError", text)


def no_alarm(name: str) -> ServiceError:
    """Return the error for an alarm that is not there."""
    return ServiceError("ResourceNotFound", f"Unknown alarm: {name}", 404)


def token(position: int) -> str:
    """Return the token of the page that begins at ``position``."""
    return base64.b64encode(f"page-{position}".encode()).decode()


def position(text: str | None) -> int:
    """Return where the page of a token begins; the first page has no token."""
    if text is None:
        return 0
    try:
        return int(base64.b64decode(text, validate=True).decode().removeprefix("page-"))
    except ValueError as error:
        raise ServiceError("InvalidNextToken", "The token is not valid.") from error
