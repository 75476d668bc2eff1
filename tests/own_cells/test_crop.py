import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

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
    assert boxes["file"].tolist() == ["a_png_0.png", "a_png_1.png", "b_x_png_0.png"]
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
    (name,) = json.loads(capsys.readouterr().out)["unreadable"]
    assert name.endswith("broken.png")
    assert main([*CROP]) == 2 and "exists" in capsys.readouterr().err


def test_fields_without_a_white_cell_are_an_error(fields, capsys):
    for name in ("a", "b.x"):
        (fields / f"fields/{name}.png").unlink()
    assert main([*CROP]) == 2 and not (fields / "cells").exists()
    assert "No white cell was found in the 1 fields" in capsys.readouterr().err
