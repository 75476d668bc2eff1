"""`bloodshot crop` on folders of drawn fields, each with two drawn white cells."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.measure import peak_memory_mb, row
from benchmarks.sizes import Sizes
from bloodshot_lib.synthetic.cells import draw_cell

FIELD, CELL = (900, 1440), 250  # rows and columns; pixels of a drawn cell with what is around it
STAIN, LIGHT = np.ones(3), (238, 228, 234)
LOOKS = "NGS", "LYT", "MON", "EOS"
# different fields, of which a folder has copies, as drawing takes longer than finding; prime, so
# that those in which the scale is looked for are not all the same
DRAWN = 23


def fields(folder: Path, sizes: Sizes) -> list[dict]:
    """Seconds and memory of `bloodshot crop`, for two sizes of folders."""
    rng, rows = np.random.default_rng(0), []
    for number in range(min(DRAWN, max(sizes.fields))):
        draw_field(folder / "drawn" / f"{number}.jpg", rng)
    for size, n in zip(("small", "large"), sizes.fields, strict=True):
        (folder / size).mkdir()
        for number in range(n):
            shutil.copy(folder / "drawn" / f"{number % DRAWN}.jpg", folder / size / f"{number}.jpg")
        environment = os.environ | {"BLOODSHOT_ARTIFACTS": str(folder / f"kept {size}")}
        line = [sys.executable, *f"-m bloodshot_lib crop {size} -q -o".split(), f"cells {size}"]

        def run(line=line, environment=environment) -> None:
            subprocess.run(line, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)

        seconds, memory = peak_memory_mb(run, 0.2, family=True)
        facts = {"memory_mb": memory}
        rows.append(row("a folder of fields", f"the {size} one", [seconds], n, "fields", **facts))
    return rows


def draw_field(path: Path, rng: np.random.Generator) -> None:
    """A light field of 1440 x 900 pixels with two cells, their neighbours around them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    field = np.full((*FIELD, 3), LIGHT, np.uint8)
    for left in (0, FIELD[1] // 2):
        cell = draw_cell(str(rng.choice(LOOKS)), CELL, STAIN, rng)
        y = rng.integers(FIELD[0] - CELL)
        x = left + rng.integers(FIELD[1] // 2 - CELL)
        field[y : y + CELL, x : x + CELL] = cell
    Image.fromarray(field).save(path, quality=85)
