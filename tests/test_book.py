"""The book, built as a reader would build it, and looked at in a headless browser."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PROJECT

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]
PAGES = ["01_data_exploration", "02_gpu_training", "03_loss_ablation", "04_pca_visualization", "05_k_sweep",
         "06_reading_the_report", "results_on_real_cells"]


@pytest.fixture(scope="session")
def html(tmp_path_factory) -> Path:
    """The built book; a warning fails the build."""
    out = tmp_path_factory.mktemp("book")
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [jupyter_book, "build", "book", "--path-output", out, "-n", "-W", "--keep-going", "-q"]
    result = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout[-3000:] + result.stderr[-3000:]
    return out / "_build/html"


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    if CHROMIUM is None:
        message = "no Chromium on this machine: install Debian's package chromium to run the browser tests"
        pytest.fail(message) if os.environ.get("CI") else pytest.skip(message)
    sync_playwright = pytest.importorskip("playwright.sync_api").sync_playwright
    with sync_playwright() as playwright:
        context = playwright.chromium.launch_persistent_context(
            tmp_path_factory.mktemp("profile"), executable_path=CHROMIUM, headless=True, args=FLAGS)
        yield context
        context.close()


def test_the_links_that_make_the_build_work_are_relative():
    for name in ("_config.yml", "_toc.yml", "notebooks"):
        assert os.readlink(PROJECT / "book" / name) == f"../{name}"


def test_every_page_of_the_contents_is_built(html):
    import yaml
    contents = yaml.safe_load((PROJECT / "_toc.yml").read_text())
    pages = [chapter["file"] for part in contents["parts"] for chapter in part["chapters"]]
    assert all((html / f"{page}.html").is_file() for page in [contents["root"], *pages])


@pytest.mark.parametrize("page", PAGES)
def test_a_chapter_shows_its_figures_without_a_network(html, browser, page):
    tab = browser.new_page()
    outside, errors = [], []
    tab.on("request", lambda r: outside.append(r.url) if not r.url.startswith(("file:", "data:", "blob:")) else None)
    tab.on("pageerror", lambda error: errors.append(str(error)))
    tab.goto((html / f"notebooks/{page}.html").as_uri())
    promised = (html / f"notebooks/{page}.html").read_text().count("Plotly.newPlot(")
    tab.wait_for_function(f"document.querySelectorAll('.js-plotly-plot .main-svg').length >= {promised}")
    marks = tab.evaluate("""[...document.querySelectorAll('.js-plotly-plot')].map(figure => {
        const box = figure.getBoundingClientRect();
        const drawn = figure.querySelectorAll('.point, .points path, .js-line, .js-fill, image, .box').length;
        return [Math.round(box.width), Math.round(box.height), drawn];
    })""")
    tab.close()
    assert promised >= 1 and len(marks) == promised
    assert all(width > 300 and height > 100 and drawn > 0 for width, height, drawn in marks), marks
    assert outside == [] and errors == []


def test_equations_are_drawn_by_the_browser_itself(html, browser):
    tab = browser.new_page()
    tab.goto((html / "notebooks/02_gpu_training.html").as_uri())
    sizes = tab.evaluate("[...document.querySelectorAll('div.math math')].map(m => m.getBoundingClientRect().height)")
    text = tab.inner_text("main")
    tab.close()
    assert len(sizes) == 2 and min(sizes) > 20
    assert "\\frac" not in text and "\\theta" not in text
