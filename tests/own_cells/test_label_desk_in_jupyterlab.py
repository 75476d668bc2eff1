"""The desk as a person meets it: JupyterLab in a browser, a mouse and a keyboard."""

import shutil
import time
from pathlib import Path

import nbformat
import pytest

from bloodshot_lib import read_image_folder
from experiments.jupyter_lab import jupyter_lab
from tests.own_cells.conftest import COLOURS

SLOW = 30_000  # ms: on a busy machine
CELLS = (
    """from bloodshot_lib import load_images, read_image_folder
from bloodshot_lib.own_cells.label_desk import LabelDesk
table = read_image_folder("to_label", labelled=False)
desk = LabelDesk(table, load_images(table, 32), ["ape", "bee", "cat"],
                 on_label=lambda desk: print(len(desk.labels), "labels, and so on"))
desk.ask(range(len(table)))
desk""",
    """if len(desk.labels) == len(table):
    desk.export("exported")""",
)
SEEN = "image => image.decode().then(() => [image.naturalWidth, image.width, image.height])"


@pytest.fixture
def lab(folders):
    """The address of the notebook, in a JupyterLab in `folders`."""
    pytest.importorskip("jupyterlab"), pytest.importorskip("anywidget")
    with jupyter_lab(folders, "labelling.ipynb") as address:
        yield address


class Page:
    """What a person sees of the desk, and does."""

    def __init__(self, tab):
        self.tab = tab
        tab.set_default_timeout(SLOW)
        tab.on("dialog", lambda dialog: dialog.accept())  # leaving an unsaved notebook

    def choose(self, menu: str, item: str) -> None:
        self.tab.locator(f'.lm-MenuBar-itemLabel:text-is("{menu}")').click()
        self.tab.locator(f'.lm-Menu-itemLabel:text-is("{item}")').click()

    def click(self, words: str) -> None:
        self.tab.locator(".jp-OutputArea button", has_text=words).click()

    def press(self, *keys: str) -> None:
        for key in keys:
            self.tab.keyboard.press(key)

    def wait_for_notebook(self) -> None:
        self.tab.locator(".jp-Notebook .jp-CodeCell").first.wait_for()
        self.tab.locator("#jp-main-statusbar", has_text="Python 3 (ipykernel) | Idle").wait_for()

    def wait_for_focus(self) -> None:
        self.tab.locator(".bloodshot-desk .desk:focus").wait_for()

    def wait_for(self, words: str) -> None:
        self.tab.locator(".jp-OutputArea", has_text=words).first.wait_for()


@pytest.fixture
def page(browser, lab):
    tab = browser.new_page()
    tab.goto(lab)
    yield Page(tab)
    tab.close()


def _write_notebook(path: Path) -> None:
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


@pytest.fixture
def truth(folders):
    """The labels of the cells in `to_label`, which lie there without folders, in their order."""
    _write_notebook(folders / "labelling.ipynb")
    (folders / "to_label").mkdir()
    for path in (folders / "labelled").rglob("*.png"):
        shutil.copy(path, folders / "to_label")
    names = [Path(path).stem for path in read_image_folder("to_label", labelled=False)["path"]]
    return [name[3:-1] for name in names]  # P0_ape0 -> ape


def test_twelve_cells_by_mouse_and_keyboard_across_a_new_start(truth, page, bloodshot, folders):
    keys = [str(1 + list(COLOURS).index(label)) for label in truth]
    page.wait_for_notebook()
    page.choose("Run", "Run All Cells")
    page.wait_for("Cell 1 of 12")
    assert page.tab.locator(".jp-OutputArea img").evaluate(SEEN) == [32, 320, 320]
    for label in truth[:4]:
        page.click(label)
    page.wait_for("Cell 5 of 12")
    page.press("x", "v", *keys[4:8])  # in JupyterLab x cuts the cell out, 0 0 starts the kernel
    page.wait_for("Cell 9 of 12")
    page.wait_for("5 labels, and so on")
    page.press("Backspace", "u")
    page.wait_for("Cell 7 of 12")
    page.press("0", "0")
    page.wait_for("Cell 9 of 12")
    page.press("u")
    page.wait_for("Cell 8 of 12")
    page.press("Backspace", *keys[6:9])
    page.wait_for("Cell 10 of 12")
    page.tab.keyboard.type("u1u2u3" * 10 + "u" * 5 + "".join(keys[4:8]))  # all arrive, in order
    page.wait_for("Cell 9 of 12")
    page.press(keys[8])
    page.wait_for("Cell 10 of 12")
    for name, answer in {"<i>dog</i>": "but was '<i>dog</i>'", "<i>dog": "4<i>dog"}.items():
        page.tab.get_by_label("Name of a new class").fill(name)
        page.press("Enter")
        page.wait_for(answer)
    page.wait_for_focus()
    page.press("4")
    page.wait_for("Cell 11 of 12")
    page.click("undo")
    page.wait_for("Cell 10 of 12")
    page.press(keys[9], keys[10])
    page.wait_for("Cell 12 of 12")
    page.wait_for("10 labels, and so on")

    page.tab.reload()
    page.wait_for_notebook()
    page.choose("Kernel", "Restart Kernel and Run All Cells…")
    page.tab.locator(".jp-Dialog button", has_text="Restart").click()
    page.wait_for("Cell 12 of 12")
    page.click(truth[11])
    page.wait_for("12 of 12 answered")
    page.choose("Run", "Run All Cells")
    until = time.monotonic() + SLOW / 1000
    while not (folders / "exported").exists() and time.monotonic() < until:
        page.tab.wait_for_timeout(50)

    lists = []
    for labelled in ("labelled", "exported"):
        assert bloodshot("classify", labelled, "cells", "-o", f"by_{labelled}")[0] == 0
        lists.append((folders / f"by_{labelled}/cells.csv").read_bytes())
    assert lists[0] == lists[1]
