"""`bloodshot.html` in a headless Chromium: a folder of drawn cells, from the drop to labels."""

import os
import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from pathlib import Path

import numpy as np

from benchmarks import PROJECT
from benchmarks.measure import one_core, peak_memory_mb, row
from benchmarks.sizes import Sizes
from benchmarks.starting import draw

LABELS, CLASSES, LAST = 24, ("ape", "bee", "cat"), 5
WAIT = 1_800_000  # milliseconds, at most
# tasks of more than 50 ms in the page's own thread, which keep it from answering; the browser's own
# listing of a folder, before it tells the page, is not the page's
NOTED = """window.long = [];
window.addEventListener("change", () => { window.dropped = performance.now(); }, true);
new PerformanceObserver(list => list.getEntries().forEach(entry => long.push(entry)))
    .observe({entryTypes: ["longtask"]});"""
LONGEST = """() => Math.max(0, ...long.filter(task => task.startTime > dropped)
    .map(task => task.duration)) / 1000"""


def page(folder: Path, sizes: Sizes) -> list[dict]:
    """Cells dropped on bloodshot.html, on one core and on all, and what follows a label."""
    from page.build import main as build

    build([str(PROJECT / "build" / "bloodshot.html")])
    rng, rows = np.random.default_rng(0), []
    for number in range(max(sizes.dropped)):
        few = number < min(sizes.dropped)
        for size in ("small", "large") if few else ("large",):
            draw(folder / size / f"{number}.jpg", rng)
    one, every = ("1 core", one_core), (f"{os.cpu_count()} cores", nullcontext)
    for which, (cores, kept_to) in (("small", one), ("small", every), ("large", every)):
        took, n = {}, len(list((folder / which).iterdir()))
        # a thread of its own, as its driver refuses one in which another browser is driven
        with kept_to(), ThreadPoolExecutor(1) as thread:
            run = thread.submit(_drop, folder / which, took).result
            memory = peak_memory_mb(run, 0.2, family=True)[1]
        facts = {"memory_mb": memory, "longest_task": took["longest"]}
        way = f"the {which} folder, {cores}"
        rows.append(row("a folder dropped on the page", way, [took["drop"]], n, "cells", **facts))
        rows.append(row("a label on the page", way, took["labels"], 1, "labels"))
    return rows


def _drop(cells: Path, took: dict) -> None:
    """Seconds until the first cell is asked for, and from labels to the verdicts of all cells."""
    with _tab() as tab:
        tab.add_init_script(NOTED)
        tab.goto((PROJECT / "build" / "bloodshot.html").as_uri())
        start = time.perf_counter()
        tab.locator("input[webkitdirectory]").set_input_files(cells)
        tab.locator("img.asked").wait_for(timeout=WAIT)
        took["drop"] = time.perf_counter() - start
        for name in CLASSES:
            tab.locator(".desk input").fill(name)
            tab.locator(".desk form button").click()
        keys = [str(1 + number % len(CLASSES)) for number in range(LABELS)]
        took["labels"] = [tab.evaluate(NAMED, key) for key in keys][-LAST:]
        took["longest"] = tab.evaluate(LONGEST)


# presses a class's key, and waits until the verdicts that follow from it are shown
NAMED = """key => new Promise(resolve => {
    const found = document.getElementById("found"), start = performance.now();
    new MutationObserver((_, observer) => {
        observer.disconnect();
        requestAnimationFrame(() => resolve((performance.now() - start) / 1000));
    }).observe(found, {childList: true});
    document.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
})"""


@contextmanager
def _tab() -> Iterator:
    from playwright.sync_api import sync_playwright

    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()
