"""The report, as a browser shows it."""

import io
import re
from html import unescape

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from bloodshot_lib.own_cells import pictures
from bloodshot_lib.own_cells.embedded_cells import EmbeddedCells
from bloodshot_lib.own_cells.labelled_cells import LabelledCells
from bloodshot_lib.own_cells.report import report_page

N, LABELLED, HOSTILE = 200, 5, "a<b>&\"'</script>.png"
CLASSES = [f"{kind} granulocyte of a long name" for kind in "ABCDEFGHI"] + ["z </script>"]


def embedded(n, labels, folder):
    """n cells of random pixels and embeddings."""
    rng = np.random.default_rng(n)
    files = [f"{folder}/{number:03}.png" for number in range(n)]
    table = pd.DataFrame({"path": files, "file": files, "label": labels, "subject": ""})
    table["content"] = [f"{n:03x}{number:029x}" for number in range(n)]
    images = rng.integers(0, 255, (n, 32, 32, 3), dtype=np.uint8)
    return EmbeddedCells(table, images, rng.normal(size=(n, 4)).astype(np.float32), {})


def example(n=N, unlike=30, **changes):
    """What a report is made of: ten classes in turn, less and less certain; `unlike` the last."""
    labels = [CLASSES[number % 10] for number in range(n)]
    labelled = embedded(10 * LABELLED, CLASSES * LABELLED, "labelled")
    new = embedded(n, "", "cells")
    new.table.loc[0, "file"] = HOSTILE
    at = np.arange(n)
    cells = pd.DataFrame(
        {
            "file": new.table["file"],
            "predicted": labels,
            "certainty": 1 - 0.5 * at / n,
            "runner_up": CLASSES[1],
            "unlike": at >= n - unlike,
            "unlikeness": at / (n - unlike - 0.5),
            "nearest": "labelled/000.png | labelled/001.png | labelled/002.png",
            "labelled": False,
            "differs": np.where(at < 3, "size", ""),
            "content": new.table["content"],
        }
    )
    counts = cells["predicted"].value_counts().sort_index().to_dict()
    shares = [{"label": label, "cells": m, "share": m / n} for label, m in counts.items()]
    right = {label: 0.9 for label in CLASSES} | {CLASSES[0]: 0.6}
    confusion = [
        {"label": a, "predicted": b, "share": right[a] if a == b else (1 - right[a]) / 9}
        for a in CLASSES
        for b in CLASSES
    ]
    numbers = {"balanced_accuracy": 0.87, "low": 0.8, "high": 0.91, "per_class": 5.0}
    summary = {
        "date": "2025-01-31",
        "version": "1.0",
        "weights": "tiny",
        "backbone": "some_network",
        "image size": "32 px",
        "views": 1,
        "labelled": "labelled",
        "place": "labelled/CLASS",
        "cells": "cells",
        "labels": "",
        "subject": "",
        "command": "bloodshot classify labelled cells -o result/",
        "counts": counts,
        "prevalence": [{**row, "low": 0.05, "high": 0.15} for row in shares],
        "apart": None,
        "subjects": [
            {"subject": f"P{p}", "cells": n, "counts": counts, "shares": dict.fromkeys(counts, 0.1)}
            for p in range(3)
        ],
        "expected": [numbers, numbers],
        "confusion": [{**pair, "cells": LABELLED} for pair in confusion],
        "why_not": "",
        "unjudged": [],
        "basis": "Each cell was judged by the others.",
        "quote": "One sentence to quote.",
        "warnings": [],
        "labelled_cells": dict.fromkeys(CLASSES, LABELLED),
        "unlike": unlike,
        "left_out": {},
        "differs": {"size": cells["file"][:3].tolist(), "colour": []},
        "previous": None,
        **changes,
    }
    return cells, LabelledCells(labelled, pd.DataFrame(), pd.DataFrame(), new), summary


def page(**changes):
    return report_page(*example(**changes))


def words(html):
    """The words of a page, without its scripts, styles and what is folded away."""
    html = re.sub(r"(?s)<(style|script|details|dialog)\b.*?</\1>", " ", html)
    html = re.sub(r"<(t[dh]|li|p|h\d)\b", r" <\1", html)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", "", html)))


@pytest.fixture(scope="module")
def report(tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page(), encoding="utf-8")
    return path.as_uri()


