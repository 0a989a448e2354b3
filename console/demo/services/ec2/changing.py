"""Owns EC2's operations that start, stop, reboot and terminate instances."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from console.demo.account import Call, Operations
from console.demo.services.ec2 import documents, errors
from console.demo.services.ec2.fleet import Instance
from console.demo.services.ec2.reading import fleet_of, named

_PROTECTION = "disableApiTermination"


def _asked(call: Call) -> list[Instance]:
    ids = call.parameters.get("InstanceIds") or []
    return named(fleet_of(call.account), ids)


def _change(instances: list[Instance], now: datetime, change: Callable[[Instance, datetime], None]) -> list[Any]:
    changes = []
    for instance in instances:
        before = instance.state
        change(instance, now)
        changes.append(
            {
                "InstanceId": instance.id,
                "PreviousState": documents.state(before),
                "CurrentState": documents.state(instance.state),
            }
        )
    return changes


def _check_dry_run(call: Call) -> None:
    if call.parameters.get("DryRun"):
        raise errors.dry_run()


def _start(call: Call) -> dict[str, Any]:
    instances = _asked(call)
    _check_dry_run(call)
    return {"StartingInstances": _change(instances, call.account.now(), Instance.start)}


def _stop(call: Call) -> dict[str, Any]:
    instances = _asked(call)
    _check_dry_run(call)
    for instance in instances:
        instance.check_stop()
    return {"StoppingInstances": _change(instances, call.account.now(), Instance.stop)}


def _reboot(call: Call) -> dict[str, Any]:
    instances = _asked(call)
    _check_dry_run(call)
    _change(instances, call.account.now(), Instance.reboot)
    return {}


def _terminate(call: Call) -> dict[str, Any]:
    """One protected instance saves its zone only: the others' members go although the call fails, as at AWS."""
    instances = _asked(call)
    _check_dry_run(call)
    guarded = [instance for instance in instances if _PROTECTION in instance.protections]
    zones = {instance.zone for instance in guarded}
    going = [instance for instance in instances if instance.zone not in zones]
    changes = _change(going, call.account.now(), Instance.terminate)
    if guarded:
        raise errors.protected(guarded[0].id, "terminated", _PROTECTION)
    return {"TerminatingInstances": changes}


OPERATIONS: Operations = {
    "StartInstances": _start,
    "StopInstances": _stop,
    "RebootInstances": _reboot,
    "TerminateInstances": _terminate,
}
