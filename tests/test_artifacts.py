import numpy as np
import pytest

from bloodshot_lib.artifacts import whole_folder, write_whole
from bloodshot_lib.keys import fingerprint


def test_a_fingerprint_sees_values_types_shapes_and_file_contents(tmp_path):
    file = tmp_path / "f"
    file.write_text("one")
    prints = [fingerprint({"a": 1}), fingerprint({"a": 2}), fingerprint(np.zeros(4)), fingerprint(np.zeros((2, 2))),
              fingerprint(np.zeros(4, np.float32)), fingerprint(np.arange(4.0)), fingerprint("a", "b"),
              fingerprint("ab"), fingerprint(file)]
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


def test_a_file_that_cannot_be_written_leaves_the_old_one(tmp_path):
    write_whole(tmp_path / "f", b"old")
    with pytest.raises(TypeError):
        write_whole(tmp_path / "f", None)
    assert (tmp_path / "f").read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 1