@pytest.fixture
def open_report(tab, report):
    def at(width=1280, scheme="light", media="screen"):
        tab.set_viewport_size({"width": width, "height": 900})
        tab.emulate_media(color_scheme=scheme, media=media)
        tab.goto(report)
        return tab

    yield at
    assert tab.faults == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_it_opens_offline_and_is_accessible(open_report, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab = open_report(width, scheme)
    tab.locator("button.more").first.click()
    found = axe.run(tab).response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    tab.locator(".sheet button").first.click()
    found = axe.run(tab, "dialog").response["violations"]
    assert [v["id"] for v in found if v["impact"] in ("serious", "critical")] == []
    assert tab.evaluate("[...document.images].every(image => image.naturalWidth > 0)")


@pytest.mark.parametrize("width, media", [(1280, "screen"), (390, "screen"), (700, "print")])
def test_no_table_is_cut_with_ten_classes_of_long_names(open_report, width, media):
    tab = open_report(width, media=media)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    right = "[...document.querySelectorAll('table')].map(t => t.getBoundingClientRect().right)"
    assert max(tab.evaluate(right)) <= width
    wide, narrow = tab.locator("table.shaded"), tab.locator("table.shaded ~ ul.narrow")
    assert (wide.is_visible(), narrow.is_visible()) == (width > 390, width == 390)
    shown = (wide if width > 390 else narrow).inner_text()
    assert all(label in shown for label in CLASSES)
    assert tab.locator("table.shaded td.right").count() == 10


def test_so_many_classes_that_no_table_holds_them_are_listed(tab, tmp_path):
    many = [f"class {number}" for number in range(16)]
    pairs = [{"label": a, "predicted": b, "share": float(a == b)} for a in many for b in many]
    (tmp_path / "many.html").write_text(
        page(counts=dict.fromkeys(many, 1), confusion=pairs), encoding="utf-8"
    )
    tab.goto((tmp_path / "many.html").as_uri())
    assert tab.locator("table.shaded").count() == 0
    assert tab.locator(".long li").count() == 16


def test_a_cell_enlarges_by_click_or_key(open_report):
    tab = open_report()
    tile = tab.locator("#doubtful ~ .sheet button")
    dialog, name = tab.locator("dialog"), tab.locator("#large-name")
    tile.nth(1).focus()
    tab.keyboard.press("Enter")
    assert dialog.is_visible() and name.inner_text() == "cells/168.png"
    assert "certainty 0.58, else B granulo" in tab.locator("#large-words").inner_text()
    assert tab.locator("#large-near .small").count() == 3, "the labelled cells it resembles"
    large, little = (box.bounding_box()["width"] for box in (dialog.locator("img"), tile.nth(1)))
    assert large > 2 * little
    tab.keyboard.press("ArrowRight")
    assert name.inner_text() == "cells/167.png"
    tab.keyboard.press("Escape")
    assert not dialog.is_visible()
    assert tab.evaluate("document.activeElement.title") == "cells/167.png"
    tile.nth(0).click()
    assert name.inner_text() == "cells/169.png"
    dialog.get_by_text("Close", exact=True).click()
    assert not dialog.is_visible()


def test_a_sheet_says_how_many_are_shown_and_shows_all(open_report):
    tab = open_report()
    doubtful = tab.locator("section", has=tab.locator("#doubtful"))
    assert "48 of 49 are shown" in doubtful.inner_text()
    more, cells = doubtful.locator("button.more"), doubtful.locator(".sheet > li")
    more.click()
    assert cells.count() == 49
    cells.nth(48).locator("button").click()
    assert tab.locator("#large-name").inner_text() == "cells/121.png"
    assert tab.locator("#large-picture .small").is_visible()
    tab.keyboard.press("Escape")
    more.click()
    assert cells.count() == 48


def test_each_small_picture_is_the_cells_own(open_report, tmp_path, monkeypatch):
    """Cells of a colour each: a labelled one and new ones, as drawn on the page."""
    cells, labelled, summary = example()
    labelled.new.images[:] = (np.arange(N) % 250)[:, None, None, None]
    labelled.cells.images[:] = (5 * np.arange(50))[:, None, None, None]
    cells["nearest"] = "labelled/000.png | labelled/010.png | labelled/049.png"
    monkeypatch.setattr("bloodshot_lib.own_cells.report._SHOWN", 2)  # the rest are small
    (tmp_path / "grey.html").write_text(report_page(cells, labelled, summary), "utf-8")
    tab = open_report()
    tab.goto((tmp_path / "grey.html").as_uri())
    for more in tab.locator("button.more").all():
        more.click()
    for file, grey in [("024", 24), ("025", 25), ("124", 124), ("125", 125), ("188", 188)]:
        small = tab.locator(f'button[title="cells/{file}.png"] .small').last
        assert abs(_middle(small.screenshot()) - grey) < 4
    tab.locator(".sheet button").first.click()
    near = tab.locator("#large-near .small").all()
    for small, grey in zip(near, (0, 50, 245), strict=True):
        assert abs(_middle(small.screenshot()) - grey) < 4


def _middle(png: bytes) -> int:
    """The grey in the middle of a picture."""
    picture = Image.open(io.BytesIO(png)).convert("L")
    return picture.getpixel((picture.width // 2, picture.height // 2))


def test_of_very_many_cells_some_have_a_picture_and_the_list_is_named(monkeypatch):
    monkeypatch.setattr(pictures, "_MOST", 60)
    said = words(page())
    assert "48 of 49 are shown. cells.csv lists all." in said, "15 doubtful ones have a picture"
    monkeypatch.setattr(pictures, "_MOST", 200)
    assert re.search(r"48 of 159 are shown. Show (79|80) cells.csv", words(page(n=400, unlike=0)))


def test_what_matters_stands_at_the_top():
    said = words(page(left_out={"x.txt": "no image"}))
    top = said[: said.index("How many of each class")]
    for fact in (
        "0.87 accuracy to expect, 0.80 to 0.91",
        "49 of 200 doubtful",
        "30 of 200 unlike all labelled",
        "3 of 200 differ in size or colour",
        "1 file left out",
    ):
        assert fact in top


def test_the_most_unlike_are_shown_whether_or_not_one_is_beyond_the_limit():
    some, none = words(page(unlike=5)), words(page(unlike=0))
    assert "5 of 200 cells look unlike" in some and "number 6 and those after it" in some
    assert "No cell is beyond the limit. These 24 come nearest to it" in none
    for html in (page(unlike=5), page(unlike=0)):
        sheet = html[html.index('id="unlike"') : html.index("Class by class")]
        files = re.findall(r'title="cells/(\d+).png"', sheet)
        assert [int(file) for file in files] == list(range(199, 175, -1))


def test_a_share_at_the_edge_of_its_interval_is_explained():
    edges = zip(CLASSES, [0.02, 0.09, 0.02], [0.11, 0.3, 0.2], strict=False)
    shares = [
        {"label": label, "cells": 20, "share": 0.1, "low": low, "high": high}
        for label, low, high in edges
    ]
    confusion = [(1, 0, 0.2), (2, 0, 0.1), (3, 0, 0.02), (0, 0, 1.0), (1, 1, 0.8), (2, 2, 0.9)]
    pairs = [
        {"label": CLASSES[true], "predicted": CLASSES[given], "share": share}
        for true, given, share in confusion
    ]
    said = words(page(prevalence=shares, confusion=pairs))
    a, b, c = CLASSES[:3]
    assert f"{a}: may be fewer than counted." in said
    assert f"because cells of {b} and {c} are taken for {a}" in said
    assert f"{b}: may be more than counted." in said
    assert f"because its cells are taken for {a}" in said
    assert f"{c}: may be" not in said


def test_subjects_recall_and_what_is_no_cell():
    apart = {"name": CLASSES[9], "cells": 20}
    shares = [row for row in example()[2]["prevalence"] if row["label"] != CLASSES[9]]
    html = page(apart=apart, prevalence=shares, unjudged=["rare", "rarer"])
    counts = html[html.index('class="counts') : html.index("Each subject")]
    cells = words(re.search(rf"{CLASSES[0]}.*", counts).group())
    assert re.findall(r"[\d<]+", cells) == ["20", "10", "5", "15", "60", "5"]
    assert "20 cells named z </script>, your class for what is no cell" in words(html)
    assert "The labelled cells do not say how well rare or rarer will be recognised" in words(html)
    assert "P0</th><td>200</td><td>20<small>10" in html


def test_a_class_of_which_no_recall_can_be_said_has_none():
    unsaid = example()[2]["confusion"]
    for pair in unsaid:
        pair["share"] = np.nan if pair["label"] == CLASSES[0] else pair["share"]
    html = page(confusion=unsaid)
    assert "nan" not in words(html) and html.count('<td class="right"') == 9
    assert re.search(rf"{CLASSES[0]}</th><td>20</td>.*<td>[^0-9]</td><td>5</td>", html)


def test_without_an_expected_accuracy_it_says_why():
    why = {"expected": None, "confusion": None, "prevalence": None, "why_not": "Label more."}
    said = words(page(**why, basis="", quote=""))
    assert "No accuracy can be stated: Label more." in said
    assert "Recall" not in said and "interval" not in said and "To quote" not in said


def test_what_changed_and_what_was_left_out():
    changes = [{"from": "ape", "to": "bee", "cells": 2}]
    counts = {"ape": 7, CLASSES[0]: 18}
    before = {"result": "old", "changed": 2, "same": 190, "only_here": 8, "only_there": 1}
    left_out = {f"{number}.txt": "no image" for number in range(203)} | {HOSTILE: "broken"}
    html = page(previous={**before, "changes": changes, "counts": counts}, left_out=left_out)
    said = words(html)
    assert "2 cells got another name, 190 kept theirs; 8 are new here; 1 were there only" in said
    assert "ape → bee: 2 cells" in said
    assert re.search(rf"{CLASSES[0]}</th><td>18</td><td>20<", html)
    assert "199.txt: no image" in said and "200.txt" not in said
    assert "And 4 more: summary.json and result.xlsx list all." in said


@pytest.mark.parametrize(
    "command, again",
    [
        ("classify a b -o r", "classify a b -o r_again"),
        ("classify 'a b' -o r/ --labels l", "classify 'a b' -o r_again"),
        ("classify a b --previous r --output r", "classify a b --output r_again"),
        ("", "classify LABELLED CELLS -o NEW_RESULT"),
    ],
)
def test_the_command_to_run_again_can_be_copied(command, again):
    said = words(page(command=f"bloodshot {command}"))
    result = "r" if command else "RESULT"
    again = f"bloodshot {again} --labels labels.csv --previous {result}"
    assert f"and type {again} It writes" in said


@pytest.mark.parametrize(
    "changes, known",
    [
        ({"labelled": "my labels"}, "--labelled 'my labels'"),
        ({"labelled": "my cells", "labels": "l.csv"}, "--labels l.csv"),
        ({"labels": "l.csv"}, "--labels l.csv --labelled labelled"),
    ],
)
def test_the_commands_of_a_random_draw_can_be_copied(changes, known):
    said = words(page(cells="my cells", command="bloodshot classify a b -o 'a result'", **changes))
    assert f"bloodshot suggest 'my cells' --random -n 50 {known} -o test draws" in said
    assert "bloodshot compare --labels test_labels.csv 'a result' gives" in said


def test_a_doctor_meets_no_jargon(open_report):
    said = words(page())
    for jargon in ("covariance", "view", "some_network", "embed", "discriminant", "principal"):
        assert jargon not in said
    tab = open_report()
    details = tab.locator("details").last
    assert "some_network" not in details.inner_text()
    assert tab.pdf(format="A4").startswith(b"%PDF")
    assert "some_network" in details.inner_text(), "paper cannot be unfolded"


def test_the_map_answers_to_keys_and_pointer(open_report):
    tab = open_report()
    dots, cell = tab.locator("#map svg > *"), tab.locator("#cell")
    assert dots.count() == 50 + 200 + 1, "labelled, new, and the ring around the chosen one"
    tab.locator("#map svg").focus()
    seen = set()
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "ArrowRight"):
        tab.keyboard.press(key)
        seen.add(cell.inner_text())
    assert len(seen) > 1 and all(".png" in text for text in seen)
    dots.nth(0).hover(force=True)  # a neighbour may lie above it
    assert cell.locator(".small").count() == 1 and ".png: " in cell.inner_text()


def test_the_command_writes_it_with_all_its_numbers(bloodshot, folders, tab):
    assert bloodshot("classify", "labelled", "cells", "-o", "result")[0] == 0
    tab.goto((folders / "result" / "report.html").as_uri())
    assert "9 cells, classified from 12 labelled ones" in tab.locator("h1").inner_text()
    assert tab.locator("section .sheet button").count() >= 9 and tab.faults == []
    assert "-o result_again" in tab.locator("pre").inner_text()
