"""Small things that several tests share: drawn cells on disk, random embeddings, the real cells
where they lie, the built book and a browser.
"""

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest
import yaml
from hypothesis import settings
from PIL import Image

from bloodshot_lib import TrainConfig, write_synthetic_twin

# other work may slow any example down; the examples are the same in each run, so that a failure
# is the change's own. `pytest --hypothesis-profile=explore` draws others
settings.register_profile("explore", deadline=None)
settings.register_profile("repeat", deadline=None, derandomize=True)
settings.load_profile("repeat")

PROJECT = Path(__file__).resolve().parents[1]
SHARED = Path(os.environ.get("BLOODSHOT_SHARED", PROJECT.parent / "shared")) / "data"

CONTENTS = yaml.safe_load((PROJECT / "_toc.yml").read_text())
PAGES = [
    CONTENTS["root"],
    *(chapter["file"] for part in CONTENTS["parts"] for chapter in part["chapters"]),
]

CHROMIUM = next(
    filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
)
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# what takes longest begins first, so that no process waits for another at the end; chapter 2
# trains what other chapters use
LONGEST = (
    "02_gpu_training",
    "test_book",
    "test_bench",
    "test_journeys",
    "test_real_cells",
    "test_fields_in_page",
    "test_released_finder",
    "test_wheel",
    "test_bad_folders",
    "test_training_loop",
)


def pytest_collection_modifyitems(items):
    place = {name: number for number, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.stem, len(place)))


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real cells; tests that need it are skipped, with this reason, where it is
    absent.
    """
    if not SHARED.is_dir():
        pytest.skip(
            f"real cells are not at {SHARED}; set BLOODSHOT_SHARED to the folder that holds"
            " data/"
        )
    return SHARED


@pytest.fixture(scope="session")
def twin(tmp_path_factory) -> Path:
    """A small synthetic twin, 40 and 45 px."""
    return write_synthetic_twin(
        tmp_path_factory.mktemp("twin") / "twin", 300, 300, scale=0.1, seed=1
    )


@pytest.fixture
def cells(tmp_path) -> Path:
    """Two class folders of three tiny images each, every pixel of image i of class c being (c,
    i, 7).
    """
    for c, label in enumerate(("ape", "bee")):
        (tmp_path / "cells" / label).mkdir(parents=True)
        for i in range(3):
            Image.new("RGB", (8, 8), (c, i, 7)).save(
                tmp_path / "cells" / label / f"d{i}_{label}.png"
            )
    return tmp_path / "cells"


@pytest.fixture
def embeddings():
    """Pool and query embeddings of two overlapping classes: Z_pool, y_pool, Z_query,
    y_query.
    """
    rng = np.random.default_rng(5)

    def draw(n_all, n_hem):
        y = np.array(["all"] * n_all + ["hem"] * n_hem)
        return (rng.normal(size=(len(y), 6)) + 0.5 * (y == "all")[:, None]).astype(
            np.float32
        ), y

    return *draw(40, 25), *draw(50, 27)


@pytest.fixture
def tiny() -> TrainConfig:
    """A training that takes a second."""
    return TrainConfig(
        "aam+consistency", "test_efficientnet", image_size=32, epochs=2, batch_size=8, seed=7
    )


@pytest.fixture
def tiny_set():
    """24 images of 32 px in two classes that differ in colour, and their labels."""
    rng = np.random.default_rng(0)
    images = rng.integers(0, 120, (24, 32, 32, 3), dtype=np.uint8)
    labels = np.array(["dark", "red"] * 12)
    images[labels == "red", :, :, 0] += 120
    return images, labels


@pytest.fixture(scope="session")
def html(tmp_path_factory) -> Path:
    """The built book; a warning fails the build. One is enough for all processes of a run."""
    own = tmp_path_factory.getbasetemp()
    kept = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "book"
    if kept.is_dir():
        return kept / "_build/html"
    out = tmp_path_factory.mktemp("unfinished")
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [
        jupyter_book,
        "build",
        "book",
        "--path-output",
        out,
        "-n",
        "-W",
        "--keep-going",
        "-q",
    ]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    with suppress(OSError):  # another process was faster
        out.rename(kept)
    return kept / "_build/html"


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    if CHROMIUM is None:
        message = (
            "no Chromium on this machine: install Debian's package chromium to run the browser"
            " tests"
        )
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"),
            executable_path=CHROMIUM,
            headless=True,
            args=FLAGS,
            viewport={"width": 1280, "height": 900},
        )
        yield context
        context.close()


@pytest.fixture
def tab(browser):
    """A new tab; `tab.faults` keeps what goes wrong: console errors, exceptions, requests that
    leave the book.
    """
    page = browser.new_page()
    page.faults = []
    page.on("console", lambda m: page.faults.append(m.text) if m.type == "error" else None)
    page.on("pageerror", lambda error: page.faults.append(str(error)))
    page.on(
        "request",
        lambda r: (
            page.faults.append(f"asked for {r.url}")
            if not r.url.startswith(("file:", "data:", "blob:"))
            else None
        ),
    )
    yield page
    page.close()
