"""Lists of labels as desks and spreadsheets write them, and the images that they mean."""

import shutil
from contextlib import nullcontext

import pytest

from bloodshot_lib import read_image_folder, read_image_list
from bloodshot_lib.data import contents
from bloodshot_lib.data.contents import content_keys
from bloodshot_lib.data.label_lists import parse_labels
from bloodshot_lib.data.readers.image_list import list_image_list
from tests.bad_inputs.files import refusing

ROWS = [["a.png", "Größe"], ["b.png", "x, y"]]
WRITTEN = {
    "comma": b'file,label\na.png,Gr\xc3\xb6\xc3\x9fe\nb.png,"x, y"\n',
    "mark": b'\xef\xbb\xbffile,label\r\na.png,Gr\xc3\xb6\xc3\x9fe\r\nb.png,"x, y"\r\n',
    "Excel": "File;Label;\r\na.png;Größe ;\r\nb.png;x, y;\r\n;;\r\n\r\n".encode("cp1252"),
    "Unicode text": "label\tnote\tFILE\r\nGröße\t1\ta.png\r\nx, y\t\tb.png\r\n".encode("utf-16"),
    "spaces": b'file, label\na.png, Gr\xc3\xb6\xc3\x9fe\n\nb.png, "x, y"',
    "old Macintosh": b'file,label\ra.png,Gr\xf6\xdfe\rb.png,"x, y"\r',
}


@pytest.mark.parametrize("way", WRITTEN)
def test_a_list_is_read_however_it_was_written(way):
    guessed = way in ("Excel", "old Macintosh")
    said = pytest.warns(UserWarning, match="read as Windows-1252, with the labels Größe")
    with said if guessed else nullcontext():
        listed = parse_labels(WRITTEN[way], "labels.csv")
    assert listed[["file", "label"]].to_numpy().tolist() == ROWS
    assert listed[["subject", "content"]].to_numpy().tolist() == [["", ""]] * 2


def test_rows_keep_what_they_say_and_lose_what_says_nothing():
    text = b"subject,file,label\nP1,a.png,\n,,ape\n,b.png,NA\n"
    with pytest.warns(UserWarning, match="'class NA'"):
        listed = parse_labels(text, "labels.csv")
    assert listed.to_numpy().tolist() == [["a.png", "", "P1", ""], ["b.png", "class NA", "", ""]]
    assert parse_labels(b"file,label\n", "labels.csv").empty
    assert len(parse_labels(b"file,label\ngr\xf6.png,ape\n", "labels.csv")) == 1, "no note"


@pytest.fixture
def listed(cells, tmp_path):
    """The table that a list of those lines makes of the cells, with the path below the folder."""

    def read(text, **options):
        (tmp_path / "labels.csv").write_text(text)
        table, left_out = list_image_list(cells, tmp_path / "labels.csv", **options)
        short = table["path"].str.removeprefix(f"{cells}/")
        return table.assign(path=short), {
            k.removeprefix(f"{cells}/"): v for k, v in left_out.items()
        }

    return read


@pytest.mark.parametrize("before", ["ape/", "", "./ape/", "ape\\", "cells/ape/"])
def test_a_name_is_the_path_below_the_folder_or_the_end_of_one(listed, before):
    table, left_out = listed(f"file,label\n{before}d1_ape.png,cow\n")
    assert table.to_numpy().tolist() == [["ape/d1_ape.png", "cow", "", ""]] and left_out == {}


def test_the_path_below_the_folder_goes_before_the_end_of_another(listed, cells):
    shutil.copy(cells / "bee/d0_bee.png", cells / "d1_ape.png")
    assert listed("file,label\nd1_ape.png,cow\n")[0]["path"].tolist() == ["d1_ape.png"]


def test_the_content_goes_before_the_name(listed, cells, tmp_path):
    table = read_image_folder(cells)
    one, other = content_keys(table)[:2]
    text = f"file,label,content\nd1_ape.png,cow,{one}\ngone.png,dog,{other.upper()}\n"
    assert listed(text)[0]["path"].tolist() == ["ape/d0_ape.png", "ape/d1_ape.png"]
    shutil.copytree(cells / "ape", cells / "older/ape")
    assert listed(text)[0]["path"].tolist() == ["ape/d0_ape.png", "ape/d1_ape.png"]
    moved = text.replace("d1_ape.png", "older/ape/d0_ape.png")
    assert listed(moved)[0]["path"][1] == "older/ape/d0_ape.png", "of copies, the one that is named"
    assert len(read_image_list(cells, tmp_path / "labels.csv")) == 2


