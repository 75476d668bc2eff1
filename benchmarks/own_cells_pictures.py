"""The pictures of the page "Classify your cells": `python -m benchmarks.own_cells_pictures`.

The three commands on synthetic cells, and what they make, photographed in a headless Chromium.
"""

import contextlib
import io
import os
import shutil
import tempfile
from pathlib import Path

import bloodshot_lib as bs
from benchmarks import PROJECT
from bloodshot_lib.data.synthetic_twin import SOURCE
from bloodshot_lib.own_cells.command_line import main as bloodshot

PICTURES = PROJECT / "book" / "_static"
CLASSES = {"EBO": "erythroblast", "EOS": "eosinophil", "LYT": "lymphocyte", "NGS": "neutrophil"}
LABELLED = 8


def make_folders() -> None:
    """Synthetic cells of four classes: some in class folders, all in one."""
    twin = bs.write_synthetic_twin("twin", source_cells=600, target_cells=300, scale=0.6, seed=3)
    table = bs.read_aml_lmu(twin / SOURCE)
    for number, (path, label) in enumerate(zip(table["path"], table["label"], strict=True)):
        if label in CLASSES:
            Path("cells").mkdir(exist_ok=True)
            name = f"slide1_{number:04d}{Path(path).suffix}"
            shutil.copy(path, Path("cells", name))
            folder = Path("to_label", CLASSES[label])
            folder.mkdir(parents=True, exist_ok=True)
            if len(list(folder.iterdir())) < LABELLED:
                shutil.copy(path, folder / name)


def photograph(pages: dict[str, str]) -> None:
    """The first screen of each page, as a PNG in book/_static."""
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        tab = browser.new_page(viewport={"width": 900, "height": 640})
        for name, address in pages.items():
            tab.goto(address)
            tab.screenshot(path=PICTURES / f"own_cells_{name}.png")
        browser.close()


def terminal(command: str, said: str) -> str:
    """A page that looks like a terminal."""
    page = Path("terminal.html")
    style = "background:#1d1f21;color:#e8e8e8;font:15px/1.45 monospace;padding:1rem;margin:0"
    page.write_text(f"<body style='{style}'><pre>$ {command}\n{said}</pre>")
    return page.resolve().as_uri()


def main() -> None:
    """Make the folders, run the commands, photograph what they made."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        os.environ["BLOODSHOT_ARTIFACTS"] = folder + "/kept"
        make_folders()
        bloodshot(["suggest", "cells", "-n", "24", "-o", "suggested", "-q"])
        with contextlib.redirect_stdout(io.StringIO()) as said:
            bloodshot(["check", "to_label", "-q"])
        bloodshot(["classify", "to_label", "cells", "-o", "result", "-q"])
        photograph(
            {
                "suggest": Path("suggested/contact_sheet.html").resolve().as_uri(),
                "check": terminal("bloodshot check to_label/", said.getvalue()),
                "report": Path("result/report.html").resolve().as_uri(),
            }
        )


if __name__ == "__main__":
    main()
