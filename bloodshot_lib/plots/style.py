"""What all figures share: colours, names of metrics, panels, bars, alternative text and note."""

import html
from collections.abc import Iterable, Sequence

import plotly.express as px
import plotly.graph_objects as go

from .renderer import BLUE, GREEN, GREY, ORANGE, PALE, PINK, RED, SKY

GROUP_COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, RED)
LINE = {"line_dash": "dash", "line_color": GREY}
DASHED = {**LINE, "annotation_font_color": PALE}  # a line that has a name
METRIC_NAMES = {
    "accuracy": "accuracy",
    "balanced_accuracy": "balanced accuracy",
    "macro_f1": "macro F1",
    "weighted_f1": "weighted F1",
    "auroc": "AUROC",
}


def shown(name: object) -> str:
    """A name from a file or a table, as it is: plotly would read tags and formulas in it."""
    return html.escape(str(name), quote=False).replace("$", "&#36;")


def metric_name(metric: str) -> str:
    """What a metric's column is called on an axis."""
    return METRIC_NAMES.get(metric, shown(metric))


def group_colours(names: Iterable[str]) -> dict[str, str]:
    """A colour for each class or domain, by its place in the sorted order.

    So it is the same in every figure.
    """
    names = sorted(set(names))
    return {name: GROUP_COLOURS[n % len(GROUP_COLOURS)] for n, name in enumerate(names)}


def title_panels(fig: go.Figure) -> go.Figure:
    """Title the panels of plotly express by their values alone: "BCCD", not "set=BCCD".

    Call it before other text is added to the figure, which it returns. Names from files may
    hold what plotly reads as markup: escape them (`html.escape`) before they are drawn.
    """
    for title in fig.layout.annotations:
        title.update(text=title.text.partition("=")[2] or title.text, font_size=16)
    return fig


def categories(names: Iterable[str]) -> dict:
    """The settings of an axis of names, from the bottom up: a class named 7 is no number."""
    return {"type": "category", "categoryorder": "array", "categoryarray": [*names]}


def horizontal_bars(lengths: Sequence[float], names: Sequence[str], texts: Sequence) -> go.Figure:
    """A bar for each name, from the bottom up, with its text at its end."""
    fig = px.bar(x=lengths, y=names, text=texts, orientation="h", color_discrete_sequence=[BLUE])
    fig.update_traces(textposition="outside", cliponaxis=False, hovertemplate=None)
    return fig.update_yaxes(type="category", dtick=1, title="")


def write_below(fig: go.Figure, text: str, side: str, shift: int, **font: object) -> None:
    """Write small grey print below the panels, at the "left" or "right", `shift` pixels up."""
    x, font = (0 if side == "left" else 1), {**font, "color": PALE}
    fig.add_annotation(text=text, x=x, xref="paper", xanchor=side, showarrow=False, font=font)
    fig.layout.annotations[-1].update(y=0, yref="paper", yanchor="top", yshift=shift)


def finish(fig: go.Figure, alt: str, note: str = "") -> go.Figure:
    """Add the alternative text `alt`, and print `note` at the lower right, below the axis title.

    `alt` says in words what the figure shows, with its numbers, for those who cannot see it; the
    book reads it out. Returns the figure.
    """
    if note:
        alt = f"{alt} ({note})"
        write_below(fig, shown(note), "right", -56, size=11)
        fig.update_layout(margin_b=78, height=(fig.layout.height or 420) + 22)
    for axis in [*fig.select_xaxes(), *fig.select_yaxes()]:
        axis.title = axis.title if axis.title.text else None  # an empty title takes room
    if any(trace.name for trace in fig.data):
        fig.update_layout(hoverlabel_namelength=-1)  # by default cut, even inside an escape
    return fig.update_layout(meta={**(fig.layout.meta or {}), "alt": alt})
