"""The README's own lines, copied into an empty folder."""

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.conftest import PROJECT


def _write(folder, colour, n, rng):
    folder.mkdir(parents=True)
    for i in range(n):
        pixels = np.clip(np.array(colour) + rng.integers(-20, 20, (40, 40, 3)), 0, 255).astype(
            np.uint8
        )
        Image.fromarray(pixels).save(folder / f"{i}.png")


def write_cells(folder: Path) -> None:
    """Coloured squares in the folders that the README and the page "Classify your cells" name."""
    rng = np.random.default_rng(0)
    colours = {"purple": (120, 60, 150), "pink": (230, 150, 170)}
    for name, colour in colours.items():
        for handful in ("my_handful", "my_labelled_cells"):
            _write(folder / handful / name, colour, 5, rng)
        _write(folder / "my_held_back_cells" / name, colour, 3, rng)
    for name, colour in {"red": (200, 40, 40), "blue": (60, 60, 200)}.items():
        _write(folder / "cells" / name, colour, 8, rng)
    _write(folder / "my_new_cells", colours["pink"], 4, rng)


def python_blocks(page: str) -> list[str]:
    """The lines of Python on a page of the project."""
    return re.findall(r"(?s)```python\n(.*?)```", (PROJECT / page).read_text())


@pytest.mark.parametrize("page", ["README.md", "book/intro.md", "book/own_cells.md"])
def test_the_ten_lines_work_in_an_empty_folder(page, tmp_path, monkeypatch):
    write_cells(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BLOODSHOT_ARTIFACTS", str(tmp_path / "artifacts"))
    blocks = python_blocks(page)
    assert blocks and (page == "book/own_cells.md" or len(blocks[0].strip().splitlines()) <= 12)
    names = {}
    for block in blocks:
        exec(compile(block, page, "exec"), names)
    assert names["new"]["predicted"].tolist() == ["pink"] * 4


def test_the_result_in_short_is_the_one_that_the_book_computes(monkeypatch):
    monkeypatch.syspath_prepend(PROJECT / "book/_ext")
    import measured

    words = measured.sentences()["answer"].replace("\N{NO-BREAK SPACE}", " ").split()
    assert " ".join(words) in " ".join((PROJECT / "README.md").read_text().split())
