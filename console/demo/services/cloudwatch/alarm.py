"""Owns the account's alarms with their states and history; must not know requests or how a state is decided."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from console.demo.account import ACCOUNT_ID, REGION
from console.demo.wire import timestamps

METRIC, COMPOSITE = "MetricAlarm", "CompositeAlarm"
STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
RULE_PART = re.compile(r"""(ALARM|OK|INSUFFICIENT_DATA)\(\s*["']?([^)"']+?)["']?\s*\)""")
_ACTIONS = {"ALARM": "AlarmActions", "OK": "OKActions", "INSUFFICIENT_DATA": "InsufficientDataActions"}


@dataclass(slots=True)
class Alarm:
    """One alarm; ``document`` is what DescribeAlarms shows of it."""

    kind: str
    document: dict[str, Any]

    @property
    def name(self) -> str:
        """The alarm's name."""
        return str(self.document["AlarmName"])

    def children(self) -> list[str]:
        """Return the names in a composite alarm's rule."""
        return [name for _, name in RULE_PART.findall(self.document.get("AlarmRule", ""))]


@dataclass(slots=True)
class Alarms:
    """Every alarm by name. ``history`` is as DescribeAlarmHistory shows it and outlives the alarms."""

    by_name: dict[str, Alarm] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)

    def note(self, alarm: Alarm, kind: str, summary: str, data: Mapping[str, Any], at: datetime) -> None:
        """Add a line to an alarm's history."""
        self.history.append(
            {
                "AlarmName": alarm.name,
                "AlarmType": alarm.kind,
                "Timestamp": at,
                "HistoryItemType": kind,
                "HistorySummary": summary,
                "HistoryData": json.dumps(data),
            }
        )

    def enter(self, alarm: Alarm, state: str, reason: str, data: Mapping[str, Any], now: datetime) -> None:
        """Put an alarm into a state, which may be the one that it is in, and remember what followed."""
        before = alarm.document["StateValue"]
        alarm.document |= {"StateValue": state, "StateReason": reason, "StateUpdatedTimestamp": now}
        alarm.document["StateReasonData"] = json.dumps(data)
        if before != state:
            alarm.document["StateTransitionedTimestamp"] = now
            self.remember(alarm, before)

    def remember(self, alarm: Alarm, before: str) -> None:
        """Add to the history that an alarm came into its state from ``before``, and which actions that set off."""
        document = alarm.document
        state, at = document["StateValue"], document["StateTransitionedTimestamp"]
        change = state_change(before, state, document["StateReason"], json.loads(document["StateReasonData"]))
        self.note(alarm, "StateUpdate", f"Alarm updated from {before} to {state}", change, at)
        for action in document.get(_ACTIONS[state], ()) if document["ActionsEnabled"] else ():
            data = {"actionState": "Succeeded", "notificationResource": action}
            self.note(alarm, "Action", f"Successfully executed action {action}", data, at + timedelta(seconds=1))


def arn_of(name: str) -> str:
    """Return the ARN of this account's alarm ``name``."""
    return f"arn:aws:cloudwatch:{REGION}:{ACCOUNT_ID}:alarm:{name}"


def state_change(before: str, after: str, reason: str, data: Any) -> dict[str, Any]:
    """Return what the history says of a change of state."""
    return {
        "version": "1.0",
        "oldState": {"stateValue": before, "stateReason": "as before"},
        "newState": {"stateValue": after, "stateReason": reason, "stateReasonData": data},
    }


def aws_time(moment: datetime) -> str:
    """Return a moment as CloudWatch writes it inside its JSON texts."""
    return timestamps.iso(moment).replace("Z", "+0000")
