import hashlib
import os
import shutil

import numpy as np
import pytest

from bloodshot_lib import UnreadableImageError, file_names, identical_files, read_image_folder
from bloodshot_lib.data import contents
from bloodshot_lib.data.contents import content_keys, rows_of_copies


def test_a_key_is_the_beginning_of_the_files_sha256(cells):
    table = read_image_folder(cells)
    keys = content_keys(table)
    assert keys.shape == (6,) and len(set(keys)) == 6
    with open(table["path"][0], "rb") as file:
        assert keys[0] == hashlib.sha256(file.read()).hexdigest()[:32]


def test_a_column_spares_the_reading(cells, monkeypatch):
    table = read_image_folder(cells)
    table["content"] = content_keys(table)
    monkeypatch.setattr(contents, "_key", None)
    np.testing.assert_array_equal(content_keys(table), table["content"])
    assert rows_of_copies(table[::-1], table).tolist() == [5, 4, 3, 2, 1, 0]
    assert identical_files(table).empty


def test_copies_are_found_whatever_they_are_called(cells, tmp_path):
    table = read_image_folder(cells)
    (tmp_path / "new").mkdir()
    shutil.copy(table["path"][4], tmp_path / "new/1.png")
    shutil.copy(table["path"][1], tmp_path / "new/2.png")
    (tmp_path / "new/3.png").write_bytes(b"x" * os.path.getsize(table["path"][0]))
    new = read_image_folder(tmp_path / "new", labelled=False)
    assert rows_of_copies(new, table).tolist() == [4, 1, -1]
    assert rows_of_copies(new[:0], table).tolist() == []


def test_files_that_may_not_be_read_are_counted(cells, monkeypatch):
    def refuse(path, *mode):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(contents, "open", refuse, raising=False)
    with pytest.raises(UnreadableImageError, match=r"(?s)6 of 6 images cannot .* may not be read"):
        content_keys(read_image_folder(cells))


def test_a_name_that_is_no_text_can_be_written(cells):
    os.rename(cells / "ape/d0_ape.png", os.fsencode(cells) + b"/ape/Zelle_\xe4.png")
    table = read_image_folder(cells)
    assert file_names(table, 1)[0] == "ape/Zelle_\\udce4.png" and len(content_keys(table)) == 6
    file_names(table).str.encode("utf-8")
