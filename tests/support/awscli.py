"""Owns asking the AWS CLI the same question, as a second opinion; must not know cloudtop."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.moto import ACCESS_KEY, SECRET_KEY

_AWS = Path(sys.executable).with_name("aws")


def aws_json(endpoint: str, *arguments: str, region: str = "us-east-1", seconds: float = 60) -> Any:
    """Return what ``aws ARGUMENTS`` prints as parsed JSON, ``None`` for nothing.

    Raises ``AssertionError`` with the CLI's own words when it fails. It sees none of the user's settings.
    """
    done = subprocess.run(
        [_AWS, "--endpoint-url", endpoint, "--region", region, "--output", "json", *arguments],
        capture_output=True,
        text=True,
        timeout=seconds,
        env=_environment(),
        check=False,
    )
    assert done.returncode == 0, f"aws {' '.join(arguments)}: {done.stderr.strip()}"
    return json.loads(done.stdout) if done.stdout.strip() else None


def _environment() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return {
        **kept,
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_PAGER": "",
    }
