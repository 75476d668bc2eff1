"""The book, built as a reader would build it, and every page of it looked at in a headless
browser.
"""

import itertools
import os
import re
import shutil
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
import pandas as pd
import pytest

from bloodshot_lib import plots
from bloodshot_lib.plots.renderer import BookRenderer
from tests.conftest import PAGES, PROJECT

CHECKS = (PROJECT / "tests/page_checks.js").read_text()
PAGE_LIMIT = 2_000_000  # bytes of a page, without the scripts and styles that all pages share

# what a figure is made of, counted, and the size of its box
MARKS = """[...document.querySelectorAll('.js-plotly-plot')].map(figure => {
    const box = figure.getBoundingClientRect();
    const seen = mark => {
        const b = mark.getBoundingClientRect();
        return b.width > 0 || b.height > 0;
    };
    const kinds = '.point, .points path, .js-line, .js-fill, image, .box';
    const marks = [...figure.querySelectorAll(kinds)].filter(seen);
    return {id: figure.id, width: box.width, height: box.height, marks: marks.length};
})"""


def _open(tab, path: Path, **viewport) -> None:
    if viewport:
        tab.set_viewport_size(viewport)
    tab.goto(path.as_uri())
    promised = path.read_text().count("Plotly.newPlot(")
    tab.wait_for_function(
        f"document.querySelectorAll('.js-plotly-plot .main-svg').length >= {promised}"
    )
    _settle(tab)
    tab.evaluate(CHECKS)


def _settle(tab) -> None:
    """Wait until every figure is drawn for the page as it is now."""
    tab.wait_for_timeout(100)  # what changed is looked at 80 ms later
    tab.wait_for_function(
        """[...document.querySelectorAll('.bloodshot-figure .js-plotly-plot')].every(
        figure => !figure.clientWidth || figure.dataset.fits)"""
    )


def _found(tab, *checks: str) -> dict:
    """What those of `page_checks.js` find, if anything."""
    found = {check: tab.evaluate(f"pageChecks.{check}()") for check in checks}
    return {check: what for check, what in found.items() if what}


def _unfold(tab) -> None:
    """Open what is folded: code, and tables of numbers."""
    tab.evaluate("document.querySelectorAll('article details').forEach(d => { d.open = true; })")


def test_the_links_that_make_the_build_work_are_relative():
    for name in ("_config.yml", "_toc.yml", "notebooks"):
        assert os.readlink(PROJECT / "book" / name) == f"../{name}"


def test_every_page_of_the_contents_is_built_and_none_is_heavy(html):
    for page in PAGES:
        assert (html / f"{page}.html").stat().st_size < PAGE_LIMIT, page


@pytest.mark.parametrize("page", PAGES)
def test_a_page_works_from_a_file_without_a_network(html, tab, page):
    _open(tab, html / f"{page}.html", width=1280, height=900)
    figures, promised = tab.evaluate(MARKS), (html / f"{page}.html").read_text().count(
        "Plotly.newPlot("
    )
    assert len(figures) == promised
    assert not [
        f for f in figures if f["width"] < 300 or f["height"] < 100 or f["marks"] == 0
    ], figures
    equations = tab.evaluate(
        "[...document.querySelectorAll('div.math math')].map(m => m.clientHeight)"
    )
    assert all(height > 20 for height in equations)
    assert not any(source in tab.inner_text("article") for source in ("{numref}", "{ref}"))
    assert _found(tab, "cut", "loose", "wide", "untitled", "commands") == {}
    _unfold(tab)
    assert _found(tab, "cut", "loose", "unhinted", "wordy") == {}
    assert tab.faults == []


