"""Owns the translation of what botocore and aiohttp raise into faults; must not know who asked.

``UNREACHABLE`` means that the request was never sent, ``TIMEOUT`` that it may have been and the answer is lost.
What fits neither for certain counts as sent.
"""

from __future__ import annotations

import console.aws.lean  # noqa: F401  before aiohttp is imported

# isort: split

import asyncio
import re
import socket
from typing import Any, cast

import aiohttp
from botocore import exceptions as boto
from botocore.parsers import ResponseParserError

from console.aws.guard import Refused
from console.text.clean import clean
from console.text.faults import AwsError, Fault, FaultKind


class MalformedAnswer(Exception):
    """The answer was a success whose body is not the service's: cut short, or a captive portal's page."""


_BY_CODE: dict[FaultKind, str] = {
    FaultKind.THROTTLED: """Throttling ThrottlingException ThrottledException RequestThrottled
        RequestThrottledException RequestLimitExceeded SlowDown TooManyRequestsException
        BandwidthLimitExceeded LimitExceededException PriorRequestNotComplete
        ProvisionedThroughputExceededException""",
    FaultKind.EXPIRED: "ExpiredToken ExpiredTokenException RequestExpired TokenRefreshRequired",
    FaultKind.DENIED: """AccessDenied AccessDeniedException UnauthorizedOperation UnauthorizedAccess
        AuthorizationError Forbidden 403 AllAccessDisabled""",
    FaultKind.INVALID_CREDENTIALS: """InvalidClientTokenId UnrecognizedClientException AuthFailure
        InvalidAccessKeyId SignatureDoesNotMatch InvalidSignatureException IncompleteSignature InvalidToken
        MissingAuthenticationToken MissingAuthenticationTokenException""",
    FaultKind.CLOCK: "RequestTimeTooSkewed RequestInTheFuture",
    FaultKind.NOT_FOUND: """404 NoSuchBucket NoSuchKey NoSuchVersion NoSuchEntity NotFound ResourceNotFound
        ResourceNotFoundException QueueDoesNotExist AWS.SimpleQueueService.NonExistentQueue
        InvalidInstanceID.NotFound InvalidInstanceID.Malformed""",
    FaultKind.UNSUPPORTED: """OptInRequired UnknownOperationException InvalidAction NotImplemented
        NotImplementedError""",
    FaultKind.INVALID: "PermanentRedirect TemporaryRedirect 301",
}
_KINDS = {code: kind for kind, codes in _BY_CODE.items() for code in codes.split()}

_PORTAL = "A proxy or captive portal may be in the way"
_REMEDIES = {
    FaultKind.THROTTLED: "cloudtop slows down by itself and tries again",
    FaultKind.EXPIRED: "Sign in again, for example: aws sso login",
    FaultKind.INVALID_CREDENTIALS: "Check the profile's keys: cloudtop doctor",
    FaultKind.CLOCK: "Set this host's clock",
    FaultKind.UNSUPPORTED: "This endpoint or region does not offer it",
    FaultKind.MALFORMED: _PORTAL,
}

_OFF_BY_TIME = re.compile(r"(?i)signature (expired|not yet current)")
"""How IAM, SQS and CloudWatch say that the clock is wrong, under the code of a wrong key."""

_NO_CONNECTION = (aiohttp.ClientConnectorError, socket.gaierror)
_STATUSES = {
    403: FaultKind.DENIED,
    404: FaultKind.NOT_FOUND,
    407: FaultKind.MALFORMED,
    429: FaultKind.THROTTLED,
    503: FaultKind.THROTTLED,
    511: FaultKind.MALFORMED,
}

_Meaning = tuple[type[BaseException], FaultKind, str, str]

_SIGN_IN: tuple[_Meaning, ...] = (
    (boto.NoCredentialsError, FaultKind.NO_CREDENTIALS, "no credentials were found",
     "Choose a profile with -p, or sign in: aws sso login"),
    (boto.PartialCredentialsError, FaultKind.NO_CREDENTIALS, "the credentials are incomplete",
     "Set both access key and secret key"),
    (boto.ProfileNotFound, FaultKind.NO_CREDENTIALS, "the profile does not exist",
     "List them: aws configure list-profiles"),
    (boto.UnauthorizedSSOTokenError, FaultKind.EXPIRED, "the SSO sign-in has expired",
     "Sign in again: aws sso login"),
    (boto.SSOTokenLoadError, FaultKind.EXPIRED, "there is no SSO sign-in", "Sign in: aws sso login"),
    (boto.TokenRetrievalError, FaultKind.EXPIRED, "the SSO sign-in could not be renewed",
     "Sign in again: aws sso login"),
    (boto.CredentialRetrievalError, FaultKind.NO_CREDENTIALS, "the credentials could not be fetched",
     "cloudtop doctor says more"),
    (boto.InvalidConfigError, FaultKind.NO_CREDENTIALS, "the AWS configuration is wrong",
     "Check ~/.aws/config"),
    (boto.ConfigParseError, FaultKind.NO_CREDENTIALS, "the AWS configuration cannot be read",
     "Check ~/.aws/config"),
    (FileNotFoundError, FaultKind.NO_CREDENTIALS, "a file or program that the profile names is missing",
     "Check ~/.aws/config"),
    (PermissionError, FaultKind.NO_CREDENTIALS, "a file that the profile names may not be read",
     "Check ~/.aws/config"),
)  # fmt: skip

