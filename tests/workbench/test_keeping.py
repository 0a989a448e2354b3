"""Files of facts: their owner's alone, never half a line believed, and nothing taken that is not on the disk."""

from __future__ import annotations

import errno
import os
import resource
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from console.workbench import keeping
from console.workbench.keeping import Ledger, lines_of


@pytest.fixture
def path(home: Path) -> Path:
    return home / "state" / "jobs" / "one.jsonl"


def facts(path: Path) -> list[Any]:
    return [line for _, line in lines_of(path)]


def test_the_file_and_the_folders_are_its_owner_s_alone(path: Path) -> None:
    before = os.umask(0)
    try:
        Ledger(path).close()
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (path.parent, path.parent.parent)] == [0o700, 0o700]


def test_a_file_that_is_there_is_never_written_to(path: Path) -> None:
    ledger = Ledger(path)
    ledger.write([{"a": 1}])
    ledger.close()
    with pytest.raises(FileExistsError):
        Ledger(path)
    assert facts(path) == [{"a": 1}]


def test_no_link_is_followed(path: Path, home: Path) -> None:
    path.parent.mkdir(parents=True, mode=0o700)
    elsewhere = home / "elsewhere"
    path.symlink_to(elsewhere)
    with pytest.raises(FileExistsError):
        Ledger(path)
    assert not elsewhere.exists()
    elsewhere.write_text('{"a":1}\n')
    with pytest.raises(OSError, match="symbolic links"):
        facts(path)


def test_no_folder_that_is_a_link_or_that_others_can_write_is_used(path: Path, home: Path) -> None:
    path.parent.mkdir(parents=True)
    path.parent.chmod(0o777)
    with pytest.raises(PermissionError, match="others can write"):
        Ledger(path)
    (home / "linked").symlink_to(path.parent)
    with pytest.raises(OSError, match=r"Not a directory|symbolic"):
        Ledger(home / "linked" / "one.jsonl")


def test_what_someone_else_could_have_written_is_not_read(path: Path) -> None:
    ledger = Ledger(path)
    ledger.write([{"a": 1}])
    ledger.close()
    path.chmod(0o620)
    with pytest.raises(PermissionError, match="only you can write"):
        facts(path)
    path.unlink()
    os.mkfifo(path, 0o600)
    with pytest.raises(PermissionError, match="only you can write"):  # nor waited for
        facts(path)


def test_lines_are_found_again_by_their_place(path: Path) -> None:
    ledger = Ledger(path)
    lines = [{"n": number, "text": "é\n\ud800" * number} for number in range(5)]
    places = ledger.write(lines[:2]) + ledger.write(lines[2:])
    assert [ledger.read(place) for place in places] == lines
    assert list(lines_of(path)) == list(zip(places, lines, strict=True))
    assert ledger.size == path.stat().st_size
    ledger.close()


@pytest.mark.parametrize("cut", [1, 2, 9])
def test_a_last_line_that_was_cut_off_is_left_out(path: Path, cut: int) -> None:
    ledger = Ledger(path)
    ledger.write([{"a": 1}, {"step": "sent"}])
    ledger.close()
    os.truncate(path, path.stat().st_size - cut)
    whole = [{"a": 1}, {"step": "sent"}] if cut == 1 else [{"a": 1}]  # without its end it still says it all
    assert facts(path) == whole


def test_a_line_in_the_middle_that_is_none_is_never_passed_over(path: Path) -> None:
    Ledger(path).close()
    path.write_bytes(b'{"a":1}\n{"b":\n{"c":1}\n')
    with pytest.raises(ValueError, match="Expecting value"):
        facts(path)


def test_many_threads_write_whole_lines(path: Path) -> None:
    ledger = Ledger(path)
    with ThreadPoolExecutor(8) as pool:
        written = list(pool.map(lambda number: (number, ledger.write([{"n": number, "x": "y" * 5000}])), range(200)))
    assert sorted(line["n"] for line in facts(path)) == list(range(200))
    assert all(ledger.read(places[0])["n"] == number for number, places in written)
    ledger.close()


def test_a_full_disk_takes_nothing_and_spoils_nothing(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(path)
    ledger.write([{"a": 1}])
    real, room = os.write, 7

    def write(handle: int, data: bytes) -> int:
        nonlocal room
        if not room:
            raise OSError(errno.ENOSPC, "No space left on device")
        written = real(handle, data[:room])
        room -= written
        return written

    with monkeypatch.context() as patch:
        patch.setattr(keeping.os, "write", write)
        with pytest.raises(OSError, match="No space"):
            ledger.write([{"b": "much longer than there is room"}])
    assert facts(path) == [{"a": 1}]
    (place,) = ledger.write([{"c": 3}])
    assert ledger.read(place) == {"c": 3}
    assert facts(path) == [{"a": 1}, {"c": 3}]
    ledger.close()


def test_what_the_disk_did_not_confirm_was_not_taken(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger(path)
    ledger.write([{"a": 1}])

    def fail(_handle: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(keeping.os, "fdatasync", fail)
        with pytest.raises(OSError, match="Input/output"):
            ledger.write([{"b": 2}])
    assert facts(path) == [{"a": 1}]
    (place,) = ledger.write([{"c": 3}])
    assert ledger.read(place) == {"c": 3}
    ledger.close()


def test_nothing_is_added_after_half_a_line_that_could_not_be_taken_back(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = Ledger(path)
    ledger.write([{"a": 1}])

    def fail(*_arguments: object) -> None:
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patch:
        patch.setattr(keeping.os, "fdatasync", fail)
        patch.setattr(keeping.os, "ftruncate", fail)
        with pytest.raises(OSError, match="Input/output"):
            ledger.write([{"b": 2}])
    with pytest.raises(OSError, match="cut off"):
        ledger.write([{"c": 3}])
    ledger.close()


LIMITED = """
import resource, signal, sys
from pathlib import Path
from console.workbench.keeping import Ledger
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
ledger = Ledger(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
taken = 0
try:
    while True:
        ledger.write([{"n": taken, "x": "y" * 100}])
        taken += 1
except OSError as error:
    print(taken, error.errno)
"""


def test_a_real_limit_of_the_kernel_leaves_whole_lines_only(path: Path) -> None:
    assert resource.RLIMIT_FSIZE
    ended = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    taken, number = map(int, ended.stdout.split())
    assert number == errno.EFBIG
    assert taken > 10
    assert [line["n"] for line in facts(path)] == list(range(taken))
    assert path.read_bytes().endswith(b"\n")
