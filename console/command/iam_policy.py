"""Owns ``cloudtop iam-policy``: the IAM policy that allows what the guard lets leave, and nothing else."""

from __future__ import annotations

import argparse
from typing import Any

from console.aws.operations import EFFECTS, Effect, iam_actions
from console.command import output
from console.command.failure import Exit
from console.launch import Launch

_SIDS = {
    Effect.READ: "CloudtopReads",
    Effect.SENSITIVE: "CloudtopReadsContents",
    Effect.WRITE: "CloudtopWrites",
}
"""Each effect is a statement of its own, so that one can be left out or bound to resources."""


def options(parser: argparse.ArgumentParser) -> None:
    """Add what ``iam-policy`` takes: only ``--write``, which every command has."""
    parser.epilog = (
        "Attach it to the role that cloudtop uses. CloudtopReadsContents is for object previews, pre-signed\n"
        "downloads and looking at messages; --write adds the actions that change something. Where cloudtop\n"
        "assumes that role, sts:AssumeRole is needed beside it by whoever assumes it."
    )


def run(_arguments: argparse.Namespace, launch: Launch) -> int:
    """Print the policy. Reads nothing."""
    output.out(output.json_text(policy(write=launch.write)))
    return Exit.DONE


def policy(*, write: bool) -> dict[str, Any]:
    """Return the policy document; with ``write`` also what changes something."""
    effects = [Effect.READ, Effect.SENSITIVE, *([Effect.WRITE] if write else [])]
    return {"Version": "2012-10-17", "Statement": [_statement(effect) for effect in effects]}


def _statement(effect: Effect) -> dict[str, Any]:
    calls = (call for call, its_effect in EFFECTS.items() if its_effect is effect)
    actions = sorted({action for call in calls for action in iam_actions(*call)})
    return {"Sid": _SIDS[effect], "Effect": "Allow", "Action": actions, "Resource": "*"}
