"""What counts as found and as false when `crop_cells` is judged on annotated fields."""

import json

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from experiments import fields
from tests.data.test_fields import DIAMETER, drawn

FIELD = drawn((80, 70), (140, 220))
COLUMNS = ["kind", "xmin", "ymin", "xmax", "ymax"]
BOTH = [("WBC", 35, 45, 105, 115), ("WBC", 185, 105, 255, 175)]


@pytest.mark.parametrize(
    "rows, found, false",
    [
        (BOTH, [True, True], []),
        (BOTH[:1], [True], ["on nothing annotated"]),
        ([BOTH[0], ("Platelets", 210, 130, 230, 150)], [True], ["on a platelet"]),
        ([BOTH[0], ("RBC", 210, 130, 230, 150)], [True], ["on a red cell"]),
        ([("WBC", 0, 0, 300, 240)], [True], ["a second in one cell"]),
        ([*BOTH, ("WBC", 0, 200, 40, 240)], [True, True, False], []),
        ([("RBC", 5, 10, 45, 50)], [], ["on nothing annotated"] * 2),
    ],
)
def test_a_crop_is_right_once_in_a_white_cells_box(rows, found, false):
    boxes = pd.DataFrame(rows, columns=COLUMNS)
    cells, wrong = fields.judge(FIELD, boxes, DIAMETER)
    assert cells["found"].tolist() == found and wrong == false


def test_a_crop_shows_the_box_and_the_box_fills_the_crop():
    cells, _ = fields.judge(FIELD, pd.DataFrame(BOTH, columns=COLUMNS), DIAMETER)
    assert (cells["shown"] == 1).all() and not cells["edge"].any()
    np.testing.assert_allclose(cells["fills"], 70 / 150)


def test_both_halves_are_measured_and_written(tmp_path):
    (tmp_path / "results").mkdir()
    names = [f"{i}.png" for i in range(4)]
    for name in names:
        Image.fromarray(FIELD).save(tmp_path / name)
    rows = [(name, *row) for name in names for row in BOTH]
    pd.DataFrame(rows, columns=["field", *COLUMNS]).to_csv(tmp_path / "boxes.csv", index=False)
    fields.main(tmp_path, tmp_path)
    facts = json.loads((tmp_path / "results" / "fields.json").read_text())
    for half in ("made_on", "judged_on"):
        assert facts[half]["white_cells"] == facts[half]["found"] == facts[half]["crops"] == 4
        assert facts[half]["recall"] == facts[half]["precision"] == 1 and not facts[half]["false"]
    made_on, judged_on = fields.halves(names)
    assert sorted(made_on + judged_on) == names and not set(made_on) & set(judged_on)
