import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from bloodshot_lib.common import atomic_files
from bloodshot_lib.common.atomic_files import (
    DamagedError,
    check_seal,
    make_folder,
    seal,
    whole_folder,
    write_whole,
)
from bloodshot_lib.common.cache_keys import fingerprint


def test_a_fingerprint_sees_values_types_shapes_and_file_contents(tmp_path):
    file = tmp_path / "f"
    file.write_text("one")
    prints = [
        fingerprint({"a": 1}),
        fingerprint({"a": 2}),
        fingerprint(np.zeros(4)),
        fingerprint(np.zeros((2, 2))),
        fingerprint(np.zeros(4, np.float32)),
        fingerprint(np.arange(4.0)),
        fingerprint("a", "b"),
        fingerprint("ab"),
        fingerprint(file),
    ]
    file.write_text("two")
    prints.append(fingerprint(file))
    assert len(set(prints)) == len(prints)
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint(np.arange(40)[::2]) == fingerprint(np.arange(0, 40, 2))


def test_a_folder_is_whole_or_absent(tmp_path):
    with pytest.raises(KeyError), whole_folder(tmp_path / "x") as unfinished:
        (unfinished / "half").write_text("")
        raise KeyError
    assert list(tmp_path.iterdir()) == []
    with whole_folder(tmp_path / "x") as unfinished:
        (unfinished / "file").write_text("mine")
        assert not (tmp_path / "x").exists()
    assert (tmp_path / "x/file").read_text() == "mine"


def test_the_first_to_finish_wins(tmp_path):
    with whole_folder(tmp_path / "x") as slow:
        with whole_folder(tmp_path / "x") as fast:
            (fast / "file").write_text("fast")
        (slow / "file").write_text("slow")
    assert (tmp_path / "x/file").read_text() == "fast"
    assert [p.name for p in tmp_path.iterdir()] == ["x"]
    with pytest.raises(FileExistsError, match="Another run has made"):
        with whole_folder(tmp_path / "y", sole=True) as slow:
            (slow / "file").write_text("slow")
            with whole_folder(tmp_path / "y", sole=True) as fast:
                (fast / "file").write_text("fast")
    assert (tmp_path / "y/file").read_text() == "fast"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path):
    write_whole(tmp_path / "f", b"old")
    with pytest.raises(TypeError):
        write_whole(tmp_path / "f", None)
    assert (tmp_path / "f").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1


def test_what_a_killed_process_left_is_removed_and_work_in_progress_is_not(tmp_path):
    code = f"""
import sys, time
from pathlib import Path
from bloodshot_lib.common.atomic_files import whole_folder
with whole_folder(Path({str(tmp_path)!r}) / "x") as unfinished:
    (unfinished / "half").write_text("half")
    print("writing", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as child:
        child.stdout.readline()
        with whole_folder(tmp_path / "y"):
            (left,) = tmp_path.glob(".x.*.partial")
            assert (left / "half").is_file(), "another process is still writing it"
        child.kill()
    write_whole(tmp_path / "z", b"")
    assert left.is_dir(), "a file's writer looks for that file's leftovers alone"
    with whole_folder(tmp_path / "x") as unfinished:
        assert not left.exists() and unfinished.is_dir()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["x", "y", "z"]


def test_half_a_file_that_a_killed_process_left_is_removed(tmp_path):
    (tmp_path / ".f.0123abcd.partial").write_bytes(b"half")
    (tmp_path / ".f.note.partial").write_bytes(b"somebody's own")
    write_whole(tmp_path / "f", b"whole")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".f.note.partial", "f"]


@pytest.mark.parametrize("damage", ["cut", "changed", "gone", "unsealed", "nonsense"])
def test_a_damaged_folder_names_itself(damage, tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x/file").write_bytes(b"0123456789")
    seal(tmp_path / "x")
    check_seal(tmp_path / "x")
    if damage == "gone":
        (tmp_path / "x/file").unlink()
    elif damage == "unsealed":
        (tmp_path / "x/whole.json").unlink()
    elif damage == "nonsense":
        (tmp_path / "x/whole.json").write_text("[1]")
    else:
        (tmp_path / "x/file").write_bytes(b"01234" if damage == "cut" else b"0123456780")
    with pytest.raises(
        DamagedError, match=r"/x is damaged.*Delete that folder: it will be made again"
    ):
        check_seal(tmp_path / "x")


def test_a_large_file_is_checked_by_its_size(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic_files, "_HASHED", 5)
    (tmp_path / "file").write_bytes(b"0123456789")
    seal(tmp_path)
    monkeypatch.setattr(atomic_files.hashlib, "sha256", None)
    check_seal(tmp_path)
    (tmp_path / "file").write_bytes(b"012345678")
    with pytest.raises(DamagedError, match="file is not what was written"):
        check_seal(tmp_path)


@pytest.mark.parametrize("error", [errno.EACCES, errno.EROFS])
def test_a_folder_that_cannot_be_written_names_the_way_out(error, tmp_path, monkeypatch):
    def refuse(*args, **options):
        raise OSError(error, os.strerror(error))

    monkeypatch.setattr(Path, "mkdir", refuse)
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path / "kept"))
    for name, way_out in {
        "kept/x/y": "Set BLOODSHOT_ARTIFACTS to a",
        "a/x": "Name another",
    }.items():
        words = rf"Nothing can be written in .*{way_out} folder that you may write to"
        with pytest.raises(OSError, match=words), whole_folder(tmp_path / name):
            pass


def test_a_file_in_the_place_of_the_folder_names_the_way_out(tmp_path):
    (tmp_path / "a").write_text("")
    with pytest.raises(OSError, match=r"Nothing can be written in .*Name another folder"):
        make_folder(tmp_path / "a")
    with pytest.raises(OSError, match="Nothing can be written"):
        write_whole(tmp_path / "none/f", b"")
