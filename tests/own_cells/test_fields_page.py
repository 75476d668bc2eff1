"""The page of fields: boxes are dropped and added in it, and saved as a list."""

import weakref

import numpy as np
import pandas as pd
import pytest

from bloodshot_lib.own_cells.fields_page import FieldView, write_fields_page
from tests.own_cells.test_correcting import bar
from tests.own_cells.test_report import HOSTILE

COLUMNS = ["x", "y", "width", "height", "score"]
FOUND = [[40.5, 20, 80, 60, 0.9], [200, 100, 60, 60, 0.41], [10, 130, 40, 40, np.nan]]
HIDDEN = [[1, 2, 3, 4, 0.5], [5, 6, 7, 8, np.nan]]
COMMAND = "bloodshot crop fields --boxes boxes.csv -o cells_2"


def view(field, boxes=(), x=0, y=0, scale=0.5, width=400, height=200):
    """A picture of 200 by 100 pixels."""
    image = np.full((100, 200, 3), 230, np.uint8)
    table = pd.DataFrame([*boxes], columns=COLUMNS, dtype=float)
    return FieldView(field, image, x, y, scale, width, height, table)


def slide(x, boxes, y=2000):
    """A part of a slide of 100 by 50 pixels, enlarged to twice its size."""
    return view("slide.svs", boxes, x, y, 2, 90_000, 80_000)


@pytest.fixture
def opened(tab, tmp_path):
    def at(*views, width=1280, scheme="light", **changes):
        facts = {"command": COMMAND, "n_fields": 3, "cells": 5, "side": 260, "median": 50.0}
        facts |= {"notes": [], "crops": [], "not_shown": {"z.png": HIDDEN}, **changes}
        write_fields_page(tmp_path / "fields.html", views, facts)
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme=scheme)
        tab.goto((tmp_path / "fields.html").as_uri())
        return tab

    yield at
    assert tab.faults == []


def click(tab, share_x, share_y, number=0):
    """Click a picture at a place, as shares of its width and height."""
    picture = tab.locator(".picture").nth(number)
    box = picture.bounding_box()
    picture.click(position={"x": share_x * box["width"], "y": share_y * box["height"]})


def save(tab, path):
    """Save the list; its rows by field."""
    with tab.expect_download() as download:
        tab.locator(".save-bar .main").click()
    assert download.value.suggested_filename == "boxes.csv"
    download.value.save_as(path)
    saved = pd.read_csv(path)
    assert saved.columns.tolist() == ["field", *COLUMNS]
    return {field: rows[COLUMNS].to_numpy() for field, rows in saved.groupby("field")}


def captions(tab):
    return tab.locator("figcaption").all_text_contents()  # also of those that are out of sight


def test_boxes_are_dropped_added_undone_and_saved(opened, tmp_path):
    tab = opened(view("P1/a.png", FOUND), view(HOSTILE))
    assert tab.locator("h1").inner_text() == "5 cells in 3 fields"
    assert captions(tab) == ["P1/a.png 3 cells, least sure 0.41", f"{HOSTILE} no cell"]
    assert not tab.locator(".save-bar").is_visible()
    tab.get_by_label("drop box 1 of 3, score 0.90").click()
    tab.get_by_label("drop box 2 of 3, score 0.41").click()
    click(tab, 0.75, 0.5, number=0)
    click(tab, 0.5, 0.25, number=1)
    assert bar(tab).startswith("2 dropped, 2 added, 5 cells left; not saved yet.")
    assert captions(tab)[0] == "P1/a.png 2 cells, 2 dropped"
    tab.get_by_text("undo").click()
    assert tab.locator(".picture button").count() == 3 + 1
    tab.get_by_label("take box 1 of 4 back, score 0.90").click()
    assert bar(tab).startswith("1 dropped, 1 added, 5 cells left; not saved yet.")
    assert captions(tab) == ["P1/a.png 3 cells, 1 dropped, least sure 0.90", f"{HOSTILE} no cell"]
    saved = save(tab, tmp_path / "boxes.csv")
    assert COMMAND in bar(tab) and "not saved" not in bar(tab)
    assert [*saved] == ["P1/a.png", "z.png"]
    np.testing.assert_array_equal(saved["z.png"], HIDDEN)
    np.testing.assert_array_equal(saved["P1/a.png"][:2], [FOUND[0], FOUND[2]])
    [added] = saved["P1/a.png"][2:]
    np.testing.assert_allclose(added, [275, 75, 50, 50, np.nan], atol=1)


def test_boxes_lie_where_they_are_in_the_field_and_differ_in_more_than_colour(opened):
    tab = opened(view("a.png", FOUND))
    picture = tab.locator(".picture").bounding_box()
    inside = """one => ["x", "y", "width", "height"].map((of, n) => {
        const edge = parseFloat(getComputedStyle(one).borderWidth);
        return one.getBoundingClientRect()[of] + (n < 2 ? edge : -2 * edge);
    })"""
    for n, box in enumerate(FOUND):
        seen = np.array(tab.locator(".picture button").nth(n).evaluate(inside))
        seen[:2] -= picture["x"], picture["y"]
        np.testing.assert_allclose(seen / picture["width"], np.array(box[:4]) / 400, atol=0.003)
    style = "one => getComputedStyle(one).borderStyle"
    buttons = tab.locator(".picture button").all()
    assert [button.evaluate(style) for button in buttons] == ["solid", "dashed", "double"]


