"""The contact sheet: cells are named in it, and the commands read the list that it saves."""

import json
from argparse import Namespace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from bloodshot_lib.own_cells.report import sheet_page
from tests.own_cells.test_correcting import bar, save
from tests.own_cells.test_report import HOSTILE, example, words


def asked(**changes):
    """What was asked on the command line."""
    given = {"cells": "cells", "labelled": None, "labels": None, "output": "out", "random": False}
    return Namespace(**{**given, **changes})


def cells(*files):
    contents = [f"{number:032x}" for number in range(len(files))]
    return pd.DataFrame({"file": files, "content": contents, "label": "", "subject": ""})


def page(*files, known=(), **changes):
    table, images = cells(*files), np.zeros((len(files), 32, 32, 3), np.uint8)
    return sheet_page(table, images, example()[2], asked(**changes), cells(*known))


@pytest.fixture
def opened(tab, tmp_path):
    def at(html, width=1280, scheme="light"):
        if isinstance(html, str):
            path = tmp_path / "sheet.html"
            path.write_text(html, encoding="utf-8")
        else:
            path = html.resolve()
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme=scheme)
        tab.goto(path.as_uri())
        return tab

    yield at
    assert tab.faults == []


def add_class(tab, name):
    tab.get_by_label("Name of a new class").fill(name)
    tab.keyboard.press("Enter")


