"""Figures of the data: sample cells, counts, colours."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go
from plotly.subplots import make_subplots

from ..renderer import BLUE, GREEN, ORANGE, PINK
from ..shifts import SHIFTS, shift_images
from .mosaic import mosaic
from .style import finish


def cell_grid(images: np.ndarray, labels: Sequence[str], per_class: int = 6, side: int = 72,
              note: str = "") -> go.Figure:
    """The first cells of every class, a row a class."""
    labels = np.asarray(labels, dtype=str)
    rows = {label: images[np.flatnonzero(labels == label)[:per_class]] for label in sorted(set(labels))}
    return finish(_grid(rows, side), f"Sample cells of the classes {', '.join(rows)}, one row each.", note)


def shift_figure(images: np.ndarray, side: int = 72, note: str = "") -> go.Figure:
    """The same cells (N, S, S, 3) as they are and through each shift of the suite, a row a shift."""
    rows = {"as they are": images} | {shift: shift_images(images, shift) for shift in SHIFTS}
    return finish(_grid(rows, side), f"{len(images)} cells, a row each: {', '.join(rows)}.", note)


def _grid(rows: dict[str, np.ndarray], side: int) -> go.Figure:
    fig = go.Figure(go.Image(source=mosaic(list(rows.values()), side), hoverinfo="skip"))
    fig.update_xaxes(visible=False)
    fig.update_yaxes(tickvals=side * (np.arange(len(rows)) + 0.5), ticktext=list(rows), showgrid=False, ticks="")
    return fig.update_layout(height=60 + 54 * len(rows))


def class_counts(table: pd.DataFrame, note: str = "") -> go.Figure:
    """Cells per class, on a logarithmic axis."""
    counts = table["label"].value_counts().sort_values()
    fig = go.Figure(go.Bar(x=counts, y=counts.index, orientation="h", marker_color=BLUE, text=counts,
                           textposition="outside", cliponaxis=False))
    fig.update_xaxes(type="log", dtick=1, title="cells (logarithmic)")
    fig.update_layout(height=90 + 24 * len(counts), margin_r=60)
    return finish(fig, f"Bars of cells per class, from {counts.index[-1]} with {counts.iloc[-1]} "
                        f"to {counts.index[0]} with {counts.iloc[0]}.", note)


def subject_counts(table: pd.DataFrame, note: str = "") -> go.Figure:
    """Cells per subject in each split, coloured by class; the longest bar first."""
    counts = table.groupby(["split", "subject", "label"]).size().rename("cells").reset_index()
    splits = sorted(counts["split"].unique())
    fig = make_subplots(1, len(splits), shared_yaxes=True, subplot_titles=splits, horizontal_spacing=0.02)
    for column, split in enumerate(splits, 1):
        part = counts[counts["split"] == split].sort_values("cells", ascending=False)
        for (label, rows), colour in zip(part.groupby("label"), (BLUE, ORANGE, GREEN, PINK), strict=False):
            fig.add_bar(x=rows["subject"], y=rows["cells"], name=label, marker_color=colour, legendgroup=label,
                        showlegend=column == 1, row=1, col=column)
    fig.update_xaxes(type="category", tickfont_size=10)
    fig.update_yaxes(title="cells", col=1)
    fig.update_layout(legend_y=1.12, margin_t=60)
    largest = counts.loc[counts["cells"].idxmax()]
    return finish(fig, f"Bars of cells per subject in the splits {', '.join(splits)}. The largest subject, "
                        f"{largest['subject']}, has {largest['cells']} cells.", note)


def colour_facts_figure(facts: dict[str, pd.DataFrame], note: str = "") -> go.Figure:
    """Distributions of the mean colour and of the border's brightness, one group of boxes per domain."""
    fig = go.Figure()
    for (domain, frame), colour in zip(facts.items(), (BLUE, ORANGE), strict=False):
        long = frame[["red", "green", "blue", "border"]].melt()
        fig.add_box(x=long["variable"], y=long["value"], name=domain, marker_color=colour, boxpoints=False)
    fig.update_layout(boxmode="group")
    fig.update_yaxes(title="brightness (0 black, 255 white)", range=[-5, 260])
    medians = "; ".join(f"{domain} {frame['border'].median():.0f}" for domain, frame in facts.items())
    return finish(fig, f"Boxes of mean red, green, blue and border brightness. Median border: {medians}.", note)
