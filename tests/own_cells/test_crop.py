import json
import os
import shutil

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bloodshot_lib import read_image_folder
from bloodshot_lib.own_cells.command_line import main
from tests.data.test_fields import DIAMETER, drawn

CROP = "crop", "fields", "-o", "cells", "-q"


@pytest.fixture
def fields(tmp_path, monkeypatch):
    """Three fields with two, one and no white cell."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "fields").mkdir()
    for name, nuclei in {"a": [(80, 70), (140, 220)], "b.x": [(110, 150)], "c": []}.items():
        Image.fromarray(drawn(*nuclei)).save(tmp_path / "fields" / f"{name}.png")
    return tmp_path


def test_fields_become_cells_of_one_size_that_say_where_they_were(fields, capsys):
    assert main([*CROP, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["fields"] == facts["cells"] == 3 and facts["fields_without_cells"] == ["c.png"]
    assert facts["diameter"] == pytest.approx(DIAMETER, rel=0.15)
    boxes = pd.read_csv("cells/boxes.csv")
    assert boxes["file"].tolist() == ["a.png_0.png", "a.png_1.png", "b.x.png_0.png"]
    assert boxes["field"].tolist() == ["a.png", "a.png", "b.x.png"] and not boxes["at_edge"].any()
    for row in boxes.itertuples():
        crop = np.asarray(Image.open(f"cells/{row.file}"))
        assert crop.shape == (facts["side"], facts["side"], 3)
        assert crop[len(crop) // 2, len(crop) // 2, 0] == 110, "the nucleus is in the middle"


def test_bad_fields_get_a_message_and_leave_nothing(fields, capsys):
    assert main([*CROP, "--diameter", "2"]) == 2
    assert "`--diameter` is at least 8" in capsys.readouterr().err
    (fields / "fields/broken.png").write_bytes(b"no image")
    assert main([*CROP]) == 2 and not (fields / "cells").exists()
    assert "broken.png" in capsys.readouterr().err
    assert main([*CROP, "--skip-unreadable", "--json"]) == 0
    (name,) = json.loads(capsys.readouterr().out)["left_out"]
    assert name.endswith("broken.png")
    assert main([*CROP]) == 2 and "exists" in capsys.readouterr().err


def test_empty_fields_are_named_and_measure_nothing(fields, capsys):
    glass = Image.new("RGB", (320, 240), (238, 228, 234))
    for name in ("d", "e", "f", "g"):
        glass.save(fields / f"fields/{name}.png")
    assert main([*CROP, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["diameter"] == pytest.approx(DIAMETER, rel=0.15) and facts["cells"] == 3
    assert facts["fields_without_cells"] == [f"{name}.png" for name in "cdefg"]
    shutil.rmtree("cells")
    assert main([*CROP]) == 0
    said = capsys.readouterr().out
    assert all(f"{name}.png" in said for name in "cg")
    for path in (fields / "fields").glob("[abc]*.png"):
        path.unlink()
    shutil.rmtree("cells")
    assert main([*CROP]) == 2
    assert "Nothing is stained in the 4 fields of fields" in capsys.readouterr().err


def test_fields_without_a_white_cell_are_an_error(fields, capsys):
    for name in ("a", "b.x"):
        (fields / f"fields/{name}.png").unlink()
    assert main([*CROP]) == 2 and not (fields / "cells").exists()
    assert "No white cell was found in the 1 fields" in capsys.readouterr().err


def test_fields_that_are_all_unreadable_are_an_error_that_says_why(fields, capsys):
    for path in (fields / "fields").iterdir():
        Image.open(path).convert("L").save(path)
    assert main([*CROP, "--skip-unreadable"]) == 2 and not (fields / "cells").exists()
    said = capsys.readouterr().err
    assert "3 of 3 images cannot be used" in said and "this is grey" in said
    assert "--skip-unreadable" not in said and "Mean of empty" not in said


def test_no_crop_takes_another_ones_place_or_name(fields, capsys):
    one = (fields / "fields/b.x.png").read_bytes()
    shutil.rmtree("fields")
    names = ["S1.2.png", "S1_2.png", "s1.2.PNG", "x" * 251 + ".png"]
    odd = os.fsencode("fields") + b"/Feld_\xe4.png"
    (fields / "fields").mkdir()
    for path in [*(fields / "fields" / name for name in names), odd]:
        with open(path, "wb") as file:
            file.write(one)
    assert main([*CROP]) == 0
    boxes = pd.read_csv("cells/boxes.csv")
    made = sorted(path.name for path in (fields / "cells").glob("*.png"))
    assert sorted(boxes["file"]) == made and len({name.casefold() for name in made}) == 5
    assert {"S1.2.png_0.png", "S1_2.png_0.png", "Feld__udce4.png_0.png"} < set(made)
    assert max(map(len, made)) <= 200 and "Feld_\\udce4.png" in set(boxes["field"])
    os.remove("fields/S1.2.png"), shutil.rmtree("cells")
    assert main([*CROP]) == 0
    left = {path.name for path in (fields / "cells").glob("*.png")}
    assert {"S1_2.png_0.png", "Feld__udce4.png_0.png"} < left, "names are the field's own"


def test_patients_stay_in_their_folders(fields, capsys):
    for patient in ("P1", "P2", "p2"):
        (fields / "fields" / patient).mkdir()
        shutil.copy("fields/b.x.png", f"fields/{patient}/1.png")
    for path in (fields / "fields").glob("*.png"):
        path.unlink()
    assert main([*CROP]) == 0
    boxes = pd.read_csv("cells/boxes.csv")
    assert boxes["field"].tolist() == ["P1/1.png", "P2/1.png", "p2/1.png"]
    assert boxes["file"][:2].tolist() == ["P1/1.png_0.png", "P2/1.png_0.png"]
    assert boxes["file"][2].startswith("P2/1~")
    table = read_image_folder("cells", labelled=False)
    assert table["subject"].tolist() == ["P1", "P2", "P2"], "a name that differs in case is one"