def test_it_says_how_its_cells_were_chosen(opened):
    useful, drawn = page("a.png", HOSTILE, output="<out>"), page("a.png", HOSTILE, random=True)
    assert "2 cells to label, the most useful first" in words(useful)
    assert "make a folder in <out> for each class" in words(useful)
    assert "type bloodshot check cells --labels labels.csv." in words(useful)
    assert "2 cells drawn at random" in words(drawn) and "not_a_cell" in words(drawn)
    assert "save test_labels.csv" in words(drawn) and "without looking at" in words(drawn)
    assert "type bloodshot compare --labels test_labels.csv RESULT." in words(drawn)
    tab = opened(useful)
    tab.locator(".sheet button").nth(1).click()
    assert tab.locator("#large-name").inner_text() == HOSTILE
    assert tab.locator("#large-words").inner_text() == "cell 2 of 2"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_accessible(opened, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab = opened(page(*(f"{n}.png" for n in range(20))), width, scheme)
    add_class(tab, "ape")
    tab.keyboard.press("1")
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    for inside in (None, "dialog"):
        if inside:
            tab.locator(".sheet button").first.click()
        found = axe.run(tab, inside).response["violations"]
        assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


def test_without_script_all_cells_are_there(browser, tmp_path):
    path = tmp_path / "sheet.html"
    path.write_text(page("a.png", "b.png"), encoding="utf-8")
    context = browser.browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto(path.as_uri())
    assert tab.locator(".sheet img").count() == 2 and "Or sort" in tab.inner_text("main")
    context.close()


def test_one_after_another_by_keys_and_by_clicks(opened, tmp_path):
    tab = opened(page(*(f"{n}.png" for n in range(6))))
    desk, names = tab.locator(".desk"), tab.locator(".sheet li .mark")
    assert "Which classes are there? Add one. Cell 1 of 6: 0.png" in desk.inner_text()
    assert not tab.locator(".save-bar").is_visible()
    add_class(tab, "ape")
    add_class(tab, "Größe, <i>")
    for key in "1 2 0 s u u 2 s".split():
        tab.keyboard.press(key)
    assert names.all_inner_texts() == ["ape", "Größe, <i>", "Größe, <i>", "skipped"]
    assert "Cell 5 of 6: 4.png" in desk.inner_text()
    desk.get_by_text("undo").click()
    desk.get_by_text("not a cell").click()
    assert names.all_inner_texts() == ["ape", "Größe, <i>", "Größe, <i>", "not_a_cell"]
    tab.locator(".sheet button").nth(5).click()
    tab.keyboard.press("1")
    tab.keyboard.press("ArrowLeft")
    tab.locator("dialog .choice", has_text="ape").click()
    tab.keyboard.press("Escape")
    assert tab.evaluate("document.activeElement.title") == "4.png"
    assert "All are answered: save labels.csv." in desk.inner_text()
    assert not tab.locator("img.asked").is_visible()
    assert bar(tab).startswith("6 of 6 answered; not saved yet.")
    saved = save(tab, tmp_path / "labels.csv")["label"]
    assert saved.to_dict() == {
        "0.png": "ape", "1.png": "Größe, <i>", "2.png": "Größe, <i>", "3.png": "not_a_cell",
        "4.png": "ape", "5.png": "ape",
    }  # fmt: skip
    assert "bloodshot check cells --labels labels.csv" in bar(tab)


def name_all(tab, bloodshot, how, output):
    """Suggest cells, and name each in the sheet as its file is called."""
    status, said, wrong = bloodshot("suggest", "cells", *how, "-o", output)
    assert status == 0, wrong
    tab.goto(Path(output, "contact_sheet.html").resolve().as_uri())
    for label in ("ape", "bee", "cat"):
        if not tab.locator(".desk .choice", has_text=label).count():
            add_class(tab, label)
    for _ in range(tab.locator(".sheet li").count()):
        name = tab.locator(".desk p[role=status]").inner_text().rpartition(": ")[2]
        tab.locator(".desk .choice", has_text=name.partition("_")[0]).click()
    return said


def facts_of(ran):
    status, said, wrong = ran
    assert status == 0, wrong
    return json.loads(said)


def test_the_commands_read_what_it_saves(bloodshot, folders, tab):
    said = name_all(tab, bloodshot, ["-n", 6], "to label")
    assert "\nThen run: bloodshot check cells --labels labels.csv\n" in said
    assert len(save(tab)) == 6
    checked = facts_of(bloodshot("check", "cells", "--labels", "labels.csv", "--json"))
    assert sum(row["cells"] for row in checked["classes"]) == 6
    more = name_all(tab, bloodshot, ["-n", 2, "--labels", "labels.csv"], "more")
    assert "\nThen run: bloodshot check cells --labels labels.csv\n" in more
    assert len(save(tab)) == 8, "the earlier labels are in it, too"
    checked = facts_of(bloodshot("check", "cells", "--labels", "labels.csv", "--json"))
    assert sum(row["cells"] for row in checked["classes"]) == 8
    assert checked["doubtful_labels"] == [] and tab.faults == []


def test_labels_in_folders_and_in_the_sheet_are_one_list(bloodshot, folders, tab):
    said = name_all(tab, bloodshot, ["-n", 3, "--labelled", "labelled"], "more")
    assert "\nThen run: bloodshot check labelled cells --labels labels.csv\n" in said
    assert len(save(tab)) == 12 + 3
    asked = "labelled", "cells", "--labels", "labels.csv", "--json"
    assert sum(row["cells"] for row in facts_of(bloodshot("check", *asked))["classes"]) == 15
    facts = facts_of(bloodshot("classify", *asked, "-o", "result"))
    assert sum(facts["labelled_cells"].values()) == 15 and tab.faults == []


def test_a_test_drawn_at_random_is_compared_without_an_image(bloodshot, folders, tab):
    assert bloodshot("classify", "labelled", "cells", "-o", "result")[0] == 0
    how = ["--random", "-n", 9, "--labelled", "labelled"]
    said = name_all(tab, bloodshot, how, "test")
    assert "\nThen run: bloodshot compare --labels test_labels.csv RESULT\n" in said
    assert len(save(tab, "test_labels.csv")) == 9, "without those that were labelled before"
    asked = "compare", "--labels", "test_labels.csv", "result", "--json"
    facts = facts_of(bloodshot(*asked))
    assert facts["cells"] == 9 and facts["not_counted"] == [] and tab.faults == []
