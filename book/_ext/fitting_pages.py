"""Sphinx extension: what the writers leave unfit for a narrow page or a screen reader, mended."""

import html
import itertools
import re
from pathlib import Path

from sphinx.application import Sphinx


def fit_lines(page: str) -> str:
    """Let the lines of a code or output box fold with a hanging indent: a span around each that
    knows its own indent, and how many characters the longest has, by which the style sheet
    chooses the size of the type.

    The text stays what it was, so copying a box copies the code.
    """

    def indent(line: str) -> int:
        text = re.sub("<[^>]+>", "", line)
        return len(text) - len(text.lstrip(" "))

    def whole(line: str) -> str:
        option = r"(<[^>]*>)|(?<![^\s>])(--[A-Za-z][\w-]*)"
        return re.sub(option, lambda m: m[1] or f'<span class="option">{m[2]}</span>', line)

    def fold(match: re.Match) -> str:
        lines = match[1].removesuffix("\n").split("\n")
        if any(line.count("<span") != line.count("</span>") for line in lines):
            return match[0]  # a span over several lines: as it was, it still wraps
        longest = max(len(html.unescape(re.sub("<[^>]+>", "", line))) for line in lines)
        folded = "".join(
            f'<span class="line" style="--indent: {min(indent(line), 12)}">{whole(line)}\n</span>'
            for line in lines
        )
        return f'<div class="highlight"><pre style="--characters: {longest}">{folded}</pre>'

    return re.sub(r'<div class="highlight"><pre>(.*?)</pre>', fold, page, flags=re.DOTALL)


def list_parameters(page: str) -> str:
    """A long signature's parameters, a line each: not as a list of definitions without terms."""

    def lines(match: re.Match) -> str:
        return re.sub(r"<(/?)dd>", r"<\1span>", f'<span class="parameters">{match[1]}</span>')

    return re.sub(r'<dl>\s*(<dd><em class="sig-param">.*?)</dl>', lines, page, flags=re.DOTALL)


def keep_options(page: str) -> str:
    """An option in the text, such as `--labelled`, is one word: a browser would cut it."""
    option = r'<span class="pre">(--[\w-]+)</span>'
    return re.sub(option, r'<span class="pre option">\1</span>', page)


def name_cells(page: str) -> str:
    """Cells of a table of three columns or more get the name of their column, by which the style
    sheet can show a row as a list on a narrow page.
    """

    def named(match: re.Match) -> str:
        names = re.findall(r'<th class="head">(.*?)</th>', match[0], flags=re.DOTALL)
        names = [re.sub("<[^>]+>", "", name).replace('"', "&quot;") for name in names]
        around = itertools.cycle(names)
        if len(names) < 3:
            return match[0]
        return re.sub("<td>", lambda _: f'<td data-column="{next(around)}">', match[0])

    return re.sub(r'<table class="table">.*?</table>', named, page, flags=re.DOTALL)


def plain_citations(page: str) -> str:
    """docutils calls the bibliography a list, but its entries are not list items."""
    return page.replace('<div role="list" class="citation-list">', '<div class="citation-list">')


def mend(app: Sphinx, error: Exception | None) -> None:
    if error is not None or app.builder.format != "html":
        return
    for path in Path(app.outdir).rglob("*.html"):
        page = path.read_text()
        for step in (fit_lines, keep_options, list_parameters, name_cells, plain_citations):
            page = step(page)
        path.write_text(page)


def setup(app: Sphinx) -> dict:
    app.connect("build-finished", mend)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