_NEVER_SENT: tuple[_Meaning, ...] = (
    (boto.NoRegionError, FaultKind.INVALID, "no region is set", "Choose one with -r"),
    (boto.InvalidRegionError, FaultKind.INVALID, "the region's name is not one", "Choose one with -r"),
    (boto.ParamValidationError, FaultKind.INVALID, "a parameter is not valid", ""),
    (boto.SSLError, FaultKind.UNREACHABLE, "the TLS connection failed", "Check AWS_CA_BUNDLE and proxies"),
    (boto.ConnectTimeoutError, FaultKind.UNREACHABLE, "the endpoint did not answer in time",
     "Check the network, VPN and region"),
    (boto.EndpointConnectionError, FaultKind.UNREACHABLE, "the endpoint cannot be reached",
     "Check the network, VPN and region"),
    (boto.ProxyConnectionError, FaultKind.UNREACHABLE, "the proxy cannot be reached", "Check HTTPS_PROXY"),
    (ConnectionRefusedError, FaultKind.UNREACHABLE, "the endpoint cannot be reached", "Check the network"),
    (socket.gaierror, FaultKind.UNREACHABLE, "the endpoint's name is not known", "Check the network"),
)  # fmt: skip

_ANSWER_LOST: tuple[_Meaning, ...] = (
    (boto.ReadTimeoutError, FaultKind.TIMEOUT, "no answer came in time", ""),
    (boto.ConnectionClosedError, FaultKind.TIMEOUT, "the connection was closed before the answer came", ""),
    (boto.IncompleteReadError, FaultKind.MALFORMED, "the answer was cut short", ""),
    (boto.ResponseStreamingError, FaultKind.MALFORMED, "the answer was cut short", ""),
    (boto.HTTPClientError, FaultKind.TIMEOUT, "the connection broke", "Check the network"),
    (aiohttp.ClientError, FaultKind.TIMEOUT, "the connection broke", "Check the network"),
    (ResponseParserError, FaultKind.MALFORMED, "the answer cannot be read", _PORTAL),
    (MalformedAnswer, FaultKind.MALFORMED, "the answer is not the service's own", _PORTAL),
    (UnicodeDecodeError, FaultKind.MALFORMED, "the answer cannot be read", ""),
    (asyncio.TimeoutError, FaultKind.TIMEOUT, "no answer came in time", ""),
    (OSError, FaultKind.TIMEOUT, "the connection broke", "Check the network"),
)  # fmt: skip


def translate(error: BaseException, service: str = "", operation: str = "", subject: str = "") -> Fault:
    """Return the fault that ``error`` means; an error nobody foresaw keeps its own words, cleaned."""
    what = clean(f"{service} {operation}".strip()) or "AWS"
    if isinstance(error, Refused):
        return error.fault
    if isinstance(error, AwsError):
        return error.fault
    if isinstance(error, boto.ClientError):
        return _from_answer(error.response, what, subject)
    error = _behind(error)
    for kind_of_error, kind, why, remedy in (*_SIGN_IN, *_NEVER_SENT, *_ANSWER_LOST):
        if isinstance(error, kind_of_error):
            return Fault(kind, what, f"{why} ({clean(error, 300)})", remedy, subject=clean(subject))
    why = clean(f"{type(error).__name__}: {error}", 300)
    return Fault(FaultKind.SERVICE, what, why, subject=clean(subject))


def _behind(error: BaseException) -> BaseException:
    """Return what broke a connection after it was made.

    aiobotocore says ``EndpointConnectionError`` for a connection that could not be made and also for one that
    was reset after the request had gone out; only the error inside tells which.
    """
    inner: object = error.kwargs.get("error") if isinstance(error, boto.EndpointConnectionError) else None
    broke_later = isinstance(inner, BaseException) and not isinstance(inner, _NO_CONNECTION)
    return cast(BaseException, inner) if broke_later else error


def _from_answer(response: dict[str, Any], what: str, subject: str) -> Fault:
    error = response.get("Error", {})
    metadata = response.get("ResponseMetadata", {})
    code = clean(error.get("Code", ""), 80)
    status = metadata.get("HTTPStatusCode", 0)
    message = str(error.get("Message") or "")
    kind = _KINDS.get(code) or _KINDS.get(code.rsplit(".", 1)[-1]) or _by_status(status)
    if kind is FaultKind.INVALID_CREDENTIALS and _OFF_BY_TIME.search(message):
        kind = FaultKind.CLOCK
    if message.lstrip().lower().startswith(("<!doctype", "<html")):
        message = f"a web page came with status {status}"
    why = clean(message, 300) or code or f"HTTP {status}"
    return Fault(
        kind,
        what,
        f"{kind.value}: {why}" if kind is not FaultKind.SERVICE else why,
        _REMEDIES.get(kind, ""),
        code,
        clean(metadata.get("RequestId", ""), 80),
        clean(subject),
    )


def _by_status(status: int) -> FaultKind:
    if 300 <= status < 400:
        return FaultKind.MALFORMED
    return _STATUSES.get(status, FaultKind.SERVICE)
