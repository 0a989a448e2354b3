"""Owns AWS's wording for requests that no service gets to see; must not know why they are refused.

Codes and statuses follow AWS's documents, protocol by protocol: EC2, S3, query services, and JSON services, where those
that once spoke query keep query's codes.
"""

from __future__ import annotations

from collections.abc import Mapping

from console.demo.account import USER_ARN
from console.demo.signature import Problem
from console.demo.wire.messages import ServiceError
from console.demo.wire.operations import Asked

_ONCE_QUERY = ("sqs", "cloudwatch")

_Row = tuple[str, int, str]
_INVALID = "The security token included in the request is invalid."
_MISMATCH = "The request signature we calculated does not match the signature you provided. Check your key and secret."
_DENIAL = (
    "User: {user} is not authorized to perform: {action} because no identity-based policy allows the {action} action"
)
_SIGNATURES: dict[str, dict[Problem, _Row]] = {
    "ec2": {
        Problem.ABSENT: ("MissingAuthenticationToken", 403, "Missing Authentication Token"),
        Problem.INCOMPLETE: ("IncompleteSignature", 400, "The signature lacks a part."),
        Problem.UNKNOWN_KEY: ("AuthFailure", 401, "AWS was not able to validate the provided access credentials"),
        Problem.WRONG: ("AuthFailure", 401, "AWS was not able to validate the provided access credentials"),
        Problem.SKEWED: ("RequestExpired", 400, "Request has expired."),
    },
    "rest-xml": {
        Problem.ABSENT: ("AccessDenied", 403, "Access Denied"),
        Problem.INCOMPLETE: ("AuthorizationQueryParametersError", 400, "Query-string authentication lacks a part."),
        Problem.UNKNOWN_KEY: (
            "InvalidAccessKeyId", 403, "The AWS Access Key Id you provided does not exist in our records.",
        ),
        Problem.WRONG: ("SignatureDoesNotMatch", 403, _MISMATCH),
        Problem.SKEWED: (
            "RequestTimeTooSkewed", 403, "The difference between the request time and the current time is too large.",
        ),
        Problem.EXPIRED: ("AccessDenied", 403, "Request has expired"),
        Problem.WRONG_BODY: (
            "XAmzContentSHA256Mismatch", 400, "The provided 'x-amz-content-sha256' header does not match the body.",
        ),
    },
    "query": {
        Problem.ABSENT: ("MissingAuthenticationToken", 403, "Request is missing Authentication Token"),
        Problem.INCOMPLETE: ("IncompleteSignature", 400, "The signature lacks a part."),
        Problem.UNKNOWN_KEY: ("InvalidClientTokenId", 403, _INVALID),
        Problem.WRONG: ("SignatureDoesNotMatch", 403, _MISMATCH),
        Problem.SKEWED: ("SignatureDoesNotMatch", 403, "Signature expired: it is too far from the current time."),
    },
    "json": {
        Problem.ABSENT: ("MissingAuthenticationTokenException", 400, "Missing Authentication Token"),
        Problem.INCOMPLETE: ("IncompleteSignatureException", 400, "The signature lacks a part."),
        Problem.UNKNOWN_KEY: ("UnrecognizedClientException", 400, _INVALID),
        Problem.WRONG: ("InvalidSignatureException", 400, _MISMATCH),
        Problem.SKEWED: ("InvalidSignatureException", 400, "Signature expired: it is too far from the current time."),
    },
}  # fmt: skip
_EXPIRED: dict[str, _Row] = {
    "ec2": ("RequestExpired", 400, "Request has expired."),
    "rest-xml": ("ExpiredToken", 400, "The provided token has expired."),
    "query": ("ExpiredToken", 403, "The security token included in the request is expired"),
    "json": ("ExpiredTokenException", 400, "The security token included in the request is expired"),
}
_THROTTLED: dict[str, _Row] = {
    "ec2": ("RequestLimitExceeded", 503, "Request limit exceeded."),
    "rest-xml": ("SlowDown", 503, "Please reduce your request rate."),
    "query": ("Throttling", 400, "Rate exceeded"),
    "json": ("ThrottlingException", 400, "Rate exceeded"),
    "rest-json": ("TooManyRequestsException", 429, "Rate exceeded"),
    "sqs": ("RequestThrottled", 400, "The request was denied due to request throttling."),
}
_UNKNOWN: dict[str, _Row] = {
    "ec2": ("InvalidAction", 400, "The action {operation} is not valid for this web service."),
    "rest-xml": ("NotImplemented", 501, "A header you provided implies functionality that is not implemented"),
    "query": ("InvalidAction", 400, "Could not find operation {operation}"),
    "json": ("UnknownOperationException", 400, "The demo account does not answer {operation}"),
}
_DENIED: dict[str, _Row] = {
    "ec2": (
        "UnauthorizedOperation",
        403,
        f"You are not authorized to perform this operation. {_DENIAL}",
    ),
    "rest-xml": ("AccessDenied", 403, "User: {user} is not authorized to perform: {action}"),
    "query": (
        "AccessDenied",
        403,
        _DENIAL,
    ),
    "json": (
        "AccessDeniedException",
        400,
        _DENIAL,
    ),
    "rest-json": (
        "AccessDeniedException",
        403,
        _DENIAL,
    ),
}


def _family(asked: Asked) -> str:
    family = "json" if asked.protocol in ("cbor", "rest-json") else asked.protocol
    return "query" if family == "json" and asked.service in _ONCE_QUERY else family


def _row(rows: Mapping[str, _Row], asked: Asked) -> _Row:
    if asked.service in rows:
        return rows[asked.service]
    return rows["rest-json" if asked.protocol == "rest-json" else _family(asked)]


def _error(row: _Row, asked: Asked) -> ServiceError:
    code, status, message = row
    action = f"{'elasticloadbalancing' if asked.service == 'elbv2' else asked.service}:{asked.operation}"
    return ServiceError(code, message.format(user=USER_ARN, action=action, operation=asked.operation), status)


def unsigned(problem: Problem, asked: Asked) -> ServiceError:
    """Return the answer to a request whose signature has ``problem``."""
    rows = _SIGNATURES[_family(asked)]
    return _error(rows.get(problem, rows[Problem.WRONG]), asked)


def expired(asked: Asked) -> ServiceError:
    """Return the answer to credentials that are no longer valid."""
    return _error(_EXPIRED[_family(asked)], asked)


def throttled(asked: Asked) -> ServiceError:
    """Return the answer to too many requests."""
    return _error(_row(_THROTTLED, asked), asked)


def denied(asked: Asked) -> ServiceError:
    """Return the answer to a request that IAM does not allow."""
    return _error(_row(_DENIED, asked), asked)


def unknown(asked: Asked) -> ServiceError:
    """Return the answer to an operation that the demo does not have."""
    row = _UNKNOWN["json" if asked.protocol in ("json", "cbor", "rest-json") else asked.protocol]
    return _error(row, asked)
