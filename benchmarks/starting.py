"""Jobs that start programs: a fresh Python that imports, a command, a chapter in a new kernel."""

import os
import subprocess
import sys
from collections.abc import Callable
from itertools import product
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.measure import alternately, peak_memory_mb, row
from benchmarks.sizes import Sizes

RELEASES = "bloodshot-3", "bloodshot-3-small"


def imports(folder: Path, sizes: Sizes) -> list[dict]:
    """Seconds until a fresh Python has imported the name."""
    uses = {"the library": "bs", "everything": "[getattr(bs, name) for name in bs.__all__]"}

    def start(name: str) -> Callable:
        code = f"import bloodshot_lib as bs; {uses.get(name, f'bs.{name}')}"
        return lambda: subprocess.run([sys.executable, "-c", code], check=True)

    ways = {name: start(name) for name in sizes.starts}
    return [
        row("start-up", way, seconds, 1, "start")
        for way, seconds in alternately(ways, sizes.slow_rounds).items()
    ]


def own_cells(folder: Path, sizes: Sizes) -> list[dict]:
    """`bloodshot classify` on a folder of cells, by each release, then again on the same cells."""
    rng = np.random.default_rng(0)
    for number in range(sizes.classified):
        draw(folder / "cells" / f"{number}.jpg", rng)
    for number in range(20):
        draw(folder / "labelled" / "ab"[number % 2] / f"{number}.jpg", rng)
    rows, environment = [], os.environ | {"BLOODSHOT_ARTIFACTS": str(folder / "kept")}
    for weights, turn in product(RELEASES, ("first run", "again")):
        way = f"{weights}, {turn}"
        output = folder / way
        command = f"-m bloodshot_lib classify labelled cells -q --weights {weights} -o".split()

        def run(command=command, output=output) -> None:
            line = [sys.executable, *command, output]
            subprocess.run(line, cwd=folder, env=environment, check=True, stdout=subprocess.DEVNULL)

        seconds, memory = peak_memory_mb(run, 0.2, family=True)
        facts = {"memory_mb": memory}
        rows.append(row("a folder classified", way, [seconds], sizes.classified, "cells", **facts))
    return rows


def draw(path: Path, rng: np.random.Generator) -> None:
    """A picture with some structure, of the size and format of a small cell image."""
    path.parent.mkdir(parents=True, exist_ok=True)
    coarse = Image.fromarray(rng.integers(0, 255, (8, 8, 3), dtype=np.uint8))
    coarse.resize((128, 128), Image.Resampling.BICUBIC).save(path, quality=85)


def chapters(folder: Path, sizes: Sizes) -> list[dict]:
    """Every notebook of the demo profile, one after another, from an empty artifacts folder."""
    rows = []
    for path in sorted(sizes.notebooks.glob("*.ipynb")):
        seconds, memory = peak_memory_mb(
            lambda path=path: _execute(path, folder), 0.5, family=True
        )
        rows.append(
            row(
                "chapters of the demo profile",
                path.stem,
                [seconds],
                1,
                "chapter",
                memory_mb=memory,
            )
        )
    return rows


def _execute(notebook: Path, folder: Path) -> None:
    """Run a notebook; show its messages only if it fails."""
    command = [
        Path(sys.executable).with_name("jupyter"),
        "nbconvert",
        "--to",
        "notebook",
        "--execute",
        "--output-dir",
        folder / "executed",
        "--log-level=ERROR",
        notebook,
    ]
    environment = os.environ | {
        "BLOODSHOT_ARTIFACTS": str(folder / "artifacts"),
        "BLOODSHOT_PROFILE": "demo",
    }
    done = subprocess.run(command, stderr=subprocess.PIPE, text=True, env=environment)
    if done.returncode:
        raise RuntimeError(f"The chapter {notebook.stem} does not run:\n{done.stderr}")
