"""Figures of the data: sample cells, counts, colours."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..common.checks import check_count, check_images, check_labels, check_table
from ..data.laboratory_shifts import SHIFTS, shift_images
from .mosaic import mosaic
from .renderer import BLUE
from .style import GROUP_COLOURS, finish, group_colours, shown


def cell_grid(
    images: np.ndarray,
    labels: Sequence[str],
    per_class: int = 6,
    side: int = 72,
    note: str = "",
) -> go.Figure:
    """The first cells of every class, a row a class.

    `side` is the pixels of a cell in the figure; three quarters of them is a row's height.
    """
    labels = check_labels(labels, n=len(_some(images)))
    check_count("per_class", per_class)
    rows = {
        label: images[np.flatnonzero(labels == label)[:per_class]]
        for label in sorted(set(labels))
    }
    return finish(
        _grid(rows, side), f"Sample cells of the classes {', '.join(rows)}, one row each.", note
    )


def shift_figure(images: np.ndarray, side: int = 72, note: str = "") -> go.Figure:
    """The same cells (N, S, S, 3) as they are and through each shift, a row a shift."""
    rows = {"as they are": _some(images)} | {
        shift: shift_images(images, shift) for shift in SHIFTS
    }
    return finish(
        _grid(rows, side), f"{len(images)} cells, a row each: {', '.join(rows)}.", note
    )


def _some(images: np.ndarray) -> np.ndarray:
    if len(check_images(images)) == 0:
        raise ValueError(
            "`images` holds at least one cell; got none: check the split or label selected."
        )
    return images


def _grid(rows: dict[str, np.ndarray], side: int) -> go.Figure:
    check_count("side", side, least=8)
    fig = go.Figure(go.Image(source=mosaic(list(rows.values()), side), hoverinfo="skip"))
    fig.update_xaxes(visible=False)
    fig.update_yaxes(
        tickvals=side * (np.arange(len(rows)) + 0.5),
        ticktext=[shown(name).replace(" (", "<br>(") for name in rows],
        showgrid=False,
        ticks="",
    )
    return fig.update_layout(height=60 + round(0.75 * side) * len(rows))


def class_counts(table: pd.DataFrame, note: str = "") -> go.Figure:
    """Cells per class, on a logarithmic axis."""
    check_labels(check_table(table, ("label",), least=1)["label"], "label")
    counts = table["label"].value_counts().sort_values()
    fig = go.Figure(
        go.Bar(
            x=counts,
            y=[*map(shown, counts.index)],
            orientation="h",
            text=counts,
            marker_color=BLUE,
            textposition="outside",
            cliponaxis=False,
        )
    )
    fig.update_xaxes(type="log", dtick=1, title="cells (logarithmic)")
    fig.update_yaxes(type="category", dtick=1)  # a class named 7 is no number
    fig.update_layout(height=90 + 24 * len(counts), margin_r=60)
    return finish(
        fig,
        f"Bars of cells per class, from {counts.index[-1]} with {counts.iloc[-1]} "
        f"to {counts.index[0]} with {counts.iloc[0]}.",
        note,
    )


def subject_counts(table: pd.DataFrame, note: str = "") -> go.Figure:
    """Cells per subject in each split, coloured by class; the longest bar first."""
    check_table(table, ("split", "subject", "label"), least=1)
    check_labels(table["label"], "label")
    counts = table.groupby(["split", "subject", "label"]).size().rename("cells").reset_index()
    splits, colours = sorted(counts["split"].unique()), group_colours(counts["label"])
    fig = make_subplots(
        1,
        len(splits),
        shared_yaxes=True,
        subplot_titles=[*map(shown, splits)],
        horizontal_spacing=0.02,
    )
    named = set()
    for column, split in enumerate(splits, 1):
        part = counts[counts["split"] == split].sort_values("cells", ascending=False)
        for label, rows in part.groupby("label"):
            fig.add_bar(
                x=[*map(shown, rows["subject"])],
                y=rows["cells"],
                name=shown(label),
                marker_color=colours[label],
                legendgroup=label,
                showlegend=label not in named,
                row=1,
                col=column,
            )
            named.add(label)
    fig.update_xaxes(type="category", tickfont_size=10, title="subject")
    fig.update_yaxes(title="cells", col=1)
    fig.update_layout(legend_y=1.12, margin_t=60)
    largest = counts.loc[counts["cells"].idxmax()]
    return finish(
        fig,
        f"Bars of cells per subject in the splits {', '.join(splits)}. The largest subject, "
        f"{largest['subject']}, has {largest['cells']} cells.",
        note,
    )


def colour_facts_figure(facts: dict[str, pd.DataFrame], note: str = "") -> go.Figure:
    """Distributions of mean colour and border brightness, a group of boxes per domain."""
    fig = go.Figure()
    for place, (domain, frame) in enumerate(facts.items()):
        columns = ["red", "green", "blue", "border"]
        long = check_table(frame, columns, f"facts[{domain!r}]", least=1)[columns].melt()
        fig.add_box(
            x=long["variable"],
            y=long["value"],
            name=shown(domain),
            boxpoints=False,
            marker_color=GROUP_COLOURS[place % len(GROUP_COLOURS)],
        )
    fig.update_layout(boxmode="group")
    fig.update_yaxes(title="brightness (0 black, 255 white)", range=[-5, 260])
    medians = "; ".join(
        f"{domain} {frame['border'].median():.0f}" for domain, frame in facts.items()
    )
    return finish(
        fig,
        f"Boxes of mean red, green, blue and border brightness. Median border: {medians}.",
        note,
    )