def test_a_part_of_a_slide_has_the_slides_coordinates(opened, tmp_path):
    both = [1095, 2010, 20, 20, 0.8]
    tab = opened(slide(1000, [both]), slide(1100, [both, [1150, 2020, 20, 20, 0.9]]))
    tab.get_by_role("button", name="by name").click()
    assert captions(tab) == [
        "slide.svs at 1000, 2000 1 cell, least sure 0.80",
        "slide.svs at 1100, 2000 2 cells, least sure 0.80",
    ]
    left = [one.evaluate("one => one.style.left") for one in tab.locator(".picture button").all()]
    assert left == ["95%", "-5%", "50%"]
    click(tab, 0.5, 0.5)
    tab.get_by_label("drop box 1 of 2, score 0.80").last.click()
    assert bar(tab).startswith("1 dropped, 1 added, 4 cells left")
    assert tab.locator(".picture .dropped").count() == 2, "in both parts that it lies in"
    saved = save(tab, tmp_path / "boxes.csv")["slide.svs"]
    expected = [[1150, 2020, 20, 20, 0.9], [1025, 2000, 50, 50, np.nan]]
    np.testing.assert_allclose(saved, expected, atol=0.6)


def test_boxes_are_reached_by_keys(opened):
    tab = opened(view("a.png", FOUND))
    tab.get_by_role("button", name="without a cell first").focus()
    for key in ("Tab", "Enter", "Tab", "Enter", "Enter"):
        tab.keyboard.press(key)
    focused = tab.evaluate("document.activeElement.ariaLabel")
    assert focused == "drop box 2 of 3, score 0.41"
    assert bar(tab).startswith("1 dropped, 4 cells left; not saved yet.")


def test_fields_are_ordered_as_asked_and_stay_while_they_are_looked_at(opened):
    tab = opened(view("b.png"), view("c.png", FOUND[:1]), view("a.png", FOUND[:2]))

    def names():
        return [caption.partition(".")[0] for caption in captions(tab)]

    assert names() == ["a", "c", "b"]
    orders = {"by name": "abc", "most cells first": "acb", "without a cell first": "bca"}
    for order, expected in orders.items():
        tab.get_by_role("button", name=order).click()
        assert "".join(names()) == expected
        assert tab.locator("#order [aria-pressed=true]").inner_text() == order
    tab.get_by_label("drop box 1 of 1, score 0.90").click()
    assert names() == ["b", "c", "a"]
    tab.get_by_role("button", name="the least sure first").click()
    assert names() == ["a", "b", "c"]


def test_whoever_leaves_with_unsaved_boxes_is_asked(opened, tmp_path):
    tab, asked = opened(view("a.png", FOUND)), []
    tab.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    tab.reload()
    assert asked == []
    click(tab, 0.75, 0.5)
    tab.reload()
    assert asked == ["beforeunload"] and tab.locator(".picture button").count() == 3
    click(tab, 0.75, 0.5)
    save(tab, tmp_path / "boxes.csv")
    tab.reload()
    assert len(asked) == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_is_accessible(opened, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab = opened(view("a.png", FOUND), view("b.png"), width=width, scheme=scheme, notes=["Look."])
    tab.get_by_label("drop box 2 of 3").click()
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    found = axe.run(tab).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []


def test_notes_and_numbers_are_said(opened):
    tab = opened(view("a.png"), notes=["<b>", "Two."], cells=1, n_fields=1)
    assert tab.locator("h1").inner_text() == "1 cell in 1 field"
    assert tab.locator(".warn").all_inner_texts() == [
        "Look at this first. <b>",
        "Look at this first. Two.",
    ]
    said = tab.locator("main").inner_text()
    assert (
        "Crops are 260 px wide. Not on this page, but in the list that is saved: 1 field." in said
    )


def test_without_script_all_fields_are_there(opened, browser, tmp_path):
    opened(view("a.png", FOUND), view("b.png"))
    context = browser.browser.new_context(java_script_enabled=False)
    tab = context.new_page()
    tab.goto((tmp_path / "fields.html").as_uri())
    assert tab.locator(".fields img").count() == 2 and captions(tab) == ["a.png", "b.png"]
    context.close()


def test_fields_are_written_one_by_one(tmp_path):
    pictures, alive = [], []

    def views():
        for n in range(9):
            made = view(f"{n}.png")
            pictures.append(weakref.ref(made.image))
            yield made
            del made
            alive.append(sum(picture() is not None for picture in pictures))

    facts = {"command": COMMAND, "n_fields": 9, "cells": 0, "side": 260, "median": 50.0}
    write_fields_page(
        tmp_path / "fields.html", views(), facts | {"notes": [], "crops": [], "not_shown": {}}
    )
    assert len(alive) == 9 and max(alive) <= 1
