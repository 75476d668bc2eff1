"""What people do with the page, in a browser without a network."""

import json
from pathlib import Path

import pytest
from PIL import Image

from bloodshot_lib.own_cells.command_line import main
from tests.page.person import Person, flat


@pytest.fixture
def cells(drawn, tmp_path):
    """A folder of cells, and the class of each."""
    return tmp_path / "cells", flat(drawn, tmp_path / "cells")


def _name(person, truth, n):
    for _ in range(n):
        label = truth[person.asked]
        if not person.tab.locator(".desk .choices button", has_text=label).count():
            person.add_class(label)
        person.name(label)


def test_cells_are_named_corrected_and_saved_for_the_commands(person, cells, tmp_path):
    folder, truth = cells
    person.drop(folder)
    assert person.tab.locator("#saving").is_hidden()
    _name(person, truth, 12)
    person.judged()
    assert "32 cells" in person.tab.locator(".glance").inner_text()

    # a click on a cell enlarges it; another name is a label
    tile = person.tab.locator("#classes .sheet button").last
    name = tile.get_attribute("aria-label").removeprefix("Enlarge ").rpartition(": ")[0]
    wrong = next(label for label in dict.fromkeys(truth.values()) if label != truth[name])
    tile.click()
    person.tab.locator("dialog[open] .choices button", has_text=wrong).click()
    person.wait(lambda: f"{name}: {wrong}, by you" in _tiles(person))
    labels = _labels(person.save("labels.csv", tmp_path))
    assert labels[name] == wrong and len(labels) == 13
    assert all(labels[file] == truth[file] for file in labels if file != name)

    # undo takes it back
    person.tab.keyboard.press("u")
    person.wait(lambda: f"{name}: {wrong}, by you" not in _tiles(person))
    saved, report = (person.save(what, tmp_path) for what in ("labels.csv", "Report"))
    assert name not in _labels(saved)
    assert main(["check", str(folder), "--labels", str(saved), "--no-cache", "-q"]) == 0

    # the report opens by itself, with its pictures
    person.forget()
    person.tab.goto(report.as_uri())
    assert "32 cells" in person.tab.locator("h1").inner_text()
    loaded = "[...document.images].every(image => image.complete && image.naturalWidth)"
    assert person.tab.evaluate(loaded)
    person.tab.go_back()


def test_keys_name_skip_and_undo(person, cells, tmp_path):
    folder, _ = cells
    person.drop(folder)
    for name in ("ape", "bee"):
        person.add_class(name)
    person.tab.locator("h1").click()  # away from the field, in which keys are letters
    files = []
    for key in ("1", "2", "0", "s", "2", "u", "1"):
        before = person.asked
        files.append(before)
        person.tab.keyboard.press(key)
        person.wait(lambda before=before: person.asked != before)
    labels = _labels(person.save("labels.csv", tmp_path))
    assert files[6] == files[4]  # what was undone is asked for again
    assert list(labels.values()) == ["ape", "bee", "not_a_cell", "", "ape"]
    assert list(labels) == [*files[:4], files[6]]

    # in a sheet the arrow keys go on, and Escape leads back to the cell
    person.judged()
    person.tab.locator("#classes .sheet button").first.click()
    name = person.tab.locator("#large-name")
    first = name.inner_text()
    person.tab.keyboard.press("ArrowRight")
    person.wait(lambda: name.inner_text() != first)
    shown = name.inner_text()
    person.tab.keyboard.press("Escape")
    assert shown in person.tab.evaluate("document.activeElement.ariaLabel")


def test_work_is_found_again_after_the_tab_was_closed_and_by_its_session(
    built, browser, person, cells, tmp_path
):
    folder, truth = cells
    person.drop(folder)
    _name(person, truth, 6)
    person.tab.wait_for_timeout(1000)  # it is kept half a second after the last answer
    labels, session = (person.save(what, tmp_path) for what in ("labels.csv", "Session"))
    before = labels.read_bytes()
    person.tab.reload()
    person.drop(folder)
    assert "6 labels in this browser belong to these cells." in person.said
    assert person.save("labels.csv", tmp_path).read_bytes() == before

    person.forget()
    person.tab.reload()
    person.give(session)
    assert "now drop the folder" in person.said
    person.drop(folder)
    assert "6 labels in bloodshot-session.json belong to these cells." in person.said
    assert person.save("labels.csv", tmp_path).read_bytes() == before


def test_a_random_test_says_how_often_the_names_are_right(person, cells):
    folder, truth = cells
    person.drop(folder)
    _name(person, truth, 10)
    person.judged()
    person.tab.get_by_text("Test it on 50 random cells").click()
    assert person.tab.locator("#found").inner_text() == ""  # or one would look at the result
    while person.asked:
        person.name(truth[person.asked])
    said = person.tab.locator("#naming").inner_text()
    assert "Of 22 test cells, drawn at random" in said
    person.tab.get_by_text("Back to the result").click()
    person.judged()


