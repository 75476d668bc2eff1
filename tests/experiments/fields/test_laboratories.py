"""Boxes as each laboratory's files have them, and fields to learn from and to judge on."""

import math

import pytest
from PIL import Image

from experiments.fields.laboratories import (
    ANNOTATED,
    SINGLE,
    halves,
    read_annotated,
    read_single,
)


def test_all_ways_of_writing_boxes_become_one(tmp_path, monkeypatch):
    monkeypatch.setenv("BLOODSHOT_DATA", str(tmp_path))
    for name in ("bccd", "bcisc"):
        (tmp_path / f"{name}_fields").mkdir()
    corners = "field,kind,xmin,ymin,xmax,ymax\n"
    rows = "b.jpg,WBC,10,20,40,60\nb.jpg,RBC,0,0,9,9\na.jpg,Platelets,1,1,5,5\n"
    (tmp_path / "bccd_fields" / "boxes.csv").write_text(corners + rows)
    centres = "field,label,x,y,w,h\nc.webp,monocyte,25.5,40,30,40\n"
    (tmp_path / "bcisc_fields" / "boxes.csv").write_text(centres)
    bccd, bcisc = read_annotated("bccd"), read_annotated("bcisc")
    assert bccd.fields == ["a.jpg", "b.jpg"] and bcisc.fields == ["c.webp"]
    assert bccd.boxes.to_numpy().tolist() == [["b.jpg", 10, 20, 30, 40]]
    assert bcisc.boxes.to_numpy().tolist() == [["c.webp", 10.5, 20, 30, 40]]
    assert bccd.in_field("b.jpg").tolist() == [[25, 40, 30, 40]]
    assert bccd.in_field("a.jpg").shape == (0, 4)
    assert bccd.width == pytest.approx(math.sqrt(1200))
    assert bccd.only(["a.jpg"]).fields == ["a.jpg"] and bccd.only(["a.jpg"]).boxes.empty


def test_a_single_cell_is_in_the_middle_and_junk_is_none(tmp_path, monkeypatch):
    monkeypatch.setenv("BLOODSHOT_DATA", str(tmp_path))
    for label in ("basophil", "platelet"):
        (tmp_path / "pbc_native" / label).mkdir(parents=True)
        Image.new("RGB", (360, 380)).save(tmp_path / "pbc_native" / label / "1.jpg")
    cells = read_single("barcelona")
    assert cells.fields == ["basophil/1.jpg", "platelet/1.jpg"] and cells.single
    assert cells.in_field("basophil/1.jpg").tolist() == [[180, 190, 140, 140]]
    assert len(cells.boxes) == 1 and cells.width == 140


def test_the_halves_are_those_that_were_always_judged(shared, monkeypatch):
    monkeypatch.setenv("BLOODSHOT_DATA", str(shared))
    bccd = read_annotated("bccd")
    made_on, judged_on = halves(bccd.fields)
    assert sorted(made_on + judged_on) == bccd.fields and len(bccd.boxes) == 372
    assert len(bccd.only(judged_on).boxes) == 190
    assert halves([f"{n}" for n in range(6)]) == (["3", "2", "5"], ["4", "0", "1"])


def test_cells_of_the_real_laboratories_are_where_they_are_said_to_be(shared, monkeypatch):
    monkeypatch.setenv("BLOODSHOT_DATA", str(shared))
    counts = {name: len(read_annotated(name).boxes) for name in ANNOTATED}
    assert counts == {"bccd": 372, "bangkok": 160, "bcisc": 64}
    assert [len(read_single(name).fields) for name in SINGLE] == [320, 208]
    assert [round(read_annotated(name).width) for name in ANNOTATED] == [188, 139, 243]
