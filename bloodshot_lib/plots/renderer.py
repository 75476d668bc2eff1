"""How figures look and travel: a plotly template, and a renderer for JupyterLab and book."""

import html
import itertools
import json

import plotly.graph_objects as go
import plotly.io as pio
from plotly.io.base_renderers import MimetypeRenderer

# Okabe & Ito's palette, told apart by every common kind of colour vision
BLUE, ORANGE, GREEN, PINK = "#0072B2", "#E69F00", "#009E73", "#CC79A7"
SKY, RED, YELLOW = "#56B4E9", "#D55E00", "#F0E442"
GREY, INK = "#8a8a8a", "#262626"
PALE = "#666666"  # small print

_AXIS = {
    "showgrid": True,
    "gridcolor": "#ececec",
    "zeroline": False,
    "linecolor": "#bbbbbb",
    "ticks": "outside",
    "tickcolor": "#bbbbbb",
    "automargin": True,
}
_TEMPLATE = go.layout.Template(
    layout={
        "font_family": "system-ui, -apple-system, 'Segoe UI', sans-serif",
        "font_size": 13,
        "font_color": INK,
        "colorway": [BLUE, ORANGE, GREEN, PINK, SKY, RED, YELLOW],
        "paper_bgcolor": "white",
        "plot_bgcolor": "white",
        "margin": {"l": 60, "r": 20, "t": 30, "b": 50},
        "xaxis": _AXIS,
        "yaxis": _AXIS,
        "legend": {"orientation": "h", "x": 0, "y": 1.02, "yanchor": "bottom", "title_text": ""},
        "hoverlabel": {"font": {"family": "system-ui, sans-serif"}},
    }
)


class BookRenderer(MimetypeRenderer):
    """Emit each figure twice: plotly JSON for JupyterLab, and HTML for the offline book.

    The book ships plotly.min.js itself. The figure's alternative text is read from
    `layout.meta["alt"]`. Ids count up from 1 in each kernel.
    """

    def __init__(self):
        self._numbers = itertools.count(1)

    def to_mimebundle(self, fig_dict: dict) -> dict:
        meta = fig_dict["layout"].get("meta")
        alt = html.escape(str(meta.get("alt", ""))) if isinstance(meta, dict) else ""
        config = {"displaylogo": False, "responsive": True}
        div = pio.to_html(
            fig_dict,
            config=config,
            full_html=False,
            include_plotlyjs=False,
            include_mathjax=False,
            div_id=f"fig-{next(self._numbers)}",
            default_height=fig_dict["layout"].get("height", 420),
        )
        box = f'<div class="bloodshot-figure" role="figure" tabindex="0" aria-label="{alt}">'
        data = json.loads(pio.to_json(fig_dict, validate=False)) | {"config": config}
        return {"application/vnd.plotly.v1+json": data, "text/html": f"{box}{div}</div>"}


def use_book_style() -> None:
    """Make the book's template and renderer the default; call it once in a notebook.

    It holds for this Python process.
    """
    pio.templates["bloodshot"] = _TEMPLATE
    pio.templates.default = "bloodshot"
    pio.renderers["bloodshot"] = BookRenderer()
    pio.renderers.default = "bloodshot"
