"""Owns EC2's errors with AWS's codes and wording; must not know when they happen."""

from __future__ import annotations

from collections.abc import Sequence

from console.demo.wire.messages import ServiceError


def malformed(kind: str, identity: str) -> ServiceError:
    """Return the error for what is no id; ``kind`` is such as ``InstanceID``."""
    return ServiceError(f"Invalid{kind}.Malformed", f'Invalid id: "{identity}"')


def not_found(kind: str, word: str, ids: Sequence[str]) -> ServiceError:
    """Return the error for ids that name nothing; ``word`` is such as ``instance ID``."""
    many = len(ids) > 1
    names, verb = ", ".join(ids), "do not exist" if many else "does not exist"
    return ServiceError(f"Invalid{kind}.NotFound", f"The {word}{'s' if many else ''} '{names}' {verb}")


def invalid(text: str) -> ServiceError:
    """Return the error for a parameter's value."""
    return ServiceError("InvalidParameterValue", text)


def combination(one: str, other: str) -> ServiceError:
    """Return the error for two parameters that exclude each other."""
    text = f"The parameter {one} cannot be used with the parameter {other}"
    return ServiceError("InvalidParameterCombination", text)


def wrong_state(identity: str, verb: str) -> ServiceError:
    """Return the error for an instance that cannot be started, stopped or rebooted as it is."""
    text = f"The instance '{identity}' is not in a state from which it can be {verb}."
    return ServiceError("IncorrectInstanceState", text)


def protected(identity: str, verb: str, attribute: str) -> ServiceError:
    """Return the error for a protected instance."""
    text = f"The instance '{identity}' may not be {verb}. Modify its '{attribute}' instance attribute and try again."
    return ServiceError("OperationNotPermitted", text)


def dry_run() -> ServiceError:
    """Return what a dry run answers where the call would have worked."""
    return ServiceError("DryRunOperation", "Request would have succeeded, but DryRun flag is set.", 412)