@pytest.mark.parametrize("page", PAGES)
def test_a_page_fits_a_phone(html, tab, page):
    _open(tab, html / f"{page}.html", width=390, height=800)
    wide = tab.evaluate("document.scrollingElement.scrollWidth")
    assert wide <= 390, tab.evaluate(
        """[...document.querySelectorAll('article *')].filter(e =>
        e.getBoundingClientRect().right > 391).slice(0, 5).map(e => e.outerHTML.slice(0, 120))"""
    )
    assert _found(tab, "cut", "loose", "wide") == {}
    _unfold(tab)
    assert _found(tab, "cut", "loose", "unhinted", "wordy") == {}
    assert tab.evaluate("document.scrollingElement.scrollWidth") <= 390


@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_used_with_a_keyboard_and_a_screen_reader(html, tab, page):
    axe = Path(pytest.importorskip("axe_playwright_python").__file__).with_name("axe.min.js")
    _open(tab, html / f"{page}.html", width=1280, height=900)
    tab.evaluate(axe.read_text())
    asked = "axe.run(document, {resultTypes: ['violations']})"
    violations = tab.evaluate(f"{asked}.then(result => result.violations)")
    serious = {
        v["id"]: [node["html"][:150] for node in v["nodes"]][:3]
        for v in violations
        if v["impact"] in ("serious", "critical")
    }
    assert serious == {}
    named = tab.evaluate(
        "[...document.querySelectorAll('article img')].map(i => [i.getAttribute('src'), i.alt])"
    )
    # without :alt:, Sphinx takes the path
    unsaid = [source for source, alt in named if len(alt) < 20 or alt in source]
    assert unsaid == []
    levels = tab.evaluate(
        "[...document.querySelectorAll('article :is(h1,h2,h3,h4)')].map(h => +h.tagName[1])"
    )
    assert levels[0] == 1 and all(b - a <= 1 for a, b in itertools.pairwise(levels)), levels
    assert _found(tab, "faint", "pale") == {}
    tab.add_style_tag(content="* { transition: none !important }")
    tab.evaluate("document.documentElement.dataset.theme = 'dark'")
    tab.wait_for_function(
        """[...document.querySelectorAll('.bloodshot-figure .js-plotly-plot')].every(
        figure => !figure.clientWidth || (figure.dataset.fits || '').startsWith('dark'))"""
    )
    assert _found(tab, "white", "faint", "pale") == {}
    violations = tab.evaluate(
        "axe.run(document, {runOnly: ['color-contrast']}).then(result => result.violations)"
    )
    assert [node["html"][:150] for v in violations for node in v["nodes"]] == []


class _Links(HTMLParser):
    def __init__(self):
        super().__init__()
        self.targets, self.links = set(), []

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.targets.update(filter(None, (attributes.get("id"), attributes.get("name"))))
        self.links += [attributes[name] for name in ("href", "src") if attributes.get(name)]


def test_every_internal_link_leads_somewhere(html):
    pages = {path: _Links() for path in html.rglob("*.html") if "_static" not in path.parts}
    for path, links in pages.items():
        links.feed(path.read_text())
    dead = []
    for path, page in pages.items():
        for link in page.links:
            url = urlsplit(link)
            if url.scheme in ("http", "https", "data", "mailto", "javascript"):
                continue
            target = (path.parent / unquote(url.path)).resolve() if url.path else path
            anchor = unquote(url.fragment)
            if not target.exists() or (
                anchor and target in pages and anchor not in pages[target].targets
            ):
                dead.append(f"{path.name}: {link}")
    assert dead == []


@pytest.mark.parametrize(
    ("word", "page"), [("prototype", "glossary"), ("consistency", "gpu_training")]
)
def test_search_finds_a_word(html, tab, word, page):
    tab.goto((html / "search.html").as_uri() + f"?q={word}")
    tab.wait_for_selector("#search-results li a")
    tab.wait_for_function("document.querySelectorAll('#search-results li').length > 1")
    found = tab.evaluate(
        "[...document.querySelectorAll('#search-results li a')].map(a =>"
        " a.getAttribute('href'))"
    )
    assert any(page in link for link in found), found
    assert tab.faults == []


