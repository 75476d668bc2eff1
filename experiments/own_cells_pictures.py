"""The pictures of the page "Classify your cells": `python -m experiments.own_cells_pictures`.

The output of the three commands on synthetic cells, and the desk in JupyterLab, photographed in a
headless Chromium.
"""

import contextlib
import io
import os
import shutil
import tempfile
from pathlib import Path

import nbformat
import pandas as pd

import bloodshot_lib as bs
from bloodshot_lib.own_cells.command_line import main as bloodshot
from bloodshot_lib.synthetic.twin import SOURCE
from experiments import PROJECT
from experiments.browser import new_tab
from experiments.jupyter_lab import jupyter_lab

PICTURES = PROJECT / "book" / "_static"
CLASSES = {"EBO": "erythroblast", "EOS": "eosinophil", "LYT": "lymphocyte", "NGS": "neutrophil"}
LABELLED = 8
# a desk that shows, after every few labels, what to expect from the labels so far
DESK = """import bloodshot_lib as bs
from bloodshot_lib import plots
plots.use_book_style()
table = bs.read_image_folder("cells", labelled=False)
embedder = bs.Embedder.load("bloodshot-3")
images = bs.load_images(table, embedder.image_size)
Z = bs.embed(embedder, images)
at, shares = bs.pca_map(Z)

def show(desk):
    named = desk.labels
    print(bs.estimate_accuracy(Z[named["row"]], named["label"]).expected.round(2))
    label = named.set_index("row")["label"].reindex(range(len(Z)))
    display(plots.pca_scatter(at, label, shares, "label", note="synthetic cells"))

desk = bs.LabelDesk(table, images, CLASSES, "desk.csv", on_label=show, every=len(LABELS))
desk.ask(ASKED)
for label in LABELS:
    desk.answer(label)
desk"""


def make_cells() -> dict[str, str]:
    """Synthetic cells of four classes in a folder, some of them in labels.csv; each one's class."""
    twin = bs.write_synthetic_twin("twin", source_cells=600, target_cells=300, scale=0.6, seed=3)
    table = bs.read_aml_lmu(twin / SOURCE)
    table = table[table["label"].isin(CLASSES)]
    Path("cells").mkdir()
    names = [f"slide1_{number:04d}{Path(path).suffix}" for number, path in table["path"].items()]
    for path, name in zip(table["path"], names, strict=True):
        shutil.copy(path, Path("cells", name))
    listed = table.assign(file=names, label=table["label"].map(CLASSES))[["file", "label"]]
    listed.groupby("label").head(LABELLED).to_csv("labels.csv", index=False)
    return listed.set_index("file")["label"].to_dict()


def photograph(pages: dict[str, str], truth: dict[str, str]) -> None:
    """The first screen of each page, as a PNG in book/_static; of the contact sheet, in use."""
    with new_tab() as tab:
        for name, address in pages.items():
            tab.goto(address)
            tab.set_viewport_size({"width": 900, "height": 640})
            if name == "suggest":
                name_some(tab, truth)
            height = tab.evaluate("Math.min(innerHeight, document.body.offsetHeight)")
            size = {"x": 0, "y": 0, "width": 900, "height": height}
            tab.screenshot(path=PICTURES / f"own_cells_{name}.png", clip=size)


def name_some(tab, truth: dict[str, str]) -> None:
    """Name the first cells of a contact sheet, which are below the desk."""
    tab.set_viewport_size({"width": 900, "height": 860})
    for label in sorted(CLASSES.values()):
        tab.get_by_label("Name of a new class").fill(label)
        tab.keyboard.press("Enter")
    for tile in tab.locator(".sheet button").all()[:5]:
        tab.locator(".desk .choice", has_text=truth[tile.get_attribute("title")]).click()


def photograph_classes(report: str) -> None:
    """The report's cells of its first two classes."""
    with new_tab(760) as tab:
        tab.goto(report)
        heading = tab.locator("h2", has_text="Class by class")
        top = heading.bounding_box()["y"] - 10
        height = tab.locator("h3", has_text="lymphocyte").bounding_box()["y"] - top - 20
        size = {"x": 0, "y": top, "width": 760, "height": height}
        tab.screenshot(path=PICTURES / "own_cells_classes.png", clip=size, full_page=True)


def photograph_desk() -> None:
    """The desk in JupyterLab with some of `cells` labelled, as a person would see it."""
    named = sorted(pd.read_csv("labels.csv").itertuples(index=False, name=None))
    files = sorted(path.name for path in Path("cells").iterdir())
    labels = [label for _, label in named[::2]]
    asked = [files.index(name) for name, _ in named[::2]]
    rest = [row for row in range(len(files)) if row not in asked][:4]
    given = {"CLASSES": sorted(CLASSES.values()), "ASKED": asked + rest, "LABELS": labels}
    source = DESK
    for name, value in given.items():
        source = source.replace(name, repr(value))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cell = nbformat.v4.new_code_cell(source, metadata={"jupyter": {"source_hidden": True}})
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={"kernelspec": kernel})
    nbformat.write(notebook, "desk.ipynb")
    with jupyter_lab(Path.cwd(), "desk.ipynb") as address, new_tab(1000, 1700) as tab:
        tab.set_default_timeout(60_000)
        tab.goto(address)
        tab.locator("#jp-main-statusbar", has_text="Python 3 (ipykernel) | Idle").wait_for()
        tab.locator('.lm-MenuBar-itemLabel:text-is("Run")').click()
        tab.locator('.lm-Menu-itemLabel:text-is("Run All Cells")').click()
        desk = tab.locator(".jp-OutputArea-output", has=tab.locator(".bloodshot-desk")).first
        tab.locator(".bloodshot-desk").first.wait_for()
        tab.locator(".js-plotly-plot").first.wait_for()
        tab.wait_for_timeout(2000)  # the map is drawn
        desk.screenshot(path=PICTURES / "own_cells_desk.png")


def terminal(command: str, said: str) -> str:
    """A page that looks like a terminal."""
    page = Path("terminal.html")
    style = "background:#1d1f21;color:#e8e8e8;font:15px/1.45 monospace;padding:1rem;margin:0"
    page.write_text(f"<!doctype html><body style='{style}'><pre>$ {command}\n{said}</pre>")
    return page.resolve().as_uri()


def main() -> None:
    """Make the cells, run the commands, and photograph the results."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        os.environ["BLOODSHOT_ARTIFACTS"] = folder + "/kept"
        truth = make_cells()
        bloodshot(["suggest", "cells", "-n", "24", "-o", "suggested", "-q"])
        with contextlib.redirect_stdout(io.StringIO()) as said:
            bloodshot(["check", "cells", "--labels", "labels.csv", "-q"])
        bloodshot(["classify", "cells", "--labels", "labels.csv", "-o", "result", "-q"])
        report = Path("result/report.html").resolve().as_uri()
        photograph(
            {
                "suggest": Path("suggested/contact_sheet.html").resolve().as_uri(),
                "check": terminal("bloodshot check cells/ --labels labels.csv", said.getvalue()),
                "report": report,
            },
            truth,
        )
        photograph_classes(report)
        photograph_desk()


if __name__ == "__main__":
    main()