def test_an_image_that_may_not_be_read_hinders_no_other(listed, cells, monkeypatch):
    one, other = content_keys(read_image_folder(cells))[:2]
    monkeypatch.setattr("os.access", lambda path, _: "d0_ape" not in path)
    monkeypatch.setattr(contents, "open", refusing(open), raising=False)
    (cells / "ape/d0_ape.png").rename(cells / "ape/locked_d0_ape.png")
    assert len(listed(f"file,label,content\nd1_ape.png,cow,{other}\n")[0]) == 1
    with pytest.raises(FileNotFoundError, match=r"first 'd0\.png'"):
        listed(f"file,label,content\nd0.png,cow,{one}\n")


def test_links_are_followed_and_systems_folders_are_not(listed, cells, tmp_path):
    (tmp_path / "elsewhere").mkdir()
    shutil.copy(cells / "ape/d0_ape.png", tmp_path / "elsewhere/e.png")
    (cells / "link").symlink_to(tmp_path / "elsewhere")
    (cells / "ape/back").symlink_to(cells)
    (cells / "lost+found").mkdir(mode=0)
    shutil.copytree(cells / "bee", cells / "#recycle/bee")
    table, left_out = listed("file,label\ne.png,x\nd0_bee.png,y\n")
    assert table["path"].tolist() == ["bee/d0_bee.png", "link/e.png"], "in the order of their paths"
    assert list(left_out) == ["#recycle", "lost+found"]


def test_what_has_no_label_is_left_out_and_said(listed, cells, tmp_path):
    (cells / "note.txt").write_text("x")
    table, left_out = listed("file,label\nd0_ape.png,\nd1_ape.png,ape\nd1_ape.png,\ngone.png,\n")
    assert table["path"].tolist() == ["ape/d1_ape.png"]
    assert set(left_out) == {"note.txt", "ape/d0_ape.png", "gone.png"}
    assert left_out["ape/d0_ape.png"].startswith("without a label in ")
    with pytest.warns(UserWarning, match=r"Left out: .*note.txt .*d0_ape.png \(without a label"):
        read_image_list(cells, tmp_path / "labels.csv")


def test_a_subject_comes_from_the_pattern_the_list_or_the_patients_folder(listed):
    plain = "file,label\nape/d0_ape.png,x\nbee/d1_bee.png,y\n"
    assert listed(plain)[0]["subject"].tolist() == ["", ""], "each folder may be a class"
    more = plain + "ape/d1_ape.png,y\n"
    assert listed(more)[0]["subject"].tolist() == ["ape", "ape", "bee"]
    assert listed(more, subject="^(d.)")[0]["subject"].tolist() == ["d0", "d1", "d1"]
    named = "file,label,subject\nape/d0_ape.png,x,P1\nbee/d1_bee.png,y,\n"
    assert listed(named)[0]["subject"].tolist() == ["P1", ""]
    assert listed(named, subject="^(d.)")[0]["subject"].tolist() == ["d0", "d1"]
    corrected = more.replace(",x", ",Bee")
    assert not listed(corrected)[0]["subject"].any(), "a folder is called as a label is"


SET = """file,label,donor,sure
bee/d1_bee.png,bee,P2,1
ape/d0_ape.png,ape,P1,1
ape/d1_ape.png,ape,P2,0
"""


def test_columns_of_a_sets_own_list_are_its_groups_and_choose_rows(listed, cells):
    assert listed(SET, group="donor")[0]["subject"].tolist() == ["P1", "P2", "P2"]
    assert listed(SET, group="donor", subject="^(d.)")[0]["subject"].tolist() == ["d0", "d1", "d1"]
    assert not listed(SET)[0]["subject"].any(), "no other column is a subject"
    table, left_out = listed(SET + "gone.png,cow,,0\n", group="Donor", only="sure")
    assert table["path"].tolist() == ["ape/d0_ape.png", "bee/d1_bee.png"] and left_out == {}
    assert table["subject"].tolist() == ["P1", "P2"]
    assert read_image_folder(cells)["path"].is_monotonic_increasing, "as a folder is read"
    (cells / "index.csv").write_text(SET)
    (cells / "LICENSE").write_text("no image, and no news")
    assert len(read_image_list(cells)) == 3


@pytest.mark.parametrize(
    "options, words",
    [
        ({"group": "slide"}, "first line must be file,label,slide "),
        ({"only": "sure"}, "`sure of gone.png` must be one of 0, 1, but was 'yes'"),
        (
            {"only": True},
            "`group` and `only` must be names of the list's columns, but one was True",
        ),
    ],
)
def test_a_column_that_is_not_there_or_says_something_else_is_named(listed, options, words):
    with pytest.raises(ValueError, match=words):
        listed(SET + "gone.png,cow,,yes\n", **options)
