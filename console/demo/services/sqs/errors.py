"""Owns SQS's errors with the codes that SDKs show; must not know when they happen."""

from __future__ import annotations

from console.demo.wire.messages import ServiceError

_PREFIX = "AWS.SimpleQueueService."


def no_queue() -> ServiceError:
    """Return the error for a queue that is not there."""
    return ServiceError(f"{_PREFIX}NonExistentQueue", "The specified queue does not exist.", shape="QueueDoesNotExist")


def purging(name: str) -> ServiceError:
    """Return the error for a second purge within a minute."""
    text = f"Only one PurgeQueue operation on {name} is allowed every 60 seconds."
    return ServiceError(f"{_PREFIX}PurgeQueueInProgress", text, shape="PurgeQueueInProgress")


def deleted_recently() -> ServiceError:
    """Return the error for a queue that was deleted less than a minute ago."""
    text = "You must wait 60 seconds after deleting a queue before you can create another with the same name."
    return ServiceError(f"{_PREFIX}QueueDeletedRecently", text, shape="QueueDeletedRecently")


def exists() -> ServiceError:
    """Return the error for a queue that exists with other attributes."""
    text = "A queue already exists with the same name and a different value for an attribute."
    return ServiceError("QueueAlreadyExists", text, shape="QueueNameExists")


def bad_handle(handle: str) -> ServiceError:
    """Return the error for what is no receipt handle of this queue."""
    text = f'The input receipt handle "{handle}" is not a valid receipt handle.'
    return ServiceError("ReceiptHandleIsInvalid", text)


def stale_handle(handle: str, reason: str) -> ServiceError:
    """Return the error for a receipt handle that was valid once."""
    return invalid("ReceiptHandle", handle, reason)


def inside(entry: str) -> ServiceError:
    """Return the error for one entry of a batch that failed by no fault of the caller."""
    return ServiceError("InternalError", f"We encountered an internal error with {entry}. Please try again.", 500)


def not_in_flight() -> ServiceError:
    """Return the error for a message that nobody holds."""
    text = "The message referred to is not in flight."
    return ServiceError(f"{_PREFIX}MessageNotInflight", text, shape="MessageNotInflight")


def invalid(parameter: str, value: object, reason: str) -> ServiceError:
    """Return the error for a parameter's value."""
    return malformed(f"Value {value} for parameter {parameter} is invalid. Reason: {reason}")


def malformed(text: str) -> ServiceError:
    """Return the error for a parameter that makes no sense; ``text`` says why."""
    return ServiceError("InvalidParameterValue", text, shape="InvalidParameterValueException")


def too_long(most: int) -> ServiceError:
    """Return the error for a message of more bytes than its queue takes."""
    return malformed(f"One or more parameters are invalid. Reason: Message must be shorter than {most} bytes.")


def missing(parameter: str) -> ServiceError:
    """Return the error for a parameter that is not there."""
    text = f"The request must contain the parameter {parameter}."
    return ServiceError("MissingParameter", text, shape="MissingRequiredParameterException")


def bad_attribute(name: str, value: object = None) -> ServiceError:
    """Return the error for a queue attribute's name, or for its value."""
    if value is None:
        return ServiceError("InvalidAttributeName", f"Unknown Attribute {name}.")
    return ServiceError("InvalidAttributeValue", f"Invalid value for the parameter {name}.")


def batch(code: str, text: str) -> ServiceError:
    """Return the error for a whole batch."""
    return ServiceError(f"{_PREFIX}{code}", text, shape=code)


def contents() -> ServiceError:
    """Return the error for characters that SQS does not carry."""
    text = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF and up."
    return ServiceError("InvalidMessageContents", text)


def over_limit(name: str) -> ServiceError:
    """Return the error for a receive from a queue of which too much is in flight."""
    return ServiceError("OverLimit", f"Too many messages are in flight in {name}.")


def no_source(arn: str) -> ServiceError:
    """Return the error for a message move task on a queue that is not there."""
    text = f"The resource that you specified for the SourceArn parameter doesn't exist: {arn}."
    return ServiceError("ResourceNotFoundException", text)


def no_task() -> ServiceError:
    """Return the error for a message move task that is not there or has ended."""
    return ServiceError("ResourceNotFoundException", "The specified task does not exist or is not running.")
