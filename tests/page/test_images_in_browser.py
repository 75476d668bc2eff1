"""Files -> pixels as in Python, by a browser's own decoders, in a worker of an offline page."""

import base64
import json
import subprocess
from pathlib import Path

import numpy as np
import pytest

from page.build import install

from .make_cases import kept

PAGE = Path(__file__).resolve().parents[2] / "page"
# decoders round in their own ways, and a canvas keeps colours multiplied by their alpha
LOSSY = (".jpg", ".avif", "lossy.webp", "jpeg.tif", "jpeg ycbcr.tif")
NEARLY = (*LOSSY, "transparent.png", "transparent palette.png", "transparent.webp")
POLICY = "default-src 'none'; script-src 'unsafe-inline' blob:; worker-src blob:"
WORKER = """
import { decode } from "%s/data/decoding.js";

onmessage = async ({ data: { file, name } }) => {
  const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  try {
    postMessage(await decode(bytes, name));
  } catch (error) {
    postMessage({ refused: error.fault ?? String(error.stack) });
  }
};
"""
OPENED = """
const source = new Blob([%s], { type: "text/javascript" });
const worker = new Worker(URL.createObjectURL(source));
const decoded = (file) => new Promise((resolve) => {
  worker.onmessage = ({ data }) => resolve({ ...data, rgb: data.rgb && [...data.rgb] });
  worker.postMessage(file);
});
"""


@pytest.fixture
def decoded(tab, tmp_path):
    """What a page makes of files, in their order, each a dict."""
    install()
    entry = tmp_path / "worker.js"
    entry.write_text(WORKER % PAGE.as_posix())
    esbuild = PAGE / "node_modules/.bin/esbuild"
    bundle = subprocess.run(
        [esbuild, entry, "--bundle", "--format=iife"], capture_output=True, text=True, check=True
    )
    script = OPENED % json.dumps(bundle.stdout).replace("</", "<\\/")
    page = tmp_path / "page.html"
    page.write_text(
        f'<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<script>{script}</script>"
    )
    tab.goto(page.as_uri())

    def of(files):
        return tab.evaluate(
            "async (files) => { const all = [];"
            " for (const file of files) all.push(await decoded(file)); return all; }",
            files,
        )

    yield of
    assert tab.faults == []


def test_a_browser_makes_pythons_pixels_of_each_file_or_refuses_it(decoded):
    cases = kept()["formats"] + kept()["refused_by_the_page"]
    files = [{"name": case["name"], "file": case["file"]} for case in cases]
    wrong = {}
    for case, found in zip(cases, decoded(files), strict=True):
        if fault := _difference(case, found):
            wrong[case["name"]] = fault
    assert wrong == {}


def _difference(case: dict, found: dict) -> str:
    """What differs from Python, "" if nothing."""
    if "refused" in case or "refused" in found:
        words = [of.get("refused", "not refused") for of in (case, found)]
        expected, got = (text.split(" (")[0] for text in words)
        return "" if expected == got else f"{words[0]!r} is {words[1]!r}"
    if (case["width"], case["height"]) != (found["width"], found["height"]):
        return f"{found['width']} x {found['height']} pixels"
    expected = np.frombuffer(base64.b64decode(case["rgb"]), np.uint8).astype(int)
    gap = np.abs(expected - np.array(found["rgb"])).max()
    return f"{gap} grey levels" if gap > case["name"].endswith(NEARLY) else ""
