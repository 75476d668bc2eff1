"""Sphinx extension: the book asks the network for nothing.

plotly.js comes from the installed package, on the pages that draw a figure; equations become MathML.
"""

import shutil
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from docutils import nodes
from latex2mathml.converter import convert
from sphinx.application import Sphinx
from sphinx.util.math import get_node_equation_number
from sphinx.writers.html import HTMLTranslator


def copy_plotly(app: Sphinx) -> None:
    static = Path(app.outdir) / "_static"
    static.mkdir(parents=True, exist_ok=True)
    shutil.copy(str(files("plotly") / "package_data/plotly.min.js"), static)


def choose_scripts(app: Sphinx, page: str, template: str, context: dict, doctree: nodes.document | None) -> None:
    """Load plotly where a figure is drawn; leave out thebe, which fetches a kernel from the network."""
    context["script_files"][:] = [s for s in context["script_files"] if "thebe" not in str(s).lower()]
    if "Plotly.newPlot" in context.get("body", ""):
        app.add_js_file("plotly.min.js", priority=100)


def inline_math(self: HTMLTranslator, node: nodes.math) -> None:
    self.body.append(convert(node.astext()))
    raise nodes.SkipNode


def display_math(self: HTMLTranslator, node: nodes.math_block) -> None:
    self.body.append(self.starttag(node, "div", CLASS="math notranslate"))
    self.body.append(convert(node.astext().strip(), display="block"))
    if node["number"]:
        self.body.append(f'<span class="eqno">({get_node_equation_number(self, node)})')
        self.add_permalink_ref(node, "Link to this equation")
        self.body.append("</span>")
    self.body.append("</div>")
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict:
    app.connect("builder-inited", copy_plotly)
    app.connect("html-page-context", choose_scripts)
    app.add_html_math_renderer("mathml", (inline_math, None), (display_math, None))
    return {"version": version("bloodshot"), "parallel_read_safe": True, "parallel_write_safe": True}