@pytest.mark.parametrize(
    ("words", "pages"),
    [("own cells", ("own_cells.",)), ("leukaemia", ("data.", "glossary."))],
)
def test_search_finds_first_what_explains(html, tab, words, pages):
    tab.goto((html / "search.html").as_uri() + f"?q={words.replace(' ', '+')}")
    tab.wait_for_selector("#search-results li a")
    tab.wait_for_function("document.querySelectorAll('#search-results li').length > 1")
    first = tab.get_attribute("#search-results li a", "href")
    assert first.startswith(pages), first


def test_pointing_at_a_dot_of_the_map_shows_its_cell(html, tab):
    _open(tab, html / "notebooks/04_pca_visualization.html", width=1280, height=900)
    tab.wait_for_selector(".bloodshot-cell", state="attached")
    dot = tab.locator(".bloodshot-figure:has(.bloodshot-cell) .scatterlayer .point").first
    dot.scroll_into_view_if_needed()
    dot.hover(force=True)
    tab.wait_for_selector(".bloodshot-cell", state="visible")
    style = tab.evaluate(
        "getComputedStyle(document.querySelector('.bloodshot-cell')).backgroundImage"
    )
    assert style.startswith('url("data:image/webp;base64,')
    assert _away(dot) < 120


def _away(dot) -> float:
    """Pixels from the middle of a dot to the middle of the cell that is shown, both at once: the
    page may be scrolling.
    """
    return dot.evaluate(
        """dot => {
        const [a, b] = [dot, document.querySelector('.bloodshot-cell')].map(
            one => one.getBoundingClientRect());
        return Math.hypot(a.x + a.width / 2 - b.x - b.width / 2,
                          a.y + a.height / 2 - b.y - b.height / 2);
    }"""
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_the_map_answers_to_keys_and_to_touch(html, tab, width):
    _open(tab, html / "notebooks/04_pca_visualization.html", width=width, height=900)
    tab.wait_for_selector(".bloodshot-cell", state="attached")
    tab.locator(".bloodshot-figure", has=tab.locator(".bloodshot-cell")).focus()
    told, lefts = [], []
    for key in ("ArrowRight", "ArrowRight", "ArrowUp", "ArrowLeft"):
        tab.keyboard.press(key)
        told.append(tab.inner_text(".bloodshot-said"))
        lefts.append(tab.locator(".bloodshot-cell").evaluate("cell => cell.style.left"))
    assert all("subject: " in text for text in told), told
    assert lefts[1] != lefts[0] and tab.is_visible(".bloodshot-cell")
    tab.keyboard.press("Escape")
    assert tab.is_hidden(".bloodshot-cell")
    dot = tab.locator(".bloodshot-figure:has(.bloodshot-cell) .scatterlayer .point").first
    dot.evaluate(
        """dot => {
        const box = dot.getBoundingClientRect();
        const at = {clientX: box.x + box.width / 2, clientY: box.y + box.height / 2};
        dot.closest('.js-plotly-plot').dispatchEvent(
            new PointerEvent('pointerup', {pointerType: 'touch', bubbles: true, ...at}));
    }"""
    )
    tab.wait_for_selector(".bloodshot-cell", state="visible")
    assert _away(dot) < 150
    assert tab.faults == []


HOSTILE = [
    '"><img src=x onerror=alert(2)>',
    "Größe",
    "a<b>c",
    "</script><script>alert(3)</script>",
    "<a href='javascript:alert(4)'>y</a>",
    "R&amp;D <br> $x$",
]


def _hostile_figures():
    """Figures of classes, subjects, splits and files with names that a browser could take for
    HTML.
    """
    rng = np.random.default_rng(0)
    images = rng.integers(0, 255, (len(HOSTILE), 16, 16, 3), dtype=np.uint8)
    cells = pd.DataFrame({"label": HOSTILE, "subject": HOSTILE[::-1], "split": HOSTILE})
    coordinates = pd.DataFrame(rng.normal(size=(len(HOSTILE), 2)), columns=["pc1", "pc2"])
    return {
        "counts": plots.class_counts(cells, note=HOSTILE[0]),
        "grid": plots.cell_grid(images, HOSTILE),
        "subjects": plots.subject_counts(cells),
        "map": plots.pca_scatter(
            coordinates,
            HOSTILE,
            np.array([0.5, 0.2]),
            "class",
            images=images,
            details=pd.DataFrame({HOSTILE[0]: HOSTILE}),
        ),
    }


def test_names_from_files_are_shown_as_they_are_and_never_run(tab, tmp_path):
    figures, renderer = _hostile_figures(), BookRenderer()
    scripts = [
        files("plotly") / "package_data/plotly.min.js",
        PROJECT / "book/_static/figures.js",
        PROJECT / "book/_static/cells.js",
    ]
    for script in scripts:
        shutil.copy(str(script), tmp_path)
    head = "".join(f'<script src="{script.name}"></script>' for script in scripts)
    bodies = [
        renderer.to_mimebundle(figure.to_dict())["text/html"] for figure in figures.values()
    ]
    (tmp_path / "page.html").write_text(
        f'<!doctype html><meta charset="utf-8">{head}{"".join(bodies)}'
    )
    tab.on(
        "dialog",
        lambda dialog: (tab.faults.append(f"a script ran: {dialog.message}"), dialog.dismiss()),
    )
    _open(tab, tmp_path / "page.html", width=1280, height=900)
    boxes = dict(zip(figures, tab.query_selector_all(".bloodshot-figure"), strict=True))
    for name, box in boxes.items():
        assert box.get_attribute("aria-label") == figures[name].layout.meta["alt"]
        texts = box.evaluate("e => [...e.querySelectorAll('svg text')].map(t => t.textContent)")
        assert set(HOSTILE) <= set(texts), name
        assert box.query_selector_all("img, svg a, svg tspan[style*=bold]") == []
    boxes["map"].query_selector(".scatterlayer .point").hover(force=True)
    tab.wait_for_selector(".bloodshot-cell", state="visible")
    hover = tab.evaluate(
        "[...document.querySelectorAll('.hoverlayer text')].map(t => t.textContent)"
    )
    assert hover == [f"{HOSTILE[0]}: {HOSTILE[0]}"]
    boxes["subjects"].query_selector(".barlayer .point").hover(force=True)
    tab.wait_for_function("document.querySelectorAll('.hoverlayer text').length > 1")
    hover = tab.evaluate(
        "[...document.querySelectorAll('.hoverlayer text')].map(t => t.textContent)"
    )
    assert HOSTILE[0] in hover, "the name is whole, not cut within an escape"
    assert tab.faults == []


def test_a_notebook_can_be_downloaded_from_its_page(html):
    for page in PAGES:
        if page.startswith("notebooks/"):
            assert f"_sources/{page}.ipynb" in (html / f"{page}.html").read_text()
            assert (html / f"_sources/{page}.ipynb").is_file()


def test_there_are_more_figures_than_tables_to_read(html):
    """Tables that are folded are for whoever wants the numbers."""
    tables = figures = 0
    for page in PAGES:
        text = (html / f"{page}.html").read_text()
        article = text[text.index("<article") : text.index("</article>")]
        article = re.sub(r"(?s)<details.*?</details>", "", article)
        tables += article.count("<table")
        figures += article.count("<figure") + article.count('<div class="episode"')
    assert 0 < tables <= figures


def test_an_option_stays_in_one_piece_on_a_narrow_page(html, tab):
    _open(tab, html / "own_cells.html", width=390, height=800)
    pieces = tab.evaluate(
        "['.highlight .option', 'p .option', 'dd .option'].map(where => "
        "[...document.querySelectorAll(where)].map(o => o.getClientRects().length))"
    )
    assert all(set(found) == {1} for found in pieces), "in code, in text, in an answer"
