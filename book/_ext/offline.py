"""Sphinx extension: the book asks the network for nothing.

plotly.js comes from the installed package, on the pages that draw a figure; equations become
MathML.
"""

import base64
import re
import shutil
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html import HTMLTranslator


def use_scorer(app: Sphinx, config: Config) -> None:
    """Rank what the search finds by `_static/scorer.js`."""
    config.html_search_scorer = str(Path(app.srcdir) / "_static/scorer.js")


def copy_plotly(app: Sphinx) -> None:
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    shutil.copy(str(files("plotly") / "package_data/plotly.min.js"), static)


def enclose_fonts(app: Sphinx, error: Exception | None) -> None:
    """Put the icon fonts into the style sheet: from file:// a browser does not load a font
    from another file.
    """
    if error is not None or app.builder.format != "html":
        return
    for sheet in (Path(app.outdir) / "_static").rglob("fontawesome/*/css/all.min.css"):

        def data_uri(match: re.Match, folder: Path = sheet.parent) -> str:
            content = base64.b64encode((folder / match[1]).resolve().read_bytes()).decode()
            return f'url("data:font/woff2;base64,{content}") format("woff2")'

        text = re.sub(
            r"""url\(["']?(\.\./webfonts/[^)"']+\.woff2)["']?\) ?format\(["']woff2["']\)""",
            data_uri,
            sheet.read_text(),
        )
        sheet.write_text(
            re.sub(r"""(, ?)?url\(["']?\.\./webfonts/[^)]+\) ?format\([^)]+\)""", "", text)
        )
    for page in Path(app.outdir).rglob("*.html"):
        page.write_text(re.sub(r'<link rel="preload"[^>]*webfonts[^>]*/?>', "", page.read_text()))


def choose_scripts(
    app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None
) -> None:
    """Load plotly and what goes with it where a figure is drawn, once.

    Leave out thebe, which fetches a kernel from the network. Jupyter Book would load all of
    `_static` everywhere.
    """
    unwanted = ("thebe", "figures.js", "cells.js", "scorer.js")
    context["script_files"][:] = [
        s
        for s in context["script_files"]
        if not any(name in str(s).lower() for name in unwanted)
    ]
    if "Plotly.newPlot" in context.get("body", ""):
        app.add_js_file("plotly.min.js", priority=100)
        # it wraps what draws a figure, so it comes before the first
        app.add_js_file("figures.js", priority=110)
        app.add_js_file("cells.js", priority=900)


def mathml(formula: str, display: str = "inline") -> str:
    """The formula in MathML; of `\\arg` the converter would show the command."""
    return convert(re.sub(r"\\arg\b", r"\\operatorname{arg}", formula), display=display)


def inline_math(self: HTMLTranslator, node: nodes.math) -> None:
    self.body.append(mathml(node.astext()))
    raise nodes.SkipNode


def display_math(self: HTMLTranslator, node: nodes.math_block) -> None:
    # it may scroll
    self.body.append(self.starttag(node, "div", CLASS="math notranslate", tabindex="0"))
    self.body.append(mathml(node.astext().strip(), display="block"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict:
    app.connect("config-inited", use_scorer)
    app.connect("builder-inited", copy_plotly)
    app.connect("html-page-context", choose_scripts)
    app.connect("build-finished", enclose_fonts)
    app.add_html_math_renderer("mathml", (inline_math, None), (display_math, None))
    return {
        "version": version("bloodshot"),
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
