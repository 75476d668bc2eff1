"""Names corrected in a report, saved as a list, and read by the next `bloodshot classify`."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bloodshot_lib.own_cells.report import report_page
from tests.own_cells.conftest import COLOURS, disc
from tests.own_cells.test_report import CLASSES, HOSTILE, example

NEW = "<b>Größe & 'Maß'</b>".replace("/", "")


@pytest.fixture
def opened(tab):
    """Open a report at its first cell of a class."""

    def at(path):
        tab.goto(Path(path).resolve().as_uri())
        return tab

    yield at
    assert tab.faults == []


def enlarge(tab, file):
    tab.locator(f'.sheet button[title="{file}"]').first.click()


def save(tab, path="labels.csv"):
    """Save the list; its rows by file."""
    with tab.expect_download() as download:
        tab.locator(".save-bar button").click()
    download.value.save_as(path)
    return pd.read_csv(path, keep_default_na=False, index_col="file")


def bar(tab):
    return tab.locator(".save-bar").inner_text()


def test_corrections_are_saved_and_the_next_classification_has_learned_them(
    bloodshot, folders, opened
):
    assert bloodshot("classify", "labelled", "cells", "-o", "result")[0] == 0
    tab = opened("result/report.html")
    assert not tab.locator(".save-bar").is_visible()
    enlarge(tab, "ape_0.png")
    tab.keyboard.press("2")  # bee
    assert "You name it bee." in tab.locator("#large-words").inner_text()
    tab.get_by_label("Name of a new class").fill(NEW)
    tab.keyboard.press("Enter")
    assert f"You name it {NEW}." in tab.locator("#large-words").inner_text()
    tab.keyboard.press("Escape")
    enlarge(tab, "cat_1.png")
    tab.locator("dialog .choice", has_text=NEW).click()
    tab.keyboard.press("ArrowRight")  # a button that was made anew has not lost the focus
    tab.keyboard.press("0")
    neighbour = tab.locator("#large-name").inner_text()
    assert neighbour != "cat_1.png"
    tab.keyboard.press("Escape")
    assert bar(tab).startswith("3 cells corrected; not saved yet.")
    marks = tab.locator(".sheet button[title='ape_0.png'] + .mark").all_inner_texts()
    assert len(marks) >= 2 and set(marks) == {f"→ {NEW}"}, "in each sheet that has it"
    saved = save(tab)
    assert "3 cells corrected." in bar(tab) and "Nothing is judged anew in this page" in bar(tab)
    assert saved.columns.tolist() == ["label", "content"] and len(saved) == 12 + 3
    named = saved["label"][["ape_0.png", "cat_1.png", neighbour]]
    assert named.tolist() == [NEW, NEW, "not_a_cell"]
    command = tab.locator("pre").inner_text()
    assert command in bar(tab) and command.startswith("bloodshot classify labelled cells ")
    again = "classify labelled cells --labels labels.csv -o again --previous result".split()
    status, _, wrong = bloodshot(*again)
    assert status == 0, wrong
    cells = pd.read_csv("again/cells.csv", index_col="file", encoding="utf-8-sig")
    assert cells["labelled"].sum() == 3
    assert cells["predicted"][named.index].tolist() == named.tolist()
    summary = json.loads(Path("again/summary.json").read_text())
    assert summary["labelled_cells"] == {"ape": 4, "bee": 4, "cat": 4, NEW: 2, "not_a_cell": 1}
    assert summary["previous"]["changed"] >= 3


def test_a_cell_that_was_labelled_before_has_one_label_whatever_its_copy_is_called(
    bloodshot, folders, opened
):
    """Its copy among the new cells, and one saved anew with other bytes, are corrected with it."""
    shutil.copy("labelled/ape/P0_ape0.png", "cells/copy.png")
    Image.open("labelled/bee/P0_bee0.png").save("cells/anew.bmp")
    assert bloodshot("classify", "labelled", "cells", "-o", "result")[0] == 0
    tab = opened("result/report.html")
    for file in ("copy.png", "anew.bmp"):
        enlarge(tab, file)
        tab.keyboard.press("3")
        tab.keyboard.press("Escape")
    saved = save(tab)
    assert saved["label"].value_counts().to_dict() == {"cat": 6, "ape": 3, "bee": 3}
    assert saved.loc[["ape/P0_ape0.png", "bee/P0_bee0.png"], "label"].tolist() == ["cat", "cat"]
    enlarge(tab, "copy.png")
    tab.keyboard.press("1")  # as it was
    tab.keyboard.press("Escape")
    assert bar(tab).startswith("1 cell corrected; not saved yet.")
    status, _, wrong = bloodshot("check", "labelled", "cells", "--labels", "labels.csv")
    assert status == 0, wrong


def test_what_is_the_reports_own_name_is_confirmed_and_can_be_taken_back(
    bloodshot, folders, opened
):
    assert bloodshot("classify", "labelled", "cells", "-o", "result")[0] == 0
    tab = opened("result/report.html")
    enlarge(tab, "cat_0.png")
    pressed = tab.locator("dialog .choice[aria-pressed=true]")
    key = pressed.locator("kbd").inner_text()
    tab.keyboard.press(key)
    assert bar(tab).startswith("1 cell confirmed; not saved yet.")
    tab.get_by_text("take your label back").click()
    assert not tab.locator(".save-bar").is_visible() and tab.locator(".mark").count() == 0
    tab.keyboard.press("x")  # no class has this key
    tab.get_by_label("Name of a new class").fill(" APE")
    tab.keyboard.press("Enter")
    assert "differ by more than case" in tab.locator("dialog [role=alert]").inner_text()
    assert not tab.locator(".save-bar").is_visible()


def test_subjects_of_labelled_cells_are_saved_too(bloodshot, folders, opened):
    for path in (folders / "labelled").glob("*/*"):
        patient = path.parent / path.name[:2]
        patient.mkdir(exist_ok=True)
        shutil.move(path, patient)
    assert bloodshot("classify", "labelled", "cells", "-o", "result")[0] == 0
    tab = opened("result/report.html")
    enlarge(tab, "cat_0.png")
    tab.keyboard.press("1")
    tab.keyboard.press("Escape")
    saved = save(tab)
    assert saved["subject"].value_counts().to_dict() == {"P0": 6, "P1": 6, "": 1}
    by_list = bloodshot("check", "labelled", "cells", "--labels", "labels.csv", "--json")
    assert [row["subjects"] for row in json.loads(by_list[1])["classes"]] == [2, 2, 2]


def test_whoever_leaves_with_unsaved_corrections_is_asked(tab, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(report_page(*example()), encoding="utf-8")
    asked = []
    tab.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    tab.goto(path.as_uri())
    tab.reload()
    assert asked == []
    for _ in range(2):
        tab.locator(".sheet button").first.click()
        tab.keyboard.press("2")
        tab.keyboard.press("Escape")
        tab.reload()
        assert not tab.locator(".save-bar").is_visible()
    assert asked == ["beforeunload"] * 2
    tab.locator(".sheet button").first.click()
    tab.keyboard.press("2")
    tab.keyboard.press("Escape")
    save(tab, tmp_path / "labels.csv")
    tab.reload()
    assert len(asked) == 2


def test_names_with_html_stay_names(tab, tmp_path):
    path = tmp_path / "report.html"
    path.write_text(report_page(*example()), encoding="utf-8")
    tab.goto(path.as_uri())
    tab.locator(".sheet button[title*=script]").first.click()
    assert tab.locator("#large-name").inner_text() == HOSTILE
    tab.locator("dialog .choice", has_text="z </script>").click()
    tab.keyboard.press("Escape")
    saved = save(tab, tmp_path / "labels.csv")
    assert saved["label"][HOSTILE] == CLASSES[9] and tab.faults == []


def test_only_cells_with_a_number_can_be_corrected(monkeypatch, tab, tmp_path):
    monkeypatch.setattr("bloodshot_lib.own_cells.pictures._MOST", 60)
    path = tmp_path / "report.html"
    path.write_text(report_page(*example()), encoding="utf-8")
    tab.goto(path.as_uri())
    assert tab.locator(".sheet button[data-cell='-1']").count() == 0
    assert 0 < tab.locator(".sheet > li > img").count()
    for tile in tab.locator(".sheet > li > img").all()[:3]:
        tile.click()
    assert not tab.locator("dialog").is_visible() and tab.faults == []


def test_a_cell_of_the_map_can_be_corrected_a_labelled_one_too(bloodshot, folders, opened):
    rng = np.random.default_rng(8)
    for number in range(3):
        disc(folders / f"cells/more_{number}.png", COLOURS["ape"], rng)
    assert bloodshot("classify", "labelled", "cells", "-o", "result")[0] == 0
    tab = opened("result/report.html")
    drawing = tab.locator("#map svg")
    assert drawing.locator("> *").count() == 12 + 12 + 1
    drawing.locator("> [stroke='#000']").first.click(force=True)  # labelled
    assert tab.locator("dialog").is_visible()
    tab.keyboard.press("Escape")
    drawing.focus()
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Enter")
    name = tab.locator("#large-name").inner_text()
    assert name in tab.locator("#cell").inner_text()
    assert not tab.get_by_text("next →").is_visible()
