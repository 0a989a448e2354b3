"""The audit log: what it writes, how it is protected, what it refuses to stand on."""

from __future__ import annotations

import fcntl
import json
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from console.actions import audit as audit_module
from console.actions.audit import AuditLog, AuditUnwritable, Operator, this_operator
from console.actions.outcome import Outcome, Settled
from console.actions.plan import PlannedCall
from console.text.faults import Fault, FaultKind
from tests.actions.plans import IDENTITY, SCOPE, Clock, plan, row

ANA = Operator("ana", "bastion-a", "10.9.0.4")


def lines(path: Path) -> list[dict]:
    return [json.loads(line) for line in path.read_text().splitlines()]


async def test_an_intent_says_who_where_what_and_why(log, path):
    made = await plan()
    entry = log.intent(made, made.calls[0], "INC-4711")
    (written,) = lines(path)
    assert written == {
        "at": "2026-11-21T12:00:00Z",
        "id": entry,
        "phase": "intent",
        "user": "ana",
        "host": "bastion-a",
        "ssh_client": "10.9.0.4",
        "plan": made.id,
        "state": made.state,
        "action": "ec2.instances stop",
        "profile": SCOPE.profile,
        "account": SCOPE.account,
        "region": SCOPE.region,
        "identity": IDENTITY.arn,
        "service": "ec2",
        "operation": "StopInstances",
        "parameters": {"InstanceIds": ["i-1"]},
        "targets": [{"id": "i-1", "name": "web-1", "arn": made.targets[0].arn}],
        "reason": "INC-4711",
    }


async def test_an_outcome_carries_code_request_id_and_error(log, path):
    made = await plan()
    entry = log.intent(made, made.calls[0], "")
    fault = Fault(FaultKind.DENIED, "ec2 StopInstances", "denied: no", "", "UnauthorizedOperation", "r-1")
    log.outcome(entry, Settled(Outcome.FAILED, {"i-1": (Outcome.FAILED, "no")}, fault))
    written = lines(path)[1]
    assert (written["id"], written["phase"], written["outcome"]) == (entry, "outcome", "failed")
    assert (written["code"], written["request_id"]) == ("UnauthorizedOperation", "r-1")
    assert "denied: no" in written["error"]
    assert written["results"] == {"i-1": ["failed", "no"]}


async def test_hostile_text_stays_one_ascii_line(log, path):
    made = await plan(rows=[row(name='"}\n{"outcome":"done"}\u2028\x1b]52;c;x\x07')])
    log.intent(made, made.calls[0], "line one\nline two\u202e")
    raw = path.read_bytes()
    assert raw.isascii()
    assert raw.count(b"\n") == 1
    (written,) = lines(path)
    assert written["reason"] == "line one<LF>line two<U+202E>"
    assert written["phase"] == "intent"


async def test_file_and_directory_belong_to_their_owner_alone_whatever_the_umask(log, path):
    before = os.umask(0)
    try:
        log.check()
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


