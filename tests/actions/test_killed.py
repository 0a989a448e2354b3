"""A process that is killed during a write: what its audit log says afterwards."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from console.actions.audit import AuditLog, Operator
from console.actions.outcome import Outcome
from console.actions.policy import Policy
from console.actions.runner import Runner
from console.actions.trail import read
from console.aws.cost import Meter
from console.aws.gateway import Gateway
from console.aws.guard import Guard
from console.aws.session import Connection
from tests.actions.account import Account, Mode
from tests.actions.plans import SCOPE, Clock, plan, values


async def stop(url: str, log: str) -> None:
    """Stop one instance of the account at ``url``; run in a process of its own."""
    guard = Guard()
    guard.unlock(60)

    async def reread(ids: object) -> dict[str, object]:
        return {"i-1": values()}

    connection = Connection(region=SCOPE.region, endpoint_url=url, access_key="a", secret_key="b")
    async with Gateway(connection, guard, Meter()) as gateway:
        audit = AuditLog(Path(log), Clock(), Operator("ana", "bastion-a"))
        runner = Runner(gateway, audit, lambda _scope: Policy(), Clock())
        await runner.run(await plan(), reason="INC-1", confirmed="yes", reread=reread)  # type: ignore[arg-type]


@pytest.mark.parametrize("with_signal", [signal.SIGKILL, signal.SIGINT])
async def test_the_log_of_a_killed_process_says_unknown(account: Account, path: Path, with_signal: int) -> None:
    account.mode = Mode.HANG
    script = f"import asyncio, sys; from {__name__} import stop; asyncio.run(stop(*sys.argv[1:]))"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", script, account.url, str(path), stderr=asyncio.subprocess.DEVNULL
    )
    try:
        async with asyncio.timeout(60):
            await account.arrived.wait()
            process.send_signal(with_signal)
            assert await process.wait() != 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    (entry,) = read(path).entries
    assert (entry.outcome, entry.text("reason")) == (Outcome.UNKNOWN, "INC-1")
    assert ("stopped during the call" in entry.text("error")) is (with_signal == signal.SIGINT)
    assert account.asked["StopInstances"] == 1