def test_sorted_folders_are_taken_as_labels_and_patients_as_subjects(person, drawn, tmp_path):
    for label, files in drawn.items():
        (tmp_path / "sorted" / label).mkdir(parents=True)
        for file in files[:5]:
            (tmp_path / "sorted" / label / file.name).write_bytes(file.read_bytes())
    person.drop(tmp_path / "sorted", "classes")
    person.judged()
    labels = _labels(person.save("labels.csv", tmp_path))
    assert labels == {f"{label}/{file.name}": label for label in drawn for file in drawn[label][:5]}
    person.forget()
    person.tab.reload()
    person.drop(tmp_path / "sorted", "patients")
    assert person.asked and person.tab.locator("#saving").is_hidden()


def test_a_folder_is_dropped(person, cells):
    folder, truth = cells
    person.drag(folder)
    assert person.asked in truth


HOSTILE = "<img src=x onerror=alert(1)> & 'ä\".png"


def test_odd_files_are_listed_or_shown_as_they_are_called(person, drawn, tmp_path):
    folder = tmp_path / "cells"
    flat({"a": drawn["monocyte"][:3]}, folder)
    Image.new("RGB", (50, 50), (120, 60, 160)).save(folder / HOSTILE)
    Image.new("L", (50, 50)).save(folder / "grey.png")
    (folder / "broken.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "notes.txt").write_text("x")
    person.drop(folder)
    for label in ("ape", "bee", "ape", "bee"):
        if label not in person.tab.locator(".desk .choices").first.inner_text():
            person.add_class(label)
        person.name(label)
    person.judged()
    listed = person.tab.locator("#left-out").inner_text()
    assert "grey.png: must be in 8-bit colour, but is grey." in listed
    assert "broken.jpg: not a whole image file" in listed
    assert "notes.txt: of a kind that is not read" in listed
    assert HOSTILE in _labels(person.save("labels.csv", tmp_path))


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({"notes.txt": b"x"}, "no image"),
        ({"one.png": None}, "There must be at least two cells, but 1 could be read."),
        ({"a.png": b"x", "b.png": b"y"}, "There must be at least two cells, but 0 could be read."),
        ({"labels.csv": b"name,kind\n"}, "its first line must be file,label"),
        ({"bloodshot-session.json": b"{"}, "This session file is damaged"),
    ],
)
def test_what_cannot_be_used_is_said(person, tmp_path, files, says):
    folder = tmp_path / "given"
    folder.mkdir()
    for name, content in files.items():
        if content is None:
            Image.new("RGB", (50, 50), (120, 60, 160)).save(folder / name)
        else:
            (folder / name).write_bytes(content)
    person.drop(folder)
    assert says in person.said
    assert not person.asked


def test_one_class_or_labels_of_other_cells_are_said(person, cells, tmp_path):
    person.drop(cells[0])
    person.add_class("ape")
    for _ in range(3):
        person.name("ape")
    assert "cells of two classes" in person.tab.locator("#found").inner_text()
    other = tmp_path / "labels.csv"
    other.write_text("file,label,content\nelsewhere.png,bee,0123456789abcdef0123456789abcdef\n")
    person.give(other)
    assert "labels 1 cells (of 1) that are not among these" in person.said
    assert _labels(person.save("labels.csv", tmp_path))["elsewhere.png"] == "bee"


def test_the_page_is_usable_by_everyone(person, cells):
    axe = pytest.importorskip("axe_playwright_python").__file__
    script = Path(axe).with_name("axe.min.js").read_text()
    folder, truth = cells
    for step in ("start", "desk", "result", "dialog"):
        if step == "desk":
            person.drop(folder)
        if step == "result":
            _name(person, truth, 10)
            person.judged()
        if step == "dialog":
            person.tab.locator("#classes .sheet button").first.click()
        for width, theme in ((1280, "dark"), (390, "light")):
            person.tab.set_viewport_size({"width": width, "height": 900})
            person.tab.emulate_media(color_scheme=theme)
            wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
            assert not person.tab.evaluate(wide), (step, width)
            person.tab.evaluate(script)
            asked = "axe.run(document, {resultTypes: ['violations']}).then(r => r.violations)"
            found = [v for v in person.tab.evaluate(asked) if v["impact"] != "minor"]
            assert found == [], (step, width, theme, json.dumps(found)[:2000])
    person.tab.keyboard.press("Escape")


def _labels(file: Path) -> dict[str, str]:
    import csv

    with file.open(newline="", encoding="utf-8-sig") as lines:
        return {row["file"]: row["label"] for row in csv.DictReader(lines)}


def _tiles(person: Person) -> str:
    named = "[...document.querySelectorAll('.sheet button')].map(b => b.ariaLabel).join('\\n')"
    return person.tab.evaluate(named)