async def test_each_line_is_on_the_disk_before_the_method_returns(log, path, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(audit_module.os, "fsync", lambda handle: (synced.append(os.fstat(handle).st_ino), real(handle)))
    made = await plan()
    log.intent(made, made.calls[0], "")
    assert synced == [path.parent.stat().st_ino, path.stat().st_ino]


async def test_a_torn_line_is_not_glued_to_ours(log, path):
    log.check()
    path.write_bytes(b'{"at":"2026-11-21T')
    made = await plan()
    log.intent(made, made.calls[0], "")
    torn, ours = path.read_bytes().splitlines()
    assert torn == b'{"at":"2026-11-21T'
    assert json.loads(ours)["phase"] == "intent"


def planted_symlink(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    (path.parent / "elsewhere").touch(0o600)
    path.symlink_to(path.parent / "elsewhere")


def planted_dangling_symlink(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    path.symlink_to(path.parent / "not-there")


def linked_directory(path: Path) -> None:
    real = path.parent.with_name("real")
    real.mkdir(mode=0o700)
    path.parent.symlink_to(real)


def hard_link(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    (path.parent / "bashrc").touch(0o600)
    os.link(path.parent / "bashrc", path)


def fifo(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    os.mkfifo(path, 0o600)


def a_directory(path: Path) -> None:
    path.mkdir(mode=0o700, parents=True)


def file_others_write(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    path.touch()
    path.chmod(0o622)


def file_group_writes(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    path.touch()
    path.chmod(0o660)


def directory_others_write(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o777)


def sticky_directory(path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o1777)


def ancestor_others_write(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    path.parent.parent.chmod(0o777)


def file_in_the_way(path: Path) -> None:
    path.parent.touch()


@pytest.mark.parametrize(
    "spoil",
    [
        planted_symlink, planted_dangling_symlink, linked_directory, hard_link, fifo, a_directory, file_others_write,
        file_group_writes, directory_others_write, sticky_directory, ancestor_others_write, file_in_the_way,
    ],
)  # fmt: skip
async def test_a_place_that_is_not_ours_alone_is_refused(log, path, spoil: Callable[[Path], None]):
    spoil(path)
    made = await plan()
    with pytest.raises(AuditUnwritable, match="cannot be written"):
        log.check()
    with pytest.raises(AuditUnwritable):
        log.intent(made, made.calls[0], "")
    assert not (path.parent / "not-there").exists()
    assert not any(found.read_bytes() for found in path.parent.glob("*") if found.is_file())


def test_a_way_that_others_can_bend_is_refused(tmp_path):
    (tmp_path / "real" / "state").mkdir(mode=0o700, parents=True)
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    (tmp_path / "shared" / "link").symlink_to(tmp_path / "real")
    with pytest.raises(AuditUnwritable, match="others can write"):
        AuditLog(tmp_path / "shared" / "link" / "state" / "audit.jsonl", Clock(), ANA).check()


@pytest.mark.parametrize("spoiled", ["file", "directory"])
async def test_what_belongs_to_someone_else_is_refused(log, path, monkeypatch, spoiled):
    log.check()
    strangers = {path.stat().st_ino if spoiled == "file" else path.parent.stat().st_ino}
    real = os.fstat

    def fstat(handle: int) -> os.stat_result:
        found = real(handle)
        return os.stat_result([*found[:4], found.st_uid + 1, *found[5:]]) if found.st_ino in strangers else found

    monkeypatch.setattr(audit_module.os, "fstat", fstat)
    with pytest.raises(AuditUnwritable, match="belongs to someone else"):
        log.check()


async def test_a_full_disk_is_unwritable_and_leaves_the_old_lines(log, path):
    """The limit on file sizes stands for the disk: the write comes back short, then not at all."""
    made = await plan()
    log.intent(made, made.calls[0], "")
    before = path.read_bytes()
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 10, hard))
    try:
        for why in ("only 10 of", "File too large"):
            with pytest.raises(AuditUnwritable, match=why):
                log.intent(made, made.calls[0], "")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes().startswith(before)
    log.intent(made, made.calls[0], "")
    assert json.loads(path.read_bytes().splitlines()[-1])["phase"] == "intent"


async def test_a_held_lock_does_not_hang(log, path, monkeypatch):
    monkeypatch.setattr(audit_module, "_LOCK_SECONDS", 0.0)
    log.check()
    with path.open() as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(AuditUnwritable, match="holds its lock"):
            log.check()
    log.check()


def _write_many(path: Path, made: object, count: int) -> None:
    log = AuditLog(path, Clock(), ANA)
    for _ in range(count):
        log.intent(made, made.calls[0], "x" * 900)  # type: ignore[attr-defined]


def test_several_processes_never_mix_their_lines(path, tmp_path):
    script = (
        "import asyncio, sys; from pathlib import Path\n"
        "from tests.actions.plans import plan\nfrom tests.actions.test_audit import _write_many\n"
        "_write_many(Path(sys.argv[1]), asyncio.run(plan()), 25)\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", script, str(path)]) for _ in range(4)]
    assert [writer.wait() for writer in writers] == [0] * 4
    assert len({entry["id"] for entry in lines(path)}) == 100


async def test_no_secret_content_or_signed_url_is_kept(log, path):
    secrets = {
        "Body": b"planted-1",
        "UserData": "planted-2",
        "MasterUserPassword": "planted-3",
        "Nested": [{"SecretString": "planted-4", "Value": "kept"}],
        "Url": "https://b.s3.amazonaws.com/k?X-Amz-Credential=planted-5&X-Amz-Signature=planted-6",
        "Attributes": {"MessageBody": "planted-7"},
    }
    made = await plan()
    log.intent(made, PlannedCall("s3", "PutObject", secrets, ("i-1",)), "see https://h/k?a=1&X-Amz-Signature=planted-8")
    assert "planted" not in path.read_text()
    assert lines(path)[0]["parameters"]["Nested"][0]["Value"] == "kept"


def test_a_signing_is_recorded_without_its_url(log, path):
    entry = log.presign(SCOPE, IDENTITY, "GetObject", {"Bucket": "b", "Key": "k"}, 900, "audit")
    log.outcome(entry, Outcome.DONE)
    meant, came = lines(path)
    assert meant["parameters"] == {"Bucket": "b", "Key": "k", "ExpiresIn": 900}
    assert meant["reason"] == "audit"
    assert (meant["operation"], came["outcome"]) == ("PresignGetObject", "done")


def test_a_signing_of_one_version_says_which(log, path):
    log.presign(SCOPE, IDENTITY, "GetObject", {"Bucket": "b", "Key": "k", "VersionId": "v1"}, 60)
    assert lines(path)[0]["parameters"]["VersionId"] == "v1"


def test_the_operator_is_named_with_the_address_of_the_ssh_client():
    assert this_operator({"SSH_CONNECTION": "10.9.0.4 50022 10.9.0.1 22"}).ssh_client == "10.9.0.4"
    assert this_operator({"SSH_CONNECTION": "\x1b[2J 1"}).ssh_client == "<ESC>[2J"
    assert this_operator({}).ssh_client == ""
    assert ANA.sentence() == "ana@bastion-a from 10.9.0.4"
