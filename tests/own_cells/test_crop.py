"""Crops at boxes that were drawn before: their size, place and name, and what is said of them."""

import errno
import json
import os
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bloodshot_lib import read_image_folder
from bloodshot_lib.own_cells.command_line import main
from tests.fields.red_discs import RED, drawn

CROP = "crop", "fields", "-o", "cells", "-q", "--boxes", "drawn.csv"


def save(name, field):
    path = Path("fields", name)
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(field).save(path)


def save_boxes(*rows):
    pd.DataFrame(rows, columns=["field", "x", "y", "width", "height"]).to_csv(
        "drawn.csv", index=False
    )


@pytest.fixture
def fields(tmp_path, monkeypatch):
    """Three fields with two, one and no cell, and boxes around the cells, 44 px wide."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path / "kept"))
    save("a.png", drawn((70, 80), (220, 140), width=44))
    save("b.x.png", drawn((10, 110), width=44))
    save("c.png", drawn())
    save_boxes(
        ("a.png", 198, 118, 44, 44), ("a.png", 48, 58, 44, 44), ("b.x.png", 0, 88, 32, 44)
    )  # fmt: skip
    return tmp_path


def cropped(*arguments):
    assert main([*CROP, *arguments]) == 0
    return pd.read_csv("cells/boxes.csv")


def pixels(file):
    with Image.open(Path("cells", file)) as image:
        return np.asarray(image)


def test_boxes_become_crops_of_one_size_that_say_where_they_were(fields, capsys):
    boxes = cropped("--json")
    facts = json.loads(capsys.readouterr().out)
    assert facts["fields"] == facts["cells"] == 3 and facts["fields_without_cells"] == ["c.png"]
    assert facts["width"] == 44 and facts["side"] == 80 and facts["notes"] == []
    assert list(boxes) == ["file", "field", "x", "y", "width", "height", "score", "at_edge"]
    assert boxes["file"].tolist() == ["a.png_0.png", "a.png_1.png", "b.x.png_0.png"]
    assert boxes["field"].tolist() == ["a.png", "a.png", "b.x.png"], "from the top down"
    assert boxes[["x", "y", "width", "height"]].to_numpy().tolist() == [
        [48, 58, 44, 44], [198, 118, 44, 44], [0, 88, 32, 44],
    ]  # fmt: skip
    assert boxes["score"].isna().all() and boxes["at_edge"].tolist() == [False, False, True]
    for file in boxes["file"]:
        crop = pixels(file)
        assert crop.shape == (80, 80, 3)
        red = np.argwhere((crop == RED).all(axis=2))
        np.testing.assert_allclose((red.min(axis=0) + red.max(axis=0)) / 2, 39.5, atol=1)
    page = Path("cells/fields.html").read_text(encoding="utf-8")
    assert page.count("<figure data-view") == 3 and "3 cells in 3 fields" in page
    table = read_image_folder("cells", labelled=False)
    assert len(table) == 3, "what else lies there is known, and not warned of"


def test_what_to_do_next_is_said(fields, capsys):
    cropped()
    said = capsys.readouterr().out
    assert "3 cells from 3 fields are in cells, each 80 px wide" in said
    assert "No box in:\n  c.png" in said and "--width" not in said
    assert f"{Path('cells', 'fields.html')}" in said
    assert "run: bloodshot crop fields --boxes boxes.csv -o cells_2" in said
    assert "bloodshot suggest cells -o to_label" in said


def test_a_width_decides_how_large_the_crops_are(fields, capsys):
    cropped("--width", "22")
    assert pixels("a.png_0.png").shape == (40, 40, 3)


def test_the_boxes_that_are_written_are_read_again(fields, capsys):
    boxes = cropped()
    os.rename("cells/boxes.csv", "drawn.csv")
    shutil.rmtree("cells")
    pd.testing.assert_frame_equal(cropped(), boxes)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--width", "2"], "`--width` must be at least 16"),
        (["--width", "0"], "`--width` must be at least 16"),
        (["--boxes", "absent.csv"], "There is no file or folder of boxes absent.csv"),
    ],
)
def test_a_mistake_gets_a_message_and_leaves_nothing(fields, arguments, said, capsys):
    before = sorted(fields.rglob("*"))
    assert main([*CROP, *arguments]) == 2
    assert said in capsys.readouterr().err and sorted(fields.rglob("*")) == before


def test_boxes_of_fields_of_another_size_are_refused(fields, capsys):
    image = {"id": 1, "file_name": "a.png", "width": 640, "height": 480}
    boxes = [{"image_id": 1, "bbox": [96, 116, 88, 88], "category_id": 1}]
    coco = {"images": [image], "annotations": boxes, "categories": [{"id": 1, "name": "WBC"}]}
    Path("coco.json").write_text(json.dumps(coco))
    assert main([*CROP, "--boxes", "coco.json"]) == 2 and not Path("cells").exists()
    said = capsys.readouterr().err
    assert "a.png is 320 x 240 pixels, in coco.json it is 640 x 480" in said


def test_an_unreadable_field_is_an_error_or_is_listed(fields, capsys):
    Path("fields/broken.png").write_bytes(b"no image")
    assert main([*CROP]) == 2 and not Path("cells").exists()
    said = capsys.readouterr().err
    assert "broken.png" in said and "With --skip-unreadable the others are used" in said
    cropped("--skip-unreadable", "--json")
    (name,) = json.loads(capsys.readouterr().out)["left_out"]
    assert name.endswith("broken.png")
    assert main([*CROP, "--skip-unreadable"]) == 2 and "exists" in capsys.readouterr().err


def test_grey_fields_are_an_error_that_says_why(fields, capsys):
    for path in Path("fields").iterdir():
        Image.open(path).convert("L").save(path)
    assert main([*CROP, "--skip-unreadable"]) == 2 and not Path("cells").exists()
    said = capsys.readouterr().err
    assert "3 of 3 images cannot be used" in said and "but is grey" in said
    assert "--skip-unreadable" not in said


def test_no_crop_takes_another_ones_place_or_name(fields, capsys):
    one = Path("fields/b.x.png").read_bytes()
    shutil.rmtree("fields")
    os.mkdir("fields")
    names = ["S1.2.png", "S1_2.png", "s1.2.PNG", "x" * 251 + ".png"]
    for path in [*(f"fields/{name}".encode() for name in names), b"fields/Feld_\xe4.png"]:
        Path(os.fsdecode(path)).write_bytes(one)
    save_boxes(*((name, 5, 88, 32, 44) for name in [*names, "Feld_\\udce4.png"]))
    boxes = cropped()
    made = sorted(path.name for path in Path("cells").glob("*.png"))
    assert sorted(boxes["file"]) == made and len({name.casefold() for name in made}) == 5
    assert {"S1.2.png_0.png", "S1_2.png_0.png", "Feld__udce4.png_0.png"} < set(made)
    assert max(map(len, made)) <= 200 and "Feld_\\udce4.png" in set(boxes["field"])
    os.remove("fields/S1.2.png"), shutil.rmtree("cells")
    save_boxes(("S1_2.png", 5, 88, 32, 44), ("Feld_\\udce4.png", 5, 88, 32, 44))
    names = cropped()["file"].tolist()
    assert sorted(names) == ["Feld__udce4.png_0.png", "S1_2.png_0.png"], "the field's own"


def test_patients_stay_in_their_folders(fields, capsys):
    for patient in ("P1", "P2", "p2"):
        save(f"{patient}/1.png", drawn((60, 60)))
    for path in Path("fields").glob("*.png"):
        path.unlink()
    save_boxes(*((f"{patient}/1.png", 28, 28, 64, 64) for patient in ("p2", "P1", "P2")))
    boxes = cropped()
    assert boxes["field"].tolist() == ["P1/1.png", "P2/1.png", "p2/1.png"]
    assert boxes["file"][:2].tolist() == ["P1/1.png_0.png", "P2/1.png_0.png"]
    assert boxes["file"][2].startswith("P2/1~")
    table = read_image_folder("cells", labelled=False)
    assert table["subject"].tolist() == ["P1", "P2", "P2"], "a name that differs in case is one"


def test_a_large_field_is_shown_in_parts(fields, capsys):
    save("wide.png", drawn((60, 60), (2000, 60), (4330, 60), size=(4400, 120)))
    save_boxes(*(("wide.png", x, 28, 64, 64) for x in (28, 1968, 4298)))
    cropped()
    page = Path("cells/fields.html").read_text(encoding="utf-8")
    assert page.count("<figcaption>wide.png</figcaption>") == 2
    assert page.count("<figcaption>") == 5, "and the three others, which have no box"


def test_a_full_disk_leaves_nothing_half_written(fields, capsys, monkeypatch):
    def full(*_, **__):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = sorted(fields.rglob("*"))
    with monkeypatch.context() as patch:
        patch.setattr(Image.Image, "save", full)
        assert main([*CROP]) == 2
    assert "Make room on the disk, and run this again" in capsys.readouterr().err
    assert sorted(fields.rglob("*")) == before
    assert len(cropped()) == 3
