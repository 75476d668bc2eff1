"""Cells that are found in a folder's fields: at one scale, kept as they are found, and noted."""

import errno
import json
import os
import re
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bloodshot_lib.fields.finder import Finder
from bloodshot_lib.own_cells.command_line import main
from tests.fields.red_discs import RED, RedDiscs, drawn

CROP = "crop", "fields", "-o", "cells", "-q"


def save(**fields):
    shutil.rmtree("fields", ignore_errors=True)
    os.mkdir("fields")
    for name, field in fields.items():
        Image.fromarray(field).save(f"fields/{name}.png")


@pytest.fixture
def finder(tmp_path, monkeypatch):
    """A finder of discs, in the place of the released one, and three fields."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path / "kept"))
    save(a=drawn((70, 80), (220, 140)), b=drawn((160, 10), (150, 150)), c=drawn())
    finder = RedDiscs()
    monkeypatch.setattr(Finder, "load", lambda path: finder)
    return finder


@pytest.fixture
def found(finder, capsys):
    """Crop, and return the facts."""

    def run(*arguments):
        shutil.rmtree("cells", ignore_errors=True)
        assert main([*CROP, "--json", *arguments]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_cells_are_found_at_their_own_scale(found):
    facts = found()
    assert facts["cells"] == 4 and facts["fields_without_cells"] == ["c.png"]
    assert facts["width"] == pytest.approx(64, abs=1) and facts["side"] in (115, 116, 117)
    boxes = pd.read_csv("cells/boxes.csv")
    assert boxes["file"].tolist() == ["a.png_0.png", "a.png_1.png", "b.png_0.png", "b.png_1.png"]
    sides = boxes[["x", "y", "width", "height"]]
    # of the third 42 px are seen, with their middle 21 px below the edge: what a finder says of
    # it, a square of 64 px, begins 11 px above the edge
    expected = [[38, 48, 64, 64], [188, 108, 64, 64], [128, 0, 64, 53], [118, 118, 64, 64]]
    np.testing.assert_allclose(sides, expected, atol=1)
    assert boxes["at_edge"].tolist() == [False, False, True, False]
    assert boxes["score"].between(0.5, 1).all()
    with Image.open("cells/a.png_0.png") as image:
        crop = np.asarray(image)
    assert (crop[len(crop) // 2, len(crop) // 2] == RED).all()


def test_the_boxes_that_are_found_are_read_again(found):
    found()
    os.rename("cells/boxes.csv", "boxes.csv")
    before = pd.read_csv("boxes.csv")
    found("--boxes", "boxes.csv")
    pd.testing.assert_frame_equal(pd.read_csv("cells/boxes.csv"), before, atol=0.2)


def test_a_width_is_not_looked_for(found, finder):
    assert found("--width", "64")["width"] == 64
    assert finder.looks == [(240, 320)] * 3, "once each"


def test_what_stopped_goes_on_where_it_was(found, finder, monkeypatch, capsys):
    look = finder.find

    def stopping(image):
        if len(finder.looks) == 2:
            raise KeyboardInterrupt
        return look(image)

    with monkeypatch.context() as patch:
        patch.setattr(finder, "find", stopping)
        assert main([*CROP, "--width", "64"]) == 130 and not Path("cells").exists()
    assert "it goes on from here" in capsys.readouterr().err
    finder.looks.clear()
    assert found("--width", "64")["cells"] == 4 and len(finder.looks) == 1


def test_a_line_that_was_not_finished_counts_as_not_there(found, finder):
    first = found("--width", "64")
    (kept,) = Path("kept").glob("found-*.jsonl")
    kept.write_bytes(kept.read_bytes()[:-5])
    finder.looks.clear()
    assert found("--width", "64") == first and len(finder.looks) == 1
    assert found("--width", "64") == first and len(finder.looks) == 1, "it was kept again"


def test_finds_are_of_these_fields_this_width_and_this_finder(found, finder):
    found()
    finder.looks.clear()
    assert found() and finder.looks == [], "the scale was kept too"
    found("--width", "70")
    assert len(finder.looks) == 3
    Image.fromarray(drawn((90, 90))).save("fields/c.png")
    found("--width", "70")
    assert len(finder.looks) == 6, "a field has changed"
    finder.key = "another"
    found("--width", "70")
    assert len(finder.looks) == 9


def test_after_a_full_disk_finds_are_kept(found, finder, monkeypatch, capsys):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(Image.Image, "save", full)
        assert main([*CROP]) == 2
    assert "Make room on the disk, and run this again" in capsys.readouterr().err
    assert sorted(os.listdir()) == ["fields", "kept"]
    finder.looks.clear()
    assert found()["cells"] == 4 and finder.looks == []


def test_forget_removes_the_finds(found, capsys):
    found()
    Path("kept/found-money.jsonl").touch()
    assert main(["forget", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["kept"] == 1
    assert os.listdir("kept") == ["found-money.jsonl"]


@pytest.mark.parametrize("width", [[], ["--width", "64"]])
def test_fields_without_a_white_cell_are_an_error(finder, width, capsys):
    save(a=drawn(), b=drawn())
    assert main([*CROP, *width]) == 2 and not Path("cells").exists()
    said = capsys.readouterr().err
    assert "No white cell was found in the 2 fields of fields" in said
    assert "--width" in said and "--boxes" in said


def test_images_of_single_cells_are_refused(finder, capsys):
    save(**{f"cell{n}": drawn((52, 50), size=(100, 100)) for n in range(3)})
    assert main([*CROP]) == 2 and not Path("cells").exists()
    said = capsys.readouterr().err
    assert "3 of these 3 images have one cell" in said and "suggest, check" in said
    rows = "".join(f"cell{n}.png,20,18,64,64\n" for n in range(3))
    Path("boxes.csv").write_text("field,x,y,width,height\n" + rows)
    assert main([*CROP, "--boxes", "boxes.csv"]) == 0, "who draws boxes knows"


def test_the_same_place_in_many_fields_is_noted(found):
    places = [(200, 60), (150, 150), (90, 170)]
    save(**{name: drawn((60, 60), place) for name, place in zip("abc", places, strict=True)})
    (note,) = found()["notes"]
    assert "In 3 of 3 fields something was found at the same place, x 60, y 60" in note
    assert note in Path("cells/fields.html").read_text(encoding="utf-8")


def test_another_magnification_is_noted(found):
    save(a=drawn((70, 80)), b=drawn((150, 150)), c=drawn((220, 90)), d=drawn((160, 120), width=160))
    (note,) = found()["notes"]
    assert re.search(r"cells are about 64 px wide, but not in d.png \(1(59|60|61) px\)", note)


def test_crops_too_large_for_their_fields_are_noted(found, capsys):
    save(a=drawn((50, 50), (150, 150), size=(200, 200)), b=drawn((70, 80)))
    (note,) = found()["notes"]
    assert "px) is wider than half of 1 fields, first a.png" in note
    shutil.rmtree("cells")
    assert main([*CROP]) == 0
    said = capsys.readouterr().out
    assert f"Look at this first: {note}" in said
    assert "Cells are 64 px wide: if that is wrong, pass the right --width." in said
