"""The report, as a browser shows it."""

import pytest


@pytest.fixture
def report(bloodshot, folders):
    assert bloodshot("classify", "labelled", "cells", "-o", "result")[0] == 0
    return (folders / "result" / "report.html").as_uri()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_opens_offline_fits_and_is_accessible(tab, report, width, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    tab.set_viewport_size({"width": width, "height": 900})
    tab.emulate_media(color_scheme=scheme)
    tab.goto(report)
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    found = axe.run(tab).response["violations"]
    serious = [v["id"] for v in found if v["impact"] in ("serious", "critical")]
    assert serious == [] and tab.faults == []
    assert tab.evaluate("[...document.images].every(image => image.naturalWidth > 0)")


def test_the_map_answers_to_keys_and_pointer(tab, report):
    tab.goto(report)
    dots = tab.locator("#map svg > circle")
    assert dots.count() == 12 + 9 + 1, "labelled, new, and the ring around the chosen one"
    tab.locator("#map svg").focus()
    seen = set()
    for key in ("ArrowRight", "ArrowLeft", "ArrowDown", "ArrowUp", "ArrowRight"):
        tab.keyboard.press(key)
        seen.add(tab.locator("#cell").inner_text())
    assert len(seen) > 1 and all(".png" in text for text in seen)
    dots.nth(0).hover(force=True)  # a neighbour may lie above it
    assert "ape/P0_ape0.png: labelled ape" in tab.locator("#cell").inner_text()
    assert tab.faults == []


def test_it_prints_on_paper(tab, report):
    tab.goto(report)
    assert tab.pdf(format="A4").startswith(b"%PDF")
