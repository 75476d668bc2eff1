"""Whole fields on the page: the boxes of `bloodshot crop`, corrected, and then the usual way."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bloodshot_lib.own_cells.command_line import main

LIGHT = (243, 232, 240)


@pytest.fixture
def fields(drawn, tmp_path):
    """Three fields of 640 x 480 pixels, one of each patient, with six drawn cells each."""
    cells = [file for files in drawn.values() for file in files]
    for number in range(3):
        field = Image.new("RGB", (640, 480), LIGHT)
        for place, file in enumerate(cells[number::5][:6]):
            with Image.open(file) as cell:
                left, top = 30 + 200 * (place % 3) + 9 * number, 50 + 210 * (place // 3)
                field.paste(cell.convert("RGB"), (left, top))
        folder = tmp_path / "fields" / f"P{number}"
        folder.mkdir(parents=True)
        field.save(folder / "a.png")
    return tmp_path / "fields"


def test_the_page_finds_what_the_command_finds(person, fields, tmp_path, monkeypatch):
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path / "kept"))
    person.drop_fields(fields)
    page = _by_place(person.save("boxes.csv", tmp_path))
    assert main(["crop", str(fields), "-o", str(tmp_path / "crops"), "-q"]) == 0
    command = _by_place(tmp_path / "crops" / "boxes.csv")
    assert page["field"].tolist() == command["field"].tolist()
    for side in ("x", "y", "width", "height"):
        assert page[side].to_numpy() == pytest.approx(command[side].to_numpy(), abs=1), side
    assert page["score"].to_numpy() == pytest.approx(command["score"].to_numpy(), abs=0.01)


def test_boxes_are_corrected_and_cut_into_cells_that_are_named(person, fields, tmp_path):
    person.drop_fields(fields)
    boxes = person.tab.locator(".picture button")
    n = boxes.count()
    assert n >= 6
    boxes.first.click()
    person.tab.locator(".picture").last.click(position={"x": 5, "y": 5})
    person.tab.locator(".picture").last.click(position={"x": 25, "y": 5})
    person.tab.get_by_role("button", name="Undo").click()
    kept = pd.read_csv(person.save("boxes.csv", tmp_path))
    assert len(kept) == n and kept["score"].isna().sum() == 1
    person.tab.get_by_role("button", name=f"Go on with these {n} cells").click()
    person.wait(lambda: person.asked)
    for name in ("ape", "bee", "ape", "bee"):
        if name in ("ape", "bee") and not person.tab.get_by_role("button", name=name).count():
            person.add_class(name)
        person.name(name)
    person.judged()
    cells = pd.read_csv(person.save("cells.csv", tmp_path))
    counts = kept["field"].value_counts().sort_index()
    named = [f"{field}_{each}.png" for field, many in counts.items() for each in range(many)]
    assert sorted(cells["file"]) == sorted(named)
    assert set(cells["subject"]) == {"P0", "P1", "P2"}


def test_single_cells_and_blank_fields_are_refused(person, drawn, tmp_path):
    (tmp_path / "cells").mkdir()
    for file in drawn["monocyte"][:4]:
        (tmp_path / "cells" / file.name).write_bytes(file.read_bytes())
    person.drop_fields(tmp_path / "cells")
    assert "images of single cells already" in person.said
    (tmp_path / "blank").mkdir()
    Image.new("RGB", (300, 200), LIGHT).save(tmp_path / "blank" / "a.png")
    (tmp_path / "blank" / "b.png").write_bytes(b"x")
    person.drop_fields(tmp_path / "blank")
    assert "No white cell was found in this field." in person.said
    assert not person.working


def test_fields_can_be_left_and_other_images_dropped(person, fields):
    person.drop_fields(fields)
    person.tab.get_by_role("button", name="Leave these fields").click()
    person.wait(lambda: not person.working)
    assert "No cell was taken" in person.said
    assert person.tab.locator("#naming").is_hidden()


def _by_place(file) -> pd.DataFrame:
    boxes = pd.read_csv(file)
    middle = np.floor(boxes["y"] / 100)
    return boxes.assign(row=middle).sort_values(["field", "row", "x"]).reset_index(drop=True)
