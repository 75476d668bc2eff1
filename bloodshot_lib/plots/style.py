"""What all figures share: colours, symbols, names of metrics, alternative text and note."""

import html
from collections.abc import Iterable

import plotly.graph_objects as go

from .renderer import BLUE, GREEN, ORANGE, PINK, RED, SKY

GROUP_COLOURS = (BLUE, ORANGE, GREEN, PINK, SKY, RED)
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
    return {
        name: GROUP_COLOURS[place % len(GROUP_COLOURS)]
        for place, name in enumerate(sorted(set(names)))
    }


def write_below(fig: go.Figure, text: str, side: str, shift: int, **font: object) -> None:
    """Write small grey print below the panels, at the "left" or "right", `shift` pixels up."""
    fig.add_annotation(
        text=text,
        xref="paper",
        yref="paper",
        x=0 if side == "left" else 1,
        y=0,
        xanchor=side,
        yanchor="top",
        yshift=shift,
        showarrow=False,
        font={**font, "color": "#666666"},
    )


def finish(fig: go.Figure, alt: str, note: str) -> go.Figure:
    """Add the alternative text, and the note at the lower right, below the axis title."""
    if note:
        alt = f"{alt} ({note})"
        write_below(fig, shown(note), "right", -56, size=11)
        fig.update_layout(margin_b=78, height=(fig.layout.height or 420) + 22)
    if any(trace.name for trace in fig.data):
        fig.update_layout(hoverlabel_namelength=-1)  # by default cut, even inside an escape
    return fig.update_layout(meta={**(fig.layout.meta or {}), "alt": alt})
